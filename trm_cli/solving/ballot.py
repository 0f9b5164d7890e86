"""A ballot: the answers that explanations and networks give to one test input, with the weights of their votes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from trm_cli.puzzle import Grid

Key = tuple[tuple[int, ...], bytes]
"""A grid as a key of a dictionary: its shape and its cells."""


def key_of(grid: Grid) -> Key:
    """Return the key of a grid, the same for equal grids only."""
    return grid.shape, np.ascontiguousarray(grid, np.uint8).tobytes()


def grid_of(key: Key) -> Grid:
    """Return the grid of a key."""
    return np.frombuffer(key[1], np.uint8).reshape(key[0])


@dataclass(slots=True)
class Ballot:
    """The answers to the test so far, each with the weight of its votes."""

    weights: dict[Key, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, grid: Grid, weight: float) -> None:
        """Count a vote for an answer."""
        self.weights[key_of(grid)] += weight

    def join(self, other: Ballot) -> None:
        """Count the votes of another ballot too."""
        for key, weight in other.weights.items():
            self.weights[key] += weight

    def ranked(self) -> list[tuple[Grid, float]]:
        """Return the answers with their shares of all weights, the most believed first."""
        whole = sum(self.weights.values()) or 1.0
        order = sorted(self.weights, key=lambda key: -self.weights[key])
        return [(grid_of(key), self.weights[key] / whole) for key in order]
