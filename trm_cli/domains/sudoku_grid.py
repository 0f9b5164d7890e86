"""The geometry and the alphabets of Sudoku grids of every size."""

from __future__ import annotations

BOXES = {4: (2, 2), 6: (2, 3), 9: (3, 3), 16: (4, 4)}
"""Rows and columns of a box, by the side of the grid."""

KINDS = {f"{size}x{size}": size for size in BOXES}


LEVELS = {
    "easy": (0.0, 0.1),
    "medium": (0.1, 5.0),
    "hard": (5.0, 20.0),
    "extreme": (20.0, float("inf")),
}
"""Difficulty from (inclusive) and below: guesses a classical solver needs to prove the solution unique."""

LEVELS_OF = {4: ("easy",), 6: ("easy", "medium"), 9: tuple(LEVELS), 16: ("easy",)}
"""The levels that the generator can make, by the side of the grid."""


def level_of(rating: float) -> str:
    """Return the level of a rating in guesses.

    >>> level_of(0), level_of(12), level_of(80)
    ('easy', 'hard', 'extreme')
    """
    return next(level for level, (_, below) in LEVELS.items() if rating < below)


def box_of(size: int, row: int, column: int) -> int:
    """Return the number of the box a cell is in, row-major from 0.

    >>> box_of(9, 4, 8)
    5
    """
    box_rows, box_columns = BOXES[size]
    return row // box_rows * (size // box_columns) + column // box_columns
