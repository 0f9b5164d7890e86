"""Cut standard input into complete texts while it arrives, so that puzzles need not wait for later ones.

Texts with one puzzle a line (Sudokus, JSON lines, CSV) are cut after a line. Plain Sudoku grids are cut after their
last row, and plain mazes after a blank line. Any other text is read to the end, because later lines may change its
meaning.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import NamedTuple

from trm_cli.domains.written import is_csv

COMMENT = re.compile(r"\s*(#(?![#. ]*$).*)?")
"""A blank line, or words behind a #."""
PUZZLE = re.compile(r"\s*[0-9._*]{81}(?:[0-9.]{175})?(?:[\s,;].*)?")
OBJECT = re.compile(r'\s*\{".*\}\s*')
ROW = re.compile(r"[0-9._]{9}")
MAZE = re.compile(r"[# .SGEAB]+")


PENDING = 1000
"""Lines without a puzzle after which a text is taken for one of another form."""


class Chunk(NamedTuple):
    """A part of a text that is complete in itself, the number of lines before it, and its task if that is known.

    `is_all`: it is the whole text, which is of a form that cannot be cut.
    """

    text: str
    n_before: int = 0
    is_all: bool = False
    task: str | None = None


class Form(ABC):
    """A form of text in which puzzles follow each other."""

    task: str | None = None

    @abstractmethod
    def fits(self, line: str) -> bool:
        """Tell from the first line of content whether a text may be of this form."""

    @abstractmethod
    def cut(self, text: str) -> int:
        """Return how many characters are complete puzzles, or -1 if the text turns out to be of another form."""


class OneALine(Form):
    """Sudokus or JSON objects on one line each; a text is complete after such a line."""

    def __init__(self, line: re.Pattern[str], task: str | None = None) -> None:
        self.line, self.task = line, task

    def fits(self, line: str) -> bool:
        """Look for a whole puzzle."""
        return self.line.fullmatch(line) is not None

    def cut(self, text: str) -> int:
        """Cut after the last line that is a puzzle; the lines after it may be the first rows of a grid."""
        end = text.rfind("\n") + 1
        # Go back from the end, line by line.
        for _ in range(PENDING):
            if not end:
                return 0
            start = text.rfind("\n", 0, end - 1) + 1
            if self.line.fullmatch(text[start : end - 1]):
                return end
            end = start
        return -1


class Grids(Form):
    """Sudokus of nine plain lines; a text is complete after the ninth."""

    task = "sudoku"

    def fits(self, line: str) -> bool:
        """Look for nine cells and nothing else."""
        return ROW.fullmatch(line) is not None

    def cut(self, text: str) -> int:
        """Cut after the last group of nine lines."""
        end, rows = 0, 0
        for match in re.finditer(r"(.*)\n", text):
            if not match[1].strip() and not rows:
                continue
            if not ROW.fullmatch(match[1]):
                return -1
            rows += 1
            if rows == 9:
                # Without a digit above 3 these may be the first rows of a maze of digits.
                if not set(text[end : match.end()]) & set("456789"):
                    return -1
                end, rows = match.end(), 0
        return end


class Mazes(Form):
    """Plain mazes; a text is complete after a blank line, if every maze before it has both ends."""

    task = "maze"

    def fits(self, line: str) -> bool:
        """Look for a row of a maze."""
        return MAZE.fullmatch(line) is not None and len(line.strip()) > 2

    def cut(self, text: str) -> int:
        """Cut after the last empty line; -1 if the lines before it are not all rows of mazes."""
        end = text.rfind("\n\n") + 2
        # Every block between blank lines must be a rectangle with exactly one start and one goal.
        blocks = [block for block in text[:end].split("\n\n") if block.strip()] if end > 1 else []
        for block in blocks:
            rows = block.strip("\n").split("\n")
            is_maze = all(MAZE.fullmatch(row) and len(row) == len(rows[0]) for row in rows)
            if not is_maze or len(re.findall("[SA]", block)) != 1 or len(re.findall("[GEB]", block)) != 1:
                return -1
        return end if blocks else 0


class Table(Form):
    """CSV with a header, which is put before every part; a text is complete after a line without an open quote."""

    def fits(self, line: str) -> bool:
        """Look for the header."""
        return is_csv(line)

    def cut(self, text: str) -> int:
        """Cut after the last line, unless a quote is open there."""
        # A quote that is open at the end of a line hides the line end: the row goes on.
        end = text.rfind("\n") + 1
        return end if text.count('"', 0, end) % 2 == 0 else 0


FORMS = (Table(), OneALine(PUZZLE, "sudoku"), OneALine(OBJECT), Grids(), Mazes())


def chunks(pieces: Iterator[str]) -> Iterator[Chunk]:
    """Yield texts of complete puzzles as soon as they have arrived, and at the end the rest.

    >>> [chunk.text for chunk in chunks(iter(["." * 81 + "\\n", "#S\\n#G\\n"]))] == ["." * 81 + "\\n", "#S\\n#G\\n"]
    True
    """
    text, n_before, header = "", 0, ""
    form: Form | None = None
    for piece in pieces:
        text += piece
        # The first line that is not a comment decides the form.
        if form is None:
            lines = [line for line in text.split("\n") if not COMMENT.fullmatch(line)]
            # A header alone may be the title of a grid: the line below it tells.
            if not lines or (len(lines) == 1 and is_csv(lines[0])):
                continue
            form = next((form for form in FORMS if form.fits(lines[0])), None)
            if isinstance(form, Table) and not is_csv("\n".join(lines[:2])):
                form = None
            if form is None:
                break
        # Keep the header of a CSV file apart, as soon as its line is complete.
        if not header and isinstance(form, Table):
            end = text.index("\n", len(text) - len(text.lstrip())) + 1 if "\n" in text.strip() else 0
            header, text, n_before = text[:end], text[end:], text[:end].count("\n")
        # Pass on what is complete, and keep the number of lines before the rest for the places in errors.
        end = form.cut(text)
        if end < 0:
            break
        if end and (header or not isinstance(form, Table)):
            yield Chunk(header + text[:end], n_before - header.count("\n"), task=form.task)
            n_before, text = n_before + text.count("\n", 0, end), text[end:]
    # No form fits, or none any more: the rest is one text.
    rest = text + "".join(pieces)
    if n_before == 0:
        yield Chunk(rest, is_all=True)
    elif rest.strip():
        yield Chunk(header + rest, n_before - header.count("\n"))
