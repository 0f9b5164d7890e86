"""Grids as rich text, each task with its own way to draw them."""

from __future__ import annotations

from rich.text import Text

from trm_cli.puzzle import Cell, Frame, Grid, Puzzle
from trm_cli.view import arc, maze, sudoku
from trm_cli.view.seen import Seen
from trm_cli.view.theme import Glyphs

RENDERERS = {"sudoku": sudoku.render_sudoku, "maze": maze.render_maze, "arc": arc.render_arc}
SMALL = {**RENDERERS, "sudoku": sudoku.render_small}
LEGENDS = {"sudoku": sudoku.legend, "maze": maze.legend, "arc": arc.legend}


def render_grid(
    puzzle: Puzzle,
    grid: Grid,
    glyphs: Glyphs,
    frame: Frame | None = None,
    before: Grid | None = None,
    conflicts: tuple[Cell, ...] = (),
    is_small: bool = False,
) -> Text:
    """Draw a grid with its marks; see `Seen` for the arguments. A small grid has no rulers."""
    return (SMALL if is_small else RENDERERS)[puzzle.task](Seen(puzzle, grid, glyphs, frame, before, conflicts))
