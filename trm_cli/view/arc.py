"""An ARC grid as rich text: two coloured spaces a cell, or its digit where there is no colour."""

from __future__ import annotations

from itertools import groupby

from rich.style import Style
from rich.table import Table
from rich.text import Text

from trm_cli.puzzle import Cell, Puzzle
from trm_cli.view.seen import Seen
from trm_cli.view.theme import Glyphs

PALETTE = ("#000000", "#0074d9", "#ff4136", "#2ecc40", "#ffdc00", "#aaaaaa", "#f012be", "#ff851b", "#7fdbff", "#870c25")
"""The colours of the ARC-AGI testing interface."""
LEGEND = "wrong cells xx; a number is a colour where there is none"


def render_arc(seen: Seen) -> Text:
    """Draw a grid, of whatever size the answer has."""
    lines = []
    for r, row in enumerate(seen.grid.tolist()):
        line = Text()
        looks = [(value, Cell(r, c) in seen.conflicts) for c, value in enumerate(row)]
        for (value, is_wrong), run in groupby(looks):
            n = len([*run])
            if seen.glyphs.has_halves:
                line.append(("xx" if is_wrong else "  ") * n, Style(color="white", bgcolor=PALETTE[value]))
            else:
                line.append(f"{value}{'x' if is_wrong else ' '}" * n, "conflict" if is_wrong else "")
        lines.append(line)
    return Text("\n").join(lines)


def render_demos(puzzle: Puzzle, glyphs: Glyphs) -> Table:
    """Draw the demonstrations, a row each: the input, and what it becomes."""
    table = Table.grid(padding=(0, 3, 1, 0))
    for question, answer in puzzle.demos:
        pictures = [render_arc(Seen(puzzle, grid, glyphs)) for grid in (question, answer)]
        table.add_row(pictures[0], Text("becomes", "note"), pictures[1])
    return table
