"""The published data set of ARC tasks: which augmentations of a task are examples, and in which split."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from trm_cli.domains import published
from trm_cli.domains.arc import grid as arc_grid
from trm_cli.domains.published import Split
from trm_cli.puzzle import Grid, Tokens

Pair = tuple[Grid, Grid]


class Task(NamedTuple):
    """One ARC task: its name and the (input, output) pairs that go into `train` and into `test`."""

    name: str
    train: list[Pair]
    test: list[Pair]


def build(tasks: Iterable[Task], augment: int, rng: np.random.Generator) -> tuple[Split, Split, list[str]]:
    """Make both splits of ARC tasks, each a group of itself and up to `augment` different augmentations, and the names.

    In `train` all pairs of a version but one, chosen at random, are moved about the canvas, input and output together.
    The test pairs stand under the same identifiers, which training learns from the demonstrations.
    """
    names = [published.BLANK]
    parts: dict[str, list[list[list[tuple[Tokens, Tokens]]]]] = {"train": [], "test": []}
    ids: dict[str, list[int]] = {"train": [], "test": []}
    for task in tasks:
        versions = _versions(task, augment, rng)
        first = len(names)
        names += [way.name for way in versions]
        for split, pairs in (("train", task.train), ("test", task.test)):
            if pairs:
                moves = split == "train"
                parts[split].append([_examples([(w(a), w(b)) for a, b in pairs], moves, rng) for w in versions])
                ids[split] += range(first, len(names))
    train, test = (published.joined(parts[split], ids[split], len(names)) for split in ("train", "test"))
    return train, test, names


def _versions(task: Task, augment: int, rng: np.random.Generator) -> list[arc_grid.Augmentation]:
    """Return the task itself and augmentations that differ in their grids, in at most five times as many tries."""

    def seen(way: arc_grid.Augmentation) -> frozenset[tuple[bytes, ...]]:
        return frozenset(
            tuple(bytes(grid.shape) + grid.tobytes() for grid in (way(a), way(b))) for a, b in task.train + task.test
        )

    versions = {seen(arc_grid.original(task.name)): arc_grid.original(task.name)}
    for _ in range(5 * augment):
        if len(versions) > augment:
            break
        way = arc_grid.drawn(task.name, rng)
        versions.setdefault(seen(way), way)
    return [*versions.values()]


def _examples(pairs: list[Pair], moves: bool, rng: np.random.Generator) -> list[tuple[Tokens, Tokens]]:
    """Return the pairs on the canvas; where they may move, one at random stays in the corner."""
    stays = int(rng.integers(len(pairs)))
    found = []
    for i, (question, answer) in enumerate(pairs):
        top = left = 0
        if moves and i != stays:
            top = int(rng.integers(0, arc_grid.SIDE - max(len(question), len(answer)) + 1))
            left = int(rng.integers(0, arc_grid.SIDE - max(question.shape[1], answer.shape[1]) + 1))
        found.append((arc_grid.canvas(question, top, left), arc_grid.canvas(answer, top, left)))
    return found
