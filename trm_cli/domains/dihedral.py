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
    """Return a view of an array (..., H, W) whose last two axes are turned or mirrored.

    `way` 0 changes nothing, 1 to 3 are that many quarter turns to the left, 4 mirrors left-right, 5 up-down, 6 on the
    main diagonal (transposes), and 7 on the other diagonal.

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
    """Return a turned or mirrored grid as a new array, read-only."""
    return frozen(np.ascontiguousarray(turned(grid, way)))


def view(puzzle: Puzzle, way: int) -> View:
    """Return a puzzle turned or mirrored, with its solution."""
    solution = None if puzzle.solution is None else whole(puzzle.solution, way)
    # The puzzle and its solution turn together; grids and values of cells turn back alike.
    moved = replace(puzzle, given=whole(puzzle.given, way), solution=solution)
    back = partial(whole, way=INVERSE[way])
    return View(moved, back, back)
