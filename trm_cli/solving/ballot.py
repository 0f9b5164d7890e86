"""A ballot: the answers that explanations and networks give to one test input, with the weights of their votes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from trm_cli.puzzle import Grid


@dataclass(slots=True)
class Ballot:
    """The answers to the test so far, each with the weight of its votes and how many there were."""

    weights: dict[tuple[tuple[int, ...], bytes], float] = field(default_factory=lambda: defaultdict(float))
    counts: dict[tuple[tuple[int, ...], bytes], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, grid: Grid, weight: float) -> None:
        """Count a vote for an answer."""
        key = grid.shape, np.ascontiguousarray(grid, np.uint8).tobytes()
        self.weights[key] += weight
        self.counts[key] += 1

    def join(self, other: Ballot) -> None:
        """Count the votes of another ballot too."""
        for key, weight in other.weights.items():
            self.weights[key] += weight
            self.counts[key] += other.counts[key]

    def ranked(self) -> list[tuple[Grid, float]]:
        """Return the answers with their shares of all weights, the most believed first."""
        whole = sum(self.weights.values()) or 1.0
        order = sorted(self.weights, key=lambda key: -self.weights[key])
        return [(np.frombuffer(key[1], np.uint8).reshape(key[0]), self.weights[key] / whole) for key in order]
