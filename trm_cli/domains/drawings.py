"""Grids in JSON and in the literals of programs, with other code around them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from trm_cli.domains import foreign
from trm_cli.domains.listed import VALUES, of_cells
from trm_cli.domains.literals import DEPTH, ON_ONE_LINE, Value, literals
from trm_cli.domains.places import STARTS, ends_of, named
from trm_cli.domains.written import ANSWERS, QUESTIONS, begins_like_json, read_json, trimmed
from trm_cli.errors import ParseError

GIVENS = (*QUESTIONS, "given", "grid", "board", "sudoku", "maze", "value", "cells", "clues", "unsolved", "layout")
"""Keys of objects that hold a puzzle, the likeliest first."""
SOLVED = (*ANSWERS, "solved", "output", "expected")
"""Keys of objects that hold the answer of a puzzle."""
SUDOKU = re.compile(r"[.0-9_*?-]{81}|[.0-9A-Ga-g_*?-]{256}")
LEAST = 3
"""Commas of a row of text in which they part cells."""
MOST_CELLS = 4096
"""Cells of the largest puzzle, a maze of 64x64."""


Rows = list[Sequence[str]]
"""Rows of cells, each a string of characters or a list of cells."""


class Drawn(NamedTuple):
    """A value that may be a puzzle: its rows of cells as text, the rows of its answer, and where it stands.

    A puzzle written as one string or as one list of cells is a single row.
    """

    rows: Rows
    answer: Rows | None
    place: str
    line: int = 1
    shape: tuple[int, int] | None = None
    ends: tuple[tuple[int, int], ...] = ()


def drawn(text: str, name: str, fits: Callable[[Drawn], bool]) -> Iterator[Drawn | ParseError]:
    """Yield the grids in a text, which is JSON, JSON lines, or a program with literals.

    If a text begins like JSON but is not, and none of its literals `fits`, the last item is the error of the JSON.
    """
    stripped = trimmed(text)
    flaw = None
    if begins_like_json(stripped) and stripped[:3] != '"""':
        # What begins like JSON may be a Python literal with single quotes or comments: keep the error for later.
        values = [*read_json(stripped, name)]
        if not isinstance(values[0], ParseError) or len(values) > 1:
            yield from _of_json(values, name)
            return
        flaw = values[0]
    n_found = 0
    for grid in _of_program(stripped, name, fits):
        n_found += fits(grid)
        yield grid
    if flaw and not n_found:
        yield flaw


def _of_json(values: list[Any], name: str) -> Iterator[Drawn | ParseError]:
    """Yield the grids of JSON lines, or of one value; a line that is only a place is an end of every grid."""
    if _is_row_each(values):
        values = [values]
    ends = tuple(pair for value in values if (pair := _pair(value)))
    for n, value in enumerate(values, 1):
        if isinstance(value, ParseError):
            yield value
        elif not _pair(value):
            place = f"{name}:{n}" if len(values) > 1 else name
            yield from (grid._replace(ends=ends) if ends else grid for grid in grids(value, place))


def _of_program(text: str, name: str, fits: Callable[[Drawn], bool]) -> Iterator[Drawn]:
    """Yield the grids of the literals in a program; one with the name of a solution is the answer of the one before.

    Two places after the only grid are its ends, and so are those that are named as a start and a goal, anywhere. A
    place after any grid with the name of a start is its start.
    """
    drawings: list[Drawn] = []
    pairs: list[tuple[int, int]] = []
    named_values = literals(foreign.plain(text)) + foreign.runs(text)
    ends = ends_of({key: value for key, value, _ in named_values if key})
    is_beside_others = False
    for key, value, line in _joined(named_values):
        pair = _pair(value)
        # A pair after a grid is one of its ends.
        if pair and drawings:
            pairs.append(pair)
            if STARTS.search(key) and not drawings[-1].ends and fits(drawings[-1]):
                drawings[-1] = drawings[-1]._replace(ends=(pair,))
            continue
        new = [grid._replace(line=line) for grid in grids(value, name)]
        is_beside_others |= not isinstance(value, str) and any(map(fits, new))
        is_answer = len(new) == 1 and key.lower() in SOLVED
        if drawings and is_answer and _shape(drawings[-1].rows) == _shape(new[0].rows):
            drawings[-1] = drawings[-1]._replace(answer=new[0].rows)
        else:
            drawings += new
    # Puzzles in strings without brackets are left to readers of lines, if there are no others.
    drawings = [
        grid for grid in drawings if is_beside_others or len(grid.rows) > 1 or not isinstance(grid.rows[0], str)
    ]
    fitting = [grid for grid in drawings if len(grid.rows) > 2 and fits(grid)]
    ends = ends or (named(text) if len(fitting) == 1 else ())
    if len(drawings) == 1 and pairs:
        drawings = [drawings[0]._replace(ends=tuple(pairs[:2]))]
    elif len(fitting) == 1 and ends:
        drawings = [grid._replace(ends=ends) if grid is fitting[0] else grid for grid in drawings]
    yield from drawings


