"""Planes of the two ways with one bend between the only two cells of their colours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the way that leaves the cell of the first colour across, and the one that leaves it down or up."""
    across, down = (np.zeros(canvas.grid.shape, bool) for _ in range(2))
    single = [mask for mask, n in zip(canvas.masks, canvas.counts, strict=True) if n == 1]
    if len(single) == 2:
        (a, b), (c, d) = (np.argwhere(mask)[0] for mask in single)
        rows, columns = slice(min(a, c), max(a, c) + 1), slice(min(b, d), max(b, d) + 1)
        across[a, columns] = across[rows, d] = True
        down[rows, b] = down[c, columns] = True
    yield Plane("is on the way between two single cells, first across from the first colour", across)
    yield Plane("is on the way between two single cells, first across from the second colour", down)
