"""Proposals of the grid's own size: fallen, completed by period or mirror, tidied."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import fills
from trm_cli.domains.arc.canvas import Canvas, commonest
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield what may become of a grid without changing its size."""
    grid, ground = canvas.grid, canvas.background
    for turn, word in enumerate(("down", "to the left", "up", "to the right")):
        turned = np.ascontiguousarray(np.rot90(grid, turn))
        yield Proposal(f"the ink fallen {word}", np.rot90(fills.fallen(turned, ground), -turn))
    yield from _moved(canvas)
    order = sorted((n, c) for n, c in zip(canvas.counts.tolist(), canvas.palette, strict=True) if n)
    holes = [c for n, c in order if n <= 0.6 * grid.size]
    yield Proposal("the grid completed by its period", _first(grid, holes, fills.by_period))
    yield Proposal("the grid completed by its mirror axes", _first(grid, holes, fills.by_mirror))
    yield Proposal("the grid continued by its own pattern", fills.patterned(grid, ground, *grid.shape))
    yield Proposal("the grid without single cells", fills.tidied(grid))
    yield Proposal("the row's ink", _of_rows(grid, ground))
    yield Proposal("the column's ink", _of_rows(grid.T, ground).T)


def _moved(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the grid whose things or figures have fallen as wholes, or gone to the largest thing as far as they can."""
    grid, ground = canvas.grid, canvas.background
    moves = (("down", 1, 0), ("up", -1, 0), ("to the right", 0, 1), ("to the left", 0, -1))
    for word, parts in (("things", canvas.things), ("figures", canvas.figures)):
        boxes = np.stack((parts.top, parts.left, parts.bottom, parts.right), 1)
        for name, down, right in moves:
            far = (
                down * parts.bottom + right * parts.right if down + right > 0 else down * parts.top + right * parts.left
            )
            order = 1 + np.argsort(-far[1:], kind="stable")
            fallen = fills.fallen_things(grid, parts.labels, boxes, order, down, right, ground)
            yield Proposal(f"the {word} fallen {name}", fallen)
    things = canvas.things
    boxes = np.stack((things.top, things.left, things.bottom, things.right), 1)
    for word, is_so in (("largest", things.only_most(things.size)), ("smallest", things.only_most(-things.size))):
        goal = int(is_so.argmax())
        out = grid
        for i in _by_nearness(boxes, goal) if goal and things.n < 60 else []:
            top, left, bottom, right = boxes[goal]
            is_beside = boxes[i][0] < bottom and boxes[i][2] > top
            is_above = boxes[i][1] < right and boxes[i][3] > left
            if is_beside != is_above:
                move = (0, 1 if boxes[i][1] < left else -1) if is_beside else (1 if boxes[i][0] < top else -1, 0)
                moved = fills.fallen_things(out, things.labels, boxes, np.array([i]), *move, ground)
                out = moved
        yield Proposal(f"the things gone to the {word} thing", out)


def _by_nearness(boxes: np.ndarray, goal: int) -> list[int]:
    """Return the other components, those whose boxes begin nearest to the goal's first."""
    far = np.abs(boxes[:, :2] - boxes[goal, :2]).sum(1)
    return [int(i) for i in np.argsort(far, kind="stable") if i not in (0, goal)]


def _first(grid: Cells, holes: list[int], fill) -> Cells | None:  # type: ignore[no-untyped-def]
    """Return the grid with the first colour filled in that can be."""
    for hole in holes:
        found = fill(grid, hole)
        if (found != grid).any():
            return np.asarray(found)
    return None


def _of_rows(grid: Cells, ground: int) -> Cells:
    """Return every row in its commonest ink."""
    inks = (row[row != ground] for row in grid)
    found = np.array([commonest(ink) if ink.size else ground for ink in inks])
    return np.repeat(found[:, None], grid.shape[1], 1)
