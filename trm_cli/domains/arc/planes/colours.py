"""Planes of colours as a whole: true or false for a colour in all cells of the answer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield how common each colour is, which places of the grid have it, and some facts about the whole grid."""
    counts, grid = canvas.counts, canvas.grid
    # The numbers of cells of the colours that the grid has, the largest first.
    ordered = np.sort(counts[counts > 0])[::-1]

    def is_so(cells: np.ndarray) -> np.ndarray:
        return np.asarray(cells)[:, None, None]

    yield Plane("is the background", canvas.is_colour([canvas.background]))
    yield Plane("is the commonest", is_so(counts == ordered[0]))
    for rank, word in enumerate(("second", "third", "fourth"), 1):
        yield Plane(f"is the {word} commonest", is_so(counts == (ordered[rank] if len(ordered) > rank else -1)))
    yield Plane("is the rarest", is_so(counts == ordered[-1]))
    is_only_least = len(ordered) > 1 and ordered[-1] < ordered[-2]
    yield Plane("is rarer than all others", is_so((counts == ordered[-1]) & is_only_least))
    yield Plane("is absent", is_so(counts == 0))
    yield Plane("has one cell in all", is_so(counts == 1))
    yield Plane("is the colour black", canvas.is_colour([0]))
    # The colours of certain cells: corners, the middle, the first and the last ink.
    corners = {
        "upper left": grid[0, 0],
        "upper right": grid[0, -1],
        "lower left": grid[-1, 0],
        "lower right": grid[-1, -1],
    }
    for name, colour in corners.items():
        yield Plane(f"the {name} corner has", canvas.is_colour([int(colour)]))
    yield Plane("the middle cell has", canvas.is_colour([int(grid[grid.shape[0] // 2, grid.shape[1] // 2])]))
    is_ink = ~canvas.is_colour([canvas.background])[:, 0, 0]
    height, width = canvas.shape
    r, c = np.mgrid[:height, :width]
    lower, right = np.where(2 * r >= height, -1, 0), np.where(2 * c >= width, -1, 0)
    yield Plane("the corner nearest to it has", canvas.of(grid[lower, right]))
    first = ink_first(canvas)
    for name, colour in zip(("first", "last"), first, strict=True):
        yield Plane(f"the {name} ink in reading order has", canvas.is_colour([colour]))
    # Facts about the whole grid, the same for all colours and cells.
    n_ink = int((is_ink & (counts > 0)).sum())
    for n in (0, 1, 2, 3):
        yield Plane(f"is in a grid with {n} colour{'s' * (n != 1)} of ink", np.full((1, 1), n_ink == n))
    symmetric = bool((grid == grid[:, ::-1]).all()), bool((grid == grid[::-1]).all())
    for name, is_true in zip(("left-right", "up-down"), symmetric, strict=True):
        yield Plane(f"is in a grid like its {name} mirror", np.full((1, 1), is_true))


def ink_first(canvas: Canvas) -> tuple[int, int]:
    """Return the colours of the first and the last ink in reading order, -1 without ink."""
    ink = canvas.grid[canvas.ink]
    return (int(ink[0]), int(ink[-1])) if len(ink) else (-1, -1)
