"""Sudokus as rich text: givens are bold, changes underlined, and conflicts have an x after the digit."""

from __future__ import annotations

from rich.text import Text

from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.puzzle import Cell
from trm_cli.view.seen import Seen
from trm_cli.view.text import printable
from trm_cli.view.theme import SURE, Glyphs


def render_sudoku(seen: Seen) -> Text:
    """Draw a grid with rulers around its boxes, one line for each row."""
    puzzle, grid, glyphs = seen.puzzle, seen.grid, seen.glyphs
    size = len(grid)
    box_rows, box_columns = BOXES[size]
    n_boxes, width = size // box_columns, 2 * box_columns + 1
    text = Text()
    # A ruler above every band and one below the last.
    rulers = [glyphs.top] + [glyphs.middle] * (size // box_rows - 1) + [glyphs.bottom]
    for row in range(size):
        if row % box_rows == 0:
            text.append(_ruler(rulers[row // box_rows], glyphs, n_boxes, width), "ruler")
        for column in range(size):
            if column % box_columns == 0:
                text.append(glyphs.wall + " ", "ruler")
            cell = Cell(row, column)
            # A given cannot be wrong, so only its opponent has the mark.
            is_wrong = cell in seen.conflicts and not puzzle.given[cell]
            text.append(_symbol(seen, cell), _style(seen, cell))
            text.append("x" if is_wrong else " ", "conflict" if is_wrong else "")
        text.append(glyphs.wall + "\n", "ruler")
    text.append(_ruler(rulers[-1], glyphs, n_boxes, width).rstrip("\n"), "ruler")
    return text


def render_small(seen: Seen) -> Text:
    """Draw a grid in the smallest readable form: one character for each cell, a space between boxes."""
    _, box_columns = BOXES[len(seen.grid)]
    lines = []
    for row in range(len(seen.grid)):
        line = Text()
        for column in range(len(seen.grid)):
            cell = Cell(row, column)
            line.append(" " * (column % box_columns == 0 < column)).append(_symbol(seen, cell), _style(seen, cell))
        lines.append(line)
    return Text("\n").join(lines)


def legend(glyphs: Glyphs) -> list[Text]:
    """Explain the looks of cells, each word in its own look."""
    words = {"given": "bold", "changed": "underlined", "unsure": "faint", "conflict": "x"}
    return [Text(f"{look} {word}", look) for look, word in words.items()]


def _symbol(seen: Seen, cell: Cell) -> str:
    value = seen.grid[cell]
    return printable(seen.puzzle.symbols[value]) if value else seen.glyphs.blank


def _ruler(ends: str, glyphs: Glyphs, n_boxes: int, width: int) -> str:
    return ends[0] + ends[1].join([glyphs.line * width] * n_boxes) + ends[2] + "\n"


def _style(seen: Seen, cell: Cell) -> str:
    if cell in seen.conflicts:
        return "conflict"
    if seen.puzzle.given[cell]:
        return "given"
    if seen.is_changed(cell):
        return "changed"
    if seen.frame is not None and seen.frame.confidence[cell] < SURE:
        return "unsure"
    return "sure" if seen.grid[cell] else "ruler"
