"""Planes of proposals: the colours of grids that may be the answer or a part of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import proposals
from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the colours of every proposal that has the size of the canvas."""
    is_same = canvas.shape == canvas.grid.shape
    nowhere = np.zeros((len(canvas.palette), 1, 1), bool)
    for family in (proposals.of_its_size, proposals.of_size, proposals.of_any_size):
        is_wanted = is_same == (family is proposals.of_its_size)
        for name, grid in family(canvas if is_wanted else EMPTY):
            fits = is_wanted and grid is not None and grid.shape == canvas.shape
            yield Plane(f"{name} has here", canvas.of(grid) if fits and grid is not None else nowhere)


EMPTY = Canvas(np.zeros((1, 1), np.uint8), (0,), (1, 1))
"""A canvas that costs no time, for the names of proposals that are not wanted."""
assert SIDE
