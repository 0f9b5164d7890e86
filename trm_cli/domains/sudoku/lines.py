"""Sudokus in lines of text: one on a line, perhaps among other text, or one over several lines, perhaps in a frame.

It recognises 81 characters on a line, with or without spaces, commas or `/` between them, and with an answer, a rating
or words beside them; grids with or without frames, row labels, and blank lines between bands; and SadMan `.sdk`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from trm_cli.domains.sudoku.alphabet import DIGITS, LETTERS
from trm_cli.domains.sudoku.form import (
    BLANKS,
    EXPECTED,
    FIELD,
    LARGE,
    OTHER_BLANKS,
    SIZES,
    Item,
    Line,
    Written,
    is_number,
    ready,
    refusal,
)
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.domains.sudoku.rows import (
    FRAME,
    LONGEST,
    SEPARATORS,
    UPRIGHT,
    framed,
    is_4x4,
    is_even,
    is_prose,
    is_run,
    is_small,
    of_fields,
    of_numbers,
    of_pencil_marks,
    open_frame,
    plain_grid,
    plainly,
    puzzles_of,
    side_by_side,
)
from trm_cli.domains.written import MOST_LINES, Mark, Reader, marks, with_comments
from trm_cli.errors import ParseError

RULER = re.compile(r"[\s|+\-=:.*'\u2500-\u257f]*")
RULED = re.compile(r"[-=═─━╌╍┄┅]")
TITLE = re.compile(r"\s*(\[\w+\]|(grid|puzzle|sudoku)\b[^|]*)\s*", re.IGNORECASE)
"""A line that names what follows: a SadMan section, or Project Euler's "Grid 01"."""
TABLE = re.compile(r"\s*\|?(\s*:?-{3,}:?\s*\|)+\s*:?-*:?\s*")
"""The line below the header of a Markdown table."""
EDGES = re.compile(r"""^\s*(?:- )?[\[({"']+(?=[\s\d.])|(?<=[\d.\s])[\])}"']+;?$""")
"""Brackets or quotes around a row of numbers, perhaps behind the dash of YAML."""
DASHED = re.compile(r"\s*[\d-](?:[ ,|]{0,3}[\d-]){8}\s*")


class Lines(Reader[Item]):
    """Sudokus in lines of text; this reader takes what no other one does."""

    def fits(self, text: str) -> bool:
        """Take any text: this is the last reader."""
        return True

    def read(self, text: str, name: str) -> Iterator[Item | ParseError]:
        """Yield each grid after its last line; a line that fits none is an error only if there is no grid at all."""
        plain = text.lstrip("\ufeff")
        page = _Page(plainly(plain), name)
        # If no grid stands in the text itself, one may stand in a comment.
        if len(plain) < LONGEST and (comments := with_comments(plain)) != plain and not any(map(_is_grid, page.read())):
            yield from filter(_is_grid, inside := [*_Page(plainly(comments), name).read()])
            if any(map(_is_grid, inside)):
                return
        for item in page.read():
            page.n_found += 1
            yield item
        if not page.n_found and page.stray:
            yield page.stray


def _is_grid(item: Item | ParseError) -> bool:
    return not isinstance(item, ParseError)


