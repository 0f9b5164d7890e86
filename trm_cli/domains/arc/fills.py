"""Compiled completions of a grid: by gravity, by period, by mirror axes, by its neighbours (numba)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from trm_cli.domains.compiled import njit


def of_cells(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Return a kernel that takes grids of any type and layout, but is compiled only once, for int64 in row order."""

    @wraps(kernel)
    def filled(grid: np.ndarray, *rest: Any) -> Any:
        return kernel(np.array(grid, np.int64, order="C"), *rest)

    return filled


@of_cells
@njit(cache=True, nogil=True)
def fallen(grid, ground):
    """Return a grid whose ink has fallen to the bottom, every column by itself."""
    out = np.full_like(grid, ground)
    for c in range(grid.shape[1]):
        # `to` is the lowest row of the column that is still free.
        to = grid.shape[0] - 1
        for r in range(grid.shape[0] - 1, -1, -1):
            if grid[r, c] != ground:
                out[to, c] = grid[r, c]
                to -= 1
    return out


@njit(cache=True, nogil=True)
def agrees(grid, hole, down, right, share):
    """Return whether a grid equals itself moved by (down, right), where neither cell has the colour `hole`; down >= 0.

    False too if the pairs of cells that can be compared are fewer than the `share` of all cells: they may agree by
    chance.
    """
    height, width = grid.shape
    n = 0
    for r in range(height - down):
        for c in range(max(0, -right), min(width, width - right)):
            a, b = grid[r, c], grid[r + down, c + right]
            if a != hole and b != hole:
                if a != b:
                    return False
                n += 1
    return n >= share * grid.size


