"""Every form in which people write Sudokus down, read into rows of characters with their places.

Recognised: 81 characters on a line (one puzzle a line, a solution may follow), apart or with spaces or commas
between; grids over several lines with or without frames, spaces, and blank lines between bands; CSV with a header,
SadMan `.sdk`, JSON, and `#` comments. Lengths of 16, 36 and 256 stand for 4x4, 6x6 and 16x16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from trm_cli.domains import written
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.domains.written import Mark, marks
from trm_cli.errors import ParseError

BLANKS = ".0_* "
EXPECTED = "expected 81 characters (or 16, 36, 256 for other sizes)"
UPRIGHT = "|│║┃"
SEPARATORS = f"{UPRIGHT},;:!"
RULER = re.compile(r"[\s|+\-=:.*'\u2500-\u257f]*")
TITLE = re.compile(r"\s*(\[\w+\]|(grid|puzzle|sudoku)\b.*)\s*", re.IGNORECASE)
"""A line that names what follows: a SadMan section, or Project Euler's "Grid 01"."""
SIZES = {size * size: size for size in BOXES}


class Written(NamedTuple):
    """A grid as it was written: row-major marks, as many as a size has cells, and its answer's text."""

    marks: list[Mark]
    answer: list[Mark] | None = None
    rating: float | None = None


def read(text: str, name: str) -> Iterator[Written | ParseError]:
    """Yield every grid of a text in order, and for each that is wrong the error that says where."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if written.is_csv(text):
        yield from _read_csv(text, name)
    elif stripped[:1] in ("[", "{", '"') and not TITLE.fullmatch(stripped.partition("\n")[0]):
        yield from _read_json(stripped, name)
    else:
        yield from _read_lines(text.lstrip("\ufeff"), name)


def _whole(text: str, name: str, line: int) -> list[Mark] | ParseError:
    """Return the marks of a grid on one line, with the number of them checked."""
    if len(text) in SIZES:
        return marks(text, line)
    return ParseError(f"{name}:{line}: {EXPECTED}, found {len(text)}")


def _read_csv(text: str, name: str) -> Iterator[Written | ParseError]:
    for row in written.read_csv(text):
        given = _whole(row.question, name, row.line)
        if isinstance(given, ParseError):
            yield given
            continue
        answer = row.answer.strip()
        solution = _whole(answer, name, row.line) if answer else None
        if isinstance(solution, ParseError):
            yield ParseError(f"{solution} in the answer")
            continue
        if solution and len(solution) != len(given):
            yield ParseError(f"{name}:{row.line}: the answer is not as large as the puzzle")
            continue
        yield Written(given, solution, row.rating)


def _read_json(text: str, name: str) -> Iterator[Written | ParseError]:
    """Read one grid or a list of them; a grid is a string, a list of strings or a list of lists of numbers."""
    for value in written.read_json(text, name):
        if isinstance(value, ParseError):
            yield value
            continue
        grids = value if isinstance(value, list) and not _is_json_grid(value) else [value]
        for i, grid in enumerate(grids, 1):
            yield _from_json(grid, f"{name}[{i}]" if len(grids) > 1 else name)


def _is_json_grid(value: list[Any]) -> bool:
    """Tell rows of cells from a list of grids: rows are lists of cells, or strings as long as there are rows."""
    if all(isinstance(row, list) for row in value):
        return not any(isinstance(cell, list | str) and len(cell) > 1 for row in value for cell in row)
    return all(isinstance(row, str) and len(row) == len(value) for row in value)


def _from_json(value: Any, name: str) -> Written | ParseError:
    value, answer, _ = written.entry(value, name)
    grid = _json_text(value)
    if len(grid) not in SIZES:
        return ParseError(f"{name}: expected a grid as a string or as rows of 4, 6, 9 or 16 cells")
    solution = _json_text(answer)
    return Written(marks(grid, 1), marks(solution, 1) if len(solution) == len(grid) else None)


def _json_text(value: Any) -> str:
    """Flatten a JSON grid into characters; numbers above 9 become letters, null a blank."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_json_text(cell) for cell in value)
    if value is None:
        return "."
    return _digit(value) if isinstance(value, int) and 0 <= value <= 16 else "?"


