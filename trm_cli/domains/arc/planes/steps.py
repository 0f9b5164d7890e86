"""Planes of an even number of steps between a cell and a colour: stripes and chessboards that begin at some ink."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Mask
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield where a colour, or ink, lies an even number of rows, of columns, or of both together away."""
    height, width = canvas.shape
    r, c = np.mgrid[:height, :width]
    y, x = np.mgrid[: canvas.grid.shape[0], : canvas.grid.shape[1]]
    for word, here, there in (("rows", r, y), ("columns", c, x), ("steps across and down", r + c, y + x)):
        is_even = _even(canvas.masks, here, there)
        yield Plane(f"lies an even number of {word} away", is_even)
        yield Plane(f"is an even number of {word} from ink", _even(canvas.ink, here, there))


def _even(masks: Mask, here: np.ndarray, there: np.ndarray) -> Mask:
    """Return the places `here` (H, W) that are as even or odd as the place `there` (h, w) of a cell of each mask."""
    has = [(masks & (there % 2 == rest)).any((-2, -1))[..., None, None] for rest in range(2)]
    return np.asarray(np.where(here % 2 == 0, *has))
