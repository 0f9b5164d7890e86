"""How a model does over a whole list, beyond its mean: steps to solve, calibration, what stays unsolved, difficulty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from trm_cli.puzzle import Frame, Puzzle

BINS = 10
"""Bins of the halting head's probability."""


class Trail(NamedTuple):
    """One puzzle's way: the first step at which its answer was right, and the one at which it would have halted.

    `halted` is where the halting head and the rules first agree, None where the limit of steps comes before.
    `is_right` is said of the answer then.
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


@dataclass(slots=True)
class Trails:
    """What is gathered while puzzles run all their steps; those of several processes can be joined.

    `right_at` counts right answers by step. `said`, `right` and `sums` are, by bin of the halting probability, the
    frames, those of them that were right, and the sum of the probabilities.
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
        place = min(BINS - 1, int(BINS * frame.halt))
        self.said[place] += 1
        self.right[place] += is_right
        self.sums[place] += frame.halt
        if walk.halted is None:
            walk.is_right = is_right
            if is_verified and frame.halt > 0.5:
                walk.halted = frame.step

    def finish(self, number: int, puzzle: Puzzle, level: str) -> None:
        """Close the trail of a puzzle after its last frame."""
        walk = self._walks.pop(number)
        place = puzzle.source or puzzle.name
        self.trails.append(Trail(place, level, walk.first_right, walk.halted, walk.is_right))

    def report(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the distributions as plain JSON, levels of difficulty in the given order."""
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
