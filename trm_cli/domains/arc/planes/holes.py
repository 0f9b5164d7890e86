"""Planes of what is enclosed: holes in colours, and the regions of the background."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield what encloses a cell, and which region of the background it is in."""
    yield Plane("encloses it", canvas.enclosed)
    # A hole is a region of background that does not reach the border. Where it is not a hole, its size must not count.
    regions = canvas.regions
    is_inner = regions.exists & ~regions.at_border()
    inner_size = np.where(is_inner, regions.size, 0)
    yield Plane("is in a hole", regions.where(is_inner))
    yield Plane("is in a hole of one cell", regions.where(is_inner & (regions.size == 1)))
    yield Plane("is in a hole of two cells or more", regions.where(is_inner & (regions.size > 1)))
    yield Plane("is in the largest hole", regions.where(is_inner & regions.most(inner_size)))
    least = np.where(is_inner, -regions.size, -(10**6))
    yield Plane("is in the smallest hole", regions.where(is_inner & regions.most(least)))
    # The forms of holes and of regions.
    is_full = regions.size == regions.area
    is_square = is_full & (regions.height == regions.width)
    yield Plane("is in a square hole", regions.where(is_inner & is_square))
    yield Plane("is in a rectangular hole", regions.where(is_inner & is_full))
    yield Plane("is in the largest region of background", regions.where(regions.most(regions.size)))
    yield Plane("is in the smallest region of background", regions.where(regions.most(-regions.size)))
    yield Plane("is in a square region of background", regions.where(is_square))
    yield Plane("is in a region of background at the border", regions.where(regions.at_border()))
    is_odd = is_inner & (regions.size % 2 == 1)
    yield Plane("is in a hole with an odd number of cells", regions.where(is_odd))
    # The colours at the edge of a region, in the whole region or in its box.
    around = canvas.neighbours[0] > 0
    beside = [regions.where(regions.touching(mask & ~canvas.ink)) for mask in around]
    yield Plane("its region of background touches", np.stack(beside))
    yield Plane("its hole touches", np.stack(beside) & regions.where(is_inner))
    holding = [regions.boxes(is_inner & regions.touching(mask & ~canvas.ink)) for mask in around]
    yield Plane("the box of its hole touches", np.stack(holding))
