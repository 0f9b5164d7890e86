"""Planes of the thing (one colour) and the figure (any ink) that a cell is in, and of their colours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import kernels
from trm_cli.domains.arc.canvas import Canvas, Components, Mask, moved
from trm_cli.domains.arc.planes.named import boxed
from trm_cli.domains.arc.planes.plane import Plane
from trm_cli.domains.arc.traits import extremes, traits


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield the planes of things and figures."""
    # Where the components with a trait are, and which colours they have.
    for word, parts in (("thing", canvas.things), ("figure", canvas.figures), ("block", canvas.blocks)):
        for name, is_so in (*extremes(parts), *traits(parts)):
            yield Plane(f"is in {name.format(word)}", parts.where(is_so))
        for name, is_so in extremes(parts):
            yield Plane(f"{name.format(word)} has", _colours(canvas, parts.where(is_so)))
    yield from _of_things(canvas)
    yield from _of_figures(canvas)
    yield from _of_pieces(canvas)
    yield from _of_twins(canvas)


def _colours(canvas: Canvas, cells: Mask) -> Mask:
    """Return (K, 1, 1): which colours some cells have."""
    return canvas.is_colour(np.unique(canvas.grid[cells]).tolist())


def _of_things(canvas: Canvas) -> Iterator[Plane]:
    """Yield the planes of things among others."""
    things = canvas.things
    # For each thing, the number of things of its colour.
    n_colour = things.n_alike(canvas.thing_colours)
    yield Plane("is in the only thing of its colour", things.where(n_colour == 1))
    yield Plane("is in a thing of the commonest colour of things", things.where(things.most(n_colour)))
    yield Plane("the most things have", _colours(canvas, things.where(things.most(n_colour))))
    yield Plane("the fewest things have", _colours(canvas, things.where(things.most(-n_colour))))
    yield Plane("is in the box of a thing", things.boxes(things.exists))
    yield Plane("is on the outline of the box of a thing", outlined(things, things.size > 1))
    yield Plane("is on the outline of the box of a figure", outlined(canvas.figures, canvas.figures.size > 1))
    # Things whose box holds ink of another colour.
    holders = np.zeros(things.n + 1, bool)
    for i in np.flatnonzero(things.area > things.size):
        cells = canvas.grid[things.box(i)]
        holders[i] = ((cells != canvas.thing_colours[i]) & (cells != canvas.background)).any()
    yield Plane("is in a thing with other ink in its box", things.where(holders))
    yield Plane("is in the box of a thing with other ink in it", things.boxes(holders))
    yield Plane("is in the box of the largest thing", things.boxes(things.most(things.size)))
    # For each colour, the things that have a cell beside it; their own colour and the background do not count.
    beside = [things.where(things.touching(count > 0)) for count in canvas.neighbours[0]]
    others = np.stack(beside) & ~canvas.masks & ~canvas.is_colour([canvas.background])
    yield Plane("its thing touches", others)
    yield Plane("is in a thing that touches another", np.any(others, 0))


def outlined(parts: Components, is_so: Mask) -> Mask:
    """Return the cells at the edges of the boxes of components."""
    cells = np.zeros(parts.labels.shape, bool)
    for i in np.flatnonzero(is_so & parts.exists):
        rows, columns = parts.box(i)
        cells[[parts.top[i], parts.bottom[i] - 1], columns] = True
        cells[rows, [parts.left[i], parts.right[i] - 1]] = True
    return cells


def _of_figures(canvas: Canvas) -> Iterator[Plane]:
    """Yield the planes of a figure's colours."""
    figures, labels = canvas.figures, canvas.figures.labels
    # The number of cells of each colour in each figure, (K, n + 1).
    count = np.stack([np.bincount(labels[mask], minlength=figures.n + 1) for mask in canvas.masks])
    count[:, 0] = 0
    n_colours = (count > 0).sum(0)
    has = (count > 0)[:, labels]
    yield Plane("its figure has", has)
    yield Plane("its figure has elsewhere", has & ~canvas.masks)
    # The colour of a figure of one colour would be both its most and its least.
    is_mixed = n_colours > 1
    most = is_mixed & (count == count.max(0))
    least = is_mixed & (count == np.where(count > 0, count, 10**6).min(0))
    yield Plane("its figure has most of", most[:, labels])
    yield Plane("its figure has least of", least[:, labels])
    yield Plane("is in a figure of two colours or more", figures.where(is_mixed))
    yield Plane("is in the figure with most colours", figures.where(figures.most(n_colours)))
    yield Plane("is in the box of a figure", figures.boxes(figures.exists))
    yield Plane("the box of a figure around it has", np.stack([figures.boxes(of > 0) for of in count]))
    yield Plane("the box of a figure around it has least of", np.stack([figures.boxes(of) for of in least]))


