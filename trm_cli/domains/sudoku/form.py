"""A Sudoku as it was written, with the places of its cells; long lists are checked in batches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trm_cli.domains.sudoku.alphabet import DIGITS, LETTERS
from trm_cli.domains.sudoku.grid import BOXES, units_of
from trm_cli.domains.written import HEAD, Mark, marks
from trm_cli.errors import ParseError
from trm_cli.puzzle import Grid, Puzzle, frozen

BLANKS = ".0_* "
OTHER_BLANKS = {"?": ".", "-": ".", "X": ".", "x": ".", "": "."}
"""Other characters that people write for a blank, and the one that stands for it here."""
IN_ASCII = str.maketrans("·•□–—−０１２３４５６７８９．\u3000\xa0“”", '...---0123456789.  ""') | {ord("…"): "..."}
"""Characters of phones and web pages, and the ASCII ones they stand for; phones make one character of three dots."""
NAMED_BLANKS = {"-1", "none", "null", "nil", "nan", "na", "n/a", "empty", "blank", "&nbsp;"}
"""Words, in lower case, for a blank."""
SIZES = {size * size: size for size in BOXES}
KINDS = "4x4, 6x6, 9x9, 16x16 and 25x25"
EXPECTED = "expected 81 characters (or 16, 36, 256, 625 for other sizes)"
AT_ONCE = 1024
"""Puzzles that are checked together."""
LARGE = (25, 625)
"""Cells of a row, and of a grid, of 25x25, where X may be a digit."""


class Written(NamedTuple):
    """A grid as it was written: the marks of its cells, and of the cells of its answer, row by row."""

    marks: list[Mark]
    answer: list[Mark] | None = None
    rating: float | None = None


class Ready(NamedTuple):
    """A grid whose cells have all been checked, with its answer, in the alphabet of its input."""

    given: Grid
    solution: Grid | None
    symbols: str
    rating: float | None
    line: int

    def puzzle(self, name: str, number: int) -> Puzzle:
        """Return the puzzle; `number` is its place in the file, or 0 if it is the only one."""
        return Puzzle(
            "sudoku", f"{name}#{number}" if number else name, self.given, self.symbols, self.solution,
            f"{name}:{self.line}", self.rating,
        )  # fmt: skip


class Layout(NamedTuple):
    """Where the cells stand of a grid that was written in rows: lines, counted from 0, and columns, from 1."""

    lines: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def n_lines(self) -> int:
        """Lines from the first row to the last one."""
        return self.lines[-1] + 1


class Line(NamedTuple):
    """A puzzle as one string, its answer (or ""), and where it stands: on one line, or from it on in a layout."""

    given: str
    answer: str
    rating: float | None
    line: int
    column: int = 1
    layout: Layout | None = None


Item = Written | Ready


def digit(value: int) -> str:
    """Return the character for a number from 0 to 25, as 16x16 and 25x25 grids have it."""
    return DIGITS[value - 1] if value else "0"


def cell(char: str, n_across: int = 0) -> str:
    """Return the character of a cell from the `char` that was written: a blank is one of BLANKS, 10 is the letter A.

    `n_across` is the number of cells in its row or grid: in 25x25 an X is a digit, elsewhere it is a blank.

    >>> cell("5"), cell("?"), cell("12"), cell("-1"), cell("five"), cell("X"), cell("X", 25)
    ('5', '.', 'C', '.', 'f', '.', 'X')
    """
    if char in ("x", "X") and n_across in LARGE:
        return char
    if char in OTHER_BLANKS or len(char) == 1:
        return OTHER_BLANKS.get(char, char)
    # Several characters: a number, a word for a blank, or else the first of them, for an error to show.
    stripped = char.strip()
    if is_number(stripped):
        return digit(int(stripped))
    if stripped.lower() in NAMED_BLANKS:
        return "."
    return OTHER_BLANKS.get(stripped, stripped[:1] or ".")


LOOK = "\ufe0f\u20e3\u200b"
"""Characters that only change how a digit looks: emoji and key caps, and a space without width."""
BETWEEN = set("0123456789|,;:+-=\n\r\t ") | {chr(code) for code in range(0x2500, 0x2580)}
"""Characters in and around a grid that are no blanks of its own."""


def with_usual_blanks(text: str) -> str:
    """Return a text of digits and one other character, such as `#`, `o` or an emoji, with a dot for that character.

    Texts with a usual blank, or with several other characters, are unchanged.
    """
    head = text[:HEAD]
    chars = {*head} - BETWEEN - {*LOOK}
    digits = {*head} & {*"123456789"}
    # A separator is a blank if lines of 81 characters or of 9 have nothing but it and digits.
    if not chars and len(others := {*head} - {*"123456789\n\r"}) == 1 and {len(row) for row in head.split()} <= {9, 81}:
        chars = others if max(others) * 2 in head else chars
    # The character must be the only one, be frequent, and stand beside digits; if not, it may mean something else.
    if len(chars) != 1 or len(digits) < 4 or chars & {*BLANKS} or "0" in head:
        return text
    (char,) = chars
    return text.translate(str.maketrans({char: ".", **dict.fromkeys(LOOK, None)})) if head.count(char) > 8 else text


ROWS_OF_SPACES = re.compile(r"(?m)(?<![1-9 ]\n)^[1-9 ]{1,9}\n(?:[1-9 ]{0,9}\n){7}[1-9 ]{1,9}$(?!\n[1-9 ])")
"""Nine lines of digits and spaces, with no such line beside them."""


def with_ends_of_rows(text: str) -> str:
    """Return a text with the spaces that were cut off at the ends of a grid's lines, where spaces are its blanks."""

    def padded(match: re.Match[str]) -> str:
        rows = match[0].split("\n")
        # One row must be whole, and most of them must have blanks, so that a digit that is missing is an error.
        is_grid = max(map(len, rows)) == 9 and sum(" " in row.strip() or len(row) < 8 for row in rows) > 4
        return "\n".join(row.ljust(9) for row in rows) if is_grid else match[0]

    return ROWS_OF_SPACES.sub(padded, text) if "  " in text and len(text) < 100_000 else text


