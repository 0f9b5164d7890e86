"""Proposals of the grid's own size: its ink falls, gaps are filled by period or mirror, single cells are removed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import fills
from trm_cli.domains.arc.canvas import Canvas, commonest
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield what may become of a grid without changing its size."""
    grid, ground = canvas.grid, canvas.background
    # Ink falls downwards only, so the grid is turned before and turned back after.
    for turn, word in enumerate(("down", "to the left", "up", "to the right")):
        turned = np.ascontiguousarray(np.rot90(grid, turn))
        yield Proposal(f"the ink fallen {word}", np.rot90(fills.fallen(turned, ground), -turn))
    # The colour of the gaps, the rarest first; it does not cover most of the grid.
    order = sorted((n, c) for n, c in zip(canvas.counts.tolist(), canvas.palette, strict=True) if n)
    holes = [c for n, c in order if n <= 0.6 * grid.size]
    yield Proposal("the grid completed by its period", _first(grid, holes, fills.by_period))
    yield Proposal("the grid completed by its mirror axes", _first(grid, holes, fills.by_mirror))
    yield Proposal("the grid continued by its own pattern", fills.patterned(grid, ground, *grid.shape))
    yield Proposal("the grid without single cells", fills.tidied(grid))
    yield Proposal("the row's ink", _of_rows(grid, ground))
    yield Proposal("the column's ink", _of_rows(grid.T, ground).T)


def _first(grid: Cells, holes: list[int], fill) -> Cells | None:  # type: ignore[no-untyped-def]
    """Return the grid with the first of the colours replaced that `fill` can replace; None if it can replace none."""
    for hole in holes:
        filled = fill(grid, hole)
        if (filled != grid).any():
            return np.asarray(filled)
    return None


def _of_rows(grid: Cells, ground: int) -> Cells:
    """Return a grid whose rows are each full of their commonest ink, or of the background if they have no ink."""
    inks = (row[row != ground] for row in grid)
    colours = np.array([commonest(ink) if ink.size else ground for ink in inks])
    return np.repeat(colours[:, None], grid.shape[1], 1)
