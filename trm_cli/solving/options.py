"""How to solve a puzzle: the options, the halting rules, and the budget for strategies after the single pass.

This module does not import torch, so that the command line can read it without waiting.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from trm_cli import schema
from trm_cli.schema import setting

HALTS = ("agree", "q", "stable", "verified", "none")
AUTO_SEARCH = 512
"""Branches that a search may try for a puzzle by default."""
MOST = 1_000_000_000
"""Largest value of the settings that are counted; larger ones are mistakes."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How long and how wide to run. The command line, results and the journal's key are made from these fields."""

    max_steps: int = setting("maximum number of steps; more than in training can help", 16, low=1, high=MOST)
    halt: str = setting("what ends the steps early, see above", "agree", among=HALTS)
    tolerance: float = setting("with --halt stable: stop at this residual instead", 0.0, high=MOST)
    slots: int = setting("puzzles worked on at once", 64, low=1, high=MOST)
    votes: int = setting("ARC with --weights: augmented copies that vote; 0 means all", 0, high=MOST)
    search: int = setting("branches to try for a puzzle that stays unsolved (auto: 512)", 0, high=MOST)
    samples: int = setting("branches that a search tries at once", 32, low=1, high=MOST)
    noise: float = setting("noise added to z when a search starts again", 0.5, high=MOST)
    seconds: float = setting("maximum computing time of a search; ARC: time to learn a task", 60.0, high=MOST)
    # A run that is cut by `seconds` has made fewer updates than its learning rate was planned for, so that the same
    # number as `updates` does not repeat it: only runs with a given number of updates can be repeated exactly.
    updates: int = setting("ARC: updates of learning; 0 only explains, -1 fills --seconds", -1, low=-1, high=MOST)
    thorough: bool = setting("ARC: learn a task even if it is explained", False)
    trace: bool = setting("with --json or --out: add every step and its measures", False)
    seed: int = setting("random seed", 0, high=2**63 - 1)

    def __post_init__(self) -> None:
        """Raise a ConfigError for a value out of its range."""
        schema.check(self, "solve options")

    @property
    def settings(self) -> dict[str, Any]:
        """The options that a result depends on: all except `trace` and `slots`."""
        return {name: value for name, value in asdict(self).items() if name not in ("slots", "trace")}


@dataclass(slots=True)
class Budget:
    """What may still be done for one puzzle: the number of `branches`, and the most `seconds` by the `clock`.

    The branches decide, so that the same seed gives the same answer even on a busy machine. The seconds are a ceiling.
    By default they count the time that this thread computes, without the time that it waits.
    """

    branches: int
    seconds: float = float("inf")
    clock: Callable[[], float] = time.thread_time
    _started: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = self.clock()

    def take(self, wanted: int) -> int:
        """Return how many of the wanted branches may be tried, and subtract them from the budget."""
        allowed = 0 if self.is_late else min(wanted, self.branches)
        self.branches -= allowed
        return allowed

    @property
    def is_late(self) -> bool:
        """Whether the seconds are used up."""
        return self.clock() - self._started > self.seconds
