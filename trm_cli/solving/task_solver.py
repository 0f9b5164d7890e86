"""What solves the puzzles of one task: a model with weights (`Solver`), or networks that learn a task (`Learner`)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from trm_cli.domain import Domain
from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.solving.options import SolveOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSolver(ABC):
    """Solves puzzles of one task. It keeps nothing of a puzzle, so that many threads may share it.

    `digest` identifies the weights, "" where there are none. On a CPU, `workers` solve a share of the puzzles each.
    """

    domain: Domain
    options: SolveOptions
    device: torch.device | str = "cpu"
    dtype: torch.dtype = torch.float32
    workers: int = 1
    digest: str = ""
    is_compiled: bool = False

    @abstractmethod
    def refusal(self, puzzle: Puzzle) -> str:
        """Return why this solver cannot take a puzzle; "" when it can."""

    @abstractmethod
    def refine(self, puzzle: Puzzle, seconds: float | None = None) -> Iterator[Outcome]:
        """Yield the outcome of one puzzle so far, again and again; the last one counts. `seconds` limit the time."""

    @abstractmethod
    def outcomes(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
        """Yield (number of the puzzle, outcome) as puzzles finish."""

    @property
    @abstractmethod
    def summary(self) -> str:
        """A few words for the head of the live view."""

    @property
    @abstractmethod
    def details(self) -> str:
        """One line for `--verbose`."""

    @property
    @abstractmethod
    def advice(self) -> str:
        """What to try for a puzzle that stayed unsolved, as the end of "not solved; ..."."""

    @property
    def machine(self) -> str:
        """The device and the data type in words."""
        return f"{self.device} {self.dtype_name}"

    @property
    def dtype_name(self) -> str:
        """The data type as users write it, such as float32."""
        return str(self.dtype).removeprefix("torch.")

    @property
    def stamp(self) -> dict[str, Any]:
        """The fields that all results of this solver share."""
        traced = {"model": self.summary, "max_steps": self.options.max_steps} if self.options.trace else {}
        return {"weights": self.digest, "seed": self.options.seed, **traced}

    @property
    def settings(self) -> dict[str, Any]:
        """Everything besides the puzzle that a result depends on."""
        return {
            "weights": self.digest,
            **self.options.settings,
            "dtype": self.dtype_name,
            "compiled": self.is_compiled,
            "workers": self.workers,
        }
