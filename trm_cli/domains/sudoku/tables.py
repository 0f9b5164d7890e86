"""Sudokus in tables and lists: CSV with a header, JSON, literals of programs, Sudoku Komo, and lists of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from trm_cli.domains import drawings, foreign
from trm_cli.domains.drawings import Drawn
from trm_cli.domains.listed import LEAST
from trm_cli.domains.sudoku.form import BLANKS, EXPECTED, FIELD, SIZES, Item, Line, Written, cell, ready, refusal
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.domains.written import HEAD, Mark, Reader, begins_like_json, is_csv, read_csv, trimmed
from trm_cli.errors import ParseError

SHAPED = "expected a grid as a string or as rows of 4, 6, 9, 16 or 25 cells"


class Table(Reader[Item]):
    """CSV with a header that names the column of the puzzles."""

    def fits(self, text: str) -> bool:
        """Look for the header."""
        return is_csv(text)

    def read(self, text: str, name: str) -> Iterator[Item | ParseError]:
        """Yield the grids of the column, each with its answer where there is a column for that."""
        batch: list[Line] = []
        for row in read_csv(text, name):
            line = row if isinstance(row, ParseError) else _line(row.question, row.answer, row.rating, row.line, name)
            # Rows are checked in batches. An error ends the batch, so that it comes in its place.
            if isinstance(line, Line):
                batch.append(line)
            if isinstance(line, ParseError) or len(batch) == 1024:
                yield from ready(batch)
                batch = []
            if isinstance(line, ParseError):
                yield line
        yield from ready(batch)


def _line(given: str, answer: str, rating: float | None, line: int, name: str) -> Line | ParseError:
    """Return a grid on one line, or an error if its length or that of its answer is wrong."""
    answer = answer.strip()
    for text, words in ((given, ""), (answer or given, " in the answer")):
        if len(text) not in SIZES:
            return ParseError(f"{name}:{line}: {EXPECTED}, found {len(text)}{words}")
    if answer and len(answer) != len(given):
        return ParseError(f"{name}:{line}: the answer is not as large as the puzzle")
    return Line(given, answer, rating, line)


class Values(Reader[Item]):
    """JSON and JSON lines, and the literals of programs."""

    def fits(self, text: str) -> bool:
        """Look for brackets with a grid in them, or for JSON in the place of a puzzle."""
        stripped = trimmed(text)
        if re.match(r"\[\w+\][ \t]*\n", stripped) and "[" not in re.sub(r"(?m)^\[\w+\]", "", stripped[:HEAD]):
            return False  # a title of SadMan
        if stripped[:1] in ("[", "{") or re.match(r'"[^"\n]*"\s*$', stripped):
            return True
        # Programs may begin with anything, so their first part is searched for a grid.
        if not any(char in text[:HEAD] for char in "[{(") and not foreign.runs(text[:HEAD]):
            return False
        grids = [grid for grid in _grids(text[:HEAD], "") if isinstance(grid, Drawn)]
        return any(len(grid.rows) in BOXES or len(grid.rows[0]) in (81, 256) for grid in grids)

    def read(self, text: str, name: str) -> Iterator[Item | ParseError]:
        """Yield the grids among the values; if there is none, one error that says what was expected."""
        n_found = 0
        batch: list[Line] = []
        for grid in _grids(text, name):
            n_found += 1
            # Grids as strings are checked in batches.
            if isinstance(grid, Drawn) and len(grid.rows) == 1 and isinstance(grid.rows[0], str):
                answer = "".join(grid.answer[0]) if grid.answer and len(grid.answer) == 1 else ""
                batch.append(Line(grid.rows[0], answer if len(answer) == len(grid.rows[0]) else "", None, 1))
                if len(batch) == 1024:
                    yield from ready(batch)
                    batch = []
                continue
            yield from ready(batch)
            batch = []
            if isinstance(grid, ParseError):
                yield grid
            # A grid as rows of cells; a single short word is none.
            elif len(grid.rows) > 1 or len(grid.rows[0]) != 1 or len(grid.rows[0][0]) > 2:
                yield from _written(grid)
        yield from ready(batch)
        if not n_found:
            yield ParseError(f"{name}: {SHAPED}")


def _grids(text: str, name: str) -> Iterator[Drawn | ParseError]:
    """Yield the values that have the shape of a Sudoku; if none has, one error for the first of another shape."""
    others: list[Drawn | ParseError] = []
    n_found = 0
    is_program = not begins_like_json(text)
    for grid in drawings.drawn(text, name, _is_shaped):
        # Programs fill an empty grid later: it is a puzzle only if there is no other one.
        if is_program and isinstance(grid, Drawn) and _is_shaped(grid) and _is_empty(grid):
            others.insert(0, grid)
        elif isinstance(grid, ParseError) or _is_shaped(grid):
            n_found += 1
            yield grid
        elif len(grid.rows) > 2 and len(grid.rows[0]) > 2:
            others.append(refusal(grid.place, grid.line, len(grid.rows), max(map(len, grid.rows))))
    if not n_found and others:
        yield others[0]


def _is_shaped(grid: Drawn) -> bool:
    n, lengths = len(grid.rows), {*map(len, grid.rows)}
    if n in BOXES and lengths == {n}:
        # Cells such as `A0` are names of something else.
        return not all(len(char) > 1 and char.isidentifier() for row in grid.rows for char in row)
    return n == 1 and lengths <= {*SIZES} and not _is_word(grid.rows[0])


def _is_empty(grid: Drawn) -> bool:
    """Tell whether a grid is 9x9 and has no digit."""
    return len(grid.rows) == 9 and all(cell(char) in BLANKS for row in grid.rows for char in row)


def _is_word(row: Sequence[str]) -> bool:
    """Tell whether a row is a word and not a grid: most of its characters are letters."""
    return sum(char.isalpha() for char in row) > len(row) // 2 and not FIELD.fullmatch("".join(row))


def _written(grid: Drawn) -> Iterator[Written | ParseError]:
    if {"-1", "0"} <= {char for row in grid.rows for char in row}:
        yield ParseError(f"{grid.place}: a grid with both -1 and 0; write every blank alike, and digits from 1")
        return
    marks = [
        Mark(cell(char, len(row)), grid.line + (r if grid.line > 1 else 0), c + 1)
        for r, row in enumerate(grid.rows)
        for c, char in enumerate(row)
    ]
    # An answer of another size is left out.
    answer = [Mark(cell(char, len(row)), grid.line, 1) for row in grid.answer or () for char in row]
    yield Written(marks, answer if len(answer) == len(marks) else None)


class Komo(Reader[Item]):
    """Sudoku Komo, `6!,1!,2,...;8,...`: commas between cells, `;` between rows, and `!` after each given."""

    is_signed = True
    CELL = r"[0-9.]?!?(?:\([\d.]*\))?"
    GRID = re.compile(rf"(?:(?:{CELL},){{8}}{CELL}[;\n]){{8}}(?:{CELL},){{8}}{CELL}(?![\d,;])")

    def fits(self, text: str) -> bool:
        """Look for `!` among the cells of a grid."""
        return "!," in text[:HEAD] and any("!" in match[0] for match in self.GRID.finditer(text[:HEAD]))

    def read(self, text: str, name: str) -> Iterator[Item | ParseError]:
        """Yield the givens of every grid, without the digits that a player filled in."""
        for match in self.GRID.finditer(text):
            cells = re.split("[,;\n]", match[0])
            line = text.count("\n", 0, match.start()) + 1
            given = "".join(char[0] if "!" in char and char[0].isdigit() else "." for char in cells)
            yield from ready([Line(given, "", None, line)])


class Triple(NamedTuple):
    """A cell of a list: the line that it stands on, its row and column as they are counted there, and its digit."""

    line: int
    row: int
    column: int
    digit: int


class Triples(Reader[Item]):
    """A list of cells: `row column digit` or `r1c2=3` a line, perhaps below the size and the number of givens.

    The cells may also be facts or statements of a program, `given(1, 2, 3).` or `board[0][1] = 3;`, or tags of XML with
    the attributes `row` and `col`.
    """

    is_signed = True
    LINE = re.compile(r"[^\d\n]{0,4}(\d{1,2})[ ,c;:]{1,4}(\d{1,2})[^\d\n]{1,4}(\d{1,2})[^\d\n]{0,3}", re.IGNORECASE)
    FACT = re.compile(
        r"""\b([A-Za-z_]\w{0,40})[(\[](?:\w{1,40}\()?   # a name and a bracket, perhaps another call in it
        (\d{1,2})(?:\]\[|,\s?)(\d{1,2})[)\]]?          # the row and the column
        (?:,\s?|\s?:?=\s?)['"]?(\d{1,2})\b(?!\s?,\s?\d)  # the digit, and no more numbers""",
        re.VERBOSE,
    )
    TAG = re.compile(
        r"""<(\w+)(?=[^<>]*\brow=["'](\d{1,2})["'])(?=[^<>]*\bcol(?:umn)?=["'](\d{1,2})["'])"""
        r"""(?=[^<>]*(?:\bval(?:ue)?=["']|>\s*)(\d{0,2})["'<\s])""",
        re.IGNORECASE,
    )
    COMMENT = re.compile(r"(?m)(?:%|//|#).*$")

    def fits(self, text: str) -> bool:
        """Look for a list of triples that is as long as its second line says, or that has the givens of a Sudoku."""
        return len(text) <= HEAD and bool(self._lists(text))

    def _lists(self, text: str) -> list[tuple[int, list[Triple]]]:
        """Return the lists of cells in a text, each with the size of its grid if it says so, else 0."""
        lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if re.search(r"\d", line)]
        numbers = [line.strip() for _, line in lines[:2]]
        if len(lines) > 2 and numbers[0] in map(str, BOXES) and numbers[1] == str(len(lines) - 2):
            cells = self._lines(lines[2:])
            return [(int(numbers[0]), cells)] if cells else []
        # A list that says its length is sure; any other one must look like the givens of a 9x9 Sudoku.
        found = [self._lines(lines)]
        for pattern in (self.FACT, self.TAG) if not found[0] else ():
            found += self._named(pattern, self.COMMENT.sub("", text) if pattern is self.FACT else text)
        return [(0, cells) for cells in found if _is_sudoku(cells)]

    def _lines(self, lines: list[tuple[int, str]]) -> list[Triple]:
        """Return the cells of numbered lines; none if a line is not one cell."""
        matches = [(n, self.LINE.fullmatch(line)) for n, line in lines]
        if not all(match for _, match in matches):
            return []
        return [Triple(n, *map(int, match.groups())) for n, match in matches if match]

    def _named(self, pattern: re.Pattern[str], text: str) -> list[list[Triple]]:
        """Return the cells in a text, in a list for each name that stands before them."""
        cells: dict[str, list[Triple]] = {}
        line, at = 1, 0
        for match in pattern.finditer(text):
            line, at = line + text.count("\n", at, match.start()), match.start()
            name, *numbers = match.groups()
            cells.setdefault(name, []).append(Triple(line, *(int(number or 0) for number in numbers)))
        return [*cells.values()]

    def read(self, text: str, name: str) -> Iterator[Item | ParseError]:
        """Yield the grids, or an error for the first line that names no cell of its grid."""
        for said, cells in self._lists(text):
            first, size = (1, said) if said else (_first(cells) or 0, 9)
            marks = [Mark(".", cells[0].line, 1)] * size**2
            for n, r, c, value in cells:
                if not (0 <= r - first < size and 0 <= c - first < size and value <= size):
                    found = text.split("\n")[n - 1].strip()
                    yield ParseError(f"{name}:{n}: expected row, column and digit from 1 to {size}, found {found!r}")
                    return
                marks[(r - first) * size + c - first] = Mark(cell(str(value)), n, 1)
            yield Written(marks)


def _is_sudoku(cells: list[Triple]) -> bool:
    """Tell whether cells are all cells of a 9x9 Sudoku or its givens: enough of them, and none twice.

    A Sudoku with one solution has at least eight different digits.
    """
    n = len({cell[1:3] for cell in cells})
    is_enough = n == 81 or (n >= LEAST and len({cell.digit for cell in cells if cell.digit}) > 7)
    return is_enough and n == len(cells) and max(cell.digit for cell in cells) < 10 and _first(cells) is not None


def _first(cells: list[Triple]) -> int | None:
    """Return whether rows and columns of 9 count from 0 or from 1; None if that does not show, or for other numbers."""
    least, largest = min(min(cell[1:3]) for cell in cells), max(max(cell[1:3]) for cell in cells)
    return 0 if least == 0 and largest < 9 else 1 if least > 0 and largest == 9 else None
