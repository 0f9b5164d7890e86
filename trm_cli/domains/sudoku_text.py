"""Every form in which people write Sudokus down, read into rows of characters with their places.

Recognised: 81 characters on a line (one puzzle a line, a solution may follow), grids over several lines
with or without `|`, `-`, `+` and spaces, CSV with a header, SadMan `.sdk`, JSON, and `#` comments.
Lengths of 16, 36 and 256 stand for 4x4, 6x6 and 16x16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from trm_cli.domains import written
from trm_cli.domains.sudoku_grid import BOXES
from trm_cli.domains.written import Mark, marks
from trm_cli.errors import ParseError

BLANKS = ".0_* "
EXPECTED = "expected 81 characters (or 16, 36, 256 for other sizes)"
SEPARATORS = "|│║┃,;:!"
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
    if stripped[:1] in ("[", "{", '"') and not TITLE.fullmatch(stripped.partition("\n")[0]):
        yield from _read_json(stripped, name)
    elif written.is_csv(text):
        yield from _read_csv(text, name)
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
        yield Written(given, solution, row.rating)


def _read_json(text: str, name: str) -> Iterator[Written | ParseError]:
    """Read one grid or a list of them; a grid is a string, a list of strings or a list of lists of numbers."""
    values = written.read_json(text, name)
    if isinstance(values, ParseError):
        yield values
        return
    for value in values:
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
    if isinstance(value, int) and 0 <= value <= 16:
        return str(value) if value < 10 else chr(ord("A") + value - 10)
    return "?"


def _read_lines(text: str, name: str) -> Iterator[Written | ParseError]:
    """Read puzzles on single lines, and grids over several lines between blank lines or comments."""
    block: list[list[Mark]] = []
    small = _is_small(text)
    for number, line in enumerate(text.splitlines(), 1):
        content = _without_comment(line)
        if content.strip().lower() == "[state]":  # SadMan: the player's progress, not the puzzle
            break
        if TITLE.fullmatch(content):
            yield from _close(block, name)
            continue
        if not content.strip():
            if len(line.strip("\r\n")) in SIZES and len(line) > 16:  # an all-blank puzzle of spaces
                yield Written(marks(line, number))
            elif not line.lstrip().startswith("#"):
                yield from _close(block, name)
            continue
        whole = _on_one_line(content, number, small)
        if whole is not None:
            yield from _close(block, name)
            yield whole
            continue
        row = _row(content, number)
        if row:
            block.append(row)
            if len(row) == len(block) and all(len(r) == len(row) for r in block) and len(row) in BOXES:
                yield from _close(block, name)
    yield from _close(block, name)


def _without_comment(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line.partition(" #")[0].rstrip("\r\n")


def _is_small(text: str) -> bool:
    """Tell 4x4 grids on a line each from the rows of 16x16 grids: nothing above 4 occurs on lines of 16 cells."""
    lines = ("".join(line.split()) for line in text.splitlines())
    return all(set(line) <= set("1234" + BLANKS) for line in lines if len(line) == 16)


def _on_one_line(line: str, number: int, small: bool) -> Written | None:
    """Return the grid when the line is one whole grid, alone or followed by its solution."""
    if len(line) in SIZES and len(line) > 16 and not set(line) & set("|+-"):
        return Written(marks(line, number))
    words = [(match.group(), match.start() + 1) for match in re.finditer(r"[^\s,;]+", line)]
    if not words or len(words[0][0]) not in SIZES or (len(words[0][0]) == 16 and not small):
        return None
    given = marks(words[0][0], number, words[0][1])
    same = len(words) > 1 and len(words[1][0]) == len(given)
    return Written(given, marks(words[1][0], number, words[1][1]) if same else None)


def _row(line: str, number: int) -> list[Mark]:
    """Return the cells of one line of a grid; rulers have none.

    Spaces are blanks where the line has the right length and no other blanks.
    """
    if re.fullmatch(r"[\s|+\-=:.╔═╦╗╠╬╣╚╩╝─┼┌┬┐├┤└┴┘━]*", line) and re.search(r"[-=═─━]", line):
        return []
    whole = line.rstrip("\r\n")
    if len(whole) in BOXES and not set(whole) & set(BLANKS.strip() + SEPARATORS):
        return marks(whole, number)
    return [mark for mark in marks(whole, number) if mark.char not in SEPARATORS and not mark.char.isspace()]


def _close(block: list[list[Mark]], name: str) -> Iterator[Written | ParseError]:
    """End a grid of several lines: yield it, or what is wrong with its shape."""
    rows = block[:]
    block.clear()
    if not rows:
        return
    if len(rows) == 1 and len(rows[0]) not in BOXES:
        yield ParseError(f"{name}:{rows[0][0].line}: {EXPECTED}, found {len(rows[0])}")
        return
    size = len(rows[0]) if len(rows[0]) in BOXES else len(rows)
    for row in rows:
        if len(row) != size:
            yield ParseError(f"{name}:{row[0].line}: expected {size} cells in this row, found {len(row)}")
            return
    if len(rows) != size or size not in BOXES:
        yield ParseError(
            f"{name}:{rows[-1][0].line}: expected {size if size in BOXES else '4, 6, 9 or 16'} rows, found {len(rows)}"
        )
        return
    yield Written([mark for row in rows for mark in row])
