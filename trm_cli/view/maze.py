"""A maze as rich text: two rows a line in coloured half blocks, or a character a cell where there is no colour."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from trm_cli.domains.maze_grid import FREE, GOAL, PATH, START, WALL
from trm_cli.puzzle import Cell, Frame, Grid, Puzzle
from trm_cli.view.theme import MAZE_COLOURS, SURE, Glyphs

LEGEND = "path cyan or o, changed yellow or underlined, unsure blue or a dot, wrong red or x"


def render_maze(
    puzzle: Puzzle,
    grid: Grid,
    glyphs: Glyphs,
    frame: Frame | None = None,
    before: Grid | None = None,
    conflicts: tuple[Cell, ...] = (),
) -> Text:
    """Draw a maze with what is known of its path."""
    height, width = grid.shape
    looks = [[_look(grid, frame, before, conflicts, Cell(r, c)) for c in range(width)] for r in range(height)]
    return _halves(looks) if glyphs.has_halves else _letters(looks, glyphs)


def _look(
    grid: Grid, frame: Frame | None, before: Grid | None, conflicts: tuple[Cell, ...], cell: Cell
) -> str:
    """Return what a cell looks like, as a key of MAZE_COLOURS; "" for a free cell."""
    value = grid[cell]
    if value in (WALL, START, GOAL):
        return {WALL: "wall", START: "start", GOAL: "goal"}[int(value)]
    if cell in conflicts:
        return "wrong"
    if value == PATH:
        return "changed" if before is not None and before[cell] == FREE else "path"
    return "unsure" if frame is not None and frame.confidence[cell] < SURE else ""


def _halves(looks: list[list[str]]) -> Text:
    """Draw two rows a line: the upper half block has a colour for each of its two cells."""
    text = Text()
    blank = [""] * len(looks[0])
    for upper, lower in zip(looks[::2], [*looks[1::2], blank][: len(looks[::2])], strict=True):
        for over, under in zip(upper, lower, strict=True):
            if over:
                text.append("▀", Style(color=MAZE_COLOURS[over], bgcolor=MAZE_COLOURS[under] if under else None))
            else:
                text.append("▄" if under else " ", Style(color=MAZE_COLOURS[under]) if under else "")
        text.append("\n")
    text.right_crop(1)
    return text


def _letters(looks: list[list[str]], glyphs: Glyphs) -> Text:
    chars = {"wall": glyphs.block, "start": "S", "goal": "G", "path": "o", "changed": "o", "wrong": "x",
             "unsure": glyphs.blank, "": " "}  # fmt: skip
    styles = {"wall": "ruler", "start": "given", "goal": "given", "changed": "changed", "wrong": "conflict"}
    text = Text()
    for row in looks:
        for look in row:
            text.append(chars[look], styles.get(look, ""))
        text.append("\n")
    text.right_crop(1)
    return text
