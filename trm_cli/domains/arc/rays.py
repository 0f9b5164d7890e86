"""Compiled diagonal lines that bounce: off the sides of a grid, or off ink (numba)."""

from __future__ import annotations

import numpy as np

from trm_cli.domains.compiled import njit


@njit(cache=True, nogil=True)
def upwards(masks):
    """Return (K, H, W): where the lines go that begin at single cells of the bottom row and bounce off the sides."""
    n, height, width = masks.shape
    found = np.zeros_like(masks)
    for k in range(n):
        for column in range(width):
            if masks[k, height - 1, column] and width > 1:
                for start in (-1, 1):
                    c, right = column, start
                    for r in range(height - 1, -1, -1):
                        found[k, r, c] = True
                        if not 0 <= c + right < width:
                            right = -right
                        c += right
    return found


@njit(cache=True, nogil=True)
def onwards(ends, ink):
    """Return (K, H, W): where diagonal lines go on behind their ends, turning back where ink is."""
    n, height, width = ends.shape
    found = np.zeros_like(ends)
    for k in range(n):
        for r0 in range(1, height - 1):
            for c0 in range(1, width - 1):
                for way in range(4 if ends[k, r0, c0] else 0):
                    down, right = 2 * (way // 2) - 1, 2 * (way % 2) - 1
                    r, c = r0, c0
                    if not ink[r - down, c - right]:
                        continue
                    # Each cell is passed at most once in each of four directions.
                    for _ in range(4 * height * width):
                        if 0 <= r + down < height and ink[r + down, c]:
                            down = -down
                        if 0 <= c + right < width and ink[r, c + right]:
                            right = -right
                        r += down
                        c += right
                        if not (0 <= r < height and 0 <= c < width) or ink[r, c]:
                            break
                        found[k, r, c] = True
    return found
