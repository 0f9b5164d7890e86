"""Planes of the cells one and two steps away in each direction."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import kernels
from trm_cli.domains.arc.canvas import Canvas, moved
from trm_cli.domains.arc.kernels import STEPS
from trm_cli.domains.arc.planes.plane import Plane
from trm_cli.domains.arc.planes.sight import AT


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield what lies one and two cells away in each direction, where ink does, and where lines lead to."""
    masks = canvas.spread
    ink = np.zeros(masks.shape[1:], bool)
    ink[: canvas.grid.shape[0], : canvas.grid.shape[1]] = canvas.ink
    around = []
    for at, (down, right) in zip(AT, STEPS.tolist(), strict=True):
        # Moved against the direction, each cell gets what lies in the direction.
        yield Plane(f"lies directly {at}", moved(masks, -down, -right))
        yield Plane(f"lies two cells {at}", moved(masks, -2 * down, -2 * right))
        around.append(moved(ink, -down, -right))
        yield Plane(f"has ink directly {at}", around[-1])
    yield from _continued(canvas, masks)
    # Cells with ink on one side only, between two, or in a corner.
    n = np.sum(around, 0)
    for at, has in zip(AT, around, strict=True):
        yield Plane(f"has ink directly {at} only", has & (n == 1) & ~ink)
    above, below, left, right = around[:4]
    yield Plane("is between ink above and below", above & below)
    yield Plane("is between ink to the left and right", left & right)
    yield Plane("is in a corner of ink", (above ^ below) & (left ^ right))


def _continued(canvas: Canvas, masks: np.ndarray) -> Iterator[Plane]:
    """Yield the cells that each colour reaches if its lines, of two cells or more, go on beyond their ends."""
    reached = []
    for way, (at, (down, right)) in enumerate(zip(AT, STEPS.tolist(), strict=True)):
        # Seen from where the line goes on, its end is a cell behind which the next one has the same colour.
        ends = masks & moved(masks, -down, -right)
        reached.append(kernels.ray(ends, way))
        yield Plane(f"continues to it in a line from {at.removeprefix('to ')}", reached[-1])
    is_ink = ~canvas.is_colour([canvas.background])
    # The ends of figures: ink that has other ink on one side only, joined at sides or corners.
    loose = np.zeros(masks.shape[1:], bool)
    loose[: canvas.grid.shape[0], : canvas.grid.shape[1]] = canvas.ink & (canvas.ink_neighbours[1] == 1)
    pointed = []
    for way, (down, right) in enumerate(STEPS.tolist()):
        pointed.append(kernels.ray(masks & loose & moved(masks, -down, -right), way))
    yield Plane("points at it with the end of a figure", np.any(pointed, 0))
    yield Plane("continues to it in a row or a column", np.any(reached[:4], 0) & is_ink)
    yield Plane("continues to it in a diagonal", np.any(reached[4:], 0) & is_ink)
