"""Guessing in a Sudoku: the cell whose digit a model is least sure of, and what the rules still allow there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from trm_cli.domains.sudoku.grid import units_of
from trm_cli.puzzle import Grid, Puzzle, frozen


def allowed(grid: Grid) -> npt.NDArray[np.bool_]:
    """Return which digits no cell of a common unit has, (V, V, V: row, column, digit); filled cells allow none."""
    size = len(grid)
    free = np.ones((size * size, size), bool)
    cells = grid.ravel()
    for unit in units_of(size):
        taken = cells[unit][cells[unit] > 0] - 1
        free[np.ix_(unit, taken)] = False
    free[cells > 0] = False
    return free.reshape(size, size, size)


def branches(puzzle: Puzzle, probabilities: npt.NDArray[np.float32], n_cells: int) -> list[tuple[Puzzle, float]]:
    """Return the puzzle with one digit more, in every allowed way for each of the `n_cells` least sure cells.

    `probabilities` (V, V, V) are a model's for row, column, digit; each branch comes with its own among the allowed
    digits of its cell. There is none when a blank cell allows no digit: the puzzle contradicts itself.
    """
    free = allowed(puzzle.given)
    is_blank = puzzle.given == 0
    if not free[is_blank].any(1).all():
        return []
    shares = np.where(free, np.maximum(probabilities, 1e-6), 0.0)
    shares /= np.maximum(shares.sum(-1, keepdims=True), 1e-12)
    entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(-1)
    entropy[~is_blank] = -1.0
    found = []
    for cell in np.argsort(-entropy, axis=None)[: min(n_cells, int(is_blank.sum()))]:
        row, column = divmod(int(cell), len(free))
        for digit in np.flatnonzero(free[row, column]):
            given = puzzle.given.copy()
            given[row, column] = digit + 1
            found.append((replace(puzzle, given=frozen(given)), float(shares[row, column, digit])))
    return found