def is_number(word: str) -> bool:
    """Tell whether a word is a number from 0 to 25, so that it may be a digit of a large grid."""
    return word.isascii() and word.isdecimal() and len(word) < 3 and int(word) <= max(BOXES)


def is_likely(item: Item | ParseError) -> bool:
    """Tell whether a grid is likely to be a Sudoku, and not a maze, an ARC grid or a line of words.

    A Sudoku has more than four different digits, or none of them more often than it has rows. An empty grid counts too
    if it is 9x9 or larger and all its blanks are the same character, and so does a full grid.
    """
    if isinstance(item, ParseError):
        return False
    if isinstance(item, Ready):
        return True
    size, text = SIZES[len(item.marks)], "".join(mark.char for mark in item.marks).upper()
    chars = "123456789ABCDEFG" if size < max(BOXES) else "123456789" + LETTERS
    digits = [char for char in text if char in chars]
    # Without any digit it is an empty Sudoku or something else; 25x25 may be in letters.
    if not set(digits) & set("123456789") and (size < max(BOXES) or len(set(digits)) < 5):
        return size > 6 and len(set(text)) == 1 and text[0] in ".0_ "
    if len(digits) == len(text):
        return len(set(digits)) > size // 2  # an answer, right or wrong
    if len(set(digits)) > 4:
        # The largest grids are as large as pictures of other kinds, so no digit may be more frequent than in an answer.
        return size < max(BOXES) or max(map(digits.count, set(digits))) <= size
    # Few digits: a Sudoku then has none more often than rows, and few characters that no Sudoku has.
    strange = sum(char not in chars + "0._* " for char in text)
    return max(map(digits.count, set(digits))) <= size and strange < size


def with_answers(items: Iterable[Item | ParseError]) -> Iterator[Item | ParseError]:
    """Yield grids in order, where a full one that completes the grid before it becomes the answer of that."""
    before: Item | ParseError | None = None
    for item in items:
        if before is not None and not isinstance(item, ParseError) and (whole := _answered(before, item)):
            yield whole
            before = None
            continue
        if before is not None:
            yield before
        before = item
    if before is not None:
        yield before


def _answered(before: Item | ParseError, item: Item) -> Item | None:
    """Return a grid with a second one as its answer; None if that has blanks or differs in a given."""
    if isinstance(before, ParseError):
        return None
    if isinstance(before, Written) != isinstance(item, Written):
        before, item = _with_marks(before), _with_marks(item)
    if isinstance(before, Written) and isinstance(item, Written):
        pairs = [(a.char.upper(), b.char.upper()) for a, b in zip(before.marks, item.marks, strict=False)]
        is_alone = before.answer is item.answer is None and len(before.marks) == len(item.marks)
        is_answer = all(b not in BLANKS and (a == b or a in BLANKS) for a, b in pairs)
        is_answer &= any(a in BLANKS for a, _ in pairs)
        return before._replace(answer=item.marks) if is_alone and is_answer else None
    if isinstance(before, Ready) and isinstance(item, Ready) and before.given.shape == item.given.shape:
        if before.solution is not None or item.solution is not None or not item.given.all() or before.given.all():
            return None
        is_answer = bool(((before.given == 0) | (before.given == item.given)).all())
        return before._replace(solution=item.given) if is_answer else None
    return None


