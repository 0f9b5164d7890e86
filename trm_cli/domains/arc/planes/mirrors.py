"""Planes of the mirrored, turned and transposed place of a cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane
from trm_cli.domains.dihedral import turned

PLACES = (
    "there after a turn to the left", "there after a half turn", "there after a turn to the right",
    "in the left-right mirror", "in the up-down mirror",
    "across the main diagonal", "across the other diagonal",
)  # fmt: skip


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the colours that the seven other orientations of the grid have at a cell, one by one and together."""
    shape = canvas.grid.shape
    every = []
    for way, place in enumerate(PLACES, 1):
        grid = turned(canvas.grid, way)
        # A turned grid of another shape has no cell at the same place.
        cells = canvas.of(grid) if grid.shape == shape else np.zeros_like(canvas.masks)
        every.append(cells)
        yield Plane(f"lies {place}", cells)
    ground = canvas.is_colour([canvas.background])
    yield Plane("lies in any mirror or turn and is not background", np.any(every, 0) & ~ground)
    lr, ud, half = every[3], every[4], every[1]
    yield Plane("lies in both mirrors and there after a half turn", lr & ud & half)
    yield Plane("is like its left-right mirror", (turned(canvas.grid, 4) == canvas.grid))
    yield Plane("is like its up-down mirror", (turned(canvas.grid, 5) == canvas.grid))
