"""Planes of the place of a cell within its own thing or figure: rows and columns of its box, depth under the edge."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import kernels
from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the places in a thing and in a figure."""
    r, c = np.mgrid[: canvas.grid.shape[0], : canvas.grid.shape[1]]
    for word, parts in (("thing", canvas.things), ("figure", canvas.figures)):
        labels = parts.labels
        has = labels > 0
        # Distances of a cell to the top and left of the box of its component, and to the bottom and right.
        y, x = r - parts.top[labels], c - parts.left[labels]
        up, back = parts.bottom[labels] - 1 - r, parts.right[labels] - 1 - c
        yield Plane(f"is in the top row of its {word}", has & (y == 0))
        yield Plane(f"is in the bottom row of its {word}", has & (up == 0))
        yield Plane(f"is in the left column of its {word}", has & (x == 0))
        yield Plane(f"is in the right column of its {word}", has & (back == 0))
        yield Plane(f"is in the middle row of its {word}", has & (y == up))
        yield Plane(f"is in the middle column of its {word}", has & (x == back))
        yield Plane(f"is at an edge of the box of its {word}", has & ((y * up * x * back) == 0))
        yield Plane(f"is in a corner of the box of its {word}", has & (y * up == 0) & (x * back == 0))
        # Rows count from 1, so the second one is even.
        yield Plane(f"is in an even row of its {word}", has & (y % 2 == 1))
        yield Plane(f"is in an even column of its {word}", has & (x % 2 == 1))
        yield Plane(f"is on the squares of one colour of its {word} as a chessboard", has & ((x + y) % 2 == 1))
        yield Plane(f"is in the upper half of its {word}", has & (y < up))
        yield Plane(f"is in the left half of its {word}", has & (x < back))
    # Layers from the edge inwards.
    depth = kernels.depths(canvas.things.labels)
    for n, word in enumerate(("outermost", "second", "third", "fourth"), 1):
        yield Plane(f"is in the {word} layer of its thing", depth == n)
    yield Plane("is in a thing, not at its edge", depth > 1)
    yield Plane("is in an even layer of its thing", (depth > 0) & (depth % 2 == 0))
    deepest = np.zeros(canvas.things.n + 1, np.int64)
    np.maximum.at(deepest, canvas.things.labels.reshape(-1), depth.reshape(-1))
    things = canvas.things
    for word, is_so in (("largest", things.most(things.size)), ("smallest", things.most(-things.size))):
        yield Plane(f"is in the {word} thing, not at its edge", things.where(is_so) & (depth > 1))
    yield Plane("is in the innermost layer of its thing", (depth > 1) & (depth == deepest[canvas.things.labels]))
    regions = canvas.regions
    hole_depth = kernels.depths(regions.labels)
    is_in_hole = regions.where(~regions.at_border())
    for n, word in enumerate(("outermost", "second", "third"), 1):
        yield Plane(f"is in the {word} layer of its hole", is_in_hole & (hole_depth == n))
