"""Sudokus in JSON and programs as a list of their cells, each with its row, its column and its digit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LEAST = 17
"""Cells of a list without names; with fewer givens no 9x9 Sudoku has one solution."""
VALUES = ("value", "val", "v", "digit", "number", "num")
NAMES = (("row", "r", "y", "i"), ("column", "col", "c", "x", "j"), VALUES)
"""Keys of objects that are one cell each: its row, its column, and its digit."""


def of_cells(value: Any) -> list[Sequence[str]] | None:
    """Return the rows of a list of cells, `[{"row": 0, "col": 3, "value": 5}, ...]`; missing cells are blank.

    Each cell may be a list of three numbers too, if there are as many as the givens of a Sudoku.
    """
    if not isinstance(value, list) or len(value) < 4:
        return None
    triples: list[list[Any]]
    if all(isinstance(item, dict) for item in value):
        fields = [{str(key).lower(): field for key, field in item.items()} for item in value]
        keys = [next((name for name in names if name in fields[0]), "") for names in NAMES]
        triples = [[item.get(key) for key in keys] for item in fields]
    elif len(value) >= LEAST and all(isinstance(item, list) and len(item) == 3 for item in value):
        triples = value
        # No cell occurs twice, and there are at least eight different digits.
        if len({str(item[:2]) for item in value}) < len(value) or len({str(item[2]) for item in value}) < 8:
            return None
    else:
        return None
    if not all(type(r) is type(c) is int and (v is None or type(v) is int) for r, c, v in triples):
        return None
    # Places without any digit are cells of something else.
    if all(v is None for _, _, v in triples):
        return None
    # Full lists of smaller and larger grids are recognised by their length; all other lists are 9x9.
    size = next((size for size in (4, 6, 16) if size * size == len(triples)), 9)
    least, largest = min(min(r, c) for r, c, _ in triples), max(max(r, c) for r, c, _ in triples)
    # Whether rows and columns count from 0 or from 1 shows only if the first or the last are among them.
    if not (least == 0 and largest < size) and not (least > 0 and largest == size):
        return None
    rows = [[""] * size for _ in range(size)]
    for r, c, v in triples:
        rows[r - (least > 0)][c - (least > 0)] = "" if v is None else str(v)
    return [*rows]
