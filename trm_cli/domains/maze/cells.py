"""Mazes as records of their cells: JSON in which each cell has its walls, tables of `pyamaze`, tokens of AlphaMaze."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from trm_cli.domain import Place
from trm_cli.domains.maze.characters import Rows
from trm_cli.domains.maze.form import Written
from trm_cli.domains.maze.grid import MAX_SIDE
from trm_cli.domains.maze.programs import MOST, SIDES, cells_of, inner, too_large
from trm_cli.domains.places import ends_of, place_of
from trm_cli.domains.written import HEAD, Mark, Reader, parsed
from trm_cli.errors import ParseError

NAMES = (("north", "top", "up", "n", "t", "u"), ("east", "right", "e", "r"), ("south", "bottom", "down", "s", "b", "d"),
         ("west", "left", "w", "l"))  # fmt: skip
"""Keys of the walls at north, east, south and west of a cell, without the word `wall`."""
SOLID = ("wall", "iswall", "is_wall", "blocked", "isblocked", "obstacle")
"""Keys that say whether a cell is a wall itself."""
MOST_JSON = 20 * MOST
"""Longest text that is read, in characters; a cell takes a hundred or more."""
Walls = tuple[bool, ...]


class Compass(Reader[Written]):
    """Mazes as `pyamaze` saves them: `cell,E,W,N,S`, 1 for an open side; from the last cell to the first."""

    is_signed = True
    TITLE = re.compile(r"\s*\"?\s*cell\s*\"?((?:,\s*\"?[NESW]\"?\s*){4})\n", re.IGNORECASE)

    def fits(self, text: str) -> bool:
        """Look for the header."""
        return self.TITLE.match(text) is not None

    def read(self, text: str, name: str) -> Iterator[Written | ParseError]:
        """Yield the one maze, or an error that says which line is wrong."""
        match = self.TITLE.match(text)
        assert match is not None
        order = ["NESW".index(letter) for letter in match[1].upper() if letter in "NESW"]
        walls: dict[Place, Walls] = {}
        for number, row in enumerate(csv.reader(io.StringIO(text[match.end() : MOST])), 2):
            place = re.fullmatch(r"\s*\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)\s*", row[0] if row else "")
            if row and (not place or [*map(str.strip, row[1:])] != [side for side in row[1:] if side in ("0", "1")]):
                yield ParseError(f'{name}:{number}: expected a cell such as "(1, 2)" and four times 0 or 1')
                return
            if place:
                sides = dict(zip(order, row[1:], strict=False))
                walls[int(place[1]) - 1, int(place[2]) - 1] = tuple(sides.get(i) != "1" for i in range(4))
        yield _of_walls(walls, name, [max(walls), (0, 0)] if walls else [])


class Alpha(Reader[Written]):
    """Mazes as the tokens of AlphaMaze: `<|0-0|><|up_left_wall|><|origin|><|0-1|>...`, row by row."""

    is_signed = True
    CELL = re.compile(r"<\|(\d{1,2})-(\d{1,2})\|>\s*<\|((?:(?:up|down|left|right)_)+|no_)wall\|>\s*<\|(\w+)\|>")

    def fits(self, text: str) -> bool:
        """Look for a cell."""
        return self.CELL.search(text[:HEAD]) is not None

    def read(self, text: str, name: str) -> Iterator[Written | ParseError]:
        """Yield every maze; a cell that was there before begins the next one."""
        walls: dict[Place, Walls] = {}
        ends: dict[str, Place] = {}
        for match in self.CELL.finditer(text):
            at = (int(match[1]), int(match[2]))
            if at in walls:
                yield self._maze(walls, ends, name)
                walls, ends = {}, {}
            walls[at] = tuple(side in match[3].split("_") for side in ("up", "right", "down", "left"))
            ends[match[4]] = at
        yield self._maze(walls, ends, name)

    def _maze(self, walls: dict[Place, Walls], ends: dict[str, Place], name: str) -> Written | ParseError:
        if not {"origin", "target"} <= ends.keys():
            return ParseError(f"{name}: expected a cell with <|origin|> and one with <|target|>")
        return _of_walls(walls, name, [ends["origin"], ends["target"]])


class Sides(Reader[Written]):
    """JSON in which each cell is an object: with a wall at each of its sides, or a wall itself."""

    is_signed = True
    KEY = re.compile(r'"(?:\w*wall\w*|north|top|up|blocked|obstacle)"\s*:\s*(?:true|false|[01]\b|[\[{])', re.IGNORECASE)

    def fits(self, text: str) -> bool:
        """Look for several cells."""
        return text.lstrip()[:1] in ("{", "[") and len(self.KEY.findall(text[:HEAD])) > 3

    def read(self, text: str, name: str) -> Iterator[Written | ParseError]:
        """Yield the first maze in the value, or an error."""
        value = parsed(text, name) if len(text) < MOST_JSON else ParseError(f"{name}: more than {MOST_JSON} characters")
        if isinstance(value, ParseError):
            yield value
            return
        ends = ends_of(value) if isinstance(value, dict) else ()
        cells = _cells(value)
        solid = [[_solid(cell) for cell in row] for row in cells]
        if cells and all(char for row in solid for char in row):
            rows = [[Mark(str(char), 1, c) for c, char in enumerate(row, 1)] for row in solid]
            yield Written(rows, None, name, *((ends[0], ends[1:]) if ends else ()))
            return
        walls = _placed(cells)
        yield walls if isinstance(walls, ParseError) else _of_walls(walls, name, [*ends])


def _cells(value: Any, depth: int = 0) -> list[list[dict[str, Any]]]:
    """Return the rows of cells in a value; a list of cells is one row."""
    if isinstance(value, dict):
        found = (_cells(field, depth + 1) for field in value.values() if depth < 4 and isinstance(field, dict | list))
        return next((rows for rows in found if rows), [])
    if isinstance(value, list) and value:
        if all(isinstance(cell, dict) for cell in value):
            return [value] if any(_solid(cell) or _sides(cell) for cell in value) else []
        if all(isinstance(row, list) and row and all(isinstance(cell, dict) for cell in row) for row in value):
            return value
    return []


def _solid(cell: dict[str, Any]) -> str:
    """Return `#` for a cell that is a wall, its end or a space for another, and "" for one that does not say it."""
    fields = {key.lower(): field for key, field in cell.items()}
    is_wall = next((bool(fields[key]) for key in SOLID if isinstance(fields.get(key), bool | int)), None)
    marked = " ".join(key for key, field in fields.items() if field is True)
    if is_wall is None:
        return ""
    ends = (("S", "start|entrance|entry"), ("G", "goal|end|exit|finish|target"))
    return "#" if is_wall else next((char for char, words in ends if re.search(words, marked)), " ")


def _sides(cell: dict[str, Any]) -> Walls | None:
    """Return whether a cell has a wall at north, east, south and west; None for one that does not say it."""
    fields = {key.lower(): field for key, field in cell.items()}
    inside = fields.get("walls")
    if isinstance(inside, list) and len(inside) == 4:
        return tuple(map(bool, inside))
    if isinstance(inside, dict):
        fields = {key.lower(): field for key, field in inside.items()}
    fields = {key.replace("wall", "").replace("_", ""): field for key, field in fields.items()}
    found = [next((fields[key] for key in keys if isinstance(fields.get(key), bool | int)), None) for keys in NAMES]
    return None if None in found else tuple(map(bool, found))


def _placed(cells: list[list[dict[str, Any]]]) -> dict[Place, Walls] | ParseError:
    """Return the walls of every cell by its place: in its row, or, in a list of cells, by its own numbers."""
    walls = {(r, c): _sides(cell) for r, row in enumerate(cells) for c, cell in enumerate(row)}
    known = {at: sides for at, sides in walls.items() if sides}
    if not cells or len(known) != len(walls):
        return ParseError("expected cells with walls at their four sides")
    if len(cells) > 1:
        return known
    places = [place_of(cell) for cell in cells[0]]
    # Some programs count rows in x: then the walls between neighbours contradict each other.
    for turn in (1, -1):
        turned = {(at[::turn][0], at[::turn][1]): known[0, i] for i, at in enumerate(places) if at}
        if len(turned) == len(known) and _is_consistent(turned):
            return turned
    return ParseError("expected the row and the column of every cell")


def _is_consistent(walls: dict[Place, Walls]) -> bool:
    """Tell whether neighbours agree on the wall between them."""
    return all(
        sides[i] == walls[at][(i + 2) % 4]
        for (r, c), sides in walls.items()
        for i, (down, right) in enumerate(SIDES)
        if (at := (r + down, c + right)) in walls
    )


def _of_walls(walls: dict[Place, Walls], name: str, ends: list[Place]) -> Written | ParseError:
    height, width = (max(axis) + 1 for axis in zip(*walls, strict=True)) if walls else (0, 0)
    if 2 * max(height, width) + 1 > MAX_SIDE:
        return too_large(name, 1, height, width)
    is_whole = {*walls} == {(r, c) for r in range(height) for c in range(width)} and walls.keys() >= {*ends}
    if not walls or not is_whole:
        return ParseError(f"{name}:1: {len(walls)} cells are listed, and {height}x{width} expected")
    rows: Rows = cells_of(walls, height, width, 1)
    places = [inner(at) for at in ends]
    return Written(rows, None, name, places[0] if places else None, tuple(places[1:]))
