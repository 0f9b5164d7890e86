"""Planes of where a cell lies from all ink: on one side of its box, at the middle, an even number of steps away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the four sides of the box of all ink, the cells at its middle, and every second row and column from ink."""
    height, width = canvas.shape
    r, c = np.mgrid[:height, :width]
    rows, columns = np.flatnonzero(canvas.ink.any(1)), np.flatnonzero(canvas.ink.any(0))
    # Without ink, no cell is on any side, and the middle is far away.
    top, bottom = (rows[0], rows[-1]) if len(rows) else (-1, height)
    left, right = (columns[0], columns[-1]) if len(columns) else (-1, width)
    yield Plane("is above all ink", r < top)
    yield Plane("is below all ink", r > bottom)
    yield Plane("is to the left of all ink", c < left)
    yield Plane("is to the right of all ink", c > right)
    # Twice the distances, so that a middle between two rows or columns counts too.
    down, across = np.abs(2 * r - top - bottom), np.abs(2 * c - left - right)
    is_there = len(rows) > 0
    yield Plane("is at the middle of the box of all ink", (np.maximum(down, across) <= 1) & is_there)
    yield Plane("is at the middle of the box of all ink, or beside it", (down // 2 + across // 2 <= 1) & is_there)
    y, x = np.nonzero(canvas.ink)
    yield Plane("is an even number of rows from ink", np.isin(r % 2, y % 2))
    yield Plane("is an even number of columns from ink", np.isin(c % 2, x % 2))
