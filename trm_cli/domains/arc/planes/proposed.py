"""Planes of proposals: the colours of grids that may be the answer or a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from trm_cli.domains.arc import proposals
from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane

FAMILIES = (proposals.of_its_size, proposals.of_size, proposals.of_any_size)


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the colours of every proposal that has the size of the canvas."""
    is_same = canvas.shape == canvas.grid.shape
    nowhere = np.zeros((len(canvas.palette), 1, 1), bool)
    # Proposals of the grid's own size are for answers of that size, the others for all other answers. Planes that do
    # not apply are false, but have their names: all grids must have the same.
    for number, family in enumerate(FAMILIES):
        if is_same != (family is proposals.of_its_size):
            yield from (Plane(_placed(name), nowhere) for name in _names(number))
            continue
        for name, grid in family(canvas):
            fitting = grid if family is not proposals.of_any_size else proposals.stretched(grid, canvas.shape)
            yield Plane(_placed(name), nowhere if fitting is None else canvas.of(fitting))


def _placed(name: str) -> str:
    """Return the name of the plane of a proposal, in which some names end with a comma."""
    return f"is here in {name.removesuffix(',')}"


@cache
def _names(number: int) -> tuple[str, ...]:
    """Return the names of a family's proposals, which are the same for all grids."""
    canvas = Canvas(np.zeros((1, 1), np.uint8), (0,), (1, 1))
    return tuple(name for name, _ in FAMILIES[number](canvas))
