"""Compiled completions of a grid: by gravity, by period, by mirror axes, by its neighbours (numba)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numba import njit


def of_cells(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Give a kernel its grid as int64 in row order: it is compiled once, and not anew for every kind of array."""

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
        to = grid.shape[0] - 1
        for r in range(grid.shape[0] - 1, -1, -1):
            if grid[r, c] != ground:
                out[to, c] = grid[r, c]
                to -= 1
    return out


@njit(cache=True, nogil=True)
def agrees(grid, hole, down, right, share):
    """Return whether a grid equals itself moved by (down, right), cells of colour `hole` apart; down >= 0."""
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
    for p in range(1, height // 2 + 1):
        if agrees(grid, hole, p, 0, 0.3):
            down = p
            break
    for q in range(1, width // 2 + 1):
        if agrees(grid, hole, 0, q, 0.3):
            right = q
            break
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
    for r in range(min(h, height)):
        for c in range(min(w, width)):
            out[r, c] = grid[r, c]
    is_bigger = height > h or width > w
    hole = -1 if is_bigger else ground
    seen = out[:h, :w].copy()
    along, across = (_period(seen, hole, 1, 0), _period(seen, hole, 0, 1)) if is_bigger else (0, 0)
    for i in range(5):
        if is_bigger and (along or height == h) and (across or width == w):
            down, right = ((along, 0), (0, across), (0, 0), (0, 0), (0, 0))[
                i
            ]  # whole rows and whole columns come again
        else:
            down, right = _step(seen, hole)
        if not (down or right):
            continue
        before = out.copy()
        for r in range(height):
            for c in range(width):
                for sign in (1, -1):
                    a, b = r, c
                    while 0 <= a < height and 0 <= b < width and out[r, c] == hole:
                        if before[a, b] != hole:
                            out[r, c] = before[a, b]
                        a += sign * down
                        b += sign * right
        if not is_bigger:
            seen = out.copy()
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
    for distance in range(1, height + width):
        for down in range(min(distance, height - 1) + 1):
            for sign in (1, -1):
                right = sign * (distance - down)
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
                for sign in (1, -1):
                    a, b = r + sign * down, c + sign * right
                    if 0 <= a < height and 0 <= b < width and grid[a, b] != hole:
                        return True
    return n_holes == 0


@njit(cache=True, nogil=True)
def _axis(grid, hole):
    """Return twice the place of the mirror axis across the rows that is nearest the middle, -1 for none."""
    height, width = grid.shape
    for step in range(2 * (height // 3) + 1):
        total = height - 1 + ((step + 1) // 2 if step % 2 else -(step // 2))
        n, is_axis = 0, True
        for r in range(max(0, total - height + 1), min(height - 1, total) + 1):
            for c in range(width):
                a, b = grid[r, c], grid[total - r, c]
                if a != hole and b != hole:
                    n += 1
                    is_axis = is_axis and a == b
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
    if grid.shape[0] == grid.shape[1] and _is_transposed(grid, hole):
        for r in range(grid.shape[0]):
            for c in range(grid.shape[1]):
                if out[r, c] == hole:
                    out[r, c] = grid[c, r]
    for _ in range(2):
        for turn in range(2):
            seen = out if turn == 0 else out.T
            total = _axis(seen.copy(), hole)
            if total < 0:
                continue
            height = seen.shape[0]
            for r in range(max(0, total - height + 1), min(height - 1, total) + 1):
                for c in range(seen.shape[1]):
                    if seen[r, c] == hole:
                        seen[r, c] = seen[total - r, c]
    return out


@of_cells
@njit(cache=True, nogil=True)
def tidied(grid):
    """Give every cell that none of its eight neighbours shares their commonest colour."""
    height, width = grid.shape
    out = grid.copy()
    count = np.zeros(10, np.int64)
    for r in range(height):
        for c in range(width):
            count[:] = 0
            for a in range(max(0, r - 1), min(height, r + 2)):
                for b in range(max(0, c - 1), min(width, c + 2)):
                    count[grid[a, b]] += 1
            if count[grid[r, c]] == 1 and count.sum() > 1:
                count[grid[r, c]] = 0
                out[r, c] = count.argmax()
    return out


@of_cells
@njit(cache=True, nogil=True)
def fallen_things(grid, labels, boxes, order, down, right, ground):
    """Return a grid whose components have moved on, each as a whole and in this order, until something stops them."""
    height, width = grid.shape
    out = grid.copy()
    for label in order:
        top, left, bottom, end = boxes[label]
        for r in range(top, bottom):
            for c in range(left, end):
                if labels[r, c] == label:
                    out[r, c] = ground
        n, is_free = 0, True
        while is_free:
            n += 1
            for r in range(top, bottom):
                for c in range(left, end):
                    if labels[r, c] == label:
                        a, b = r + n * down, c + n * right
                        if not (0 <= a < height and 0 <= b < width) or out[a, b] != ground:
                            is_free = False
        for r in range(top, bottom):
            for c in range(left, end):
                if labels[r, c] == label:
                    out[r + (n - 1) * down, c + (n - 1) * right] = grid[r, c]
    return out
