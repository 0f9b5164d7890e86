"""Proposals in which colours or figures are moved over each other until they share a place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Components
from trm_cli.domains.arc.proposals.moved import by_colour
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal

MOST = 9
"""Parts of a grid above which none are laid over each other."""


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield all colours laid middle on middle, and all figures laid on the one colour that they share."""
    colours, figures = by_colour(canvas), canvas.figures
    # Twice the middle of each colour's box is a whole number.
    middles = np.stack((colours.top + colours.bottom - 1, colours.left + colours.right - 1), 1)
    yield Proposal("the colours laid over each other, middle on middle,", _laid(canvas, colours, middles))
    yield Proposal("the figures laid over each other at the colour they share", _at_shared(canvas, figures))


def _at_shared(canvas: Canvas, figures: Components) -> Cells | None:
    """Return figures laid over each other at the colour that each of them has in one cell; None if there is none."""
    for mask in canvas.masks & canvas.ink:
        rows, columns = np.nonzero(mask)
        labels = figures.labels[rows, columns]
        if 1 < len(labels) == figures.n == len(np.unique(labels)):
            places = np.zeros((figures.n + 1, 2), np.int64)
            places[labels] = 2 * np.stack((rows, columns), 1)
            return _laid(canvas, figures, places)
    return None


def _laid(canvas: Canvas, parts: Components, places: np.ndarray) -> Cells | None:
    """Return the components on background, moved so that `places` (n + 1, 2), in half cells, fall on each other.

    The largest one comes first, so that small ones lie on top; None if there is a single one, or too many.
    """
    if not 1 < parts.n <= MOST:
        return None
    order = 1 + np.argsort(-parts.size[1:], kind="stable")
    # How far each moves, in cells, to the place of the largest one.
    shifts = (places[order[0]] - places) // 2
    corners = np.stack((parts.top, parts.left), 1) + shifts
    ends = np.stack((parts.bottom, parts.right), 1) + shifts
    first, last = corners[1:].min(0), ends[1:].max(0)
    out = np.full(last - first, canvas.background)
    for i in order.tolist():
        mask = parts.mask(i)
        crop = canvas.grid[parts.box(i)]
        top, left = corners[i] - first
        out[top : top + len(mask), left : left + mask.shape[1]][mask] = crop[mask]
    return out
