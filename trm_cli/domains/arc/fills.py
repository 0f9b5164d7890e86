"""Compiled completions of a grid: by gravity, by period, by mirror axes, by its neighbours (numba)."""

from __future__ import annotations

import numpy as np
from numba import njit


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
    """Return whether a grid equals itself moved by (down, right), cells of colour `hole` apart; down is not negative."""
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


@njit(cache=True, nogil=True)
def continued(grid, ground):
    """Fill the background with the smallest pattern that all ink agrees with, moved along rows, columns or diagonals."""
    height, width = grid.shape
    best_down, best_right = 0, 0
    for distance in range(1, height + width):
        for down in range(min(distance, height - 1) + 1):
            for sign in (1, -1):
                right = sign * (distance - down)
                if abs(right) < width and agrees(grid, ground, down, right, 0.02):
                    best_down, best_right = down, right
                    break
            if best_down or best_right:
                break
        if best_down or best_right:
            break
    out = grid.copy()
    if not (best_down or best_right):
        return out
    for r in range(height):
        for c in range(width):
            for sign in (1, -1):
                a, b = r, c
                while 0 <= a < height and 0 <= b < width and out[r, c] == ground:
                    if grid[a, b] != ground:
                        out[r, c] = grid[a, b]
                    a += sign * best_down
                    b += sign * best_right
    return out


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
def by_mirror(grid, hole):
    """Fill the cells of a colour from across mirror axes, which need not be in the middle."""
    out = grid.copy()
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
