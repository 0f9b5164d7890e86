"""Mazes in the formats of programs and courses, each of which can be recognised beyond doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from trm_cli.domain import Place
from trm_cli.domains.maze.characters import Rows
from trm_cli.domains.maze.form import Written
from trm_cli.domains.maze.grid import MAX_SIDE
from trm_cli.domains.written import Mark, Reader, marks
from trm_cli.errors import Flawed, ParseError

SIDES = ((-1, 0), (0, 1), (1, 0), (0, -1))
"""From a cell to the wall at its north, east, south and west."""

MOST = 200_000
"""Longest text of these formats, in characters."""


def cells_of(walls: Mapping[Place, tuple[bool, ...]], height: int, width: int, line: int) -> Rows:
    """Return the rows of a maze whose cells have walls at north, east, south and west: each wall becomes a cell.

    A wall between two cells is there if either of them has it.
    """
    grid = np.full((2 * height + 1, 2 * width + 1), "#")
    for r in range(height):
        for c in range(width):
            # Begin with walls only; open every cell, and every side of it that neither of the two cells closes.
            grid[2 * r + 1, 2 * c + 1] = " "
            for i, (down, right) in enumerate(SIDES):
                # The neighbour's opposite side is two further in the order of SIDES.
                other = walls.get((r + down, c + right))
                is_wall = walls[r, c][i] or (other is not None and other[(i + 2) % 4])
                if not is_wall:
                    grid[2 * r + 1 + down, 2 * c + 1 + right] = " "
    return [[Mark(char, line, 1) for char in row] for row in grid.tolist()]


def inner(place: Place) -> Place:
    """Return where a cell lies in the grid in which walls are cells too."""
    return 2 * place[0] + 1, 2 * place[1] + 1


def too_large(name: str, line: int, height: int, width: int) -> Flawed:
    """Return the error for a maze that is too large once its walls are cells."""
    most = (MAX_SIDE - 1) // 2
    return Flawed(f"{name}:{line}: {height}x{width} cells with walls between; such mazes go up to {most}x{most}")


class Hexadecimal(Reader[Written]):
    """A-Maze-ing of the 42 schools: a digit a cell, its bits the walls at N, E, S, W; then entry, exit and path."""

    is_signed = True
    PAGE = re.compile(
        r"((?:[0-9A-Fa-f]{2,200}[ \t]*\r?\n){1,200})\s*(\d{1,3}) *, *(\d{1,3})\s*\n"
        r"(\d{1,3}) *, *(\d{1,3})\s*(?:\n[NESW]*)?"
    )

    def fits(self, text: str) -> bool:
        """Look for the two places below the digits."""
        return len(text) < MOST and self.PAGE.fullmatch(text.strip()) is not None

    def read(self, text: str, name: str) -> Iterator[Written | ParseError]:
        """Yield the one maze."""
        match = self.PAGE.fullmatch(text.strip())
        assert match is not None
        lines = match[1].split()
        height, width = len(lines), len(lines[0])
        line = 1 + text[: len(text) - len(text.lstrip())].count("\n")
        if any(len(row) != width for row in lines):
            yield ParseError(f"{name}:{line}: rows of one length were expected, {width} digits as in the first")
        elif 2 * max(height, width) + 1 > MAX_SIDE:
            yield too_large(name, line, height, width)
        else:
            walls = {
                (r, c): tuple(bool(int(digit, 16) >> i & 1) for i in range(4))
                for r, row in enumerate(lines)
                for c, digit in enumerate(row)
            }
            # Places are written as column, row.
            x, y, to_x, to_y = map(int, match.groups()[1:5])
            rows = cells_of(walls, height, width, line)
            yield Written(rows, None, name, inner((y, x)), (inner((to_y, to_x)),))


class MovingAI(Reader[Written]):
    """Maps of the Moving AI Lab: `type octile`, height, width, `map`; they have no start and no goal."""

    is_signed = True
    HEAD = re.compile(r"\s*type\s+\w+\s*\n\s*height\s+\d+\s*\n\s*width\s+\d+\s*\n\s*map\s*\n")

    def fits(self, text: str) -> bool:
        """Look for the four lines of the header."""
        return self.HEAD.match(text) is not None

    def read(self, text: str, name: str) -> Iterator[Written | ParseError]:
        """Yield the one map; water, trees and cells out of bounds are walls."""
        match = self.HEAD.match(text)
        assert match is not None
        first = text[: match.end()].count("\n") + 1
        lines = text[match.end() :].split()
        if not lines or max(len(lines), max(map(len, lines))) > MAX_SIDE:
            size = f"{len(lines)} rows of {max(map(len, lines), default=0)} cells"
            yield Flawed(f"{name}:{first}: {size}; mazes go up to {MAX_SIDE}x{MAX_SIDE}")
            return
        table = str.maketrans({"G": ".", "S": ".", "@": "#", "O": "#", "T": "#", "W": "#"})
        yield Written([marks(line.translate(table), n) for n, line in enumerate(lines, first)], None, name, is_map=True)


class Numbers(Reader[Written]):
    """Micromouse mazes as lists of `x y north east south west`, from the bottom left; the centre is the goal."""

    is_signed = True
    LIST = re.compile(r"0 0( [01]){4}[ \t\r]*\n(\d{1,3} \d{1,3}( [01]){4}[ \t\r]*\n){2}")

    def fits(self, text: str) -> bool:
        """Look for lines of two places and four walls, each place once."""
        if self.LIST.match(text.lstrip()) is None:
            return False
        places = [tuple(line.split()[:2]) for line in text.splitlines() if len(line.split()) == 6]
        return len({*places}) == len(places)

    def read(self, text: str, name: str) -> Iterator[Written | ParseError]:
        """Yield the one maze, or an error that says what is missing."""
        cells: dict[Place, tuple[bool, ...]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split()
            if len(words) == 6 and all(word.isdecimal() and len(word) < 4 for word in words):
                x, y, *sides = map(int, words)
                cells[y, x] = tuple(map(bool, sides))
            elif words:
                yield ParseError(f"{name}:{number}: expected x, y and four walls, found {line.strip()[:40]!r}")
                return
        height, width = (max(axis) + 1 for axis in zip(*cells, strict=True))
        if 2 * max(height, width) + 1 > MAX_SIDE:
            yield too_large(name, 1, height, width)
        elif len(cells) != height * width:
            yield ParseError(f"{name}:1: {len(cells)} cells are listed, and {height}x{width} expected")
        else:
            # Rows are counted from the bottom here, and from the top everywhere else.
            walls = {(height - 1 - y, x): sides for (y, x), sides in cells.items()}
            middle = [(r, c) for r in _middle(height) for c in _middle(width)]
            rows = cells_of(walls, height, width, 1)
            yield Written(rows, None, name, inner((height - 1, 0)), tuple(map(inner, middle)))


def of_mouse(written: Written) -> Written:
    """Return a maze of 16x16 cells as a micromouse's, if it looks like one and names no ends: closed, with a room.

    The room is the four cells in the middle; the start, at the bottom left, is open at its north only.
    """
    grid = np.array([[mark.char == "#" for mark in row] for row in written.rows])
    if grid.shape != (33, 33) or {mark.char for row in written.rows for mark in row} != {"#", " "}:
        return written
    is_closed = grid[[0, -1]].all() and grid[:, [0, -1]].all()
    is_room = not grid[[15, 16, 16, 17], [16, 15, 17, 16]].any()
    if not (is_closed and is_room and grid[31, 2] and not grid[30, 1]):
        return written
    return written._replace(start=inner((15, 0)), goals=tuple(inner((r, c)) for r in (7, 8) for c in (7, 8)))


def _middle(n: int) -> range:
    """Return the middle row or column of n, or both middle ones if n is even."""
    return range((n - 1) // 2, n // 2 + 1)


class Tokens(Reader[Written]):
    """Mazes of `maze-dataset` as the tokens of a language model: `<ADJLIST_START> (0,0) <--> (0,1) ; ...`."""

    is_signed = True

    def fits(self, text: str) -> bool:
        """Look for the first token."""
        return "<ADJLIST_START>" in text

    def read(self, text: str, name: str) -> Iterator[Written | ParseError]:
        """Yield every maze, of one line or of several."""
        for part in re.finditer(r"<ADJLIST_START>(.*?)(?=<ADJLIST_START>|\Z)", text, re.DOTALL):
            yield self._maze(part[1], name, text.count("\n", 0, part.start()) + 1)

    def _maze(self, text: str, name: str, line: int) -> Written | ParseError:
        edges, _, rest = text.partition("<ADJLIST_END>")
        # A joint is a pair of neighbours without a wall between them.
        joints = [tuple(map(int, match)) for match in re.findall(r"\((\d+),(\d+)\) <--> \((\d+),(\d+)\)", edges)]
        ends = re.findall(r"<(?:ORIGIN|TARGET)_START> \((\d+),(\d+)\)", rest)
        if not joints or len(ends) != 2:
            return ParseError(f"{name}:{line}: expected joints, an origin and a target after <ADJLIST_START>")
        side = max(max(joint) for joint in joints) + 1
        if 2 * side + 1 > MAX_SIDE:
            return too_large(name, line, side, side)
        # Begin with all walls, and open both sides of every joint.
        walls = {(r, c): [True] * 4 for r in range(side) for c in range(side)}
        for r, c, to_r, to_c in joints:
            if (to_r - r, to_c - c) in SIDES:
                i = SIDES.index((to_r - r, to_c - c))
                walls[r, c][i] = walls[to_r, to_c][(i + 2) % 4] = False
        rows = cells_of({at: tuple(sides) for at, sides in walls.items()}, side, side, line)
        start, goal = (inner((int(r), int(c))) for r, c in ends)
        return Written(rows, None, name, start, (goal,))


class Matrices(Reader[Written]):
    """Mazes of School 21: the size and two matrices, one of the walls to the right of each cell, one of those below."""

    is_signed = True
    PAGE = re.compile(r"(\d{1,3}) (\d{1,3})[ \t\r]*\n((?:[01 \t]+\r?\n){1,200})\s*\n((?:[01 \t]+(?:\r?\n|$)){1,200})")

    def fits(self, text: str) -> bool:
        """Look for two matrices of the size in the first line."""
        match = self.PAGE.fullmatch(text.strip()) if len(text) < MOST else None
        if match is None:
            return False
        right, below = match[3].split(), match[4].split()
        return int(match[1]) * int(match[2]) == len(right) == len(below) > 0 and {*right, *below} <= {"0", "1"}

    def read(self, text: str, name: str) -> Iterator[Written | ParseError]:
        """Yield the one maze; it has no ends."""
        match = self.PAGE.fullmatch(text.strip())
        assert match is not None
        height, width = int(match[1]), int(match[2])
        if 2 * max(height, width) + 1 > MAX_SIDE:
            yield too_large(name, 1, height, width)
            return
        right, below = (np.array(match[i].split(), int).reshape(height, width) for i in (3, 4))
        # North and west are walls only at the border; elsewhere the neighbour's matrix has them.
        walls = {
            (r, c): (r == 0, bool(right[r, c]), bool(below[r, c]), c == 0) for r in range(height) for c in range(width)
        }
        yield Written(cells_of(walls, height, width, 1), None, name)
