"""Mazes whose cells are one character each, on one line or on several, which become puzzles without marks for cells."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from trm_cli.domain import NOWHERE, Ends
from trm_cli.domains.maze import form
from trm_cli.domains.maze.characters import Rows, fold, is_sokoban, legend
from trm_cli.domains.maze.grid import FREE, GOAL, MAX_SIDE, PATH, START, SYMBOLS, WALL, is_drawn, path_length
from trm_cli.domains.written import Mark, marks
from trm_cli.errors import ParseError
from trm_cli.puzzle import Grid, Puzzle, frozen

TOKENS = {"#": WALL, "█": WALL, " ": FREE, ".": FREE, "S": START, "G": GOAL, "o": PATH}
"""The characters of a plain maze, which mean the same whatever stands beside them."""
TABLE = str.maketrans({char: chr(token) for char, token in TOKENS.items()})
DENSE = (set("012345#.SGEABsgeab"), set("XxOo.SGEABsgeab"))
"""Characters that are cells of one character each where they fill long rows."""
LONG = 17
"""Characters of a row that is too long to be numbers beside a maze."""


class Square(NamedTuple):
    """A maze on one line as it was written, its answer ("" for none), and the name and line that errors give."""

    question: str
    answer: str
    place: str
    line: int

    @property
    def is_plain(self) -> bool:
        """Tell whether the maze is a square in the usual characters, and so is its answer, of the same size."""
        side = math.isqrt(len(self.question))
        is_square = side * side == len(self.question) and side <= MAX_SIDE
        texts = [self.question, self.answer] if self.answer else [self.question]
        return is_square and all(len(text) == len(self.question) and _is_plain(text) for text in texts)

    def written(self) -> form.Written:
        """Return the maze with a mark for each cell."""
        answer = square(marks(self.answer, self.line)) if self.answer else None
        return form.Written(square(marks(self.question, self.line)), answer, self.place)

    def puzzle(self, name: str, ends: Ends = NOWHERE) -> Puzzle | ParseError:
        """Return the puzzle, or an error that says where the maze is wrong; `ends` replace the ones in it."""
        plain = self._plain(name) if ends == NOWHERE else None
        if not plain and math.isqrt(n := len(self.question)) ** 2 != n:
            return ParseError(f"{self.place}:{self.line}: {n} cells on one line are no square maze")
        return plain or form.puzzle(self.written(), name, ends)

    def _plain(self, name: str) -> Puzzle | None:
        """Return the puzzle if the maze and its answer are squares with a way and with one start and one goal each."""
        side = math.isqrt(len(self.question))
        is_square = side * side == len(self.question) > 3 and side <= MAX_SIDE
        if not is_square or len(self.answer or self.question) != len(self.question):
            return None
        return _puzzle(self.question, self.answer, side, name, f"{self.place}:{self.line}")


class Rectangle(NamedTuple):
    """The rows of a maze as they were written, without what is between cells; the first is on `line`.

    `place` is for errors, and `pitch` the distance from one cell to the next, in characters.
    """

    rows: list[str]
    place: str
    line: int
    pitch: int = 1

    def written(self) -> form.Written:
        """Return the maze with a mark for each cell."""
        between = " " * (self.pitch - 1)
        rows = [marks(between.join(row), line)[:: self.pitch] for line, row in enumerate(self.rows, self.line)]
        return form.Written(rows, None, self.place)

    def puzzle(self, name: str, ends: Ends = NOWHERE) -> Puzzle | ParseError:
        """Return the puzzle, or an error that says where the maze is wrong; `ends` replace the ones in it."""
        text, where = "".join(self.rows), f"{self.place}:{self.line}"
        plain = _puzzle(text, "", len(self.rows[0]), name, where) if ends == NOWHERE else None
        return plain or form.puzzle(self.written(), name, ends)


def rectangle(rows: list[str], place: str, line: int) -> Rectangle | None:
    """Return the maze of lines that can only be its rows, whose cells are one character each; None for other lines."""
    if len({*map(len, rows)}) > 1:
        return None
    # A space after every cell is no cell, if no cell is a space.
    cells = [row[::2] for row in rows]
    if len(rows[0]) > LONG and not any(row[1::2].strip() for row in rows) and " " not in "".join(cells):
        return Rectangle(cells, place, line, 2) if _is_rectangle(cells) else None
    return Rectangle(rows, place, line) if _is_rectangle(rows) else None


def _is_rectangle(rows: list[str]) -> bool:
    """Tell whether rows of one length have a cell in every character.

    Rows that are much wider than high, or of which every second character is a space, may have wider cells.
    """
    height, width, text = len(rows), len(rows[0]), "".join(rows)
    if not 1 < height <= MAX_SIDE or not 1 < width <= min(MAX_SIDE, 1.4 * height):
        return False
    if not _is_plain(text):
        is_dense = width >= LONG and any({*text} <= chars for chars in DENSE)
        return is_dense and _usual(text, width) is not None
    # Spaces at the beginning or the end of all rows may be an indentation, or an accident.
    columns = (slice(0, 1), slice(-1, None), slice(1, None, 2))
    return all(any(row[column].strip() for row in rows) for column in columns)


def square(row: list[Mark]) -> Rows:
    """Cut a line into the rows of a square; a line whose length is not a square number stays one row."""
    side = round(len(row) ** 0.5)
    return [row[i : i + side] for i in range(0, len(row), side)] if side * side == len(row) > 0 else [row]


def _is_plain(text: str) -> bool:
    # Walls have one character; a second one would mean something else.
    n_walls = sorted((text.count("#"), text.count("█")))
    is_walled = n_walls[0] == 0 and n_walls[1] > 1
    return is_walled and text.count("S") == text.count("G") == 1 and {*text} <= TOKENS.keys()


@lru_cache(4)  # asked for again when the lines that can only be a maze become a puzzle
def _usual(text: str, width: int) -> str | None:
    """Return a maze in the usual characters, row by row as it is; None if it does not have one start and one goal."""
    if _is_plain(text):
        return text
    counts: Counter[str] = Counter()
    for char, n in Counter(text).items():
        counts[fold(char)] += n
    border = Counter(map(fold, text[:width] + text[-width:] + text[::width] + text[width - 1 :: width]))
    tokens, starts, goals, strange = legend(counts, border, set())
    ends = [*starts, *goals]
    if strange is not None or is_sokoban(counts) or [counts[char] for char in ends] != [1, 1] or starts == goals:
        return None
    usual = {char: SYMBOLS[token] for char, token in tokens.items()} | dict(zip(ends, "SG", strict=True))
    return text.translate({ord(char): usual[fold(char)] for char in {*text}})


def _grid(text: str, width: int) -> Grid:
    """Return the tokens of a plain maze, (H, W)."""
    return np.frombuffer(text.translate(TABLE).encode("ascii"), np.uint8).reshape(-1, width)


def _puzzle(question: str, answer: str, width: int, name: str, where: str) -> Puzzle | None:
    """Return the puzzle of a maze and its answer ("" for none).

    None if it has no way, or if one of them does not have one start and one goal.
    """
    texts = [_usual(text, width) for text in (question, answer or question)]
    if None in texts:
        return None
    grid, drawn = (_grid(text, width) for text in texts if text is not None)
    given = np.where(grid == PATH, FREE, grid)
    length = path_length(given)
    if length is None:
        return None
    solution = grid if is_drawn(grid, given, length) else None
    if answer:
        # The ends are those of the question, wherever the answer has its own.
        solution = np.where(given > FREE, given, np.where((drawn == START) | (drawn == GOAL), FREE, drawn))
    solved = None if solution is None else frozen(solution)
    return Puzzle("maze", name, frozen(given), SYMBOLS, solved, where, float(length))
