"""A Sudoku grid as rich text: givens bold, changes underlined, conflicts marked with a x behind the digit."""

from __future__ import annotations

from rich.text import Text

from trm_cli.domains.sudoku_grid import BOXES
from trm_cli.puzzle import Cell, Frame, Grid, Puzzle
from trm_cli.view.theme import SURE, Glyphs

LEGEND = "given bold, changed underlined, unsure dim, conflict x"


def render_sudoku(
    puzzle: Puzzle,
    grid: Grid,
    glyphs: Glyphs,
    frame: Frame | None = None,
    before: Grid | None = None,
    conflicts: tuple[Cell, ...] = (),
) -> Text:
    """Draw a grid with its boxes, one line a row: `before` is the grid a step earlier, to mark what changed."""
    size = len(grid)
    box_rows, box_columns = BOXES[size]
    n_boxes, width = size // box_columns, 2 * box_columns + 1
    text = Text()
    rulers = [glyphs.top] + [glyphs.middle] * (size // box_rows - 1) + [glyphs.bottom]
    for row in range(size):
        if row % box_rows == 0:
            text.append(_ruler(rulers[row // box_rows], glyphs, n_boxes, width), "ruler")
        for column in range(size):
            if column % box_columns == 0:
                text.append(glyphs.wall + " ", "ruler")
            cell = Cell(row, column)
            is_wrong = cell in conflicts and not puzzle.given[cell]
            style = _style(puzzle, grid, frame, before, cell)
            symbol = puzzle.symbols[grid[cell]] if grid[cell] else glyphs.blank
            text.append(symbol, "conflict" if cell in conflicts else style)
            text.append("x" if is_wrong else " ", "conflict" if is_wrong else "")
        text.append(glyphs.wall + "\n", "ruler")
    text.append(_ruler(rulers[-1], glyphs, n_boxes, width).rstrip("\n"), "ruler")
    return text


def _ruler(ends: str, glyphs: Glyphs, n_boxes: int, width: int) -> str:
    return ends[0] + ends[1].join([glyphs.line * width] * n_boxes) + ends[2] + "\n"


def _style(puzzle: Puzzle, grid: Grid, frame: Frame | None, before: Grid | None, cell: Cell) -> str:
    if puzzle.given[cell]:
        return "given"
    if before is not None and before[cell] != grid[cell]:
        return "changed"
    if frame is not None and frame.confidence[cell] < SURE:
        return "unsure"
    return "sure" if grid[cell] else "ruler"
