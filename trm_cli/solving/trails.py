"""How a model does on a list of puzzles, beyond its mean: steps to solve, calibration, failures, difficulty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from trm_cli.puzzle import Frame, Grid, Puzzle
from trm_cli.solving.engine import is_trusted

BINS = 10
"""Bins of the halting head's probability."""


class Trail(NamedTuple):
    """The run of one puzzle: the first step with a right answer, and the step at which it would have halted.

    `halted` is the first step at which `--halt agree` ends, None if there is none within the limit.
    `is_right` says whether the answer at that step, or else the last one, is right.
    """

    source: str
    level: str
    first_right: int | None
    halted: int | None
    is_right: bool


@dataclass(slots=True)
class _Walk:
    """A puzzle that is being followed."""

    first_right: int | None = None
    halted: int | None = None
    is_right: bool = False
    grid: Grid | None = None


@dataclass(slots=True)
class Trails:
    """Counts over puzzles that run all their steps; the counts of several processes can be joined.

    `right_at` counts right answers by step. For each bin of the halting probability, `said` counts the frames,
    `right` counts the right ones among them, and `sums` adds up their probabilities.
    """

    max_steps: int
    trails: list[Trail] = field(default_factory=list)
    right_at: Counter[int] = field(default_factory=Counter)
    said: Counter[int] = field(default_factory=Counter)
    right: Counter[int] = field(default_factory=Counter)
    sums: dict[int, float] = field(default_factory=lambda: dict.fromkeys(range(BINS), 0.0))
    _walks: dict[int, _Walk] = field(default_factory=dict)

    def add(self, number: int, frame: Frame, is_right: bool, is_verified: bool) -> None:
        """Take in a frame of the puzzle that came as number `number`."""
        walk = self._walks.setdefault(number, _Walk())
        if is_right:
            self.right_at[frame.step] += 1
            walk.first_right = walk.first_right or frame.step
        # Calibration: how often a frame is right, among those with about the same halting probability.
        place = min(BINS - 1, int(BINS * frame.halt))
        self.said[place] += 1
        self.right[place] += is_right
        self.sums[place] += frame.halt
        # The answer is that of the step at which the puzzle halts; later steps do not change it.
        if walk.halted is None:
            walk.is_right = is_right
            if is_verified and is_trusted(frame, is_unchanged=walk.grid is frame.grid):
                walk.halted = frame.step
        walk.grid = frame.grid

    def finish(self, number: int, puzzle: Puzzle, level: str) -> None:
        """Close the trail of a puzzle after its last frame."""
        walk = self._walks.pop(number)
        place = puzzle.source or puzzle.name
        self.trails.append(Trail(place, level, walk.first_right, walk.halted, walk.is_right))

    def report(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the distributions as plain JSON, with the levels of difficulty in the given order."""
        n = len(self.trails)
        first = Counter(trail.first_right for trail in self.trails)
        levels = Counter(trail.level for trail in self.trails)
        right = Counter(trail.level for trail in self.trails if trail.is_right)
        halted = [trail.halted for trail in self.trails if trail.halted]
        return {
            "accuracy_by_step": [self.right_at[step] / n for step in range(1, self.max_steps + 1)],
            "steps_to_solve": {str(step): first[step] for step in sorted(s for s in first if s)},
            "never_right": first[None],
            "median_halt": float(np.median(halted)) if halted else None,
            "calibration": [
                {"frames": said, "probability": self.sums[place] / said, "right": self.right[place] / said}
                for place, said in sorted(self.said.items())
            ],
            "by_level": {
                level: {"puzzles": levels[level], "accuracy": right[level] / levels[level]}
                for level in sorted(levels, key=[*order, *levels].index)
            },
            "hit_the_limit": [
                {"source": trail.source, "level": trail.level, "first_right": trail.first_right}
                for trail in self.trails
                if trail.halted is None
            ],
        }


def joined(parts: Iterable[Trails]) -> Trails:
    """Return the trails of several processes as one."""
    first, *others = parts
    for other in others:
        first.trails += other.trails
        first.right_at += other.right_at
        first.said += other.said
        first.right += other.right
        first.sums = {place: total + other.sums[place] for place, total in first.sums.items()}
    return first
