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

    max_steps: int = setting(
        "supervision steps at most; more than in training is allowed, and helps", 16, low=1, high=MOST
    )
    halt: str = setting(
        "when to stop before that: when halting head and rules agree, at the head's word (q), when the answer is "
        "stable for three steps, at the rules' word (verified), or never (none)", "agree", among=HALTS
    )  # fmt: skip
    tolerance: float = setting(
        "with halt stable: the residual at which to stop, instead of when no cell changes", 0.0, high=MOST
    )
    slots: int = setting("puzzles worked on at once", 64, low=1, high=MOST)
    votes: int = setting("ARC with published weights: augmentations to ask, 0 for all", 0, high=MOST)
    search: int = setting("branches to try for what a single pass leaves unsolved", 0, high=MOST)
    samples: int = setting("branches of a search tried at once", 32, low=1, high=MOST)
    noise: float = setting("noise in the latent when a search starts again", 0.5, high=MOST)
    seconds: float = setting(
        "computing time at most for what follows the single pass; in ARC the time in which a task is learned",
        60.0, high=MOST,
    )  # fmt: skip
    updates: int = setting(
        "ARC: updates in which a network learns a task; 0 only explains it, -1 takes what the seconds allow",
        -1, low=-1, high=MOST,
    )  # fmt: skip
    thorough: bool = setting("ARC: learn a task even where it is explained", False)
    trace: bool = setting("with --json or --out: every frame, and what went on inside", False)
    seed: int = setting("seed of everything random", 0, high=2**63 - 1)

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