def _of_twins(canvas: Canvas) -> Iterator[Plane]:
    """Yield the colours of things of the same form, and what is beside things with a trait."""
    things, regions = canvas.things, canvas.regions
    for word, key, of_region in (
        ("in any turn", things.turned_form, regions.turned_form),
        ("the same way up", things.form, regions.form),
    ):
        twins, holes = np.zeros_like(canvas.masks), np.zeros_like(canvas.masks)
        # For each colour, what has the form of one of its things: things of other colours, and regions of background.
        for k, colour in enumerate(canvas.palette):
            forms = key[canvas.thing_colours == colour]
            twins[k] = things.where(np.isin(key, forms)) & ~canvas.masks[k]
            holes[k] = regions.where(np.isin(of_region, forms))
        yield Plane(f"a twin of its thing has, {word}", twins)
        yield Plane(f"a thing of the form of its hole has, {word}", holes)
    # Cells that touch a thing with a trait, from outside.
    for name, is_so in (
        ("the largest thing", things.most(things.size)),
        ("the smallest thing", things.most(-things.size)),
        ("a thing of one cell", things.size == 1),
        ("a thing of two cells", things.size == 2),
        ("a thing of three cells or more", things.size >= 3),
        ("the only thing of its form", things.n_alike(things.turned_form) == 1),
        ("the only thing of its colour", things.n_alike(canvas.thing_colours) == 1),
        ("a thing with holes", things.holes > 0),
    ):
        cells = things.where(is_so)
        near = kernels.neighbours(cells[None])[:, 0]
        yield Plane(f"is beside {name}", (near[0] > 0) & ~cells)
        yield Plane(f"is beside or diagonal to {name}", (near[1] > 0) & ~cells)


def _of_pieces(canvas: Canvas) -> Iterator[Plane]:
    """Yield the planes of the areas of each colour, joined at sides only."""
    of = canvas.pieces
    yield Plane("has its largest piece here", np.stack([p.where(p.most(p.size)) for p in of]))
    yield Plane("has its smallest piece here", np.stack([p.where(p.most(-p.size)) for p in of]))
    yield Plane("has a single cell here", np.stack([p.where(p.size == 1) for p in of]))
    yield Plane("has a pair of cells here", np.stack([p.where(p.size == 2) for p in of]))
    yield Plane("has a piece at the border here", np.stack([p.where(p.at_border()) for p in of]))
    boxes = np.stack([p.boxes(p.exists) for p in of])
    yield Plane("has a piece whose box is around it", boxes & ~canvas.masks)
    # The box around all cells of each colour. Its inside stays in it when the box moves by a cell to any side.
    whole = np.stack([boxed(mask) for mask in canvas.masks])
    inner = whole.copy()
    for down, right in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        inner &= moved(whole, down, right)
    yield Plane("has it on the outline of the box of all its cells", whole & ~inner)
    yield Plane("has it inside the box of all its cells", inner)
    yield Plane("has it in the box of all its cells", whole)
    yield Plane("has it in the box of all its cells, and is not there", whole & ~canvas.masks)
    yield Plane("has one piece", np.array([p.n == 1 for p in of])[:, None, None])
    yield Plane("has two pieces", np.array([p.n == 2 for p in of])[:, None, None])
    # Colours that the grid lacks are not those with the fewest pieces.
    n_pieces = np.array([p.n if p.n else 10**6 for p in of])
    yield Plane("has the fewest pieces", (n_pieces == n_pieces.min())[:, None, None])
    ink = np.array([p.n if colour != canvas.background else 0 for colour, p in zip(canvas.palette, of, strict=True)])
    yield Plane("has the most pieces of all ink", ((ink == ink.max()) & (ink > 0))[:, None, None])
