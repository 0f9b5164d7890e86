"""Proposals that are lists of colours: by their numbers of cells or by their places; and bars of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Components
from trm_cli.domains.arc.proposals.moved import by_colour
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield lists of colours as a column, as a row, and as bars."""
    # By their numbers of cells, the commonest first.
    order = np.argsort(-canvas.counts, kind="stable")
    colours = np.array(canvas.palette)[order][canvas.counts[order] > 0]
    inks = colours[colours != canvas.background]
    for word, listed in (("colours", colours), ("inks", inks), ("inks but the commonest", inks[1:])):
        yield Proposal(f"a column of the {word}, the commonest first,", listed[:, None])
        yield Proposal(f"a row of the {word}, the commonest first,", listed[None])
        bars = _bars(canvas, listed)
        yield Proposal(f"the {word} as bars as high as they have cells, the commonest first,", bars)
        yield Proposal(f"the {word} as bars as wide as they have cells, the commonest first,", bars.T)
    # By their places, from above or from the left.
    things, wholes = canvas.things, by_colour(canvas)
    largest = things.most(things.size)
    column = _colours(canvas, things, largest, things.top)[:, None]
    yield Proposal("a column of the largest things, from above,", column)
    yield Proposal("a row of the largest things, from the left,", _colours(canvas, things, largest, things.left)[None])
    # Stripes lie one above the other, or stand side by side.
    at_border = wholes.at_border()
    is_lying = bool((wholes.width >= wholes.height)[at_border].all())
    listed = _colours(canvas, wholes, at_border, wholes.top if is_lying else wholes.left)
    yield Proposal(
        "a cell for each colour at the border, in their order,", listed[:, None] if is_lying else listed[None]
    )


def _bars(canvas: Canvas, colours: np.ndarray) -> Cells:
    """Return a column for each colour, filled from above with as many cells as the grid has of it, and black below."""
    n = np.array([np.count_nonzero(canvas.grid == colour) for colour in colours], int)
    return np.where(np.arange(n.max(initial=0))[:, None] < n, colours, 0)


def _colours(canvas: Canvas, parts: Components, is_so: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the colours of those components of one colour for which `is_so` is true, in the order of their places."""
    listed = np.flatnonzero(is_so & parts.exists)
    listed = listed[np.argsort(place[listed], kind="stable")]
    return np.array([canvas.grid[parts.labels == i][0] for i in listed.tolist()], int)
