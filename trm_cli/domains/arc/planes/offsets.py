"""Planes of the cells one and two steps away in each direction."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.kernels import STEPS
from trm_cli.domains.arc.planes.plane import Plane
from trm_cli.domains.arc.planes.sight import AT


def moved(cells: np.ndarray, down: int, right: int) -> np.ndarray:
    """Return cells (..., H, W) moved by some rows and columns; what comes from outside is false."""
    out = np.zeros_like(cells)
    height, width = cells.shape[-2:]
    to_r, from_r = slice(max(0, down), height + min(0, down)), slice(max(0, -down), height - max(0, down))
    to_c, from_c = slice(max(0, right), width + min(0, right)), slice(max(0, -right), width - max(0, right))
    if abs(down) < height and abs(right) < width:
        out[..., to_r, to_c] = cells[..., from_r, from_c]
    return out


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield what lies one and two cells away, and where ink does."""
    height, width = (max(a, b) for a, b in zip(canvas.shape, canvas.grid.shape, strict=True))
    masks = np.zeros((len(canvas.palette), height, width), bool)
    masks[:, : canvas.grid.shape[0], : canvas.grid.shape[1]] = canvas.masks
    ink = np.zeros((height, width), bool)
    ink[: canvas.grid.shape[0], : canvas.grid.shape[1]] = canvas.ink
    around = []
    for at, (down, right) in zip(AT, STEPS.tolist(), strict=True):
        yield Plane(f"lies next {at}", moved(masks, -down, -right))
        yield Plane(f"lies two cells {at}", moved(masks, -2 * down, -2 * right))
        around.append(moved(ink, -down, -right))
        yield Plane(f"has ink next {at}", around[-1])
    n = np.sum(around, 0)
    for at, has in zip(AT, around, strict=True):
        yield Plane(f"has ink next {at} only", has & (n == 1) & ~ink)
    above, below, left, right = around[:4]
    yield Plane("is between ink above and below", above & below)
    yield Plane("is between ink to the left and right", left & right)
    yield Plane("is in a corner of ink", (above ^ below) & (left ^ right))
