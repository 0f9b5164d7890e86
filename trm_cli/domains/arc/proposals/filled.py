"""Proposals of the grid's own size: fallen, completed by period or mirror, tidied."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import fills
from trm_cli.domains.arc.canvas import Canvas, commonest
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield what may become of a grid without changing its size."""
    grid, ground = canvas.grid, canvas.background
    for turn, word in enumerate(("down", "to the left", "up", "to the right")):
        turned = np.ascontiguousarray(np.rot90(grid, turn))
        yield Proposal(f"the ink fallen {word}", np.rot90(fills.fallen(turned, ground), -turn))
    order = sorted((n, c) for n, c in zip(canvas.counts.tolist(), canvas.palette, strict=True) if n)
    holes = [c for n, c in order if n <= 0.6 * grid.size]
    yield Proposal("the grid completed by its period", _first(grid, holes, fills.by_period))
    yield Proposal("the grid completed by its mirror axes", _first(grid, holes, fills.by_mirror))
    yield Proposal("the grid continued by its own pattern", fills.patterned(grid, ground, *grid.shape))
    yield Proposal("the grid without single cells", fills.tidied(grid))
    yield Proposal("the row's ink", _of_rows(grid, ground))
    yield Proposal("the column's ink", _of_rows(grid.T, ground).T)


def _first(grid: Cells, holes: list[int], fill) -> Cells | None:  # type: ignore[no-untyped-def]
    """Return the grid with the first colour filled in that can be."""
    for hole in holes:
        found = fill(grid, hole)
        if (found != grid).any():
            return np.asarray(found)
    return None


def _of_rows(grid: Cells, ground: int) -> Cells:
    """Return every row in its commonest ink."""
    inks = (row[row != ground] for row in grid)
    found = np.array([commonest(ink) if ink.size else ground for ink in inks])
    return np.repeat(found[:, None], grid.shape[1], 1)
