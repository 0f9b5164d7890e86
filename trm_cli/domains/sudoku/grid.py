"""The geometry and the alphabets of Sudoku grids of every size."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

BOXES = {4: (2, 2), 6: (2, 3), 9: (3, 3), 16: (4, 4), 25: (5, 5)}
"""Rows and columns of a box, by the side of the grid."""

KINDS = {f"{size}x{size}": size for size in BOXES}

LEVELS = {
    "easy": (0.0, 0.1),
    "medium": (0.1, 5.0),
    "hard": (5.0, 20.0),
    "extreme": (20.0, float("inf")),
}
"""Levels of difficulty: each from its first rating up to below its second, in guesses; see `generate`."""

LEVELS_OF = {4: ("easy",), 6: ("easy", "medium"), 9: tuple(LEVELS), 16: tuple(LEVELS), 25: tuple(LEVELS)}
"""The levels that the generator can make, by the side of the grid."""


@cache
def units_of(size: int) -> npt.NDArray[np.int64]:
    """Return the cells, numbered row-major, of every row, then column, then box: (3 * size, size)."""
    box_rows, box_columns = BOXES[size]
    row, column = np.divmod(np.arange(size * size), size)
    # Boxes are numbered row by row too.
    box = row // box_rows * (size // box_columns) + column // box_columns
    return np.stack([np.flatnonzero(of == i) for of in (row, column, box) for i in range(size)])


def level_of(rating: float) -> str:
    """Return the level of a rating in guesses.

    >>> level_of(0), level_of(12), level_of(80)
    ('easy', 'hard', 'extreme')
    """
    return next(level for level, (_, below) in LEVELS.items() if rating < below)
