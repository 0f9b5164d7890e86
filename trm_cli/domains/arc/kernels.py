"""Compiled geometry of ARC grids: components and their measures, and what lies around a cell (numba)."""

from __future__ import annotations

import numpy as np

from trm_cli.domains.compiled import njit

WAYS = 8
"""Directions, in the order of `STEPS`: up, down, left, right, then the diagonals."""
STEPS = np.array([(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)])
FIELDS = ("size", "top", "left", "bottom", "right", "holes", "is_mirrored_lr", "is_mirrored_ud", "turned_form", "form")
"""The columns of `measures`. Bottom and right are one past the box of a component; forms are hashes of its cells."""
SALT = np.random.default_rng(0).integers(1, 2**62, (32, 32))
"""A random number for each place in a box. The hash of a form is the sum of those at its cells."""


@njit(cache=True, nogil=True)
def components(values, n_ways):
    """Label the areas of equal values, 1, 2, ... in reading order; return (labels, their number).

    Negative values get label 0. `n_ways` 4 or 8 is the number of neighbours that a cell is joined to; with 0 all cells
    of a value are one component.
    """
    height, width = values.shape
    labels = np.zeros((height, width), np.int32)
    stack = np.empty((height * width, 2), np.int32)
    n = 0
    for r0 in range(height):
        for c0 in range(width):
            # Every cell without a label begins a new component.
            if values[r0, c0] < 0 or labels[r0, c0]:
                continue
            n += 1
            if n_ways == 0:
                for cell in range(height * width):
                    if values[cell // width, cell % width] == values[r0, c0]:
                        labels[cell // width, cell % width] = n
                continue
            # Flood fill: a cell gets its label when it is put on the stack, so that it is put there only once.
            labels[r0, c0] = n
            stack[0, 0], stack[0, 1] = r0, c0
            depth = 1
            while depth:
                depth -= 1
                r, c = stack[depth, 0], stack[depth, 1]
                for way in range(n_ways):
                    a, b = r + STEPS[way, 0], c + STEPS[way, 1]
                    if 0 <= a < height and 0 <= b < width and not labels[a, b] and values[a, b] == values[r0, c0]:
                        labels[a, b] = n
                        stack[depth, 0], stack[depth, 1] = a, b
                        depth += 1
    return labels, n


@njit(cache=True, nogil=True)
def measures(labels, n, marks):
    """Return the measures (n + 1, fields) of labelled components.

    Two forms are the same only if the `marks` (H, W) of the cells are too, such as their colours.
    """
    table = np.zeros((n + 1, 10), np.int64)
    holes = _holes(labels, n)
    # Written as loops: an assignment to a part of an array takes the compiler much longer.
    # A box begins inside out, and each cell widens it. A component is taken for symmetric until a cell shows that it is
    # not.
    for label in range(1, n + 1):
        table[label, 1], table[label, 2] = labels.shape
        table[label, 5], table[label, 6], table[label, 7] = holes[label], 1, 1
    for r in range(labels.shape[0]):
        for c in range(labels.shape[1]):
            if not labels[r, c]:
                continue
            row = table[labels[r, c]]
            row[0] += 1
            row[1], row[2] = min(row[1], r), min(row[2], c)
            row[3], row[4] = max(row[3], r + 1), max(row[4], c + 1)
    _forms(labels, marks, table)
    return table


@njit(cache=True, nogil=True)
def _holes(labels, n):
    """Return the holes of each component by Euler's number of its 2x2 windows, cells that touch at corners joined.

    A window with one cell counts 1, with three -1, with two on a diagonal -2; the sum is four times (1 - holes).
    """
    height, width = labels.shape
    euler = np.zeros(n + 1, np.int64)
    window = np.zeros(4, np.int64)
    for r in range(-1, height):
        for c in range(-1, width):
            # The labels of the window's four cells, 0 beyond the grid.
            for i in range(4):
                a, b = r + i // 2, c + i % 2
                window[i] = labels[a, b] if 0 <= a < height and 0 <= b < width else 0
            # Every component in the window counts once, at the first of its cells there.
            for i in range(4):
                label, count, is_first = window[i], 0, True
                for j in range(4):
                    if window[j] == label:
                        count += 1
                        is_first = is_first and j >= i
                if label and is_first:
                    if count == 1:
                        euler[label] += 1
                    elif count == 3:
                        euler[label] -= 1
                    elif count == 2 and window[3 - i] == label:
                        euler[label] -= 2
    return 1 - euler // 4


@njit(cache=True, nogil=True)
def _forms(labels, marks, table):
    """Put into measures whether components are mirror images of themselves, and the hashes of their outlines."""
    hashes = np.zeros((len(table), 8), np.int64)
    for r in range(labels.shape[0]):
        for c in range(labels.shape[1]):
            label = labels[r, c]
            if not label:
                continue
            row = table[label]
            # The cell's place in the box of its component, and the last row and column of the box.
            y, x = r - row[1], c - row[2]
            h, w = row[3] - row[1] - 1, row[4] - row[2] - 1
            # One cell without its mirror image is enough to end the symmetry.
            if labels[r, row[2] + w - x] != label:
                row[6] = 0
            if labels[row[1] + h - y, c] != label:
                row[7] = 0
            # A sum does not depend on the order of the cells. Each of the eight orientations has its own sum; 1 is
            # added so that mark 0 counts too.
            mark = marks[r, c] + 1
            turned = hashes[label]
            turned[0] += SALT[y, x] * mark
            turned[1] += SALT[y, w - x] * mark
            turned[2] += SALT[h - y, x] * mark
            turned[3] += SALT[h - y, w - x] * mark
            turned[4] += SALT[x, y] * mark
            turned[5] += SALT[w - x, y] * mark
            turned[6] += SALT[x, h - y] * mark
            turned[7] += SALT[w - x, h - y] * mark
    # The smallest of the eight is the same in all orientations; the first is the form the same way up.
    for label in range(1, len(table)):
        least = hashes[label, 0]
        for way in range(1, 8):
            least = min(least, hashes[label, way])
        table[label, 8], table[label, 9] = least, hashes[label, 0]


@njit(cache=True, nogil=True)
def sight(values):
    """Return (8, H, W): the nearest value in each direction that is not negative; -1 where there is none."""
    height, width = values.shape
    seen = np.full((8, height, width), -1, np.int32)
    for way in range(8):
        down, right = STEPS[way, 0], STEPS[way, 1]
        for i in range(height):
            # In this order, the neighbour in the direction of sight always comes before the cell itself: what the cell
            # sees is the neighbour's value, or what the neighbour sees.
            r = i if down <= 0 else height - 1 - i
            for j in range(width):
                c = j if right <= 0 else width - 1 - j
                a, b = r + down, c + right
                if 0 <= a < height and 0 <= b < width:
                    seen[way, r, c] = values[a, b] if values[a, b] >= 0 else seen[way, a, b]
    return seen


@njit(cache=True, nogil=True)
def neighbours(masks):
    """Return (2, K, H, W): how many of the four and of the eight neighbours are in each mask."""
    n, height, width = masks.shape
    count = np.zeros((2, n, height, width), np.int8)
    for k in range(n):
        for r in range(height):
            for c in range(width):
                for way in range(8):
                    a, b = r + STEPS[way, 0], c + STEPS[way, 1]
                    if 0 <= a < height and 0 <= b < width and masks[k, a, b]:
                        count[1, k, r, c] += 1
                        if way < 4:
                            count[0, k, r, c] += 1
    return count


@njit(cache=True, nogil=True)
def ray(masks, way):
    """Return (K, H, W): the cells of each mask, and those from which one lies in a direction, whatever is between."""
    n, height, width = masks.shape
    hit = masks.copy()
    down, right = STEPS[way]
    for k in range(n):
        for i in range(height):
            # As in `sight`, the neighbour in this direction comes before the cell itself.
            r = height - 1 - i if down > 0 else i
            for j in range(width):
                c = width - 1 - j if right > 0 else j
                a, b = r + down, c + right
                if 0 <= a < height and 0 <= b < width and hit[k, a, b]:
                    hit[k, r, c] = True
    return hit


@njit(cache=True, nogil=True)
def depths(labels):
    """Return how deep cells lie in their component, (H, W): 1 at its edge, also diagonally, and 0 outside of all."""
    height, width = labels.shape
    depth = np.zeros((height, width), np.int64)
    for r in range(height):
        for c in range(width):
            if not labels[r, c]:
                continue
            # Grow a square around the cell, by one cell to each side, until it leaves the component or the grid.
            n, is_in = 0, True
            while is_in:
                n += 1
                for a in range(r - n, r + n + 1):
                    for b in range(c - n, c + n + 1):
                        if not (0 <= a < height and 0 <= b < width) or labels[a, b] != labels[r, c]:
                            is_in = False
            depth[r, c] = n
    return depth


@njit(cache=True, nogil=True)
def nearest(values):
    """Return (H, W): the nearest other value that is not negative; -1 if there is none, or several equally near."""
    height, width = values.shape
    found = np.full((height, width), -1, np.int32)
    for r in range(height):
        for c in range(width):
            best = 1 << 20
            for a in range(height):
                # Distances are rows plus columns, so a row that is too far away need not be searched.
                down = abs(a - r)
                if down > best:
                    continue
                for b in range(width):
                    if values[a, b] >= 0 and values[a, b] != values[r, c]:
                        far = down + abs(b - c)
                        if far < best:
                            best = far
                            found[r, c] = values[a, b]
                        # Two values at the same distance: neither is the nearest, unless a nearer one follows.
                        elif far == best and found[r, c] != values[a, b]:
                            found[r, c] = -1
    return found


@njit(cache=True, nogil=True)
def meetings(values):
    """Return the first other value in each of four directions, -1 for none, and the steps to it or off the grid.

    Both are (4, H, W).
    """
    height, width = values.shape
    met = np.full((4, height, width), -1, np.int32)
    far = np.zeros((4, height, width), np.int32)
    for way in range(4):
        for r in range(height):
            for c in range(width):
                a, b, n = r + STEPS[way, 0], c + STEPS[way, 1], 1
                # Walk on while the value stays the same.
                while 0 <= a < height and 0 <= b < width and values[a, b] == values[r, c]:
                    a += STEPS[way, 0]
                    b += STEPS[way, 1]
                    n += 1
                if 0 <= a < height and 0 <= b < width:
                    met[way, r, c] = values[a, b]
                far[way, r, c] = n
    return met, far


@njit(cache=True, nogil=True)
def emptiest(is_free):
    """Return the cells (H, W) of the largest rectangles of free cells, and their area.

    Rectangles that are only one cell high or wide do not count.
    """
    height, width = is_free.shape
    found = np.zeros((height, width), np.bool_)
    best = 0
    for top in range(height):
        # `free` says which columns are free in all rows from top to bottom. A run of them, as long as it can be, is a
        # rectangle.
        free = np.ones(width, np.bool_)
        for bottom in range(top, height):
            start = 0
            for c in range(width + 1):
                if c < width:
                    free[c] = free[c] and is_free[bottom, c]
                if c == width or not free[c]:
                    area = (c - start) * (bottom - top + 1)
                    # Equally large rectangles are all kept, and a larger one replaces them.
                    if area >= best and area > 0 and c - start > 1 and bottom > top:
                        if area > best:
                            found[:] = False
                            best = area
                        found[top : bottom + 1, start:c] = True
                    start = c + 1
    return found, best


@njit(cache=True, nogil=True)
def opened(is_free, n):
    """Return the cells in any n x n square of free cells."""
    height, width = is_free.shape
    found = np.zeros((height, width), np.bool_)
    for r in range(height - n + 1):
        for c in range(width - n + 1):
            if is_free[r : r + n, c : c + n].all():
                found[r : r + n, c : c + n] = True
    return found


@njit(cache=True, nogil=True)
def symmetric_middle(values, least):
    """Return twice the row and twice the column about which most of the ink is mirrored both ways, and how many cells.

    Ink is what is not negative. A cell counts if all three of its images are equal to it; one whose image is of another
    ink counts against the middle twice. Middles with fewer cells than `least` are not taken: then all are -1.
    """
    height, width = values.shape
    rows, columns = np.nonzero(values >= 0)
    best, down, right = least - 1, -1, -1
    for total_r in range(2 * height - 1):
        for total_c in range(2 * width - 1):
            n = 0
            for i in range(len(rows)):
                r, c = rows[i], columns[i]
                n_equal, n_other = 0, 0
                for way in range(1, 4):
                    y = total_r - r if way & 1 else r
                    x = total_c - c if way & 2 else c
                    if 0 <= y < height and 0 <= x < width:
                        n_equal += values[y, x] == values[r, c]
                        n_other += values[y, x] >= 0 and values[y, x] != values[r, c]
                n += 1 if n_equal == 3 else (-2 if n_other else 0)
            if n > best:
                best, down, right = n, total_r, total_c
    return down, right
