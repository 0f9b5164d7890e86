"""Mazes as rich text: coloured half blocks with two rows in each line, or letters without colours."""

from __future__ import annotations

from itertools import groupby, zip_longest

import numpy as np
import numpy.typing as npt
from rich.style import Style
from rich.text import Text

from trm_cli.domains.maze.grid import FREE, GOAL, PATH, START, WALL
from trm_cli.puzzle import Cell, Puzzle
from trm_cli.view.painter import Painter
from trm_cli.view.seen import Seen
from trm_cli.view.theme import MAZE_COLOURS, SURE, Glyphs

COLOUR_NAMES = {
    "start": "green", "goal": "violet", "path": "blue", "changed": "orange", "unsure": "slate", "wrong": "red",
}  # fmt: skip


NAMES = {WALL: "wall", FREE: "free", START: "start", GOAL: "goal", PATH: "path"}


class MazePainter(Painter):
    """Mazes with the path so far."""

    title = "Maze"
    about = (
        "The network marks a whole path from S to G at once, looks at what it has marked, and marks it again, many "
        "times. It does not walk: it has only seen mazes with their shortest paths."
    )
    key = (
        "The deeper the blue, the surer the network is that a cell belongs to the path. Walls are grey. An orange "
        "frame marks a cell that the step changed, and × a cell that breaks the rules."
    )

    def render(self, seen: Seen) -> Text:
        """Draw a maze with the path so far."""
        height, width = seen.grid.shape
        looks = [[_look(seen, Cell(r, c)) for c in range(width)] for r in range(height)]
        return _halves(looks) if seen.glyphs.has_halves else _letters(looks, seen.glyphs)

    def legend(self, glyphs: Glyphs) -> list[Text]:
        """Explain the ends, the path, and what is changed, unsure or wrong."""
        if glyphs.has_halves:
            return [Text(f"{look} {colour}", f"maze.{look}") for look, colour in COLOUR_NAMES.items()]
        chars = _chars(glyphs)
        return [Text(f"{chars[look]} {look}", STYLES.get(look, "")) for look in COLOUR_NAMES]

    def kinds(self, puzzle: Puzzle) -> list[str]:
        """Return the names, which are styles too."""
        return self.names(puzzle)

    def names(self, puzzle: Puzzle) -> list[str]:
        """Return wall, free, start, goal and path."""
        return [NAMES.get(value, "") for value in range(max(NAMES) + 1)]

    def letters(self, puzzle: Puzzle) -> list[str]:
        """Write letters at both ends only."""
        return [{START: "S", GOAL: "G"}.get(value, "") for value in range(max(NAMES) + 1)]

    def fixed(self, puzzle: Puzzle) -> npt.NDArray[np.bool_]:
        """Return where walls and ends are."""
        return np.isin(puzzle.given, (WALL, START, GOAL))


def _look(seen: Seen, cell: Cell) -> str:
    """Return the look of a cell, a key of MAZE_COLOURS, or "" for a free cell."""
    value = seen.grid[cell]
    if value in (WALL, START, GOAL):
        return {WALL: "wall", START: "start", GOAL: "goal"}[int(value)]
    if cell in seen.conflicts:
        return "wrong"
    if value == PATH:
        return "changed" if seen.is_changed(cell) else "path"
    return "unsure" if seen.frame is not None and seen.frame.confidence[cell] < SURE else ""


def _halves(looks: list[list[str]]) -> Text:
    """Draw two rows in each line: a half block has one colour for the upper cell and one for the lower."""
    lines = []
    blank = [""] * len(looks[0])
    for upper, lower in zip_longest(looks[::2], looks[1::2], fillvalue=blank):
        line = Text()
        for (over, under), run in groupby(zip(upper, lower, strict=True)):
            # The upper block shows the upper cell in its colour and the lower one as its background.
            char = "▀" if over else "▄" if under else " "
            colours = [MAZE_COLOURS[look] for look in (over, under) if look]
            line.append(char * len([*run]), Style(color=colours[0], bgcolor=[*colours, None][1]) if colours else "")
        lines.append(line)
    return Text("\n").join(lines)


def _chars(glyphs: Glyphs) -> dict[str, str]:
    """Return the letter of each look, for terminals without half blocks."""
    return {"start": "S", "goal": "G", "path": "o", "changed": "o", "unsure": glyphs.blank, "wrong": "x",
            "wall": glyphs.block, "": " "}  # fmt: skip


STYLES = {"start": "given", "goal": "given", "changed": "changed", "wrong": "conflict"}


def _letters(looks: list[list[str]], glyphs: Glyphs) -> Text:
    chars = _chars(glyphs)
    lines = []
    for row in looks:
        line = Text()
        for look, run in groupby(row):
            line.append(chars[look] * len([*run]), STYLES.get(look, ""))
        lines.append(line)
    return Text("\n").join(lines)
