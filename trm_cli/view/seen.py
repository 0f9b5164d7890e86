"""What there is to see in one picture of a grid."""

from __future__ import annotations

from typing import NamedTuple

from trm_cli.domain import Domain
from trm_cli.puzzle import Cell, Frame, Grid, Puzzle, Verdict
from trm_cli.view.theme import Glyphs


class Seen(NamedTuple):
    """A grid of a puzzle, the one a step `before` it, to mark what changed, and `conflicts`, the cells that offend."""

    puzzle: Puzzle
    grid: Grid
    glyphs: Glyphs
    frame: Frame | None = None
    before: Grid | None = None
    conflicts: tuple[Cell, ...] = ()

    def is_changed(self, cell: Cell) -> bool:
        """Tell whether a cell was otherwise a step earlier."""
        before = self.before
        return before is not None and before.shape == self.grid.shape and bool(before[cell] != self.grid[cell])


def judged(task: Domain, puzzle: Puzzle, frame: Frame) -> Verdict:
    """Return what the rules say of a frame's answer: what the frame itself says, where it knows."""
    known: Verdict | None = getattr(frame, "verdict", None)
    return known or task.verify(puzzle, frame.grid)