def _joined(values: list[Value]) -> list[Value]:
    """Return literals where rows that stand one below the other, each in brackets of its own, are one grid."""
    whole = [value for _, value, _ in values]
    joined: list[Value] = []
    while values:
        # The longest run of lines without a name, or with the dash of YAML, that are rows of one length.
        n = 1
        while n < len(values) and values[n][0] in ("", "-") and values[n][2] == values[n - 1][2] + 1:
            n += 1
        rows = [value for _, value, _ in values[:n]]
        joined += [(values[0][0], rows, values[0][2])] if _is_row_each(rows) else values[:n]
        values = values[n:]
    # Rows with names or words between them are one grid, unless they are several.
    is_whole_grid = _is_row_each(whole) and not (len(joined) > 1 and all(_is_row_each(grid) for _, grid, _ in joined))
    return [(joined[0][0], whole, joined[0][2])] if is_whole_grid else joined


def _is_row_each(values: list[Any]) -> bool:
    """Tell whether values are the rows of one grid: more than two lists of scalars, all equally long."""
    lists = [value for value in values if isinstance(value, list) and len(value) > 2 and all(map(_is_scalar, value))]
    is_even = len(values) == len(lists) > 2 and len({*map(len, lists)}) == 1
    # As many rows as each is long are a grid; any others may be a list of mazes on one line each.
    return is_even and (len(lists) == len(lists[0]) or not all(is_whole([*map(_cell, row)]) for row in lists))


def _pair(value: Any) -> tuple[int, int] | None:
    """Return a value such as `[1, 2]` as a place in a grid; None for any other value."""
    is_pair = isinstance(value, list) and len(value) == 2 and all(type(item) is int for item in value)
    return (value[0], value[1]) if is_pair else None


def grids(value: Any, place: str, depth: int = 0) -> Iterator[Drawn]:
    """Yield the grids in a value, at any depth of its lists and objects."""
    if depth > DEPTH:
        return
    if isinstance(value, dict):
        yield from _of_object(value, place, depth)
        return
    rows = of_cells(value) or rows_of(value)
    if rows:
        yield Drawn(rows, None, place)
    elif isinstance(value, list):
        for i, item in enumerate(value, 1):
            if isinstance(item, list | dict | str):
                yield from grids(item, f"{place}[{i}]" if len(value) > 1 else place, depth + 1)


def _of_object(value: dict[str, Any], place: str, depth: int) -> Iterator[Drawn]:
    """Yield the grid under a usual key, with its answer, or else the grids in all values of the object."""
    fields = {str(key).lower(): field for key, field in value.items()}
    # A puzzle under a usual key, a table of columns, or an object that holds other values.
    given = next((fields[key] for key in GIVENS if rows_of(fields.get(key))), None)
    table, ends = _table(value), ends_of(fields)
    if given is not None:
        answer = next((rows_of(fields[key]) for key in SOLVED if fields.get(key)), None)
        yield Drawn(rows_of(given) or [], answer, place, shape=_pair(fields.get("shape")), ends=ends)
    elif table:
        yield Drawn(table, None, place)
    else:
        for key, field in fields.items():
            is_answer = any(word in key for word in SOLVED)
            if not is_answer and isinstance(field, list | dict | str):
                inside = grids(field, f"{place}.{key}" if len(fields) > 1 else place, depth + 1)
                yield from (grid._replace(ends=grid.ends or ends) for grid in inside)


def _table(value: dict[str, Any]) -> Rows | None:
    """Return the rows of a table by columns, `{"0": {"0": 5, ...}, ...}`, as pandas writes it, or by named rows."""
    lists = [row for row in value.values() if isinstance(row, list)]
    if len(lists) == len(value) and _is_row_each(lists):
        return rows_of(lists)
    # Columns as objects from row to cell, as pandas writes them: turn them into rows.
    columns = [[*column.values()] for column in value.values() if isinstance(column, dict)]
    if len(columns) < 4 or len(columns) != len(value) or len({len(column) for column in columns}) != 1:
        return None
    return rows_of([[*row] for row in zip(*columns, strict=True)])


