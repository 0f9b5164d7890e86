"""Planes of the wider surroundings: nearest colours, quadrants, empty squares, opposite things, middles of things."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import kernels
from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the planes of the wider surroundings of a cell."""
    yield Plane("lies nearest", canvas.of(kernels.nearest(canvas.inked)))
    yield from _met(canvas)
    yield from _opposite(canvas)
    # `up` is true if the colour lies in the cell's column, at the cell or above it. Run along the rows from the left
    # and from the right, it becomes two quadrants.
    up = np.logical_or.accumulate(canvas.masks, 1)
    down = np.logical_or.accumulate(canvas.masks[:, ::-1], 1)[:, ::-1]
    quadrants = np.ones_like(up)
    for half in (up, down):
        quadrants &= np.logical_or.accumulate(half, 2) & np.logical_or.accumulate(half[..., ::-1], 2)[..., ::-1]
    yield Plane("lies in all four quadrants around it", quadrants & ~canvas.is_colour([canvas.background]))
    # Empty space: the largest rectangle, and squares.
    ground = ~canvas.ink
    largest, _ = kernels.emptiest(ground)
    yield Plane("is in the largest empty rectangle", largest)
    for n in (2, 3, 4):
        yield Plane(f"is in an empty {n}x{n} square", kernels.opened(ground, n))
        same = np.any([kernels.opened(mask, n) for mask in canvas.masks], 0)
        yield Plane(f"is in a {n}x{n} square of ink of one colour", same & canvas.ink)
    yield from _middles(canvas)
    # The regions of background in the corners and in the middle.
    regions, shape = canvas.regions, canvas.grid.shape
    for name, at in (
        ("upper left", (0, 0)),
        ("lower right", (-1, -1)),
        ("upper right", (0, -1)),
        ("lower left", (-1, 0)),
    ):
        cells = regions.labels == max(int(regions.labels[at]), 0)
        yield Plane(f"is in the background of the {name} corner", cells & ground)
    middle = int(regions.labels[shape[0] // 2, shape[1] // 2])
    yield Plane("is in the background of the middle", (regions.labels == middle) & ground)


def _met(canvas: Canvas) -> Iterator[Plane]:
    """Yield the first other colour in four directions, and whether an even number of cells lies between."""
    met, far = kernels.meetings(canvas.grid.astype(np.int64))
    of = [canvas.of(colours) for colours in met]
    for at, has in zip(("above", "below", "to the left", "to the right"), of, strict=True):
        yield Plane(f"it meets {at} after its own", has)
    yield Plane("it meets above or below after its own", of[0] | of[1])
    yield Plane("it meets left or right after its own", of[2] | of[3])
    yield Plane("it meets both above and below after its own", of[0] & of[1])
    yield Plane("it meets both left and right after its own", of[2] & of[3])
    seen = canvas.sight[:4]
    # Distances to what is met, 99 for nothing. Of two equal distances neither is nearer.
    near = np.where(met >= 0, far, 99)
    closest = near.min(0)
    yield Plane(
        "it sees nearest of four sides", np.any([has & (n == closest) for has, n in zip(of, near, strict=True)], 0)
    )
    across = np.where(near[2] < near[3], met[2], np.where(near[3] < near[2], met[3], -1))
    yield Plane("it sees nearer of left and right", canvas.of(across))
    along = np.where(near[0] < near[1], met[0], np.where(near[1] < near[0], met[1], -1))
    yield Plane("it sees nearer of above and below", canvas.of(along))
    ground = ~canvas.ink
    for way, at in enumerate(("above", "below", "to the left", "to the right")):
        yield Plane(f"is an even number of steps from the ink {at}", ground & (seen[way] >= 0) & (far[way] % 2 == 0))
    yield Plane("is as far from the left as from the right ink", ground & (far[2] == far[3]) & (seen[2:4] >= 0).all(0))
    yield Plane("is as far from the upper as from the lower ink", ground & (far[0] == far[1]) & (seen[:2] >= 0).all(0))


def _opposite(canvas: Canvas) -> Iterator[Plane]:
    """Yield planes of what is seen on two opposite sides: a certain thing, the same thing, or two different ones."""
    things = canvas.things
    # The thing that is seen in each direction, 0 for none, and its colour.
    labels = kernels.sight(np.where(canvas.ink, things.labels, -1).astype(np.int64))
    labels = np.where(labels < 0, 0, labels)
    of = [canvas.of(canvas.thing_colours[seen]) for seen in labels]
    largest, ground = things.most(things.size), ~canvas.ink
    # Each of four directions with its opposite.
    facing = [(1, 0), (0, 1), (3, 2), (2, 3)]
    yield Plane(
        "it sees, with the largest thing opposite", np.any([of[a] & largest[labels[b]] for a, b in facing], 0) & ground
    )
    yield Plane(
        "it sees, with another thing of that colour opposite",
        np.any([of[a] & of[b] & (labels[a] != labels[b]) for a, b in facing], 0) & ground,
    )
    # The same thing above and below, and the same to the left and right.
    inner = [(labels[a] > 0) & (labels[a] == labels[b]) for a, b in ((0, 1), (2, 3))]
    yield Plane("is background within one thing from side to side", (inner[0] | inner[1]) & ground)
    yield Plane("is background within one thing on all four sides", inner[0] & inner[1] & ground)
    touch = canvas.neighbours[0] > 0
    yield Plane("it touches, with that colour in sight opposite", touch & ((of[0] & of[1]) | (of[2] & of[3])) & ground)
    differ = [(labels[a] > 0) & (labels[b] > 0) & (labels[a] != labels[b]) for a, b in ((0, 1), (2, 3))]
    yield Plane("is background between two things", (differ[0] | differ[1]) & ground)


def _middles(canvas: Canvas) -> Iterator[Plane]:
    """Yield the rows and columns through the middles of things."""
    things, (height, width) = canvas.things, canvas.grid.shape
    big = things.exists & (things.size > 1)
    for word, is_so in (
        ("a thing", things.exists),
        ("a thing of two cells or more", big),
        ("the largest thing", things.most(things.size)),
    ):
        rows, columns = np.zeros((height, 1), bool), np.zeros((1, width), bool)
        # Twice the middle; only an odd number of rows or columns has a middle one.
        twice = things.top + things.bottom - 1
        rows[twice[is_so & (twice % 2 == 0)] // 2] = True
        twice = things.left + things.right - 1
        columns[:, twice[is_so & (twice % 2 == 0)] // 2] = True
        shape = canvas.grid.shape
        yield Plane(f"is in the middle row of {word}, or beside it", np.broadcast_to(rows, shape))
        yield Plane(f"is in the middle column of {word}, or above or below it", np.broadcast_to(columns, shape))
        inside_r, inside_c = np.zeros((height, 1), bool), np.zeros((1, width), bool)
        for i in np.flatnonzero(is_so):
            inside_r[things.top[i] : things.bottom[i]] = True
            inside_c[:, things.left[i] : things.right[i]] = True
        yield Plane(f"is in the rows of {word}", np.broadcast_to(inside_r, shape))
        yield Plane(f"is in the columns of {word}", np.broadcast_to(inside_c, shape))
