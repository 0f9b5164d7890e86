"""Proposals of a grid that is divided into panels: one of them, or a cell for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, commonest
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal


class Panels(NamedTuple):
    """Panels in reading order, and how many of them stand in a column and in a row."""

    cells: list[Cells]
    n_rows: int
    n_columns: int


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield single panels by their place, panels that stand out, and a grid with one cell for each panel."""
    grid = canvas.grid
    for word, panels in (("panel", parted(grid)), ("half", halves(grid)), ("square", squares(grid))):
        cells = panels.cells if panels else []
        for i, place in enumerate(("first", "second", "third", "fourth", "fifth")):
            yield Proposal(f"the {place} {word}", cells[i] if i < len(cells) else None)
        yield Proposal(f"the last {word}", cells[-1] if cells else None)
        sizes = np.array([panel.size for panel in cells], int)
        by_size = (("that is largest", sizes), ("that is smallest", SIDE**2 - sizes))
        for name, scores in (*scored(cells, canvas.background), *by_size):
            best = np.flatnonzero(scores == scores.max(initial=-1))
            yield Proposal(f"the {word} {name}", cells[best[0]] if len(best) == 1 else None)
        yield Proposal(f"the grid with a cell for each {word}", _summary(panels, canvas.background))


def scored(panels: list[Cells], background: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yield scores by which one panel may stand out, in words and as a number for each panel; the largest wins."""
    panels = panels if len(panels) > 1 else []
    # No score is below 0, so that callers can begin their maximum at -1.
    texts = [panel.tobytes() for panel in panels]
    shapes = [(panel != background).tobytes() for panel in panels]
    ink = np.array([np.count_nonzero(panel != background) for panel in panels], int)
    colours = np.array([len(np.unique(panel)) for panel in panels], int)
    symmetry = np.array([(panel == panel[:, ::-1]).mean() + (panel == panel[::-1]).mean() for panel in panels])
    yield "that is unlike the others", -np.array([texts.count(text) for text in texts], int) + SIDE**2
    yield "of another shape than the others", -np.array([shapes.count(shape) for shape in shapes], int) + SIDE**2
    yield "with most ink", ink
    yield "with least ink", SIDE**2 - ink
    yield "with most colours", colours
    yield "with fewest colours", 10 - colours
    yield "that is most symmetric", symmetry
    yield "that is least symmetric", 2 - symmetry


def bars(grid: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows and the columns of one colour that divide a grid.

    They are of the colour that has most of them, of background only where no other has any.
    """
    # The colours of rows and columns of one colour; 99 for all others, which are not counted.
    rows = np.where((grid == grid[:, :1]).all(1), grid[:, 0], 99)
    columns = np.where((grid == grid[:1]).all(0), grid[0], 99)
    count = np.bincount(np.concatenate((rows, columns)), minlength=100)[:10]
    # Lines of background are bars only if there is no line of another colour.
    background = commonest(grid)
    best = background if count[background] else -1
    count[background] = 0
    best = int(count.argmax()) if count.any() else best
    return np.flatnonzero(rows == best), np.flatnonzero(columns == best)


def spans(n: int, cuts: np.ndarray) -> list[slice]:
    """Return what is left of n rows between cuts."""
    edges = [-1, *cuts.tolist(), n]
    return [slice(a + 1, b) for a, b in pairwise(edges) if b > a + 1]


def divided(grid: Cells) -> Panels | None:
    """Return the panels between the bars of a grid, where they are of one size."""
    parts = parted(grid)
    return parts if parts and len({part.shape for part in parts.cells}) == 1 else None


def parted(grid: Cells) -> Panels | None:
    """Return the parts between the bars of a grid, of any sizes; None for a single part, or too many."""
    rows, columns = bars(grid)
    down, across = spans(grid.shape[0], rows), spans(grid.shape[1], columns)
    cells = [grid[r, c] for r in down for c in across]
    return Panels(cells, len(down), len(across)) if 2 <= len(cells) <= 100 else None


def halves(grid: Cells) -> Panels | None:
    """Return the halves of the longer side, with or without a row between them, or the quarters of a square."""
    height, width = grid.shape
    if height == width:
        if height % 2:
            return None
        half = height // 2
        return Panels([grid[r : r + half, c : c + half] for r in (0, half) for c in (0, half)], 2, 2)
    if height > width:
        half = height // 2
        return Panels([grid[:half], grid[-half:]], 2, 1) if half else None
    half = width // 2
    return Panels([grid[:, :half], grid[:, -half:]], 1, 2)


def squares(grid: Cells) -> Panels | None:
    """Return the squares that a strip of them is made of."""
    height, width = grid.shape
    small, large = min(height, width), max(height, width)
    if large % small or large == small:
        return None
    n = large // small
    if height > width:
        return Panels([grid[i * small : (i + 1) * small] for i in range(n)], n, 1)
    return Panels([grid[:, i * small : (i + 1) * small] for i in range(n)], 1, n)


def _summary(panels: Panels | None, background: int) -> Cells | None:
    """Return a cell for each panel: its commonest ink, or background."""
    if panels is None or max(panels.n_rows, panels.n_columns) > SIDE:
        return None
    inks = (panel[panel != background] for panel in panels.cells)
    cells = [commonest(ink) if ink.size else background for ink in inks]
    return np.array(cells).reshape(panels.n_rows, panels.n_columns)
