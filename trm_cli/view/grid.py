"""Grids as rich text, each task with its own painter."""

from __future__ import annotations

from rich.text import Text

from trm_cli.puzzle import Cell, Frame, Grid, Puzzle
from trm_cli.view.arc import ArcPainter
from trm_cli.view.maze import MazePainter
from trm_cli.view.painter import Painter
from trm_cli.view.seen import Seen
from trm_cli.view.sudoku import SudokuPainter
from trm_cli.view.theme import Glyphs

PAINTERS: dict[str, Painter] = {"sudoku": SudokuPainter(), "maze": MazePainter(), "arc": ArcPainter()}
"""The painter of each task."""


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
    painter, seen = PAINTERS[puzzle.task], Seen(puzzle, grid, glyphs, frame, before, conflicts)
    return painter.render_small(seen) if is_small else painter.render(seen)
