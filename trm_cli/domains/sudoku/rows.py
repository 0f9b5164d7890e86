"""The ways to write a row of a Sudoku on a line of its own; the characters between the cells show which way it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from trm_cli.domains.sudoku.alphabet import LETTERS
from trm_cli.domains.sudoku.form import (
    BLANKS,
    LARGE,
    Layout,
    Line,
    Written,
    cell,
    digit,
    is_number,
    with_ends_of_rows,
    with_usual_blanks,
)
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.domains.written import Mark, marks, uncommented, unquoted, unwrapped

UPRIGHT = "|│║┃"
CELL = "[0-9._*]"
BOX = f"{CELL} {CELL} {CELL}"
BAR = f"[{UPRIGHT}]"
BETWEEN = str.maketrans("", "", f" {UPRIGHT}")
FRAME = re.compile(r"[|+\-=:\u2500-\u257f]{3}[ |+\-=:\u2500-\u257f]*")
"""A line between the boxes of a grid."""
_BANDS = (0, 1, 2, 4, 5, 6, 8, 9, 10)
LAYOUTS = (
    (re.compile(f"{CELL}{{9}}"), Layout((*range(9),), (*range(1, 10),))),
    (re.compile(f"{CELL}(?: {CELL}){{8}}"), Layout((*range(9),), (*range(1, 18, 2),))),
    (re.compile(f"{BOX} {BAR} {BOX} {BAR} {BOX}"), Layout(_BANDS, (1, 3, 5, 9, 11, 13, 17, 19, 21))),
    (re.compile(f"{BAR} {BOX} {BAR} {BOX} {BAR} {BOX} {BAR}"), Layout(_BANDS, (3, 5, 7, 11, 13, 15, 19, 21, 23))),
)
"""The usual ways to write the rows of a 9x9 grid: without characters between the cells, with spaces, and in boxes."""
SEPARATORS = f"{UPRIGHT},;:!"
CANDIDATES = re.compile("[1-9]{1,9}")
"""What may stand in a cell with pencil marks."""


LONGEST = 100_000
"""Longest line that is read, and longest text with other characters around its grids, in characters."""
SPACED = re.compile(r"(?m)(?<!\d\n)(?:^[\d._*][\d._* |]{8,24}\n\n){8}[\d._*][\d._* |]{8,24}$")
"""Nine rows, each with a blank line after it."""


def framed(line: str, number: int, is_4x4: bool = True) -> list[Mark]:
    """Return the cells of a line between uprights: one cell, or one row of a box, between two. Other lines give none.

    `is_4x4` says whether the line may belong to a 4x4 grid. Two boxes are then of two columns, not of three.

    >>> "".join(mark.char for mark in framed("| 1 |   | 3 | 4 |", 1)), len(framed("|5 3  |  7  |     |", 1))
    ('1 34', 9)
    """
    line = re.sub(r"\|\.\s*$", "|", line)  # the end of a row in LaTeX's package sudoku
    stripped = line.strip()
    if len(stripped) < 3 or stripped[0] not in UPRIGHT or stripped[-1] not in UPRIGHT:
        return []
    # The text between two uprights, without a margin outside the outer ones.
    parts = [marks(match.group(), number, match.start() + 1) for match in re.finditer(rf"[^{UPRIGHT}]+", line)]
    parts = parts[line[0].isspace() : len(parts) - line[-1].isspace()]
    words = [[mark for mark in part if not mark.char.isspace()] for part in parts]
    # A box of n cells, written without spaces (n characters), with spaces between cells (2n - 1), or around them
    # too (2n + 1). A way fits if it leaves out nothing but spaces.
    for size, (_, n) in [*BOXES.items()][not is_4x4 :]:
        for cells, width in ((slice(0, None), n), (slice(0, None, 2), 2 * n - 1), (slice(1, None, 2), 2 * n + 1)):
            chosen = [part[cells] for part in parts]
            is_whole = sum(map(len, words)) == sum(not mark.char.isspace() for part in chosen for mark in part)
            if is_whole and len(parts) == size // n and all(len(part) == width for part in parts):
                return [mark for part in chosen for mark in part]
    # One cell between two uprights; an empty one is a blank.
    if len(parts) in BOXES and all(len(word) <= 1 for word in words):
        return [word[0] if word else part[0] for word, part in zip(words, parts, strict=True)]
    return []


def open_frame(line: str, number: int, is_4x4: bool) -> list[Mark]:
    """Return the cells of a line with uprights only between boxes; a space is a blank, and may be cut off at an end.

    >>> "".join(mark.char for mark in open_frame(" 8 | 6 |  1", 1, False))
    ' 8  6   1'
    """
    parts = re.split(f"[{UPRIGHT}]", line)
    if len(parts) < 2 or not parts[0]:
        return []
    # Complete the line to a framed one: all boxes are as wide as the widest.
    width = max(map(len, parts))
    missing = width - len(parts[0])  # the margin, where every other box has one
    padded = "|".join([" " * missing + parts[0], *parts[1:-1], parts[-1].ljust(width)])
    cells = framed(f"|{padded}|", number, is_4x4)
    # Count columns in the line as it was written, without what was added at the left.
    return [mark._replace(column=max(1, mark.column - 1 - missing)) for mark in cells]


def of_fields(line: str, number: int, lengths: Collection[int] = BOXES) -> list[Mark]:
    """Return the cells of a row of CSV or TSV, where an empty field is a blank; other rows give none.

    `lengths` are the numbers of cells that a row may have.
    """
    for char in (",", ";", "\t"):
        if line.count(char) < min(lengths) - 1:
            continue
        fields = line.split(char)
        # A separator may follow the last cell too.
        if fields[-1].strip() == "" and len(fields) - 1 in lengths:
            fields.pop()
        # Fields of three characters and more are words, not cells.
        if len(fields) in lengths and all(len(field.strip(" \"'")) < 3 for field in fields):
            columns = [1 + sum(len(field) + 1 for field in fields[:i]) for i in range(len(fields))]
            chars = [cell(field.strip(" \"'\r"), len(fields)) for field in fields]
            return [Mark(char, number, column) for char, column in zip(chars, columns, strict=True)]
    return []


def of_numbers(line: str, number: int) -> list[Mark]:
    """Return the cells of a row of numbers with two digits, as in large grids; rows without such a number give none."""
    words = [(match.group(), match.start() + 1) for match in re.finditer(rf"[^\s{SEPARATORS}]+", line)]
    # At least one number must have two digits: rows of single digits can be read more simply.
    if len(words) < 4 or not all(len(word) < 3 for word, _ in words) or not any(len(word) == 2 for word, _ in words):
        return []
    # A row of a wrong length is taken for a row, so that an error explains it, only if it is nothing but numbers.
    if len(words) not in BOXES and not all(word.isdecimal() or word in [*".-_*?"] for word, _ in words):
        return []
    return [Mark(digit(int(word)) if is_number(word) else word[0], number, column) for word, column in words]


def of_pencil_marks(line: str, number: int) -> list[Mark]:
    """Return the cells of a row with the candidates of each of its nine cells; rows of other words give none.

    >>> "".join(mark.char for mark in of_pencil_marks("| 67 89 1 | 4689 2 4689 | 478 5 3 |", 1))
    '..1.2..53'
    """
    words = [(match.group(), match.start() + 1) for match in re.finditer(rf"[^\s{SEPARATORS}*]+", line)]
    # At least one cell has three candidates, and there is no other blank.
    if len(words) != 9 or not any(len(word) > 2 for word, _ in words):
        return []
    if not all(CANDIDATES.fullmatch(word) and [*word] == sorted({*word}) for word, _ in words):
        return []
    return [Mark(word if len(word) == 1 else ".", number, column) for word, column in words]


def plain_grid(lines: Sequence[str], start: int) -> tuple[str, Layout] | None:
    """Return the cells of a 9x9 grid in a usual layout, from a line on; None for less plain lines, or maybe a maze's.

    >>> plain_grid(["53..7....", *["........."] * 7, "12468...."], 0)[0][:9]
    '53..7....'
    """
    for row, layout in LAYOUTS:
        if not row.fullmatch(lines[start]):
            continue
        found = lines[start : start + layout.n_lines]
        if len(found) < layout.n_lines or not all(row.fullmatch(found[i]) for i in layout.lines):
            return None
        if not all(FRAME.fullmatch(line) for i, line in enumerate(found) if i not in layout.lines):
            return None
        cells = "".join([found[i] for i in layout.lines]).translate(BETWEEN)
        # A maze of digits has only a few different ones.
        return (cells, layout) if len({*cells} & set("123456789")) > 4 else None
    return None


def puzzles_of(fields: list[str], line: str, number: int) -> Iterator[Line]:
    """Yield the puzzles of a line: a full grid after one of the same length is its answer."""
    rest = [*fields]
    while rest:
        given = rest.pop(0)
        has_answer = bool(rest) and len(rest[0]) == len(given) and not set(rest[0]) & set("._*?-xX0")
        yield Line(given, rest.pop(0) if has_answer else "", None, number, line.find(given) + 1)


def side_by_side(rows: list[list[Mark]]) -> Written | None:
    """Return the grid of rows that hold, at its right, the full answer too; None for other rows."""
    n = len(rows)
    if n not in BOXES or any(len(row) != 2 * n for row in rows):
        return None
    given, answer = [mark for row in rows for mark in row[:n]], [mark for row in rows for mark in row[n:]]
    pairs = [(a.char, b.char) for a, b in zip(given, answer, strict=True)]
    is_answer = all(b not in BLANKS and a in (b, *BLANKS) for a, b in pairs)
    return Written(given, answer) if is_answer else None


def is_run(lengths: list[int], size: int) -> bool:
    """Tell whether `size` rows of the length `size` follow each other, from the first one of this length on."""
    first = lengths.index(size)
    return lengths[first : first + size] == [size] * size


def is_even(columns: list[int]) -> bool:
    """Tell whether columns are at equal distances."""
    return len({after - before for before, after in pairwise(columns)}) == 1


def is_small(lines: list[str]) -> bool:
    """Tell whether lines of 16 cells are 4x4 grids and not rows of 16x16 ones: none has a digit above 4."""
    for line in lines:
        if len(line) > 80:
            continue
        words = line.split()
        row = "".join(words)
        if (len(words) == 16 or len(row) == 16) and not (len(row) == 16 and set(row) <= set("1234" + BLANKS)):
            return False
    return True


def is_4x4(text: str, may_be: bool) -> bool:
    """Tell whether 16 cells may be a 4x4 grid, if the lines of their text may be: no digit is above 4."""
    return may_be and set(text) <= set("01234._*?- xX")


def plainly(text: str) -> str:
    """Return a text without code, quotes and characters of comments around its rows, and with the usual blanks."""
    return with_ends_of_rows(with_usual_blanks(_dense(uncommented(unwrapped(unquoted(text))))))


def _dense(text: str) -> str:
    """Return a text without the blank lines of a 9x9 grid that has one after each row; they follow the grid."""
    if len(text) > LONGEST or "\n\n" not in text:
        return text
    return SPACED.sub(lambda match: re.sub("\n+", "\n", match[0]) + "\n" * 8, text)


def is_prose(line: str, n: int = 0) -> bool:
    """Tell whether a line is words, not the `n` cells of a row: most of its characters are none that a grid has."""
    chars = [char for char in line if not char.isspace() and char not in SEPARATORS + "\"'"]
    if _is_large(line, chars, n):
        return False
    n_cells = sum(char in "0123456789._*?-xX" for char in chars)
    if any(set(word) - set("abcdefgx") for word in re.findall("[a-z]{3,}", line.lower())):
        return True
    # In a 16x16 grid the letters A to G are digits.
    if 16 in (n, len(line.split())) or len(chars) == 256:
        n_cells = sum(char in "0123456789._*?-xXabcdefgABCDEFG" for char in chars)
    return 2 * n_cells < len(chars)


def _is_large(line: str, chars: list[str], n: int) -> bool:
    """Tell whether a line is a row or the whole of a 25x25 grid in letters of one case, not words of that length."""
    lengths = {*map(len, re.split(rf"[\s{SEPARATORS}]+", line.strip(f" {SEPARATORS}")))}
    is_framed = n == LARGE[0] and line.strip()[0] in UPRIGHT and line.strip()[-1] in UPRIGHT
    is_even = len(chars) in LARGE and (lengths <= {1} or lengths <= {5} or lengths <= {*LARGE})
    if not is_framed and not is_even:
        return False
    # A character or two may be wrong, which an error then says.
    known = (sum(char in letters + "0123456789._*?-" for char in chars) for letters in (LETTERS, LETTERS.lower()))
    return max(known) >= len(chars) - 2
