"""Planes of numbers and order: bars as long as a number of cells or things, and colours in the order of numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the cells up to a number that is counted, and the colours whose rank is that of the row, column or cell."""
    height, width = canvas.shape
    r, c = np.mgrid[:height, :width]
    index = r * width + c
    is_ink = ~canvas.is_colour([canvas.background])[:, 0, 0]
    # Three numbers for each colour: its cells of ink, its things, and its things that are more than one cell.
    cells = np.where(is_ink, canvas.counts, 0)
    colours = canvas.thing_colours[1:]
    things = np.array([np.count_nonzero(colours == colour) for colour in canvas.palette])
    large = colours[canvas.things.size[1:] > 1]
    large_things = np.array([np.count_nonzero(large == colour) for colour in canvas.palette])
    for word, n in (("cells", cells), ("things", things), ("things of two cells or more", large_things)):
        n = n[:, None, None]
        # Bars: cells in reading order, then in each row and each column, up to the number.
        yield Plane(f"has more {word} than there are cells before this one", index < n)
        yield Plane(
            f"has more {word} than there are columns before this one", np.broadcast_to(c < n, (len(n), height, width))
        )
        yield Plane(
            f"has more {word} than there are rows above this one", np.broadcast_to(r < n, (len(n), height, width))
        )
        yield Plane(
            f"has more {word} than there are rows below this one",
            np.broadcast_to(height - 1 - r < n, (len(n), height, width)),
        )
        yield Plane(f"comes before as many cells as all {word}", index < n.sum())
        # Ranks from 0, for the largest number; -1 for colours without any.
        order = np.argsort(-n[:, 0, 0], kind="stable")
        rank = np.full(len(n), -1)
        present = [k for k in order if n[k, 0, 0] > 0]
        rank[present] = np.arange(len(present))
        rank = rank[:, None, None]
        here = np.ones((len(n), height, width), bool)
        yield Plane(f"has a rank by {word} like the cell's number", (rank == index) & here)
        yield Plane(f"has a rank by {word} like the row's number", (rank == r) & here)
        yield Plane(f"has a rank by {word} like the column's number", (rank == c) & here)
        back = np.where(rank < 0, -1, len(present) - 1 - rank)
        yield Plane(f"has a rank by {word} like the row's number, from few to many", (back == r) & here)
    yield from _ordered(canvas, r, c)
    yield Plane("is on the diagonal square of as many cells as colours", np.maximum(r, c) < len(canvas.palette))
    for number in range(1, 7):
        yield Plane(f"is in a grid with {number} thing{'s' * (number > 1)}", np.full((1, 1), canvas.things.n == number))
        yield Plane(
            f"is in a grid with {number} figure{'s' * (number > 1)}", np.full((1, 1), canvas.figures.n == number)
        )


def _ordered(canvas: Canvas, r: np.ndarray, c: np.ndarray) -> Iterator[Plane]:
    """Yield the colours of things in the order of their size and place."""
    things = canvas.things
    colours = canvas.thing_colours
    here = (len(canvas.palette), *canvas.shape)
    for word, key in (
        ("size", -things.size),
        ("height", -things.height),
        ("width", -things.width),
        ("top", things.top),
        ("left side", things.left),
    ):
        # The colours of the things in this order, one for each row or column, and -1 after the last.
        order = 1 + np.argsort(key[1:], kind="stable") if things.n else np.array([], int)
        line = colours[order][:30]
        for name, at in (("row", r), ("column", c)):
            listed = np.concatenate((line, np.full(31, -1)))[at]
            yield Plane(
                f"the thing with the {name}'s number in the order of {word} has",
                np.broadcast_to(canvas.of(listed), here),
            )
    # A bar for each thing, as long as it has cells, the largest first: in columns, and then in rows.
    bars = np.zeros(canvas.shape, np.int64) - 1
    by_size = 1 + np.argsort(-things.size[1:], kind="stable") if things.n else np.array([], int)
    for j, i in enumerate(by_size[: canvas.shape[1]]):
        bars[: things.size[i], j] = colours[i]
    yield Plane("is here in the things as hanging bars, the largest first", canvas.of(bars))
    bars = np.zeros(canvas.shape, np.int64) - 1
    for j, i in enumerate(by_size[: canvas.shape[0]]):
        bars[j, : things.size[i]] = colours[i]
    yield Plane("is here in the things as lying bars, the largest first", canvas.of(bars))