class _Page:
    """A text, and what holds for all of its lines: which characters are blanks, and whether its grids are small."""

    def __init__(self, text: str, name: str) -> None:
        self.lines, self.name = text.splitlines(), name
        self.stray: ParseError | None = None
        self.n_found = 0
        first = [line for line in self.lines[:2000] if len(line) <= LONGEST]
        # Framed lines show whether the grids may be 4x4, and whether spaces in them are blanks.
        boxed = [line for line in first if any(char in line for char in UPRIGHT)]
        self.is_4x4 = not set("".join(line for line in boxed if line.lstrip()[:1] in UPRIGHT)) & set("56789")
        self.has_spaces = not set("".join(line for line in boxed if not RULED.search(line))) & set(".0_*?")
        # A row such as `5 - - 3 ...` makes dashes cells, where they are rulers in other texts.
        self.has_dashes = any(DASHED.fullmatch(line) and "-" in line.strip("-") for line in first)
        # An x is a blank only in a text without the usual blanks.
        rows = "".join(line for line in first if not is_prose(line) and not RULER.fullmatch(line))
        self.blanks = {char: "." for char in OTHER_BLANKS if char not in "xX" or not set(rows) & set(".0_*")}
        self.is_small = is_small(self.lines)
        self.header = {n - 1 for n, line in enumerate(self.lines[:50]) if "|" in line and TABLE.fullmatch(line)}

    def cells(self, row: list[Mark]) -> list[Mark]:
        """Return the marks of a row or a grid, with the usual character for a blank instead of those of this text.

        In 25x25 grids an x is a digit.
        """
        blanks = {**self.blanks, "x": "x", "X": "X"} if len(row) in LARGE else self.blanks
        return [mark._replace(char=blanks.get(mark.char, mark.char)) for mark in row]

    def read(self) -> Iterator[Item | ParseError]:
        """Yield the grids in order, or an error for each that is wrong."""
        block, batch, is_state, whole_until = _Block(self), list[Line](), False, 0
        for number, line in enumerate(self.lines, 1):
            # Nine plain rows are collected as one line; the lines between two such grids may be blank, or rulers.
            if number <= whole_until or (batch and not block.rows and (not line or self._is_frame(line))):
                continue
            is_free = len(line) < 26 and not block.rows and not is_state and not self.header
            if is_free and (whole := plain_grid(self.lines, number - 1)):
                cells, layout = whole
                batch.append(Line(cells, "", None, number, layout=layout))
                whole_until = number - 1 + layout.n_lines
                if len(batch) == 1024:
                    yield from ready(batch)
                    batch = []
                continue
            # Give up on a text that has shown no Sudoku so far.
            if len(line) > LONGEST or (number > MOST_LINES and not self.n_found):
                words = f"{self.name}:{number}: no Sudoku in this line of {len(line)} characters, nor before it"
                self.stray = self.stray or ParseError(words)
                break
            # Lists of puzzles are long, so their lines are collected and checked together.
            if len(line) > 80 and (fields := FIELD.findall(line.replace("+", "") if line[0] == ":" else line)):
                yield from block.close()
                batch += puzzles_of(fields, line, number)
                if len(batch) < 1024:
                    continue
            # The list has ended, or its batch is full: the grids in it come before this line.
            if batch:
                yield from ready(batch)
                batch = []
                if len(line) > 80 and FIELD.search(line):
                    continue
            # Every other line belongs to a grid over several lines, or stands between two.
            content = _without_comment(line)
            if TITLE.fullmatch(content):
                yield from block.close()
                is_state = content.strip().lower() == "[state]"  # SadMan: the player's progress, not the puzzle
            elif not is_state:
                yield from self._line(line, content, number, block)
        yield from ready(batch)
        yield from block.close()

    def _is_frame(self, line: str) -> bool:
        return not self.has_dashes and FRAME.fullmatch(line) is not None

    def _line(self, line: str, content: str, number: int, block: _Block) -> Iterator[Item | ParseError]:
        """Read a line that is not a title."""
        if not content.strip():
            if not line.strip() and len(line.strip("\r\n")) in SIZES and len(line) > 36:  # an empty grid of spaces
                yield Written(marks(line, number))
            else:
                yield from block.pause() if line.lstrip().startswith("#") else block.gap()
        elif whole := self._on_one_line(content, number):
            yield from block.close()
            yield whole
        # The header of a Markdown table.
        elif number - 1 in self.header and not re.search(r"\d", content):
            yield from block.pause()
        # A row, unless most of it is words.
        elif row := self._row(content, number):
            if is_prose(content, len(row)):
                self.stray = self.stray or ParseError(f"{self.name}:{number}: {EXPECTED}, found {len(row)}")
                yield from block.pause()
            else:
                yield from block.add(row)
        else:
            yield from block.pause()

    def _on_one_line(self, line: str, number: int) -> Written | None:
        """Return the grid when the line is one whole grid, alone or followed by its solution."""
        # A row of a grid may be as long as a whole 4x4 or 6x6 grid: one character a word, evenly spaced, is a row.
        words = [(match.group(), match.start() + 1) for match in re.finditer(r"[^\s,;/]+", line)]
        is_row = len(words) in BOXES and is_even([column for _, column in words]) and all(len(w) == 1 for w, _ in words)
        # So may be a row of numbers, by its length or by its digits.
        is_numbers = len(words) in (16, 25) and all(len(word) == 1 or is_number(word) for word, _ in words)
        is_row |= is_numbers and len(line) == 36
        is_numbers &= any(len(word) == 2 for word, _ in words)
        # The line has exactly the characters of a grid; spaces are blanks then.
        if len(line) in SIZES and len(line) > 16 and not is_row and not set(line) & set("|+-/"):
            return None if is_prose(line) else Written(self.cells(marks(line, number)))
        # The first word is a grid; a second one of the same length is its answer.
        if words and len(words[0][0]) in SIZES and (len(words[0][0]) != 16 or is_4x4(words[0][0], self.is_small)):
            given = self.cells(marks(words[0][0], number, words[0][1]))
            same = len(words) > 1 and len(words[1][0]) == len(given)
            is_whole = not is_prose(words[0][0])
            return Written(given, marks(words[1][0], number, words[1][1]) if same else None) if is_whole else None
        # The cells stand apart, with separators between them; an empty field is a blank.
        if fields := of_fields(line, number, (81, 256, 625)):
            return Written(self.cells(fields))
        cells = [mark for mark in marks(line, number) if mark.char not in SEPARATORS + "/" and not mark.char.isspace()]
        is_whole = len(cells) in SIZES and (len(cells) > 16 or self.is_small) and not set(line) & set(UPRIGHT)
        is_whole &= not is_numbers and (len(cells) > 16 or is_4x4("".join(mark.char for mark in cells), True))
        return Written(self.cells(cells)) if is_whole and not is_prose(line) else None

    def _row(self, line: str, number: int) -> list[Mark]:
        """Return the cells of one line of a grid; a ruler has none.

        A space is a blank in a frame, and in a line of the right length that has no other blanks.
        """
        if RULER.fullmatch(line) and RULED.search(line) and not (self.has_dashes and DASHED.fullmatch(line)):
            return []
        whole = line.rstrip("\r\n")
        whole = EDGES.sub(lambda match: " " * len(match[0]), whole)
        if len(whole) in BOXES and not set(whole) & set(BLANKS.strip() + SEPARATORS + "?-xX"):
            return marks(whole, number)
        # The first way of writing a row that fits; the most special ways come first.
        row = (
            framed(whole, number, self.is_4x4)
            or (open_frame(whole, number, self.is_4x4) if self.has_spaces else [])
            or of_fields(whole, number)
            or of_pencil_marks(whole, number)
            or of_numbers(whole, number)
            or [mark for mark in marks(whole, number) if mark.char not in SEPARATORS and not mark.char.isspace()]
        )
        return self.cells(row)


