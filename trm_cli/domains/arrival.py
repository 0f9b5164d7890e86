"""Standard input cut into texts that are complete, as it comes: nothing is read further ahead than a puzzle needs.

What comes in lines, a puzzle each (Sudokus of one line, JSON lines, CSV), is cut behind lines; plain grids and mazes
behind their last row or a blank line. Anything else is taken to the end, for what follows may change what it means.
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
GRID = re.compile(r"(?:[0-9._]{9}\n){9}")
ROW = re.compile(r"[0-9._]{9}")
MAZE = re.compile(r"[# .SGEAB]+")


PENDING = 1000
"""Lines behind the last puzzle that are waited with, before all is taken for something else."""


class Chunk(NamedTuple):
    """A part of a text that is complete in itself, and how many lines there were before it; its task, where known.

    `is_all`: it is the whole text, which was of no form that can be cut.
    """

    text: str
    n_before: int = 0
    is_all: bool = False
    task: str | None = None


class Form(ABC):
    """A way in which puzzles follow each other."""

    task: str | None = None

    @abstractmethod
    def fits(self, line: str) -> bool:
        """Tell by the first line of content whether a text may be of this form."""

    @abstractmethod
    def cut(self, text: str) -> int:
        """Return how many characters are complete puzzles; -1 when the text is not of this form after all."""


class OneALine(Form):
    """Sudokus of one line, or JSON objects of one line: complete is what ends with such a line."""

    def __init__(self, line: re.Pattern[str], task: str | None = None) -> None:
        self.line, self.task = line, task

    def fits(self, line: str) -> bool:
        """Look for a whole puzzle."""
        return self.line.fullmatch(line) is not None

    def cut(self, text: str) -> int:
        """Cut behind the last line that is a puzzle; others may be the first rows of a grid."""
        end = text.rfind("\n") + 1
        for _ in range(PENDING):
            if not end:
                return 0
            start = text.rfind("\n", 0, end - 1) + 1
            if self.line.fullmatch(text[start : end - 1]):
                return end
            end = start
        return -1


class Grids(Form):
    """Sudokus of nine plain lines: complete is what ends with the ninth."""

    task = "sudoku"

    def fits(self, line: str) -> bool:
        """Look for nine cells and nothing else."""
        return ROW.fullmatch(line) is not None

    def cut(self, text: str) -> int:
        """Cut behind the last nine lines."""
        end, rows = 0, 0
        for match in re.finditer(r"(.*)\n", text):
            if not match[1].strip() and not rows:
                continue
            if not ROW.fullmatch(match[1]):
                return -1
            rows += 1
            if rows == 9:
                if not set(text[end : match.end()]) & set("456789"):
                    return -1  # the first rows of a maze of digits
                end, rows = match.end(), 0
        return end


class Mazes(Form):
    """Plain mazes: complete is what ends with a blank line, and has both ends."""

    task = "maze"

    def fits(self, line: str) -> bool:
        """Look for a row of a maze."""
        return MAZE.fullmatch(line) is not None and len(line.strip()) > 2

    def cut(self, text: str) -> int:
        """Cut behind the last empty line, unless there is anything but rows of mazes before it."""
        end = text.rfind("\n\n") + 2
        blocks = [block for block in text[:end].split("\n\n") if block.strip()] if end > 1 else []
        for block in blocks:
            rows = block.strip("\n").split("\n")
            is_maze = all(MAZE.fullmatch(row) and len(row) == len(rows[0]) for row in rows)
            if not is_maze or len(re.findall("[SA]", block)) != 1 or len(re.findall("[GEB]", block)) != 1:
                return -1
        return end if blocks else 0


class Table(Form):
    """CSV with a header: complete is what ends with a line outside of quotes. The header is put before every part."""

    def fits(self, line: str) -> bool:
        """Look for the header."""
        return is_csv(line)

    def cut(self, text: str) -> int:
        """Cut behind the last line that no quote is open at."""
        end = text.rfind("\n") + 1
        return end if text.count('"', 0, end) % 2 == 0 else 0


FORMS = (Table(), OneALine(PUZZLE, "sudoku"), OneALine(OBJECT), Grids(), Mazes())


def chunks(pieces: Iterator[str]) -> Iterator[Chunk]:
    """Yield texts of complete puzzles as soon as they are there, and at the end what is left.

    >>> [chunk.text for chunk in chunks(iter(["." * 81 + "\\n", "#S\\n#G\\n"]))] == ["." * 81 + "\\n", "#S\\n#G\\n"]
    True
    """
    text, n_before, header = "", 0, ""
    form: Form | None = None
    for piece in pieces:
        text += piece
        if form is None:
            first = next((line for line in text.split("\n") if not COMMENT.fullmatch(line)), None)
            if first is None:
                continue
            form = next((form for form in FORMS if form.fits(first)), None)
            if form is None:
                break
        if not header and isinstance(form, Table):
            end = text.index("\n", len(text) - len(text.lstrip())) + 1 if "\n" in text.strip() else 0
            header, text, n_before = text[:end], text[end:], text[:end].count("\n")
        end = form.cut(text)
        if end < 0:
            break
        if end and (header or not isinstance(form, Table)):
            yield Chunk(header + text[:end], n_before - header.count("\n"), task=form.task)
            n_before, text = n_before + text.count("\n", 0, end), text[end:]
    rest = text + "".join(pieces)
    if n_before == 0:
        yield Chunk(rest, is_all=True)
    elif rest.strip():
        yield Chunk(header + rest, n_before - header.count("\n"))
