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
    yield Proposal("the grid of rising diagonals", _diagonals(grid, ground, 1))
    yield Proposal("the grid of falling diagonals", _diagonals(grid, ground, -1))
    yield Proposal("the grid without single cells", fills.tidied(grid))
    yield Proposal("the grid without spots on its rows or columns", unspotted(grid))
    yield Proposal("the rows of ink repeated up and down", _banded(grid, ground))
    yield Proposal(
        "the columns of ink repeated to both sides", None if (band := _banded(grid.T, ground)) is None else band.T
    )
    yield Proposal("the row's ink", _of_rows(grid, ground))
    yield Proposal("the column's ink", _of_rows(grid.T, ground).T)


def _first(grid: Cells, holes: list[int], fill) -> Cells | None:  # type: ignore[no-untyped-def]
    """Return the grid with the first of the colours replaced that `fill` can replace; None if it can replace none."""
    for hole in holes:
        filled = fill(grid, hole)
        if (filled != grid).any():
            return np.asarray(filled)
    return None


def unspotted(grid: Cells) -> Cells:
    """Return a grid of rows of one colour each, the commonest there; or of columns, if these have fewer other cells."""
    rows = np.repeat(np.array([commonest(row) for row in grid])[:, None], grid.shape[1], 1)
    columns = np.repeat(np.array([commonest(column) for column in grid.T])[None], len(grid), 0)
    return rows if (rows == grid).sum() >= (columns == grid).sum() else columns


def _banded(grid: Cells, ground: int) -> Cells | None:
    """Return the rows from the first to the last that has ink, repeated to fill the grid; None without any ink."""
    rows = np.flatnonzero((grid != ground).any(1))
    if not len(rows):
        return None
    band = grid[rows[0] : rows[-1] + 1]
    return np.asarray(band[(np.arange(len(grid)) - rows[0]) % len(band)])


def _diagonals(grid: Cells, ground: int, way: int) -> Cells | None:
    """Return the grid of whole diagonals, repeated with a period, that has all ink of a grid; None if there is none.

    The shortest period counts for which every diagonal has ink, and of one colour only.
    """
    r, c = np.mgrid[: grid.shape[0], : grid.shape[1]]
    ink = grid != ground
    for period in range(2, max(grid.shape)):
        diagonal = (r + way * c) % period
        colours = [np.unique(grid[ink & (diagonal == i)]) for i in range(period)]
        if all(len(each) == 1 for each in colours):
            return np.asarray(np.concatenate(colours)[diagonal])
    return None


def _of_rows(grid: Cells, ground: int) -> Cells:
    """Return a grid whose rows are each full of their commonest ink, or of the background if they have no ink."""
    inks = (row[row != ground] for row in grid)
    colours = np.array([commonest(ink) if ink.size else ground for ink in inks])
    return np.repeat(colours[:, None], grid.shape[1], 1)
