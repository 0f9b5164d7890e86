"""Every form in which people write mazes down, read into puzzles.

Recognised: rows of `#`, `█` or `X` for walls, space or `.` for free cells, `S` or `A` for the start, `G`, `E` or `B`
for the goal and `o` for a path; thin walls drawn with `+--+` and `|` or box-drawing characters; a square maze on
one line; CSV with a header; JSON with rows of characters or of the published data set's tokens. Several
mazes in a text are separated by blank lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np

from trm_cli.domains import written
from trm_cli.domains.maze.grid import FREE, GOAL, MAX_SIDE, PATH, START, SYMBOLS, WALL, shortest_path
from trm_cli.domains.written import Mark, marks
from trm_cli.errors import ParseError
from trm_cli.puzzle import Grid, Puzzle, frozen

CHARS = {"#": WALL, "█": WALL, "X": WALL, " ": FREE, ".": FREE, "·": FREE, "S": START, "A": START, "G": GOAL,
         "E": GOAL, "B": GOAL, "O": PATH}  # fmt: skip
"""What a character means, in upper case."""
LEVEL, UPRIGHT = set("-─━═╌┄"), set("|│┃║╎┆")
CORNERS = set("+┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋╭╮╰╯╴╵╶╷")
EXPECTED = "expected a wall (#), free (space or .), S, G or o"

Rows = list[list[Mark]]


def read(text: str, name: str) -> Iterator[Puzzle | ParseError]:
    """Yield every maze of a text in order, and for each that is wrong the error that says where."""
    is_empty = True
    for number, item in written.numbered(_read(text.lstrip("\ufeff"), name)):
        is_empty = False
        if isinstance(item, ParseError):
            yield item
            continue
        rows, answer, rows_name = item
        yield _puzzle(rows, answer, rows_name, f"{name}#{number}" if number else name)
    if is_empty:
        yield ParseError(f"{name}: no maze in it; a maze is rows of # and spaces with one S and one G")


Found = tuple[Rows, Rows | None, str]
"""The marks of a maze, those of its answer, and the name for places: with line and column where a text has them."""


def _read(text: str, name: str) -> Iterator[Found | ParseError]:
    if written.is_csv(text):
        for row in written.read_csv(text, name):
            if isinstance(row, ParseError):
                yield row
                continue
            if not row.question:
                yield ParseError(f"{name}:{row.line}: no maze in this row")
                continue
            answer = _square(marks(row.answer, row.line)) if row.answer else None
            yield _square(marks(row.question, row.line)), answer, name
    elif text.lstrip()[:1] in ("[", "{", '"'):
        yield from _read_json(text, name)
    else:
        for block in _blocks(text):
            yield from ((rows, None, name) for rows in _mazes(block))


def _blocks(text: str) -> Iterator[Rows]:
    """Yield the lines of a text between blank lines; comments are left out."""
    block: Rows = []
    for number, line in enumerate(text.splitlines(), 1):
        is_row_of_free_cells = block and len(line) == len(block[0])
        if not line.strip() and not is_row_of_free_cells:
            if block:
                yield block
            block = []
        elif block or not _is_comment(line):
            block.append(marks(line, number))
    if block:
        yield block


def _is_comment(line: str) -> bool:
    """Tell words behind a # from a row that begins with a wall."""
    told = [char for char in line if char not in "# "]
    strange = [char for char in told if char.upper() not in CHARS]
    return line.startswith("#") and len(strange) > 2 and 3 * len(strange) > len(told)


def _mazes(block: Rows) -> list[Rows]:
    """Return the mazes of a block of lines: it is one, unless each line is a square maze of its own."""
    if all(_is_whole([mark.char for mark in row]) for row in block):
        return [_square(row) for row in block]
    if any(mark.char in LEVEL | UPRIGHT for row in block for mark in row):
        return [block]
    width = max(map(len, block))
    pads = " " in {mark.char for row in block for mark in row}  # editors cut spaces at the ends of lines
    if pads:
        block = [row + [Mark(" ", row[0].line, i + 1) for i in range(len(row), width)] for row in block]
    return [[row[::2] for row in block]] if _is_spaced(block) else [block]