@of_cells
@njit(cache=True, nogil=True)
def by_period(grid, hole):
    """Fill the cells of a colour from cells that are whole periods of rows or columns away."""
    height, width = grid.shape
    out = grid.copy()
    down, right = 0, 0
    # The smallest period down and the smallest across, if the grid has them.
    for p in range(1, height // 2 + 1):
        if agrees(grid, hole, p, 0, 0.3):
            down = p
            break
    for q in range(1, width // 2 + 1):
        if agrees(grid, hole, 0, q, 0.3):
            right = q
            break
    # A cell takes its colour from any cell whole periods away in its column, or else in its row. The second round uses
    # what the first has filled in.
    for _ in range(2):
        for r in range(height):
            for c in range(width):
                if out[r, c] != hole:
                    continue
                if down:
                    for i in range(r % down, height, down):
                        if out[i, c] != hole:
                            out[r, c] = out[i, c]
                            break
                if right and out[r, c] == hole:
                    for j in range(c % right, width, right):
                        if out[r, j] != hole:
                            out[r, c] = out[r, j]
                            break
    return out


@of_cells
@njit(cache=True, nogil=True)
def patterned(grid, ground, height, width):
    """Return a canvas (height, width) on which a grid's ink repeats by the shortest steps that all of it agrees with.

    Up to five steps, one after the other; -1 where nothing is known.
    """
    h, w = grid.shape
    out = np.full((height, width), -1, np.int64)
    # The grid lies in the upper left corner of the canvas.
    for r in range(min(h, height)):
        for c in range(min(w, width)):
            out[r, c] = grid[r, c]
    is_bigger = height > h or width > w
    # On a larger canvas the cells beyond the grid are unknown; on one of the same size, the background is.
    hole = -1 if is_bigger else ground
    known = out[:h, :w].copy()
    along, across = (_period(known, hole, 1, 0), _period(known, hole, 0, 1)) if is_bigger else (0, 0)
    for i in range(5):
        if is_bigger and (along or height == h) and (across or width == w):
            # Whole rows and whole columns come again: first downwards, then across.
            steps = ((along, 0), (0, across), (0, 0), (0, 0), (0, 0))
            down, right = steps[i]
        else:
            down, right = _step(known, hole)
        if not (down or right):
            continue
        # Walk from each unknown cell, forwards and then backwards, to the first cell that is known. Cells that are
        # filled in now do not count before the next step.
        before = out.copy()
        for r in range(height):
            for c in range(width):
                for char in (1, -1):
                    a, b = r, c
                    while 0 <= a < height and 0 <= b < width and out[r, c] == hole:
                        if before[a, b] != hole:
                            out[r, c] = before[a, b]
                        a += char * down
                        b += char * right
        # What was filled in may show the next step.
        if not is_bigger:
            known = out.copy()
    return out


@njit(cache=True, nogil=True)
def _period(grid, hole, down, right):
    """Return the smallest number of steps in a direction under which a grid equals itself, 0 for none."""
    for n in range(1, grid.shape[0] if down else grid.shape[1]):
        if agrees(grid, hole, n * down, n * right, 0.02):
            return n
    return 0


@njit(cache=True, nogil=True)
def _step(grid, hole):
    """Return the shortest move (down, right) under which a grid equals itself, holes apart; (0, 0) for none."""
    height, width = grid.shape
    # Moves in the order of their length, in rows plus columns. `down` is never negative, because a move and its
    # opposite show the same.
    for distance in range(1, height + width):
        for down in range(min(distance, height - 1) + 1):
            for char in (1, -1):
                right = char * (distance - down)
                if abs(right) < width and _is_new(grid, hole, down, right) and agrees(grid, hole, down, right, 0.02):
                    return down, right
    return 0, 0


@njit(cache=True, nogil=True)
def _is_new(grid, hole, down, right):
    """Return whether a move brings ink to any hole, or whether there are no holes."""
    height, width = grid.shape
    n_holes = 0
    for r in range(height):
        for c in range(width):
            if grid[r, c] == hole:
                n_holes += 1
                for char in (1, -1):
                    a, b = r + char * down, c + char * right
                    if 0 <= a < height and 0 <= b < width and grid[a, b] != hole:
                        return True
    return n_holes == 0


@njit(cache=True, nogil=True)
def _axis(grid, hole):
    """Return the sum of two rows that mirror each other, for the mirror axis nearest to the middle; -1 for none."""
    height, width = grid.shape
    # In the middle the sum is height - 1. Try that, then larger and smaller sums in turn, up to a third of the height
    # away.
    for step in range(2 * (height // 3) + 1):
        total = height - 1 + ((step + 1) // 2 if step % 2 else -(step // 2))
        n, is_axis = 0, True
        # Only rows whose partner lies inside the grid can be compared.
        for r in range(max(0, total - height + 1), min(height - 1, total) + 1):
            for c in range(width):
                a, b = grid[r, c], grid[total - r, c]
                if a != hole and b != hole:
                    n += 1
                    is_axis = is_axis and a == b
        # Too few comparisons prove nothing.
        if is_axis and n > 0.3 * grid.size:
            return total
    return -1


@njit(cache=True, nogil=True)
def _is_transposed(grid, hole):
    """Return whether a square grid equals its transpose, cells of colour `hole` apart."""
    for r in range(grid.shape[0]):
        for c in range(r):
            if grid[r, c] != grid[c, r] and grid[r, c] != hole and grid[c, r] != hole:
                return False
    return True


@of_cells
@njit(cache=True, nogil=True)
def by_mirror(grid, hole):
    """Fill the cells of a colour from across mirror axes, which need not be in the middle."""
    out = grid.copy()
    # A square grid may be symmetric about its main diagonal.
    if grid.shape[0] == grid.shape[1] and _is_transposed(grid, hole):
        for r in range(grid.shape[0]):
            for c in range(grid.shape[1]):
                if out[r, c] == hole:
                    out[r, c] = grid[c, r]
    # What one axis fills in may be needed across the other, so there are two rounds.
    for _ in range(2):
        for turn in range(2):
            # Left and right are up and down of the transpose, a view through which `out` itself is filled.
            view = out if turn == 0 else out.T
            total = _axis(view.copy(), hole)
            if total < 0:
                continue
            height = view.shape[0]
            for r in range(max(0, total - height + 1), min(height - 1, total) + 1):
                for c in range(view.shape[1]):
                    if view[r, c] == hole:
                        view[r, c] = view[total - r, c]
    return out


@of_cells
@njit(cache=True, nogil=True)
def tidied(grid):
    """Return a grid in which each cell unlike all its eight neighbours takes the commonest colour among these."""
    height, width = grid.shape
    out = grid.copy()
    count = np.zeros(10, np.int64)
    for r in range(height):
        for c in range(width):
            count[:] = 0
            for a in range(max(0, r - 1), min(height, r + 2)):
                for b in range(max(0, c - 1), min(width, c + 2)):
                    count[grid[a, b]] += 1
            # The count of its colour is 1 if only the cell itself has it; then the cell must not vote.
            if count[grid[r, c]] == 1 and count.sum() > 1:
                count[grid[r, c]] = 0
                out[r, c] = count.argmax()
    return out


@of_cells
@njit(cache=True, nogil=True)
def fallen_things(grid, labels, boxes, order, down, right, ground):
    """Return a grid whose components have moved by (down, right) again and again until ink or the border stops them.

    Each moves as a whole. `order` is the labels of those that move, one after the other, and `boxes` (n + 1, 4) are
    top, left, bottom and right of each component, bottom and right one past it.
    """
    height, width = grid.shape
    out = grid.copy()
    for label in order:
        top, left, bottom, end = boxes[label]
        # Lift the component off, so that its own cells do not stop it.
        for r in range(top, bottom):
            for c in range(left, end):
                if labels[r, c] == label:
                    out[r, c] = ground
        # Try one step more until a cell of the component would leave the grid or meet ink.
        n, is_free = 0, True
        while is_free:
            n += 1
            for r in range(top, bottom):
                for c in range(left, end):
                    if labels[r, c] == label:
                        a, b = r + n * down, c + n * right
                        if not (0 <= a < height and 0 <= b < width) or out[a, b] != ground:
                            is_free = False
        # The last step was one too many: put the component down a step before.
        for r in range(top, bottom):
            for c in range(left, end):
                if labels[r, c] == label:
                    out[r + (n - 1) * down, c + (n - 1) * right] = grid[r, c]
    return out
