"""The grid of a puzzle as rich text, drawn in the way of its task."""

from __future__ import annotations

from rich.text import Text

from trm_cli.puzzle import Cell, Frame, Grid, Puzzle
from trm_cli.view import arc, maze, sudoku
from trm_cli.view.seen import Seen
from trm_cli.view.theme import Glyphs

RENDERERS = {"sudoku": sudoku.render_sudoku, "maze": maze.render_maze, "arc": arc.render_arc}
LEGENDS = {"sudoku": sudoku.LEGEND, "maze": maze.LEGEND, "arc": arc.LEGEND}


def render_grid(
    puzzle: Puzzle,
    grid: Grid,
    glyphs: Glyphs,
    frame: Frame | None = None,
    before: Grid | None = None,
    conflicts: tuple[Cell, ...] = (),
) -> Text:
    """Draw a grid with what is to be marked in it: see `Seen`."""
    return RENDERERS[puzzle.task](Seen(puzzle, grid, glyphs, frame, before, conflicts))