def _with_marks(item: Item) -> Written:
    """Return a grid with a mark for each cell, all on the line where the grid begins."""
    if isinstance(item, Written):
        return item
    given, answer = (
        None if grid is None else marks("".join(item.symbols[value] for value in grid.flat), item.line)
        for grid in (item.given, item.solution)
    )
    assert given
    return Written(given, answer, item.rating)


def ready(lines: Iterable[Line]) -> Iterator[Item]:
    """Yield the grids of strings that have the right length, checking them in batches of AT_ONCE."""
    rest = iter(lines)
    while batch := [*islice(rest, AT_ONCE)]:
        # The fast way pays only for batches, and it knows only digits up to 9.
        is_alone = len(batch) == 1 or all(len(line.given) > 81 for line in batch)
        yield from map(_written, batch) if is_alone else _many(batch)


def _written(line: Line) -> Written:
    answer = _cells(marks(line.answer, line.line)) if line.answer else None
    given = marks(line.given, line.line, line.column)
    if line.layout:
        places = product(line.layout.lines, line.layout.columns)
        given = [Mark(mark.char, line.line + row, column) for mark, (row, column) in zip(given, places, strict=True)]
    return Written(_cells(given), answer, line.rating)


def _cells(written: list[Mark]) -> list[Mark]:
    """Return the marks of a grid with the characters of its cells."""
    return [mark._replace(char=cell(mark.char, len(written))) for mark in written]


def _many(batch: list[Line]) -> Iterator[Item]:
    """Yield the correct grids of a batch as ready ones; any other takes the slow way, which explains its error."""
    # All strings as one array of digits; strings of another length become rows of 255.
    n_cells = max(len(line.given) for line in batch if len(line.given) <= 81)
    size = SIZES[n_cells]
    given = _values([line.given for line in batch], size)  # (N, L)
    answers = _values([line.answer or line.given for line in batch], size)  # (N, L)
    # With one bit a digit, the sum of a unit equals its union only if no digit occurs twice.
    bit_of = np.append(0, 1 << np.arange(size)).astype(np.int32)
    bits = bit_of[np.where(given > size, 0, given)][:, units_of(size)]  # (N, 3V, V)
    has_clash = (bits.sum(2) != np.bitwise_or.reduce(bits, 2)).any(1)
    # A full grid is an answer, right or wrong, so it may break the rules.
    is_full = (given > 0).all(1)
    is_right = (given <= size).all(1) & (answers <= size).all(1) & (is_full | ~has_clash)
    shape = (-1, size, size)
    for line, is_good, values, answer in zip(
        batch, is_right.tolist(), frozen(given).reshape(shape), frozen(answers).reshape(shape), strict=True
    ):
        if not is_good or len(line.given) != n_cells or (line.answer and len(line.answer) != n_cells):
            yield _written(line)
            continue
        # The puzzle is printed with the blank that it was written with.
        blank = next((char for char in "._* 0" if char in line.given), ".")
        yield Ready(values, answer if line.answer else None, blank + DIGITS[:size], line.rating, line.line)


def _values(texts: list[str], size: int) -> npt.NDArray[np.uint8]:
    """Return the digits of texts (N, L); 255 for any other character, and for all cells of a text of another length."""
    whole = "".join(text if len(text) == size * size and text.isascii() else "#" * size * size for text in texts)
    # A table from every byte to its digit reads all texts in one step.
    table = np.full(256, 255, np.uint8)
    for char in BLANKS + "".join(char for char in OTHER_BLANKS if len(char) == 1 and char.isascii()):
        table[ord(char)] = 0
    for i, char in enumerate("123456789", 1):
        table[ord(char)] = i
    return table[np.frombuffer(whole.encode("ascii"), np.uint8)].reshape(-1, size * size)  # (N, L)


def refusal(name: str, line: int, height: int, width: int) -> ParseError:
    """Return the error for a grid whose size is not supported."""
    if height == width:
        return ParseError(f"{name}:{line}: a {height}x{width} grid; Sudokus are of {KINDS}")
    return ParseError(f"{name}:{line}: {height} rows of {width} cells; Sudokus are of {KINDS}")


FIELD = re.compile(
    r"(?<![\w.*?-])(?:[0-9._*?]{81}|[0-9-]{81}|[0-9Xx]{81}|[0-9.]{256}|[0-9A-G.]{256}|[0-9a-g.]{256}"
    r"|[0-9A-Y.]{625}|[0-9a-y.]{625})(?![\w.*?-])"
)
"""A 9x9, 16x16 or 25x25 grid within a line that may hold other text."""
