"""Planes: exact statements about a cell and a colour, from which an answer is explained and a network learns.

A plane is true or false for every colour of the palette and every cell of the answer. Its name ends a sentence: "the
colour that ..." if the plane is about colours, "where the cell ..." if it is about cells. To add one, add a `yield` to
one of the families; a new family is a function `Canvas -> Iterator[Plane]` in `FAMILIES`. Planes are computed in the
orientation in which the task is written. `dihedral.turned` turns their values, while they keep their names: what comes
from above is still called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Mask
from trm_cli.domains.arc.planes import (
    around,
    axes,
    bounces,
    cells,
    colours,
    components,
    corners,
    counts,
    divided,
    holes,
    insides,
    lines,
    mirrors,
    named,
    neighbours,
    offsets,
    places,
    proposed,
    sight,
    twins,
    ways,
)

FAMILIES = (
    cells.planes,
    sight.planes,
    neighbours.planes,
    holes.planes,
    components.planes,
    colours.planes,
    lines.planes,
    mirrors.planes,
    proposed.planes,
    divided.planes,
    insides.planes,
    offsets.planes,
    places.planes,
    axes.planes,
    counts.planes,
    named.planes,
    corners.planes,
    twins.planes,
    ways.planes,
    bounces.planes,
    around.planes,
)
"""From the simplest to the strangest: of planes that are equal in all demonstrations, the first is the explanation."""


class Planes(NamedTuple):
    """All planes of a canvas: `values` (N, K, H, W), and for each its name and whether it is about a colour."""

    names: tuple[str, ...]
    is_of_colour: tuple[bool, ...]
    values: Mask

    def chosen(self, names: Sequence[str]) -> Mask:
        """Return the planes (n, K, H, W) of some names, in their order."""
        places = {name: place for place, name in enumerate(self.names)}
        return self.values[[places[name] for name in names]]


def planes(canvas: Canvas) -> Planes:
    """Return the planes of a grid on the canvas of its answer; their names are the same for all grids."""
    listed = [plane for family in FAMILIES for plane in family(canvas)]
    height, width = canvas.shape
    values = np.zeros((len(listed), len(canvas.palette), height, width), bool)
    # In an answer that is smaller than the grid, a cell has nothing to do with the grid's cell at its place.
    is_cut = height < canvas.grid.shape[0] or width < canvas.grid.shape[1]
    for row, (_, true) in zip(values, listed, strict=True):
        # What is true of the whole grid or of a colour is so in every cell.
        if true.shape[-2:] == (1, 1):
            row[:] = true
        elif true.shape[-2:] == canvas.shape or not is_cut:  # outside of the grid it is false
            h, w = min(true.shape[-2], height), min(true.shape[-1], width)
            row[:, :h, :w] = true[..., :h, :w]
    return Planes(tuple(name for name, _ in listed), tuple(true.ndim == 3 for _, true in listed), values)
