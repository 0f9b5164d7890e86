"""Everything that one picture of a grid shows."""

from __future__ import annotations

from typing import NamedTuple

from trm_cli.puzzle import Cell, Frame, Grid, Puzzle
from trm_cli.view.theme import Glyphs


class Seen(NamedTuple):
    """A grid of a puzzle, the grid `before` the step to mark changes, and the `conflicts` that break the rules."""

    puzzle: Puzzle
    grid: Grid
    glyphs: Glyphs
    frame: Frame | None = None
    before: Grid | None = None
    conflicts: tuple[Cell, ...] = ()

    def is_changed(self, cell: Cell) -> bool:
        """Tell whether a cell had another value one step earlier."""
        before = self.before
        return before is not None and before.shape == self.grid.shape and bool(before[cell] != self.grid[cell])
