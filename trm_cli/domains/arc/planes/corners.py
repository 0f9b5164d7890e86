"""Planes of boxes that are marked only by their corners: four cells of one colour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Mask
from trm_cli.domains.arc.planes.plane import Plane

MOST = 60
"""Cells of a colour up to which its boxes are looked for: more are areas, not corners."""


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield what is inside such a box and on its sides, and the colour of its corners."""
    inside, sides = (np.zeros((len(canvas.palette), *canvas.grid.shape), bool) for _ in range(2))
    for k, (mask, n) in enumerate(zip(canvas.masks, canvas.counts, strict=True)):
        if 4 <= n <= MOST and canvas.palette[k] != canvas.background:
            _mark(mask, inside[k], sides[k])
    yield Plane("is inside four corners of one colour", np.asarray(inside.any(0)))
    yield Plane("is on a side between corners of one colour", np.asarray(sides.any(0)))
    yield Plane("is the colour of the four corners around", inside)
    yield Plane("is the colour of both corners of the side", sides)


def _mark(mask: Mask, inside: Mask, sides: Mask) -> None:
    """Mark the cells of every box that has its corners in `mask`, and no other cell of it on its upper or left side."""
    for row, column in np.argwhere(mask):
        # The next cells of the colour, to the right and below.
        right, below = np.flatnonzero(mask[row, column + 1 :]), np.flatnonzero(mask[row + 1 :, column])
        if not len(right) or not len(below):
            continue
        last, end = row + 1 + below[0], column + 1 + right[0]
        if mask[last, end]:
            inside[row + 1 : last, column + 1 : end] = True
            for r in (row, last):
                sides[r, column + 1 : end] = True
            for c in (column, end):
                sides[row + 1 : last, c] = True
