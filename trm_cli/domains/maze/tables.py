"""Mazes in tables and values: CSV with a header, JSON, and the literals of programs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from trm_cli.domains import drawings
from trm_cli.domains.drawings import Drawn
from trm_cli.domains.maze.characters import GOALS, STARTS, Rows, has_walls
from trm_cli.domains.maze.form import OPEN, Written, between
from trm_cli.domains.maze.grid import MAX_SIDE, SYMBOLS
from trm_cli.domains.maze.lines import pitch_of
from trm_cli.domains.maze.names import in_chars
from trm_cli.domains.maze.plain import Square, square
from trm_cli.domains.written import HEAD, Mark, Reader, begins_like_json, is_csv, read_csv, trimmed
from trm_cli.errors import Flawed, ParseError

MAZES = re.compile(r"maze|lab[iy]r|laberint|lake|\bmouse\b|\brat\b|dungeon|迷|미로|лабиринт", re.IGNORECASE)
"""Words of programs that are about mazes."""
SHORT = 2000
"""Characters of a text that is little more than its puzzle."""
SMALLEST, LIKELY = 3, 5
"""Rows and columns, at least, of a maze in a program that is about mazes, and in any other."""
SHAPED = "expected a maze as a string or as rows of cells"


class Table(Reader[Square]):
    """CSV with a header that names the column of the mazes, each a square on one line."""

    def fits(self, text: str) -> bool:
        """Look for the header."""
        return is_csv(text)

    def read(self, text: str, name: str) -> Iterator[Square | ParseError]:
        """Yield the mazes of the column, each with its answer where there is a column for that."""
        for row in read_csv(text, name):
            if isinstance(row, ParseError):
                yield row
            elif not row.question:
                yield ParseError(f"{name}:{row.line}: no maze in this row")
            elif len(row.question) > MAX_SIDE**2:
                yield Flawed(f"{name}:{row.line}: {len(row.question)} cells; mazes go up to {MAX_SIDE}x{MAX_SIDE}")
            else:
                yield Square(row.question, row.answer, name, row.line)


class Values(Reader[Written | Square]):
    """JSON and JSON lines, and the literals of programs."""

    def fits(self, text: str) -> bool:
        """Look for brackets with rows in them, or for JSON in the place of a maze."""
        stripped = trimmed(text)
        if stripped[:1] in ("[", "{") or re.match(r'"(?!"")[^"\n]*"\s*$', stripped):
            return True
        if not any(char in text[:HEAD] for char in "[{(`\"'"):
            return False
        # Programs may begin with anything, so their first part is searched for a maze.
        values, is_shaped = drawings.drawn(text[:HEAD], "", _is_shaped), _shaped_in(text)
        return any(isinstance(grid, Drawn) and is_shaped(grid) for grid in values)

    def read(self, text: str, name: str) -> Iterator[Written | Square | ParseError]:
        """Yield the mazes among the values; if there is none, one error that says what was expected."""
        n_found = 0
        is_shaped = _is_shaped if begins_like_json(text) else _shaped_in(text)
        for grid in drawings.drawn(text, name, is_shaped):
            if isinstance(grid, ParseError) or is_shaped(grid):
                n_found += 1
                yield grid if isinstance(grid, ParseError) else _written(grid)
        if not n_found:
            yield ParseError(f"{name}: {SHAPED}")


def _is_shaped(grid: Drawn) -> bool:
    """Tell whether a value is rows of cells, and not a list of words or of long numbers."""
    if all(isinstance(row, str) for row in grid.rows):
        text = "".join(map(str, grid.rows))
        # Words have more letters than a maze without the usual walls.
        is_words = sum(map(str.isalpha, {*text.lower()})) > 6 and not has_walls(text)
        # A short word such as `8/11` is no maze of 2x2, unless its walls are drawn.
        is_long = len(text) > (3 if len(grid.rows) > 1 or "#" in text else 8)
        return is_long and not is_words and (not text.isalpha() or _is_of_letters([*map(str, grid.rows)]))
    if any(not isinstance(row, str) and len(row[0]) > 2 for row in grid.rows[:1]):
        return in_chars(grid.rows) is not None
    cells = [cell for row in grid.rows for cell in row]
    return len(cells) > 3 and all(len(cell) < 3 for cell in cells) and not "".join(cells).isalpha()


def _is_of_letters(rows: list[str]) -> bool:
    """Tell whether rows are a maze in nothing but letters, as of frozen lakes: few different ones, with both ends."""
    text = "".join(rows)
    ends = [sum(map(text.count, chars)) for chars in (STARTS, GOALS)]
    return len(rows) > 2 and len({*map(len, rows)}) == 1 and len({*text}) < 6 and ends == [1, 1]


def _shaped_in(text: str) -> Callable[[Drawn], bool]:
    """Return what tells whether a value among other code is rows of cells, not a few arguments, names or numbers.

    A program has small matrices of many kinds; only one that is about mazes, or a short text, may have small mazes.
    """
    least = SMALLEST if len(text) < SHORT or MAZES.search(text[:HEAD]) else LIKELY

    def is_shaped(grid: Drawn) -> bool:
        words = [word for row in grid.rows for word in ([row] if isinstance(row, str) else row)]
        height, width = len(grid.rows), len(grid.rows[0])
        if height == 1 and (grid.shape or math.isqrt(width) ** 2 == width):
            height, width = grid.shape or (math.isqrt(width), math.isqrt(width))
        is_large = min(height, width) >= least
        return is_large and _is_shaped(grid) and not any(re.fullmatch(r"[A-Za-z]{1,2}\d", word) for word in words)

    return is_shaped


def _written(grid: Drawn) -> Written | Square | ParseError:
    # One text, perhaps with another one for its answer.
    texts = [row for row in (grid.rows[0], *(grid.answer or [])) if isinstance(row, str)]
    if len(grid.rows) == 1 and len(texts) == 1 + len(grid.answer or []) < 3 and not (grid.shape or grid.ends):
        line = Square(texts[0], texts[1] if grid.answer else "", grid.place, grid.line)
        if line.is_plain:
            return line
    n = sum(map(len, grid.rows))
    if max(n, len(grid.rows)) > 2 * MAX_SIDE**2:
        return Flawed(f"{grid.place}:1: {len(grid.rows)} rows of {len(grid.rows[0])} cells; mazes go up to 64x64")
    rows = _rows(grid.rows, grid.shape, grid.line)
    answer = _rows(grid.answer, grid.shape, grid.line) if grid.answer else None
    written = Written(rows, answer, grid.place)
    if len(grid.ends) == 2:
        return between(written, grid.ends)
    return written._replace(start=grid.ends[0], goals=_goals(rows, grid)) if grid.ends else written


def _goals(rows: Rows, grid: Drawn) -> tuple[tuple[int, int], ...]:
    """Return all free cells of the border but the start, which is the only place beside a maze."""
    # A free cell of a border is the way out; the nearest one counts. A maze without a border has none.
    height, width = len(rows), min(map(len, rows))
    chars = {mark.char for row in rows for mark in row}
    wall = next((char for char in ("#", "+", "X", "1") if char in chars), None)
    free = tuple(
        (r, c)
        for r, row in enumerate(rows)
        for c, mark in enumerate(row)
        if (r in (0, height - 1) or c in (0, width - 1)) and mark.char != wall and (r, c) != grid.ends[0]
    )
    return free if len(free) <= OPEN * 2 * (height + width) else ()


def _rows(cells: drawings.Rows, shape: tuple[int, int] | None, line: int) -> Rows:
    """Return the marks of rows, without padding; a single row is cut into rows by the `shape`, or into a square.

    Published data sets are padded with 0 to the right of the rows and below them, and their tokens begin at 1.
    """
    if len(cells[0][0]) > 2 and (named := in_chars(cells)):
        cells = [*named]
    texts = [row for row in cells if isinstance(row, str)]
    if 2 < len(texts) == len(cells) and (pitch := pitch_of(texts)) > 1:
        cells = [text[::pitch] for text in texts]
    chars = {cell for row in cells for cell in row}
    # Tokens of the published data set become the usual characters, unless a 0 is inside: then it is another code.
    if chars <= set("012345") and {"1", "2"} <= chars and {"3", "4"} & chars:
        is_padded = _is_padded(cells)
        if is_padded or "0" not in chars:
            cells = [[SYMBOLS[int(cell)] for cell in row] for row in cells]
    rows = [[Mark(cell or " ", line + r, c) for c, cell in enumerate(row, 1)] for r, row in enumerate(cells)]
    if len(rows) == 1:
        width = shape[1] if shape else 0
        rows = [rows[0][i : i + width] for i in range(0, len(rows[0]), width)] if width > 0 else square(rows[0])
    # The padding has the character of token 0.
    cut = [row[: len("".join(mark.char for mark in row).rstrip(SYMBOLS[0]))] for row in rows]
    return [row for row in cut if row] or rows


def _is_padded(cells: drawings.Rows) -> bool:
    """Tell whether zeros stand only at the ends of rows, so that they are padding."""
    side = round(len(cells[0]) ** 0.5)
    if len(cells) == 1 and side * side == len(cells[0]):
        cells = [cells[0][i : i + side] for i in range(0, side * side, side)]
    texts = ["".join(row) for row in cells]
    return not any("0" in text.rstrip("0") for text in texts)
