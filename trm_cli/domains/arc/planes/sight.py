"""Planes of what a cell sees: the first ink in each of eight directions, and rays that run on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import kernels
from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane

AT = (
    "above", "below", "to the left", "to the right",
    "to the upper left", "to the upper right", "to the lower left", "to the lower right",
)  # fmt: skip


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield what is first seen, what is seen on two and on four sides, and rays over anything."""
    seen, ground = canvas.sight, ~canvas.ink
    # For each direction, where each colour is the first ink in sight.
    of = [canvas.of(colours) for colours in seen]
    for at, has in zip(AT, of, strict=True):
        yield Plane(f"it sees first {at}", has)
    yield Plane("it sees above and below", of[0] & of[1])
    yield Plane("it sees to the left and right", of[2] & of[3])
    yield Plane("it sees on two opposite sides", of[0] & of[1] | of[2] & of[3])
    yield Plane("it sees diagonally on two opposite sides", of[4] & of[7] | of[5] & of[6])
    yield Plane("it sees on all four sides", of[0] & of[1] & of[2] & of[3])
    yield Plane("it sees on three sides or four", np.sum(of[:4], 0) >= 3)
    yield Plane("it sees on one of four sides", of[0] | of[1] | of[2] | of[3])
    yield Plane("it sees on one of the diagonals", of[4] | of[5] | of[6] | of[7])
    # Alone, each of these explains a whole answer in which colours run on over the background.
    for way, at in enumerate(AT):
        yield Plane(f"it has, or sees first {at}", np.where(ground & (seen[way] >= 0), of[way], canvas.masks))
    for at, a, b in (("above and below", 0, 1), ("to the left and right", 2, 3)):
        is_between = ground & (seen[a] >= 0) & (seen[a] == seen[b])
        yield Plane(f"it has, or sees {at}", np.where(is_between, of[a], canvas.masks))
    # Background by the sides on which there is ink, of whatever colour.
    has_seen = seen >= 0
    for at, cells in zip(AT[:4], has_seen, strict=False):
        yield Plane(f"is background with ink {at}", cells & ground)
    yield Plane("is background with ink above and below", has_seen[0] & has_seen[1] & ground)
    yield Plane("is background with ink to the left and right", has_seen[2] & has_seen[3] & ground)
    between = has_seen[0] & has_seen[1] | has_seen[2] & has_seen[3]
    yield Plane("is background with ink on two opposite sides", between & ground)
    yield Plane("is background with ink on all four sides", has_seen[:4].all(0) & ground)
    yield Plane("is background with no ink on any of four sides", ~has_seen[:4].any(0) & ground)
    same = (seen[0] == seen[1]) & has_seen[0] | (seen[2] == seen[3]) & has_seen[2]
    yield Plane("is background between two cells of one colour", same & ground)
    for way, at in enumerate(AT):
        yield Plane(f"lies on it or anywhere {at}", kernels.ray(canvas.spread, way))
    yield from _wedges(canvas)


def _wedges(canvas: Canvas) -> Iterator[Plane]:
    """Yield where ink, of a colour or of any, lies in a direction and no farther to a side than that way."""
    masks = np.concatenate((canvas.masks & canvas.ink, canvas.ink[None]))
    for at, turn in zip(AT, (2, 0, 1, 3), strict=False):
        # Turned, the direction is downwards. A cell has what it is itself, and what the three cells below it have.
        wedge = np.rot90(masks, turn, (1, 2)).copy()
        for r in range(wedge.shape[1] - 2, -1, -1):
            below = wedge[:, r + 1]
            wedge[:, r] |= below
            wedge[:, r, 1:] |= below[:, :-1]
            wedge[:, r, :-1] |= below[:, 1:]
        wedge = np.rot90(wedge, -turn, (1, 2))
        yield Plane(f"lies on it or in the wedge that opens {at}", wedge[:-1])
        yield Plane(f"has ink in the wedge that opens {at}", wedge[-1])
