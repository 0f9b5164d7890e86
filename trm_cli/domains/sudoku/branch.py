"""Guesses in a Sudoku: the cells whose digits a model is least sure of, and the digits that the rules allow there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from trm_cli.domains.sudoku.grid import BOXES, units_of
from trm_cli.puzzle import Grid, Puzzle, frozen

FEWEST = {4: 4, 6: 8, 9: 17}
"""Fewest givens of a Sudoku with a single solution, by the side of the grid (McGuire 2012, arXiv:1201.0749, for 9)."""


def is_open(grid: Grid) -> bool:
    """Tell whether a grid is sure to have several solutions, if it has any: by too few givens, or by a symmetry.

    Two digits that are not given at all may change places in every solution, and so may two empty rows or columns that
    cross the same boxes.
    """
    givens = grid[grid > 0]
    if len(givens) < FEWEST.get(len(grid), 0) or len(np.unique(givens)) < len(grid) - 1:
        return True
    box_rows, box_columns = BOXES[len(grid)]
    is_blank = grid == 0
    empty = (is_blank.all(1).reshape(-1, box_rows), is_blank.all(0).reshape(-1, box_columns))
    return any(bool((lines.sum(1) > 1).any()) for lines in empty)


def allowed(grid: Grid) -> npt.NDArray[np.bool_]:
    """Return which digits each cell may still take, (V, V, V: row, column, digit); filled cells may take none."""
    size = len(grid)
    free = np.ones((size * size, size), bool)
    cells = grid.ravel()
    # A digit that stands in a row, a column or a box is taken for every cell of it.
    for unit in units_of(size):
        taken = cells[unit][cells[unit] > 0] - 1
        free[np.ix_(unit, taken)] = False
    free[cells > 0] = False
    return free.reshape(size, size, size)  # (V, V, V)


def shares(free: npt.NDArray[np.bool_], probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return a model's probabilities (V, V, V), scaled to a sum of 1 over the digits that are `free` in every cell.

    A cell for which no digit is left has zeros.
    """
    believed = np.where(free, np.maximum(probabilities[..., : len(free)], 1e-6), 0.0)
    believed /= np.maximum(believed.sum(-1, keepdims=True), 1e-12)
    return believed


def branches(puzzle: Puzzle, probabilities: npt.NDArray[np.float32], n_cells: int) -> list[tuple[Puzzle, float]]:
    """Return copies of the puzzle with one more digit: every allowed digit in each of the `n_cells` least sure cells.

    `probabilities` (V, V, V) are a model's, by row, column and digit. Each copy comes with the probability of its
    digit among the allowed digits of the cell. The list is empty when a blank cell allows no digit,
    because then the puzzle contradicts itself.
    """
    free = allowed(puzzle.given)
    is_blank = puzzle.given == 0
    if not free[is_blank].any(1).all():
        return []
    believed = shares(free, probabilities)
    # The least sure cell is the one with the highest entropy; filled cells come last.
    entropy = -(believed * np.log(np.maximum(believed, 1e-12))).sum(-1)  # (V, V)
    entropy[~is_blank] = -1.0
    copies = []
    for cell in np.argsort(-entropy, axis=None)[: min(n_cells, int(is_blank.sum()))]:
        row, column = divmod(int(cell), len(free))
        for digit in np.flatnonzero(free[row, column]):
            given = puzzle.given.copy()
            given[row, column] = digit + 1
            copies.append((replace(puzzle, given=frozen(given)), float(believed[row, column, digit])))
    return copies


def filled(
    puzzle: Puzzle, probabilities: npt.NDArray[np.float32], n_cells: int, rng: np.random.Generator
) -> Puzzle | None:
    """Return the puzzle with up to `n_cells` digits more, each in the surest cell; None if a blank allows no digit.

    Digits are drawn by their `probabilities` (V, V, V) among those that the rules allow, given the ones before.
    """
    given = puzzle.given.copy()
    size = len(given)
    for _ in range(min(n_cells, int((given == 0).sum()))):
        free = allowed(given)
        if not free[given == 0].any(1).all():
            return None
        # Cells with the fewest digits left come first, as a classical solver has it, then those the model is sure of.
        believed = shares(free, probabilities)
        rank = np.where(given == 0, free.sum(-1) - believed.max(-1), np.inf)
        row, column = divmod(int(rank.argmin()), size)
        given[row, column] = 1 + rng.choice(size, p=believed[row, column] / believed[row, column].sum())
    return replace(puzzle, given=frozen(given))
