"""Proposals that make a grid larger or smaller: repeated, mirrored, scaled, or without repeated rows and columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import fills
from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.arc.proposals.crops import box
from trm_cli.domains.arc.proposals.filled import unspotted
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the grid made smaller, and larger by numbers that are counted in it."""
    grid = canvas.grid
    yield Proposal("the grid without doubled rows and columns", undoubled(grid))
    inked = grid[canvas.ink.any(1)][:, canvas.ink.any(0)]
    yield Proposal("the grid without empty rows and columns", inked)
    yield Proposal("the box of ink without doubled rows and columns", undoubled(inked) if inked.size else None)
    for n in (2, 3):
        is_even = grid.shape[0] % n == 0 and grid.shape[1] % n == 0
        yield Proposal(f"the grid {n} times smaller", blocks(grid, n, canvas.background) if is_even else None)
    yield Proposal("the stripes of the grid, a cell each", undoubled(unspotted(grid)))
    yield from _of_ink(canvas)
    yield from own_copies(canvas)
    # The grid larger by a number that is counted in it, or copied to each of its own cells of a kind.
    n_colours, n_ink = len(np.unique(grid)), len(np.unique(grid[canvas.ink]))
    for word, n in (("colours", n_colours), ("colours of ink", n_ink), ("cells of ink", int(canvas.ink.sum()))):
        yield Proposal(f"the grid as many times larger as it has {word}", _scaled(grid, n))
    yield Proposal("a copy of the grid for each cell of ink", _copies(grid, canvas.ink, canvas.background))
    yield Proposal("a copy of the grid for each cell of background", _copies(grid, ~canvas.ink, canvas.background))
    order = np.argsort(-canvas.counts, kind="stable")
    for rank, word in enumerate(("commonest", "second commonest", "rarest")):
        mask = canvas.masks[order[-1 if rank == 2 else min(rank, len(order) - 1)]]
        yield Proposal(f"a copy of the grid for each cell of the {word} colour", _copies(grid, mask, 0))
    yield Proposal("the transposed grid", grid.T)