def _digit(value: int) -> str:
    """Return the character for a number from 0 to 16, as 16x16 grids have it."""
    return str(value) if value < 10 else chr(ord("A") + value - 10)


def _read_lines(text: str, name: str) -> Iterator[Written | ParseError]:
    """Read puzzles on single lines, and grids over several lines between blank lines or comments."""
    block = _Block(name)
    small = _is_small(text)
    framed = "".join(line for line in text.splitlines() if line.lstrip().startswith(tuple(UPRIGHT)))
    is_4x4 = not set(framed) & set("56789")
    is_state = False
    for number, line in enumerate(text.splitlines(), 1):
        content = _without_comment(line)
        if TITLE.fullmatch(content):
            yield from block.close()
            is_state = content.strip().lower() == "[state]"  # SadMan: the player's progress, not the puzzle
        elif is_state:
            continue
        elif not content.strip():
            if not line.strip() and len(line.strip("\r\n")) in SIZES and len(line) > 16:  # all blank
                yield Written(marks(line, number))
            else:
                yield from block.pause() if line.lstrip().startswith("#") else block.gap()
        elif whole := _on_one_line(content, number, small):
            yield from block.close()
            yield whole
        elif row := _row(content, number, is_4x4):
            yield from block.add(row)
        else:
            yield from block.pause()
    yield from block.close()


