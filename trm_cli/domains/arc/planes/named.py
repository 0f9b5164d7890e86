"""Planes of where a cell lies from a certain colour, such as beside red, whatever colour the cell takes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.grid import COLOURS
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the cells beside, diagonal to or enclosed by each colour, or in its rows, columns, figures or box."""
    shape = canvas.grid.shape
    nowhere = np.zeros(shape, bool)
    places = {colour: k for k, colour in enumerate(canvas.palette) if canvas.counts[k]}
    four, eight = canvas.neighbours
    figures = canvas.figures
    # A colour that the grid lacks has planes too, false everywhere: all grids must have the same names.
    for colour, name in enumerate(COLOURS):
        k = places.get(colour, -1)
        mask = canvas.masks[k] if k >= 0 else nowhere
        is_there, is_ink = k >= 0, k >= 0 and colour != canvas.background
        yield Plane(f"is beside {name}", four[k] > 0 if is_there else nowhere)
        yield Plane(f"is diagonal to {name}", (eight[k] > four[k]) if is_there else nowhere)
        yield Plane(f"is in a row with {name}", np.broadcast_to(mask.any(1, keepdims=True), shape))
        yield Plane(f"is in a column with {name}", np.broadcast_to(mask.any(0, keepdims=True), shape))
        yield Plane(f"is enclosed by {name}", canvas.enclosed[k] if is_there else nowhere)
        yield Plane(f"is in a figure with {name}", figures.where(figures.touching(mask)) if is_ink else nowhere)
        yield Plane(f"is in the box of {name}", boxed(mask) if is_ink else nowhere)


def boxed(mask: np.ndarray) -> np.ndarray:
    """Return the cells in the smallest box around a mask."""
    rows, columns = np.asarray(mask.any(1)), np.asarray(mask.any(0))
    return np.asarray(spread(rows)[:, None] & spread(columns))


def spread(line: np.ndarray) -> np.ndarray:
    """Return a line that is true from its first to its last true place."""
    return np.logical_or.accumulate(line) & np.logical_or.accumulate(line[::-1])[::-1]
