"""Shards: the part of the inputs that one of several machines solves, named by the user or by the environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, TypeVar

from trm_cli.errors import ConfigError

T = TypeVar("T")

NUMBER = re.compile(r"\d{1,9}")
"""Numbers of shards and of machines; larger ones are mistakes."""


class Shard(NamedTuple):
    """Every `n_shards`-th input from the `number`-th on, both counted from 1; together they hold every input once.

    `is_alone`: the environment gave this process a shard of its own, so it must not join other processes.
    """

    number: int
    n_shards: int
    is_alone: bool = False

    def __str__(self) -> str:
        width = len(str(self.n_shards))
        return f"{self.number:0{width}}-of-{self.n_shards}"

    def of(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the inputs of this shard.

        >>> [*Shard(2, 3).of("abcdefgh")], str(Shard(3, 16))
        (['b', 'e', 'h'], '03-of-16')
        """
        return islice(items, self.number - 1, None, self.n_shards)

    @classmethod
    def read(cls, text: str, environment: Mapping[str, str]) -> Shard:
        """Return the shard of a text as `3/16`, or for `auto` that of the environment; a ConfigError for others."""
        if text == "auto":
            return cls._of(environment)
        number, _, count = text.partition("/")
        if NUMBER.fullmatch(number) and NUMBER.fullmatch(count) and 1 <= int(number) <= int(count):
            return cls(int(number), int(count))
        raise ConfigError(f"--shard: expected NUMBER/COUNT, such as 3/16, or auto, found {text[:40]!r}")

    @classmethod
    def _of(cls, environment: Mapping[str, str]) -> Shard:
        """Return this process's shard of a Slurm array's tasks and of torchrun's processes in each of them."""

        def value(name: str, default: int) -> int:
            text = environment.get(name, str(default))
            if not NUMBER.fullmatch(text):
                raise ConfigError(f"--shard auto: {name} is {text[:40]!r}, not a number up to 999999999")
            return int(text)

        # The processes of the first task have the first shards, then come those of the second task, and so on.
        rank, n_ranks = value("RANK", 0), value("WORLD_SIZE", 1)
        first, step = value("SLURM_ARRAY_TASK_MIN", 0), max(1, value("SLURM_ARRAY_TASK_STEP", 1))
        task, left = divmod(value("SLURM_ARRAY_TASK_ID", first) - first, step)
        n_tasks = value("SLURM_ARRAY_TASK_COUNT", 1)
        if "RANK" not in environment and "SLURM_ARRAY_TASK_ID" not in environment:
            raise ConfigError("--shard auto is for torchrun and Slurm arrays; elsewhere name the shard, such as 3/16")
        if left or not 0 <= task < n_tasks or not 0 <= rank < n_ranks:
            raise ConfigError(
                "--shard auto: the tasks of the array must be numbered without gaps, such as --array=1-16, "
                "and RANK must be below WORLD_SIZE"
            )
        return cls(task * n_ranks + rank + 1, n_tasks * n_ranks, is_alone=True)