class _Block:
    """The rows of a grid over several lines, as far as they were read, and after how many of them a line was blank."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[list[Mark]] = []
        self.gaps: list[int] = []

    def add(self, row: list[Mark]) -> Iterator[Written | ParseError]:
        """Take a row; yield the grid that it completes, or what is wrong with those before it."""
        if self.gaps and len(self.rows) == self.gaps[-1] + self._band:  # no gap where the next was due: another grid
            rows = self.rows[self.gaps[-1] :]
            del self.rows[self.gaps[-1] :]
            yield from self.close()
            self.rows = rows
        self.rows.append(row)
        is_whole = len(row) in BOXES and len(row) == len(self.rows) and all(len(r) == len(row) for r in self.rows)
        if is_whole and not self.gaps:
            yield from self.close()

    def gap(self) -> Iterator[Written | ParseError]:
        """Take a blank line: it may stand between bands, and ends what is no whole band."""
        n_last = len(self.rows) - (self.gaps[-1] if self.gaps else 0)
        if self.rows and n_last == self._band and len(self.rows) < len(self.rows[0]):
            self.gaps.append(len(self.rows))
        elif n_last:
            yield from self.close()

    def pause(self) -> Iterator[Written | ParseError]:
        """Take a comment or a ruler: a whole grid ends there, another one goes on."""
        if self.rows and len(self.rows) == len(self.rows[0]):
            yield from self.close()

    @property
    def _band(self) -> int:
        """Rows of a box, 0 where there are no such boxes."""
        return BOXES.get(len(self.rows[0]), (0, 0))[0]

    def close(self) -> Iterator[Written | ParseError]:
        """End the grid: yield it, or what is wrong with its shape."""
        rows, self.rows, self.gaps = self.rows, [], []
        if not rows:
            return
        if not any(len(row) in BOXES for row in rows):
            yield from (ParseError(f"{self.name}:{row[0].line}: {EXPECTED}, found {len(row)}") for row in rows)
            return
        size = len(rows[0]) if len(rows[0]) in BOXES else len(rows)
        for row in rows:
            if len(row) != size:
                yield ParseError(f"{self.name}:{row[0].line}: expected {size} cells in this row, found {len(row)}")
                return
        if len(rows) != size:
            yield ParseError(f"{self.name}:{rows[-1][0].line}: expected {size} rows, found {len(rows)}")
            return
        yield Written([mark for row in rows for mark in row])


def _without_comment(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line.partition(" #")[0].rstrip("\r\n")


def _is_small(text: str) -> bool:
    """Tell 4x4 grids on a line each from the rows of 16x16 grids: nothing above 4 occurs on lines of 16 cells."""
    lines = (line.split() for line in text.splitlines())
    rows = ("".join(words) for words in lines if len(words) == 16 or len("".join(words)) == 16)
    return all(len(row) == 16 and set(row) <= set("1234" + BLANKS) for row in rows)


def _on_one_line(line: str, number: int, small: bool) -> Written | None:
    """Return the grid when the line is one whole grid, alone or followed by its solution."""
    words = [(match.group(), match.start() + 1) for match in re.finditer(r"[^\s,;]+", line)]
    is_row = len(words) in BOXES and _is_even([column for _, column in words]) and all(len(w) == 1 for w, _ in words)
    is_row |= len(line) == 36 and len(words) == 16 and all(len(word) == 1 or _is_number(word) for word, _ in words)
    if len(line) in SIZES and len(line) > 16 and not is_row and not set(line) & set("|+-"):
        return Written(marks(line, number))
    if words and len(words[0][0]) in SIZES and (len(words[0][0]) != 16 or small):
        given = marks(words[0][0], number, words[0][1])
        same = len(words) > 1 and len(words[1][0]) == len(given)
        return Written(given, marks(words[1][0], number, words[1][1]) if same else None)
    cells = [mark for mark in marks(line, number) if mark.char not in SEPARATORS and not mark.char.isspace()]
    is_whole = len(cells) in SIZES and (len(cells) > 16 or small) and not set(line) & set(UPRIGHT)
    return Written(cells) if is_whole else None


def _is_even(columns: list[int]) -> bool:
    return len({after - before for before, after in pairwise(columns)}) == 1


def _row(line: str, number: int, is_4x4: bool) -> list[Mark]:
    """Return the cells of one line of a grid; rulers have none.

    Spaces are blanks in a frame, and where the line has the right length and no other blanks.
    """
    if RULER.fullmatch(line) and re.search(r"[-=═─━╌╍┄┅]", line):
        return []
    whole = line.rstrip("\r\n")
    if len(whole) in BOXES and not set(whole) & set(BLANKS.strip() + SEPARATORS):
        return marks(whole, number)
    return (
        _framed(whole, number, is_4x4)
        or _of_numbers(whole, number)
        or [mark for mark in marks(whole, number) if mark.char not in SEPARATORS and not mark.char.isspace()]
    )


def _framed(line: str, number: int, is_4x4: bool = True) -> list[Mark]:
    """Return the cells of a line between uprights, one or a box's between two; none where it is not such a line.

    It may be of a 4x4 grid, where two boxes are of two columns and not of three, only if `is_4x4`.

    >>> "".join(mark.char for mark in _framed("| 1 |   | 3 | 4 |", 1)), len(_framed("|5 3  |  7  |     |", 1))
    ('1 34', 9)
    """
    stripped = line.strip()
    if len(stripped) < 3 or stripped[0] not in UPRIGHT or stripped[-1] not in UPRIGHT:
        return []
    parts = [marks(match.group(), number, match.start() + 1) for match in re.finditer(rf"[^{UPRIGHT}]+", line)]
    parts = parts[line[0].isspace() : len(parts) - line[-1].isspace()]  # without what is outside
    words = [[mark for mark in part if not mark.char.isspace()] for part in parts]
    for size, (_, n) in [*BOXES.items()][not is_4x4 :]:
        for cells, width in ((slice(0, None), n), (slice(0, None, 2), 2 * n - 1), (slice(1, None, 2), 2 * n + 1)):
            chosen = [part[cells] for part in parts]
            is_whole = sum(map(len, words)) == sum(not mark.char.isspace() for part in chosen for mark in part)
            if is_whole and len(parts) == size // n and all(len(part) == width for part in parts):
                return [mark for part in chosen for mark in part]
    if len(parts) in BOXES and all(len(word) <= 1 for word in words):
        return [word[0] if word else part[0] for word, part in zip(words, parts, strict=True)]
    return []


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 3 and int(word) <= 16


def _of_numbers(line: str, number: int) -> list[Mark]:
    """Return the cells of a row of a 16x16 grid in numbers from 1 to 16; none where there is none above 9."""
    words = [(match.group(), match.start() + 1) for match in re.finditer(rf"[^\s{SEPARATORS}]+", line)]
    if len(words) != 16 or not any(_is_number(word) and len(word) > 1 for word, _ in words):
        return []
    return [Mark(_digit(int(word)) if _is_number(word) else word[0], number, column) for word, column in words]