def _is_spaced(block: Rows) -> bool:
    """Tell a maze with a space behind every cell: by other signs for free cells, or a border that would be holes."""
    cells = [[mark.char for mark in row[::2]] for row in block]
    has_spaces_between = len(block[0]) > 4 and all(mark.char == " " for row in block for mark in row[1::2])
    return has_spaces_between and (not any(" " in row for row in cells) or " " not in cells[0] + cells[-1])


def _is_whole(chars: list[str]) -> bool:
    """Tell whether characters are a square maze by themselves."""
    values = [CHARS.get(char.upper()) for char in chars]
    return math.isqrt(len(chars)) ** 2 == len(chars) > 9 and values.count(START) == values.count(GOAL) == 1


def _square(row: list[Mark]) -> Rows:
    """Cut a line into rows as many as they are long; a line that is no square stays one row."""
    side = math.isqrt(len(row))
    return [row[i : i + side] for i in range(0, len(row), side)] if side * side == len(row) > 0 else [row]


def _read_json(text: str, name: str) -> Iterator[Found | ParseError]:
    for value in written.read_json(text, name):
        if isinstance(value, ParseError):
            yield value
            continue
        mazes = value if isinstance(value, list) and _is_list_of_mazes(value) else [value]
        for i, maze in enumerate(mazes, 1):
            question, answer, place = written.entry(maze, f"{name}[{i}]" if len(mazes) > 1 else name)
            width = _width(maze)
            rows = _json_rows(question, width)
            if rows is None:
                yield ParseError(f"{place}: expected a maze as a string or as rows of cells")
            else:
                yield rows, _json_rows(answer, width), place


def _is_list_of_mazes(values: list[Any]) -> bool:
    """Tell mazes from the rows of one: objects, lists of rows, or strings and lists of tokens that are whole mazes."""
    return all(
        isinstance(value, dict)
        or (isinstance(value, list) and bool(value) and isinstance(value[0], list))
        or _is_whole([*_json_text(value)])
        for value in values
    )


def _json_text(value: Any) -> str:
    """Return a string, or a list of characters or tokens, as characters; anything else is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_json_text(cell) for cell in value)
    is_token = isinstance(value, int) and 0 <= value < len(SYMBOLS)
    return SYMBOLS[value] if is_token else ""


def _width(value: Any) -> int:
    """Return the width that an object's `shape` tells, 0 for none."""
    shape = value.get("shape") if isinstance(value, dict) else None
    return shape[1] if isinstance(shape, list) and len(shape) == 2 and isinstance(shape[1], int) else 0


def _json_rows(value: Any, width: int = 0) -> Rows | None:
    """Return the rows of a maze in JSON, without the padding at the end of rows and below; `width` cuts a string."""
    if not value:
        return None
    if isinstance(value, list) and not isinstance(value[0], int):
        lines = [_json_text(row) for row in value]
    elif width > 0 and isinstance(value, str):
        lines = [value[i : i + width] for i in range(0, len(value), width)]
    else:
        text = _json_text(value)
        lines = text.split("\n") if "\n" in text else ["".join(m.char for m in row) for row in _square(marks(text, 1))]
    lines = [line.rstrip(SYMBOLS[0]) for line in lines]
    return [marks(line, number) for number, line in enumerate(lines, 1) if line] or None


def _puzzle(rows: Rows, answer: Rows | None, place: str, name: str) -> Puzzle | ParseError:
    """Turn marks into tokens and check that they are a maze that can be solved."""
    if any(mark.char in LEVEL | UPRIGHT for row in rows for mark in row):
        thick = _thick(rows, place)
        if isinstance(thick, ParseError):
            return thick
        rows = thick
    grid = _grid(rows, place)
    if isinstance(grid, ParseError):
        return grid
    solution = grid if (grid == PATH).any() else None
    if answer is not None:
        drawn = _grid(answer, place)
        if isinstance(drawn, ParseError):
            return ParseError(f"{drawn} in the answer")
        if drawn.shape != grid.shape:
            return ParseError(f"{place}:{answer[0][0].line}: the answer is not as large as the maze")
        solution = drawn
    given = frozen(np.where(grid == PATH, FREE, grid).astype(np.uint8))
    path = shortest_path(given)
    line = rows[0][0].line
    if path is None:
        return ParseError(f"{place}:{line}: the goal cannot be reached from the start")
    return Puzzle(
        "maze",
        name,
        given,
        SYMBOLS,
        None if solution is None else frozen(solution),
        f"{place}:{line}",
        float(len(path)),
    )


