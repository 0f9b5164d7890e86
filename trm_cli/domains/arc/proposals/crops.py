"""Proposals cut out of a grid: the one thing or figure with a trait, the box of a colour, the inside of a frame."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import fills
from trm_cli.domains.arc.canvas import Canvas, Components, Mask
from trm_cli.domains.arc.grid import COLOURS
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal
from trm_cli.domains.arc.traits import extremes, inner_traits, traits

LEAST = 16
"""Cells of a grid below which its regularity is taken for chance."""


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the boxes of ink, of colours, of things and of figures."""
    grid = canvas.grid
    yield Proposal("the box of all ink", box(grid, canvas.ink))
    yield Proposal("the box of all that is not black", box(grid, grid != 0))
    # The boxes of the rarest colours, and of each colour by its name.
    order = np.argsort(np.where(canvas.counts > 0, canvas.counts, 10**6), kind="stable")
    for rank, word in enumerate(("rarest", "second rarest", "third rarest")):
        mask = canvas.masks[order[rank]] if rank < len(order) else np.zeros_like(canvas.ink)
        crop = box(grid, mask)
        yield Proposal(f"the box of the {word} colour", crop)
        yield Proposal(f"the inside of the box of the {word} colour", inside(crop))
    for colour, name in enumerate(COLOURS):
        crop = box(grid, grid == colour) if colour in canvas.palette else None
        yield Proposal(f"the box of {name}", crop)
        yield Proposal(f"the inside of the box of {name}", inside(crop))
    yield from _completed(canvas)
    # Components by their traits: the box with all that is in it, the component alone, and the inside.
    kinds = (("thing", canvas.things), ("figure", canvas.figures), ("figure joined at sides", canvas.solids))
    for word, parts in kinds:
        for name, is_so in (*extremes(parts), *traits(parts), *inner_traits(canvas, parts)):
            crop, alone = _only(canvas, parts, is_so)
            yield Proposal(f"the box of {name.format(word)}", crop)
            yield Proposal(f"{name.format(word)} alone", alone)
            if word == "thing":
                yield Proposal(f"{name.format(word)} alone, a cell for each of its blocks,", shrunk(alone))
                yield Proposal(f"the inside of {name.format(word)}", inside(crop))
    for word, parts in kinds[1:]:
        yield from _with_most(canvas, word, parts)
    regions = canvas.regions
    for name, is_so in (*extremes(regions), *traits(regions)):
        yield Proposal(f"the box of {name.format('region of background')}", _only(canvas, regions, is_so)[0])


def _with_most(canvas: Canvas, word: str, figures: Components) -> Iterator[Proposal]:
    """Yield for every colour the box of the one figure with the most cells of it."""
    boxes = [canvas.grid[figures.box(i)] for i in range(1, figures.n + 1)]
    for colour, name in enumerate(COLOURS):
        n = np.array([0, *(np.count_nonzero(cells == colour) for cells in boxes)])
        is_so = figures.only_most(n) & (n > 0) & (figures.n > 1)
        yield Proposal(f"the box of the {word} with most {name}", _only(canvas, figures, is_so)[0])


def _completed(canvas: Canvas) -> Iterator[Proposal]:
    """Yield what a rectangle of one colour hides of a grid that is periodic or symmetric."""
    for word, fill in (("period", fills.by_period), ("mirror axes", fills.by_mirror)):
        uncovered = None
        # The cover is a full rectangle, not of most of the grid; rare colours are tried first.
        for k in np.argsort(canvas.counts, kind="stable") if canvas.grid.size >= LEAST else []:
            mask = canvas.masks[k]
            cells = box(mask, mask) if 0 < mask.sum() <= 0.4 * mask.size else None
            if uncovered is None and cells is not None and cells.all():
                # It counts only if the regularity shows every covered cell.
                done = fill(canvas.grid, canvas.palette[k])
                uncovered = box(done, mask) if not (done[mask] == canvas.palette[k]).any() else None
        yield Proposal(f"what is covered, completed by {word},", uncovered)


def box(grid: Cells, cells: Mask) -> Cells | None:
    """Return the smallest rectangle of a grid around the cells (h, w) that are true; None if none is."""
    rows, columns = np.flatnonzero(cells.any(1)), np.flatnonzero(cells.any(0))
    return grid[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else None


def inside(grid: Cells | None) -> Cells | None:
    """Return a grid without its border; None where nothing is left."""
    return grid[1:-1, 1:-1] if grid is not None and min(grid.shape) > 2 else None


def shrunk(grid: Cells | None) -> Cells | None:
    """Return a drawing that is made of square blocks, with a cell for each block; None if it is not."""
    if grid is None:
        return None
    for n in range(min(grid.shape), 1, -1):
        small = grid[::n, ::n]
        if grid.shape[0] % n == 0 and grid.shape[1] % n == 0 and (small.repeat(n, 0).repeat(n, 1) == grid).all():
            return small
    return None


def _only(canvas: Canvas, parts: Components, is_so: Mask) -> tuple[Cells | None, Cells | None]:
    """Return the box of the only component with a trait, as it is and with all else as background.

    Of several that look alike it is the first; None twice for several that differ, or for none.
    """
    which = np.flatnonzero(is_so & parts.exists)
    if not len(which) or (len(which) > 1 and len(np.unique(parts.form[which])) > 1):
        return None, None
    i = which[0]
    crop = canvas.grid[parts.box(i)]
    return crop, np.where(parts.mask(i), crop, canvas.background)
