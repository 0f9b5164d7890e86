"""A Sudoku as a table of words: CSV with the names of rows and columns, floats, names for blanks, pencil marks.

Plain rows of single characters are left to the reader of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trm_cli.domains.sudoku.form import NAMED_BLANKS, SIZES, Item, Written, digit
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.domains.written import Mark, Reader
from trm_cli.errors import ParseError

LONGEST = 20_000
"""Longest text of such a table, in characters."""
NUMBER = re.compile(r"([+-]?\d{1,2})(?:\.0*)?(?:e[+-]?(\d+))?", re.IGNORECASE)
"""A whole number, perhaps as a float: `5.`, `5.0`, `5.000000000000000000e+00`."""
BLANKS = {"", ".", "_", "*", "?", "-", "x", *NAMED_BLANKS}
RULER = re.compile(r"[\s|+\-=:.'\u2500-\u257f]*")
NAME = re.compile(r"[a-z_]{0,9}?(\d{1,2}|[a-p])", re.IGNORECASE)
"""The name of a row or column: `A`, `3`, `c3`, `col_3`."""

Word = tuple[str, int]
"""A word and its column, counted from 1."""


class Fields(Reader[Item]):
    """One grid with a word for each cell, of which some have several characters, or with names of rows and columns."""

    def fits(self, text: str) -> bool:
        """Look for exactly one grid beside names of rows and columns."""
        return len(text) < LONGEST and _cells(text) is not None

    def read(self, text: str, name: str) -> Iterator[Item | ParseError]:
        """Yield the one grid."""
        cells = _cells(text)
        assert cells is not None
        yield Written(cells)


def _cells(text: str) -> list[Mark] | None:
    """Return the cells of a text that is such a table, else None."""
    lines = [(n, line) for n, line in enumerate(text.lstrip("\ufeff").splitlines(), 1) if not RULER.fullmatch(line)]
    rows = [(n, _words(line)) for n, line in lines if not line.startswith("#")]
    # Separators may be at the ends of rows too.
    if rows and all(len(words) - 1 in BOXES and words[-1][0] == "" for _, words in rows):
        rows = [(n, words[:-1]) for n, words in rows]
    # A cell a line is one long row.
    if len(rows) in SIZES and len(rows) > 36 and all(len(words) == 1 for _, words in rows):
        return _marks(rows, SIZES[len(rows)])
    if len(rows) not in BOXES and len(rows) - 1 not in BOXES:
        return None
    # The first row and the first words may be names that count up.
    n_names = len(rows)
    if len(rows) - 1 in BOXES and _counts_up([word for word, _ in rows[0][1]][-(len(rows) - 1) :]):
        rows = rows[1:]
    size = len(rows)
    if all(len(words) == size + 1 for _, words in rows) and _counts_up([words[0][0] for _, words in rows]):
        rows = [(n, words[1:]) for n, words in rows]
        n_names += 1
    if size not in BOXES or any(len(words) != size for _, words in rows):
        return None
    # Plain rows of single characters have a reader of their own.
    is_plain = n_names == size and all(len(word) < 2 for _, words in rows for word, _ in words)
    return None if is_plain else _marks(rows, size)


def _marks(rows: list[tuple[int, list[Word]]], size: int) -> list[Mark] | None:
    """Return the cells of numbered rows, or None if a word is no cell."""
    cells = [Mark(_char(word, size), n, column) for n, words in rows for word, column in words]
    return cells if all(mark.char for mark in cells) else None


def _words(line: str) -> list[Word]:
    """Return the words of a line, between the character that separates most of them."""
    char = max(",;\t|", key=line.count)
    if not line.count(char):
        return [(match.group(), match.start() + 1) for match in re.finditer(r"\S+", line)]
    # A Markdown table has uprights around it; others stand only between boxes.
    if char == "|" and any(len(part.split()) > 1 for part in line.split("|")):
        return [(match.group(), match.start() + 1) for match in re.finditer(r"[^\s|]+", line)]
    column, words = 1, []
    for word in line.split(char):
        words.append((word.strip(" \t\r\"'"), column))
        column += len(word) + 1
    if char == "|":
        return [word for i, word in enumerate(words) if word[0] or 0 < i < len(words) - 1]
    return words


def _counts_up(words: list[str]) -> bool:
    """Tell whether words are names that count up, such as A to I, 0 to 8 or c1 to c9."""
    matches = [NAME.fullmatch(word) for word in words]
    if not words or not all(matches):
        return False
    # Letters count from A, like numbers from 0. The first name is 0 or 1, or A or B.
    values = [match[1].lower() for match in matches if match]
    numbers = [int(value) if value.isdecimal() else ord(value) - ord("a") for value in values]
    return numbers[0] in (0, 1) and numbers == [*range(numbers[0], numbers[0] + len(numbers))]


def _char(word: str, size: int) -> str:
    """Return the character of a cell; "" for a word that is no cell.

    Several digits in ascending order are pencil marks, and so a blank.

    >>> _char("5.0", 9), _char("NaN", 9), _char("-1", 9), _char("2479", 9), _char("12", 16), _char("abc", 9)
    ('5', '.', '.', '.', 'C', '')
    """
    if word.lower() in BLANKS:
        return word if word in (".", "_", "*") else "."
    if size == 16 and re.fullmatch("[a-gA-G]", word):
        return word
    # A whole number is a digit, even if it is written as a float.
    number = NUMBER.fullmatch(word)
    if number and int(number[2] or 0) == 0 and int(number[1]) <= size:
        return digit(max(0, int(number[1]))) if int(number[1]) else "0"
    # Several digits in ascending order are a player's pencil marks.
    is_marks = size == 9 and re.fullmatch("[1-9]{2,9}", word) and [*word] == sorted({*word})
    return "." if is_marks else ""
