"""Compiled search for parts of figures, which become whole (numba)."""

from __future__ import annotations

import numpy as np

from trm_cli.domains.compiled import njit


@njit(cache=True, nogil=True)
def stamped(inked, is_model, stamps, sizes):
    """Return a grid of ink, -1 for background, in which parts of stamps are whole; cells of models are no parts.

    `stamps` (n, m, 3) are the row, column and colour of each of its cells, of which the first `sizes` (n,) count. A
    part has all cells of one colour or of several, and none of the others. Each cell is of the largest part around it.
    """
    height, width = inked.shape
    # For each cell of ink, the number of cells of its part, the stamp, and where the stamp begins.
    chosen = np.zeros((height, width, 4), np.int64)
    for s in range(len(stamps)):
        stamp = stamps[s, : sizes[s]]
        for i in range(len(stamp)):
            # A part has all cells of a colour, so it is enough to look for the first of each.
            if (stamp[:i, 2] == stamp[i, 2]).any():
                continue
            for r in range(height):
                for c in range(width):
                    if inked[r, c] == stamp[i, 2] and not is_model[r, c]:
                        top, left = r - stamp[i, 0], c - stamp[i, 1]
                        n = _part(inked, is_model, stamp, top, left)
                        for j in range(len(stamp) if n else 0):
                            a, b = top + stamp[j, 0], left + stamp[j, 1]
                            if 0 <= a < height and 0 <= b < width and n > chosen[a, b, 0]:
                                chosen[a, b, 0], chosen[a, b, 1], chosen[a, b, 2], chosen[a, b, 3] = n, s, top, left
    out = inked.copy()
    for r in range(height):
        for c in range(width):
            n, s, top, left = chosen[r, c]
            for i in range(sizes[s] if n and inked[r, c] >= 0 else 0):
                a, b = top + stamps[s, i, 0], left + stamps[s, i, 1]
                if 0 <= a < height and 0 <= b < width:
                    out[a, b] = stamps[s, i, 2]
    return out


@njit(cache=True, nogil=True)
def _part(inked, is_model, stamp, top, left):
    """Return how many cells of a stamp that begins at (top, left) are there; 0 if these are no part of it, or all."""
    height, width = inked.shape
    n = np.zeros(10, np.int64)
    missing = np.zeros(10, np.int64)
    for i in range(len(stamp)):
        a, b, colour = top + stamp[i, 0], left + stamp[i, 1], stamp[i, 2]
        if not (0 <= a < height and 0 <= b < width) or inked[a, b] < 0:
            missing[colour] += 1
        elif inked[a, b] != colour or is_model[a, b]:
            return 0
        else:
            n[colour] += 1
        if n[colour] and missing[colour]:
            return 0
    return n.sum() if missing.sum() else 0
