"""Planes of diagonal lines that bounce: off the sides of the grid, or off other ink."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import rays
from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield where diagonal lines come from each colour: between two sides of the grid, or on from a line of it."""
    for at, turn in (("up", 0), ("to the right", 1), ("down", 2), ("to the left", 3)):
        # Turned, the lines go upwards.
        found = rays.upwards(np.ascontiguousarray(np.rot90(canvas.masks & canvas.ink, turn, (1, 2))))
        yield Plane(f"bounces to it between two sides, going {at}", np.rot90(found, -turn, (1, 2)))
    onwards = rays.onwards(canvas.masks & (canvas.ink & (canvas.ink_neighbours[1] == 1)), canvas.ink)
    yield Plane("continues to it in a diagonal that bounces off other ink", onwards)
    yield Plane("is on a diagonal that goes on and bounces off other ink", onwards.any(0))