def _grid(rows: Rows, place: str) -> Grid | ParseError:
    """Return the tokens of a maze (H, W), or what is wrong with its characters, its shape or its ends."""
    width = len(rows[0])
    for row in rows:
        for mark in row:
            if mark.char.upper() not in CHARS:
                return ParseError(f"{place}:{mark.line}:{mark.column}: {EXPECTED}, found {mark.char!r}")
        if len(row) != width:
            return ParseError(f"{place}:{row[0].line}: expected {width} cells in this row, found {len(row)}")
    if max(len(rows), width) > MAX_SIDE:
        size = f"{len(rows)} rows of {width} cells"
        return ParseError(f"{place}:{rows[0][0].line}: {size}; mazes go up to {MAX_SIDE}x{MAX_SIDE}")
    grid = np.array([[CHARS[mark.char.upper()] for mark in row] for row in rows], np.uint8)
    for value, words in ((START, "start (S)"), (GOAL, "goal (G)")):
        found = [mark for row in rows for mark in row if CHARS[mark.char.upper()] == value]
        if not found:
            return ParseError(f"{place}:{rows[0][0].line}: the maze has no {words}")
        if len(found) > 1:
            places = " and ".join(f"{place}:{mark.line}:{mark.column}" for mark in found[:2])
            return ParseError(f"{places}: the maze has more than one {words}")
    return grid


def _thick(rows: Rows, place: str) -> Rows | ParseError:
    """Turn thin walls into cells: every passage and every wall between two becomes a cell of its own."""
    left = min(mark.column for row in rows for mark in row if not mark.char.isspace())
    lines = [{mark.column - left: mark for mark in row} for row in rows]
    corners = [(i, x) for i, line in enumerate(lines) for x, mark in line.items() if mark.char in CORNERS | UPRIGHT]
    across = reduce(math.gcd, (x for _, x in corners), 0)
    down = reduce(math.gcd, (i for i, line in enumerate(lines) if _has_ruler(line)), 0)
    first = rows[0][0].line
    if across < 2 or down < 2:
        return ParseError(f"{place}:{first}: the walls are not at regular distances, as in +--+ and |  |")
    thick = []
    for i in range(2 * ((len(lines) - 1) // down) + 1):
        row = []
        for j in range(2 * (max(x for _, x in corners) // across) + 1):
            covered = [
                lines[y][x]
                for y in _span(i, down)
                for x in _span(j, across)
                if x in lines[y] and not lines[y][x].char.isspace()
            ]
            row.append(_cell(covered, Mark(" ", first + i // 2 * down, left + j // 2 * across)))
        thick.append(row)
    return thick


def _has_ruler(line: dict[int, Mark]) -> bool:
    return any(mark.char in LEVEL | CORNERS for mark in line.values())


def _span(i: int, pitch: int) -> range:
    """Return the characters that cell `i` covers along an axis: one for a wall, all between two walls for a passage."""
    return range(i // 2 * pitch + 1, (i // 2 + 1) * pitch) if i % 2 else range(i // 2 * pitch, i // 2 * pitch + 1)


def _cell(covered: list[Mark], free: Mark) -> Mark:
    """Return the one mark for what a cell covers: a letter, a wall, or nothing."""
    letters = [mark for mark in covered if mark.char not in LEVEL | UPRIGHT | CORNERS]
    if letters:
        return letters[0]
    return Mark("#", *covered[0][1:]) if covered else free
