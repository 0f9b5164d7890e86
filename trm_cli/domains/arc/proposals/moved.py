"""Proposals in which things, figures or all cells of a colour move as wholes: they fall, or go to something."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import fills
from trm_cli.domains.arc.canvas import Canvas, Components, Ints
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal

MOVES = (("down", 1, 0), ("up", -1, 0), ("to the right", 0, 1), ("to the left", 0, -1))
MOST = 60
"""Components of a grid above which nothing is moved: such a grid is a texture."""


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the grid whose parts have fallen, or gone to a border, to the largest or smallest part, or to a wall."""
    units = (("things", canvas.things), ("figures", canvas.figures), ("colours", by_colour(canvas)))
    for word, parts in units:
        is_small = 0 < parts.n < MOST
        boxes = np.stack((parts.top, parts.left, parts.bottom, parts.right), 1)
        for name, down, right in MOVES:
            order = _order(parts, down, right)
            yield Proposal(
                f"the {word} fallen {name}", _pushed(canvas, parts, boxes, order, down, right) if is_small else None
            )
        yield Proposal(
            f"the {word} moved to the nearest border", _to_border(canvas, parts, boxes) if is_small else None
        )
        height, width = canvas.grid.shape
        # A part that spans the grid from edge to edge, such as a wall, may attract the others.
        spans = (parts.height == height) | (parts.width == width)
        for name, is_so in (
            ("largest one", parts.only_most(parts.size)),
            ("smallest one", parts.only_most(-parts.size)),
            ("only one from edge to edge", parts.exists & spans & (np.count_nonzero(spans[1:]) == 1)),
        ):
            goal = int(is_so.argmax()) if is_small else 0
            yield Proposal(f"the {word} moved to the {name}", _to_goal(canvas, parts, boxes, goal) if goal else None)
    is_small = 0 < canvas.things.n < MOST
    yield Proposal(
        "the things mirrored at the nearest one of the largest thing's colour", _mirrored(canvas) if is_small else None
    )
    yield Proposal("the single cells moved to the line of their colour", _to_line(canvas) if is_small else None)


def by_colour(canvas: Canvas) -> Components:
    """Return all cells of each colour of ink as one component."""
    return Components(canvas.inked, 0)


def _order(parts: Components, down: int, right: int) -> Ints:
    """Return the components in the order in which they move: those that are farthest on their way first."""
    edge = parts.bottom if down > 0 else parts.right if right > 0 else -parts.top if down else -parts.left
    return 1 + np.argsort(-edge[1:], kind="stable")


def _pushed(canvas: Canvas, parts: Components, boxes: Ints, order: Ints, down: int, right: int) -> Cells:
    return np.asarray(fills.fallen_things(canvas.grid, parts.labels, boxes, order, down, right, canvas.background))


def _to_border(canvas: Canvas, parts: Components, boxes: Ints) -> Cells:
    """Return the grid whose components have each gone to the border that is nearest."""
    height, width = canvas.grid.shape
    out = canvas.grid
    # The gaps to the four borders in the order of MOVES. Each direction moves the components for which it is the
    # nearest.
    gaps = np.stack((height - parts.bottom, parts.top, width - parts.right, parts.left), 1)
    for way, (_, down, right) in enumerate(MOVES):
        order = _order(parts, down, right)
        nearest = order[gaps[order].argmin(1) == way]
        out = fills.fallen_things(out, parts.labels, boxes, nearest, down, right, canvas.background)
    return np.asarray(out)


def _to_goal(canvas: Canvas, parts: Components, boxes: Ints, goal: int) -> Cells:
    """Return the grid whose components have gone straight to one of them, the nearest first, if they face it."""
    out = canvas.grid
    top, left, bottom, right = boxes[goal]
    # Distances of the upper left corners: near components go first, so that far ones come to rest against them.
    far = np.abs(boxes[:, :2] - boxes[goal, :2]).sum(1)
    for i in np.argsort(far, kind="stable"):
        # A component faces the goal if they share rows or columns, but not both, or if it is as many rows as columns
        # away: then there is one way to go.
        rows = max(top - boxes[i, 2], boxes[i, 0] - bottom) + 1
        columns = max(left - boxes[i, 3], boxes[i, 1] - right) + 1
        is_beside, is_above = rows <= 0, columns <= 0
        if i not in (0, goal) and (is_beside != is_above or (rows == columns and not is_beside)):
            down = 0 if is_beside else 1 if boxes[i, 0] < top else -1
            across = 0 if is_above else 1 if boxes[i, 1] < left else -1
            out = fills.fallen_things(out, parts.labels, boxes, np.array([i]), down, across, canvas.background)
    return np.asarray(out)


def _mirrored(canvas: Canvas) -> Cells:
    """Return the grid with all things mirrored across the nearest one of the largest one's colour, which stay."""
    parts, out = canvas.things, canvas.grid.copy()
    stays = canvas.thing_colours == canvas.thing_colours[parts.size[1:].argmax() + 1]
    movers, standing = np.flatnonzero(parts.exists & ~stays), parts.where(stays)
    out[np.isin(parts.labels, movers)] = canvas.background
    for i in movers:
        rows, columns = parts.box(i)
        # The first rows and columns on each side with what stays.
        across, along = np.asarray(standing[:, columns].any(1)), np.asarray(standing[rows].any(0))
        sides = [(r, -1) for r in np.flatnonzero(across[: parts.top[i]])[-1:]]
        sides += [(parts.bottom[i] + r, -1) for r in np.flatnonzero(across[parts.bottom[i] :])[:1]]
        sides += [(-1, c) for c in np.flatnonzero(along[: parts.left[i]])[-1:]]
        sides += [(-1, parts.right[i] + c) for c in np.flatnonzero(along[parts.right[i] :])[:1]]
        if not sides:
            continue
        r, c = np.nonzero(parts.labels == i)
        row, column = min(sides, key=lambda at: np.abs(r - at[0]).min() if at[0] >= 0 else np.abs(c - at[1]).min())
        y, x = (2 * row - r, c) if row >= 0 else (r, 2 * column - c)
        is_in = (y >= 0) & (y < out.shape[0]) & (x >= 0) & (x < out.shape[1])
        out[y[is_in], x[is_in]] = canvas.thing_colours[i]
    return out


def _to_line(canvas: Canvas) -> Cells:
    """Return the grid whose single cells lie beside the line of their colour that they faced; the others are gone."""
    parts, out = canvas.things, canvas.grid.copy()
    single = np.flatnonzero(parts.size == 1)
    out[np.isin(parts.labels, single)] = canvas.background
    for i in single:
        r, c = parts.top[i], parts.left[i]
        for j in np.flatnonzero((canvas.thing_colours == canvas.thing_colours[i]) & (parts.size > 2)):
            top, left = parts.top[j], parts.left[j]
            if parts.width[j] == 1 and top <= r < parts.bottom[j]:
                out[r, left + (1 if c > left else -1)] = canvas.thing_colours[i]
            elif parts.height[j] == 1 and left <= c < parts.right[j]:
                out[top + (1 if r > top else -1), c] = canvas.thing_colours[i]
    return out
