"""Planes of figures of one outline: what another one has at the place of a cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Components
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the colours at the same place of a figure with the outline of a cell's figure, but more colours."""
    outlines = Components(np.where(canvas.ink, 0, -1), 8)
    grid = np.full(canvas.grid.shape, -1, np.int64)
    boxes = [(outlines.box(i), outlines.mask(i)) for i in range(1, outlines.n + 1)]
    contents = [np.where(mask, canvas.grid[box].astype(np.int64), -1) for box, mask in boxes]
    colours = np.array([len(np.unique(cells[cells >= 0])) for cells in contents])
    for form in np.unique(outlines.form[1:]):
        alike = np.flatnonzero(outlines.form[1:] == form)
        best = alike[np.argmax(colours[alike])]
        # There must be one that has more colours than the others.
        if len(alike) > 1 and (colours[alike] == colours[best]).sum() == 1:
            for i in alike[alike != best]:
                box, mask = boxes[i]
                grid[box][mask] = contents[best][mask]
    yield Plane("a more colourful figure of the same outline has at its place", canvas.of(grid))