def _of_ink(canvas: Canvas) -> Iterator[Proposal]:
    """Yield parts of the box of all ink."""
    cells = box(canvas.grid, canvas.ink)
    if cells is None:
        cells = np.zeros((1, 1), np.uint8)
    height, width = cells.shape
    upper = cells[: height // 2] if height % 2 == 0 else None
    yield Proposal("the upper half of the box of ink", upper)
    yield Proposal("the left half of the box of ink", cells[:, : width // 2] if width % 2 == 0 else None)
    quarter = upper[:, : width // 2] if upper is not None and width % 2 == 0 else None
    yield Proposal("the upper left quarter of the box of ink", quarter)


def own_copies(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the box of ink, as it is or two or three times smaller, copied to each of its own cells of ink."""
    cells = box(canvas.grid, canvas.ink)
    for n, word in ((1, ""), (2, ", two times smaller,"), (3, ", three times smaller,")):
        is_whole = cells is not None and cells.shape[0] % n == 0 and cells.shape[1] % n == 0
        small = cells[::n, ::n] if cells is not None and is_whole else None
        copies = _copies(small, small != canvas.background, canvas.background) if small is not None else None
        yield Proposal(f"a copy of the box of ink{word} for each of its cells of ink", copies)


def undoubled(grid: Cells) -> Cells:
    """Return a grid without the rows and columns that equal the one before."""
    rows = [True, *(grid[1:] != grid[:-1]).any(1)]
    grid = grid[rows]
    return grid[:, [True, *(grid[:, 1:] != grid[:, :-1]).any(0)]]


def blocks(grid: Cells, n: int, background: int) -> Cells:
    """Return a cell for each block of n x n cells of a grid: the block's commonest ink, or background."""
    height, width = grid.shape[0] // n, grid.shape[1] // n
    cells = grid.reshape(height, n, width, n).swapaxes(1, 2).reshape(-1, n * n)
    # One column for each colour: how often each block has it.
    count = (cells[:, :, None] == np.arange(10)).sum(1)
    count[:, background] = 0
    return np.where(count.any(1), count.argmax(1), background).reshape(height, width)


def _scaled(grid: Cells, n: int) -> Cells | None:
    return np.kron(grid, np.ones((n, n), np.uint8)) if 0 < n * max(grid.shape) <= SIDE else None


def _copies(grid: Cells, where: np.ndarray, background: int) -> Cells | None:
    height, width = grid.shape
    # Each cell of the grid becomes a block as large as the grid, which must not grow beyond 30 cells.
    if max(height, width) ** 2 > SIDE:
        return None
    at = np.kron(where, np.ones((height, width), bool))
    return np.where(at, np.tile(grid, (height, width)), background)


def fitted(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the grid made to fill the canvas: more of it where that is larger, a part of it where not."""
    is_larger = canvas.shape[0] >= canvas.grid.shape[0] and canvas.shape[1] >= canvas.grid.shape[1]
    for name, grid in _filling(canvas):
        yield Proposal(name, grid if is_larger else None)
    yield from _placed(canvas)


def _filling(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the grid repeated, mirrored, turned, stretched or continued."""
    grid, (height, width) = canvas.grid.astype(np.int64), canvas.shape
    h, w = grid.shape
    # Each cell of the canvas takes the grid's cell (y, x). `down` and `right` are 1 in every second copy.
    r, c = np.mgrid[:height, :width]
    y, x, down, right = r % h, c % w, r // h % 2, c // w % 2
    flip_r, flip_c = h - 1 - y, w - 1 - x
    yield Proposal("the repeated grid", grid[y, x])
    yield Proposal("the grid mirrored to the right", grid[y, np.where(right, flip_c, x)])
    yield Proposal("the grid mirrored downwards", grid[np.where(down, flip_r, y), x])
    yield Proposal(
        "the grid mirrored to the right and downwards", grid[np.where(down, flip_r, y), np.where(right, flip_c, x)]
    )
    yield Proposal(
        "the grid mirrored to the left and upwards", grid[np.where(down, y, flip_r), np.where(right, x, flip_c)]
    )
    yield Proposal("the grid mirrored upwards", grid[np.where(down, y, flip_r), x])
    yield Proposal("the grid mirrored to the left", grid[y, np.where(right, x, flip_c)])
    yield Proposal("the repeated left-right mirror", grid[y, flip_c])
    yield Proposal("the repeated up-down mirror", grid[flip_r, x])
    yield Proposal("the repeated half turn", grid[flip_r, flip_c])
    is_square = h == w
    yield Proposal("the repeated left turn", np.rot90(grid)[y, x] if is_square else None)
    yield Proposal("the repeated right turn", np.rot90(grid, 3)[y, x] if is_square else None)
    yield Proposal("the repeated transpose", grid.T[y, x] if is_square else None)
    yield Proposal("the stretched grid", grid[r * h // height, c * w // width])
    yield Proposal("the grid turned around the middle", _turned_around(grid, r, c) if is_square else None)
    bounce_r, bounce_c = _bounced(h, r), _bounced(w, c)
    yield Proposal("the grid mirrored to the right at its last column", grid[y, bounce_c])
    yield Proposal("the grid mirrored downwards at its last row", grid[bounce_r, x])
    yield Proposal("the grid continued beyond itself", fills.patterned(grid, canvas.background, height, width))
    yield Proposal("the grid moved on by a cell with every row", grid[y, (c - r) % w])


def _placed(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the grid put into a corner or the middle of the canvas, or cut there."""
    grid, (height, width) = canvas.grid.astype(np.int64), canvas.shape
    h, w = grid.shape
    r, c = np.mgrid[:height, :width]
    top, left = (height - h) // 2, (width - w) // 2
    for name, down, right in (
        ("upper left corner", 0, 0), ("upper right corner", 0, width - w), ("lower left corner", height - h, 0),
        ("lower right corner", height - h, width - w), ("middle", top, left),
    ):  # fmt: skip
        is_in = (r >= down) & (r < down + h) & (c >= right) & (c < right + w)
        # Clipped places repeat the grid's edge outwards, like a frame; without them, the rest has no proposal.
        moved = grid[(r - down).clip(0, h - 1), (c - right).clip(0, w - 1)]
        yield Proposal(f"the grid put into the {name}", np.where(is_in, moved, -1))
        if name == "middle":
            yield Proposal("the grid stretched to a frame", moved)


def _turned_around(grid: Cells, r: np.ndarray, c: np.ndarray) -> Cells:
    """Return a square grid in the upper left, and turned on clockwise in the other quarters."""
    n = len(grid)
    right, down = c // n % 2, r // n % 2
    # Quarter turns to the left: none in the upper left, and one clockwise more in each quarter after it.
    turns = np.where(down, np.where(right, 2, 1), np.where(right, 3, 0))
    return np.asarray(np.stack([np.rot90(grid, turn) for turn in range(4)])[turns, r % n, c % n])


def _bounced(n: int, at: np.ndarray) -> np.ndarray:
    """Return places that go up to n - 1 and back to 0, without standing still at the ends."""
    period = max(1, 2 * n - 2)
    at = at % period
    return np.where(at < n, at, period - at)
