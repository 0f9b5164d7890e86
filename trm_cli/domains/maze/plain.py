"""Mazes in the usual signs, on one line or on several, which become puzzles without a mark for each cell."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from trm_cli.domain import NOWHERE, Ends
from trm_cli.domains.maze import form
from trm_cli.domains.maze.grid import FREE, GOAL, MAX_SIDE, PATH, START, SYMBOLS, WALL, is_drawn, path_length
from trm_cli.domains.maze.signs import Rows
from trm_cli.domains.written import Mark, marks
from trm_cli.errors import ParseError
from trm_cli.puzzle import Grid, Puzzle, frozen

TOKENS = {"#": WALL, "█": WALL, " ": FREE, ".": FREE, "S": START, "G": GOAL, "o": PATH}
"""The signs of a plain maze, which mean the same whatever stands beside them."""
TABLE = str.maketrans({sign: chr(token) for sign, token in TOKENS.items()})


class Square(NamedTuple):
    """A maze on one line as it was written, its answer ("" for none), and the name and line that errors give."""

    question: str
    answer: str
    place: str
    line: int

    @property
    def is_plain(self) -> bool:
        """Tell whether the maze is a square in the usual signs, and so is its answer, of the same size."""
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
        return plain or form.puzzle(self.written(), name, ends)

    def _plain(self, name: str) -> Puzzle | None:
        """Return the puzzle if the maze and its answer are plain and it has a way."""
        if not self.is_plain:
            return None
        side = math.isqrt(len(self.question))
        return _puzzle(self.question, self.answer, side, name, f"{self.place}:{self.line}")


class Rectangle(NamedTuple):
    """A plain maze as it was written, in rows of which the first is on `line`; `place` is for errors."""

    rows: list[str]
    place: str
    line: int

    def written(self) -> form.Written:
        """Return the maze with a mark for each cell."""
        return form.Written([marks(row, line) for line, row in enumerate(self.rows, self.line)], None, self.place)

    def puzzle(self, name: str, ends: Ends = NOWHERE) -> Puzzle | ParseError:
        """Return the puzzle, or an error that says where the maze is wrong; `ends` replace the ones in it."""
        text, where = "".join(self.rows), f"{self.place}:{self.line}"
        plain = _puzzle(text, "", len(self.rows[0]), name, where) if ends == NOWHERE else None
        return plain or form.puzzle(self.written(), name, ends)


def is_rectangle(rows: list[str]) -> bool:
    """Tell whether lines can only be the rows of a plain maze, whose cells are one character each.

    Rows that are much wider than high, or of which every second character is a space, may have wider cells.
    """
    height, width = len(rows), len(rows[0])
    if not 1 < height <= MAX_SIDE or not 1 < width <= min(MAX_SIDE, 1.4 * height) or {*map(len, rows)} != {width}:
        return False
    # Spaces at the beginning or the end of all rows may be an indentation, or an accident.
    columns = (slice(0, 1), slice(-1, None), slice(1, None, 2))
    return _is_plain("".join(rows)) and all(any(row[column].strip() for row in rows) for column in columns)


def square(row: list[Mark]) -> Rows:
    """Cut a line into the rows of a square; a line whose length is not a square number stays one row."""
    side = round(len(row) ** 0.5)
    return [row[i : i + side] for i in range(0, len(row), side)] if side * side == len(row) > 0 else [row]


def _is_plain(text: str) -> bool:
    # Walls have one sign; a second one would mean something else.
    n_walls = sorted((text.count("#"), text.count("█")))
    is_walled = n_walls[0] == 0 and n_walls[1] > 1
    return is_walled and text.count("S") == text.count("G") == 1 and {*text} <= TOKENS.keys()


def _grid(text: str, width: int) -> Grid:
    """Return the tokens of a plain maze, (H, W)."""
    return np.frombuffer(text.translate(TABLE).encode("ascii"), np.uint8).reshape(-1, width)


def _puzzle(question: str, answer: str, width: int, name: str, where: str) -> Puzzle | None:
    """Return the puzzle of a plain maze and its answer ("" for none), or None if it has no way."""
    grid = _grid(question, width)
    given = np.where(grid == PATH, FREE, grid)
    length = path_length(given)
    solution = grid if is_drawn(grid, given, length) else None
    if answer:
        # The ends are those of the question, wherever the answer has its own.
        drawn = _grid(answer, width)
        solution = np.where(given > FREE, given, np.where((drawn == START) | (drawn == GOAL), FREE, drawn))
    if length is None:
        return None
    solved = None if solution is None else frozen(solution)
    return Puzzle("maze", name, frozen(given), SYMBOLS, solved, where, float(length))
