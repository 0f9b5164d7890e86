"""Hints at the next digit of a Sudoku: chosen by a model's belief, proven by the classical solver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trm_cli.domain import Hint, Hints
from trm_cli.domains.sudoku.branch import allowed
from trm_cli.domains.sudoku.grid import BOXES, units_of
from trm_cli.puzzle import Cell, Grid, Puzzle


class Unit(NamedTuple):
    """A row, a column or a box that a cell lies in, and its cells, numbered row-major."""

    name: str
    cells: npt.NDArray[np.int64]


def hints(puzzle: Puzzle, solution: Grid, probabilities: npt.NDArray[np.float32]) -> Hints:
    """Return three hints at the cell that `chosen` returns: where to look, which cell it is, and its digit."""
    given = puzzle.given
    cell = chosen(given, solution, probabilities)
    digit = int(solution[cell])
    symbol = puzzle.symbols[digit]
    unit, why = _look(given, cell, digit, symbol)
    n_blank = int((given.ravel()[unit.cells] == 0).sum())
    blanks = "its last blank cell" if n_blank == 1 else f"one of its {n_blank} blank cells"
    values = {"unit": unit.name.partition(" (")[0]}
    placed = {**values, "row": cell.row + 1, "column": cell.column + 1}
    return Hints((
        Hint(f"look at {unit.name}: {blanks} can be filled", values),
        Hint(f"look at {cell.words}, with an eye on {unit.name.partition(' (')[0]}", placed),
        Hint(f"{cell.words} is {symbol}: {why}", {**placed, "digit": symbol}),
    ))  # fmt: skip


def chosen(given: Grid, solution: Grid, probabilities: npt.NDArray[np.float32]) -> Cell:
    """Return the blank cell whose digit the model is surest of, among those where that digit is right.

    If it is wrong in all of them, return the cell in which it believes most in the right digit.
    """
    right = np.take_along_axis(probabilities, solution[..., None].astype(np.int64) - 1, -1)[..., 0]
    is_right = probabilities.argmax(-1) == solution - 1
    # Cells where the model is right score above 1, other blank cells below, and givens below all of them.
    order = np.where(given == 0, is_right + right, -1.0)
    return Cell(*map(int, np.unravel_index(order.argmax(), order.shape)))


def _look(given: Grid, cell: Cell, digit: int, symbol: str) -> tuple[Unit, str]:
    """Return the unit where a person should look for a cell's digit, and why it is that digit, in words.

    It is a unit in which the digit has only one place left, boxes first; else the unit with the fewest blank cells.
    """
    free = allowed(given)
    units = [*_units(cell, len(given))]
    for unit in units:
        if free.reshape(-1, len(given))[unit.cells, digit - 1].sum() == 1:
            return unit, f"{unit.name.partition(' (')[0]} has no other place for {symbol}"
    unit = min(units, key=lambda unit: (given.ravel()[unit.cells] == 0).sum())
    if free[cell].sum() == 1:
        return unit, "no other digit is left for it"
    return unit, "the model believes most in it, and a search through all other digits there finds none that works"


def _units(cell: Cell, size: int) -> Iterator[Unit]:
    """Yield the box, the row and the column of a cell."""
    box_rows, box_columns = BOXES[size]
    top, left = cell.row // box_rows, cell.column // box_columns
    box = top * (size // box_columns) + left
    rows = f"rows {top * box_rows + 1}-{(top + 1) * box_rows}"
    columns = f"columns {left * box_columns + 1}-{(left + 1) * box_columns}"
    units = units_of(size)
    yield Unit(f"box {box + 1} ({rows}, {columns})", units[2 * size + box])
    yield Unit(f"row {cell.row + 1}", units[cell.row])
    yield Unit(f"column {cell.column + 1}", units[size + cell.column])