class _Block:
    """The rows read so far of a grid over several lines; `gaps` are the numbers of rows at which a blank line came."""

    def __init__(self, page: _Page) -> None:
        self.page, self.name = page, page.name
        self.rows: list[list[Mark]] = []
        self.gaps: list[int] = []

    def add(self, row: list[Mark]) -> Iterator[Item | ParseError]:
        """Take a row; yield the grid that it completes, or the error of the rows before it."""
        # A band is complete, and no blank line follows where the earlier bands had one: the rows since the last
        # gap begin another grid.
        if self.gaps and len(self.rows) == self.gaps[-1] + self._band:
            rows = self.rows[self.gaps[-1] :]
            del self.rows[self.gaps[-1] :]
            yield from self.close()
            self.rows = rows
        self.rows.append(row)
        # As many equally long rows as each is long make a whole grid.
        last = self.rows[-len(row) :]
        is_whole = len(row) in BOXES and len(row) == len(last) and all(len(r) == len(row) for r in last)
        if is_whole and not self.gaps:
            yield from self.close()

    def gap(self) -> Iterator[Item | ParseError]:
        """Take a blank line: after a whole band the grid may go on, anywhere else the line ends it."""
        n_last = len(self.rows) - (self.gaps[-1] if self.gaps else 0)
        if self.rows and n_last == self._band and len(self.rows) < len(self.rows[0]):
            self.gaps.append(len(self.rows))
        elif n_last:
            yield from self.close()

    def pause(self) -> Iterator[Item | ParseError]:
        """Take a comment or a ruler: it ends a grid that is square, and any other grid goes on."""
        if self.rows and len(self.rows) == len(self.rows[0]):
            yield from self.close()

    @property
    def _band(self) -> int:
        """Number of rows of a box, or 0 if the grid has no known size."""
        return BOXES.get(len(self.rows[0]), (0, 0))[0]

    def close(self) -> Iterator[Item | ParseError]:
        """End the grid: yield it, or an error about its shape."""
        rows, self.rows, self.gaps = _without_labels(self.rows), [], []
        if not rows:
            return
        is_word = len(rows) == 1 and not any(mark.char.isdigit() for mark in rows[0])
        if max(map(len, rows)) < 4 or is_word:  # numbers beside grids, such as their sizes, or an abbreviation
            words = f"{self.name}:{rows[0][0].line}: {EXPECTED}, found {len(rows[0])}"
            self.page.stray = self.page.stray or ParseError(words)
            return
        if pair := side_by_side(rows):
            yield pair
            return
        # The expected size is the length of the first row, if a Sudoku can have it, or else the number of rows.
        if not any(len(row) in BOXES for row in rows):
            yield from self._of_no_size(rows)
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

    def _of_no_size(self, rows: list[list[Mark]]) -> Iterator[ParseError]:
        """Yield the errors of rows that fit no Sudoku: one for a grid of another size, else one for each line."""
        (width, n), *_ = Counter(len(row) for row in rows).most_common(1)
        # Most rows are equally long and short: they are meant as one grid.
        if len(rows) > 1 and 2 * n > len(rows) and width < 50:
            yield refusal(self.name, rows[0][0].line, len(rows), width)
        else:
            yield from (ParseError(f"{self.name}:{row[0].line}: {EXPECTED}, found {len(row)}") for row in rows)


def _without_labels(rows: list[list[Mark]]) -> list[list[Mark]]:
    """Return the rows of a grid without its row labels, and without short lines above and below it, such as sizes."""
    lengths = [len(row) for row in rows]
    for size in BOXES:
        labelled = [row for row in rows if len(row) == size + 1]
        # Every row has one cell too many, and the first cells count up: they are labels.
        names = "".join(row[0].char.upper() for row in labelled)
        if len(labelled) == size and names in (DIGITS[:size], LETTERS[:size], "0123456789"[:size]):
            return [row[1:] for row in labelled]
        # Exactly one run of rows has a Sudoku's length, and the others are short.
        around = [length for length in lengths if length != size]
        if lengths.count(size) == size and around and max(around) < 4 and is_run(lengths, size):
            return [row for row in rows if len(row) == size]
    return rows


def _without_comment(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line.partition(" #")[0].rstrip("\r\n")
