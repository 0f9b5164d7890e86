"""Planes of mirrors and turns about the middle of a part of the grid, for answers that complete a symmetry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import kernels
from trm_cli.domains.arc.canvas import Canvas, Mask
from trm_cli.domains.arc.planes.plane import Plane

LEAST = 5
"""Cells of ink that must be mirrored both ways to show a middle."""


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the colours across the middles of all ink, of rare colours, of certain things, and of each figure."""
    # Inks from the rarest to the commonest; the background and colours that the grid lacks come last.
    counts = np.where((canvas.counts > 0) & ~canvas.is_colour([canvas.background])[:, 0, 0], canvas.counts, 10**6)
    inks = np.argsort(counts, kind="stable")
    nothing = np.zeros_like(canvas.ink)
    n_inks = int((counts < 10**6).sum())
    things = canvas.things
    largest = things.where(things.only_most(things.size)) if things.n else nothing
    full = (things.size == things.area) & (things.height == things.width) & (things.size > 1)
    # The parts whose middle may be a centre of symmetry.
    parts: list[tuple[str, Mask]] = [
        ("all ink", canvas.ink),
        ("the rarest ink", canvas.masks[inks[0]] if n_inks else nothing),
        ("the second rarest ink", canvas.masks[inks[1]] if n_inks > 1 else nothing),
        ("the largest thing", largest),
        ("the only full square", things.where(full & (full.sum() == 1))),
    ]
    for word, cells in parts:
        yield from _about(canvas, word, _middle(cells))
    yield from _about(canvas, "the ink that is mirrored both ways", kernels.symmetric_middle(canvas.inked, LEAST))
    yield from _within(canvas)


def _middle(cells: Mask) -> tuple[int, int]:
    """Return twice the row and twice the column of the middle of some cells; -1 twice for no cells."""
    rows, columns = np.flatnonzero(cells.any(1)), np.flatnonzero(cells.any(0))
    return (int(rows[0] + rows[-1]), int(columns[0] + columns[-1])) if len(rows) else (-1, -1)


def _about(canvas: Canvas, word: str, middle: tuple[int, int]) -> Iterator[Plane]:
    """Yield what lies across a middle, by mirrors and by turns; `middle` is its row and column, times two."""
    height, width = canvas.grid.shape
    r, c = np.mgrid[:height, :width]
    # A mirror takes row r to row total_r - r.
    total_r, total_c = middle
    # A quarter turn, or a mirror on a diagonal, takes cells to cells only about the middle or the corner of a cell.
    is_even = (total_r + total_c) % 2 == 0
    half = (total_r - total_c) // 2, (total_r + total_c) // 2
    every = []
    # For each way, the row and column (y, x) that lies across the middle from (r, c).
    for name, y, x, is_there in (
        ("left-right", r, total_c - c, True),
        ("up-down", total_r - r, c, True),
        ("half turn", total_r - r, total_c - c, True),
        ("diagonal", c + half[0], r - half[0], is_even),
        ("other diagonal", half[1] - c, half[1] - r, is_even),
        ("left turn", c + half[0], half[1] - r, is_even),
        ("right turn", half[1] - c, r - half[0], is_even),
    ):
        is_in = (y >= 0) & (y < height) & (x >= 0) & (x < width) & is_there & (total_r >= 0)
        grid = np.where(is_in, canvas.grid[y.clip(0, height - 1), x.clip(0, width - 1)].astype(np.int64), -1)
        has = canvas.of(np.where(grid == canvas.background, -1, grid))
        every.append(has)
        yield Plane(f"lies across the middle of {word}, {name}", has)
    yield Plane(f"lies across the middle of {word}, by either mirror or both", np.any(every[:3], 0))
    yield Plane(f"lies across the middle of {word}, by any mirror or turn", np.any(every, 0))


def _within(canvas: Canvas) -> Iterator[Plane]:
    """Yield what lies across the middle of the box of the figure, by mirrors."""
    figures, (height, width) = canvas.figures, canvas.grid.shape
    out = np.full((3, height, width), -1, np.int64)
    for i in range(1, figures.n + 1):
        box = figures.box(i)
        cells = canvas.inked[box]
        # Boxes may overlap: where a mirrored figure has no ink, that of an earlier one stays.
        for way, flipped in enumerate((cells[:, ::-1], cells[::-1], cells[::-1, ::-1])):
            out[way][box] = np.where(flipped >= 0, flipped, out[way][box])
    for name, grid in zip(("left-right", "up-down", "half turn"), out, strict=True):
        yield Plane(f"lies across the middle of its figure's box, {name}", canvas.of(grid))