def rows_of(value: Any) -> Rows | None:
    """Return the rows of cells of a value that is one grid, as text; None for any other value.

    >>> rows_of([[5, None], [0, "x"]]), rows_of("53."), rows_of(["#.", "S#"]), rows_of([[[1]]])
    ([['5', ''], ['0', 'x']], ['53.'], ['#.', 'S#'], None)
    """
    if isinstance(value, str):
        return _of_fields([*value.strip("\n").split("\n")]) if value else None
    if not isinstance(value, list) or not value:
        return None
    # A call with a string of several lines.
    if len(value) == 1 and isinstance(value[0], str) and "\n" in value[0].strip("\n"):
        return rows_of(value[0])
    # Whole puzzles beside words or other values.
    n_whole = sum(
        isinstance(item, str) and len(item) > 80 and ON_ONE_LINE.fullmatch(item) is not None for item in value
    )
    if 0 < n_whole < len(value):
        return None
    # Rows may be objects with a single key each.
    if all(isinstance(row, dict) and len(row) == 1 for row in value):
        value = [next(iter(row.values())) for row in value]
    # What a call is given may be nothing but a list of rows.
    if len(value) == 1 and isinstance(value[0], list) and len(value[0]) > 2 and all(map(_is_text, value[0])):
        value = value[0]
    # A list of strings may end with a character for its end.
    if len(value) > 2 and value[-1] is None and all(isinstance(row, str) and len(row) > 1 for row in value[:-1]):
        value = value[:-1]
    rows: Rows
    # Rows of strings, rows of cells, or one row of cells.
    if all(isinstance(row, str) and len(row) > 1 for row in value):
        rows = _of_fields(value)
    elif all(isinstance(row, list) and row and all(map(_is_scalar, row)) for row in value):
        rows = [[_cell(cell) for cell in row] for row in value]
    elif all(map(_is_scalar, value)):
        rows = [[_cell(cell) for cell in value]]
    elif len(value) > 3 and all(isinstance(row, list) and all(isinstance(cell, dict) for cell in row) for row in value):
        rows = [[_value(cell) for cell in row] for row in value]
        if not any(map(any, rows)):
            return None
    else:
        return None
    # A list of puzzles, one a row, is not one grid.
    is_list = len(rows) != len(rows[0]) and all(map(is_whole, rows)) and (len(rows) > 1 or value is rows)
    return None if is_list else rows


def _of_fields(rows: list[str]) -> Rows:
    """Return rows of text with the fields of CSV as cells, if all have equally many, and no field is a word.

    >>> _of_fields(["1,,,2", ",3,4,"]), _of_fields(["12", "3,"])
    ([['1', '', '', '2'], ['', '3', '4', '']], ['12', '3,'])
    """
    if rows[0].count(",") < LEAST or len({row.count(",") for row in rows}) > 1:
        return [*rows]
    fields = [[field.strip() for field in row.split(",")] for row in rows]
    return [*fields] if all(len(field) < 3 for row in fields for field in row) else [*rows]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 1


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int) or (isinstance(value, float) and value.is_integer())


def _cell(value: Any) -> str:
    return "" if value is None else str(int(value)) if isinstance(value, int | float) else value


def _value(cell: dict[str, Any]) -> str:
    """Return the value of a cell that is an object; "" if it has none, or one that a player filled in."""
    fields = {str(key).lower(): field for key, field in cell.items()}
    value = next((fields[key] for key in VALUES if key in fields), None)
    is_given = next((bool(fields[key]) for key in ("given", "isgiven", "fixed", "readonly") if key in fields), True)
    return _cell(value) if is_given and _is_scalar(value) and value is not True and value is not False else ""


def is_whole(row: Sequence[str]) -> bool:
    """Tell whether a row is a puzzle by itself: a Sudoku of 81 or 256 cells, or a square maze with both its ends."""
    side = math.isqrt(len(row))
    if side * side != len(row) or not 9 <= len(row) <= MOST_CELLS:
        return False
    text = row if isinstance(row, str) else "".join(f"{cell:.1}" if len(cell) < 3 else "" for cell in row)
    if SUDOKU.fullmatch(text):
        return True
    # A maze has one character of a start and one of a goal, and each cell is one character.
    ends = [sum(text.upper().count(char) for char in chars) for chars in ("SA3", "GEB4")]
    return ends == [1, 1] and len(text) == len(row)


def _shape(rows: Rows) -> tuple[int, int]:
    return len(rows), max(map(len, rows))
