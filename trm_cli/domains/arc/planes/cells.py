"""Planes of this cell alone: its colour, and where it lies in the answer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.grid import COLOURS
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the planes of a cell's own colour and place."""
    height, width = canvas.shape
    r, c = np.mgrid[:height, :width]
    yield Plane("it has", canvas.masks)
    yield Plane("is anywhere", np.ones((height, width), bool))
    yield Plane("has ink", canvas.ink)
    for colour, name in enumerate(COLOURS):
        yield Plane(f"is {name}", canvas.grid == colour)
    # The edges, and the rings from the edge to the inside.
    yield Plane("is in the top row", r == 0)
    yield Plane("is in the bottom row", r == height - 1)
    yield Plane("is in the left column", c == 0)
    yield Plane("is in the right column", c == width - 1)
    ring = np.minimum(np.minimum(r, height - 1 - r), np.minimum(c, width - 1 - c))
    yield Plane("is in the border", ring == 0)
    yield Plane("is in the second ring from the border", ring == 1)
    yield Plane("is in an odd ring from the border", ring % 2 == 0)
    yield Plane("is a corner", ((r == 0) | (r == height - 1)) & ((c == 0) | (c == width - 1)))
    # Rings in the opposite order, read where the main diagonal crosses them.
    if canvas.shape == canvas.grid.shape:
        across = (min(height, width) - 1) // 2 - ring
        yield Plane(
            "the ring as far from the middle as its own is from the border has", canvas.of(canvas.grid[across, across])
        )
    else:
        yield Plane("the ring as far from the middle as its own is from the border has", np.zeros_like(canvas.masks))
    # Middles, diagonals and halves; an odd number of rows has a middle row.
    yield Plane("is in the middle row", 2 * r == height - 1)
    yield Plane("is in the middle column", 2 * c == width - 1)
    yield Plane("is on the main diagonal", r == c)
    yield Plane("is on the other diagonal", r == width - 1 - c)
    yield Plane("is in the upper half", 2 * r < height - 1)
    yield Plane("is in the left half", 2 * c < width - 1)
    yield Plane("is in the lower half", 2 * r > height - 1)
    yield Plane("is in the right half", 2 * c > width - 1)
    yield Plane("is not in the middle row", 2 * r != height - 1)
    yield Plane("is not in the middle column", 2 * c != width - 1)
    yield Plane("is above the main diagonal", r < c)
    yield Plane("is outside of the input", (r >= canvas.grid.shape[0]) | (c >= canvas.grid.shape[1]))
    # Stripes: rows, columns and diagonals at equal distances.
    for n, word in ((2, "second"), (3, "third"), (4, "fourth")):
        for rest in range(n):
            yield Plane(f"is in every {word} row, from row {rest + 1}", r % n == rest)
            yield Plane(f"is in every {word} column, from column {rest + 1}", c % n == rest)
    for n, word in ((2, "second"), (3, "third"), (4, "fourth")):
        for rest in range(n if n < 4 else 1):
            yield Plane(f"is on every {word} falling diagonal, from {rest + 1}", (r - c) % n == rest)
            if n > 2:
                yield Plane(f"is on every {word} rising diagonal, from {rest + 1}", (r + c) % n == rest)
