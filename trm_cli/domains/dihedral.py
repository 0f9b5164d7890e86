"""The eight ways to turn and mirror a grid (the dihedral group of the square), in the published order.

The numbers are those of the published data sets (`dataset/common.py`), where ARC's augmentations are named by them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from trm_cli.puzzle import Array, Puzzle, View, frozen

WAYS = range(8)
INVERSE = (0, 3, 2, 1, 4, 5, 6, 7)
"""The inverse of each way."""
UPRIGHT = (0, 2, 4, 5)
"""The ways that keep rows as rows."""


def turned(grid: Array, way: int) -> Array:
    """Turn or mirror the last two axes: 0 nothing, 1 to 3 quarter turns to the left, 4 left-right, 5 up-down,
    6 transposed, 7 transposed the other way.

    >>> [turned(np.array([[1, 2]]), way).tolist() for way in (1, 4, 6)]
    [[[2], [1]], [[2, 1]], [[1], [2]]]
    """
    if way < 4:
        return np.rot90(grid, way, (-2, -1))
    # The other diagonal: a quarter turn, then left-right.
    if way == 7:
        return np.rot90(grid, 1, (-2, -1))[..., ::-1]
    return (grid[..., ::-1], grid[..., ::-1, :], grid.swapaxes(-2, -1))[way - 4]


def whole(grid: Array, way: int) -> Array:
    """Return a turned grid as an array of its own, read-only."""
    return frozen(np.ascontiguousarray(turned(grid, way)))


def view(puzzle: Puzzle, way: int) -> View:
    """Return a puzzle turned or mirrored, with its solution."""
    solution = None if puzzle.solution is None else whole(puzzle.solution, way)
    moved = replace(puzzle, given=whole(puzzle.given, way), solution=solution)
    back = partial(whole, way=INVERSE[way])
    return View(moved, back, back)
