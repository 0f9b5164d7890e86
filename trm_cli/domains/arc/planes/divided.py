"""Planes of a grid in panels: what other panels have at the same place, and what is true of the cell's own panel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas, Mask
from trm_cli.domains.arc.planes.plane import Plane
from trm_cli.domains.arc.proposals import Cells
from trm_cli.domains.arc.proposals.panels import Panels, bars, divided, halves, scored, spans, squares

Kinds = tuple[tuple[str, Panels | None], ...]


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield how the panels of a grid combine, place by place, then what is true of whole panels."""
    grid = canvas.grid
    between_bars = divided(grid)
    for word, panels in (("panels", between_bars), ("halves", halves(grid)), ("squares", squares(grid))):
        yield from _combined(canvas, word, panels)
    yield from _of_panels(canvas, between_bars)
    yield from _of_spans(canvas)


def _combined(canvas: Canvas, word: str, panels: Panels | None) -> Iterator[Plane]:
    """Yield how many panels have a colour, or ink, at a place: in the answer, or in each panel of the grid itself."""
    n_colours = len(canvas.palette)
    # Panels can be combined if one is as large as the answer. If the answer is as large as the grid, the result is laid
    # into every panel between bars.
    stack = np.stack(panels.cells) if panels else np.zeros((1, 1, 1), np.uint8)
    is_fit = panels is not None and (
        stack.shape[1:] == canvas.shape or (canvas.shape == canvas.grid.shape and word == "panels")
    )
    is_whole = is_fit and stack.shape[1:] != canvas.shape

    def laid(cells: np.ndarray) -> np.ndarray:
        if not is_fit:
            return np.zeros((n_colours, 1, 1) if cells.ndim == 3 else (1, 1), bool)
        return _laid(canvas, cells[..., None, None, :, :]) if is_whole else cells

    of = np.stack([canvas.of(cells) for cells in stack])  # (panels, K, h, w)
    n_with, n = of.sum(0), len(stack)
    ink = (stack != canvas.background).sum(0)
    yield Plane(f"all {word} have here", laid(n_with == n))
    yield Plane(f"any of the {word} has here", laid(n_with > 0))
    yield Plane(f"one of the {word} has here", laid(n_with == 1))
    yield Plane(f"most {word} have here", laid(2 * n_with > n))
    yield Plane(f"has ink in all {word}", laid(ink == n))
    yield Plane(f"has ink in some {word}", laid(ink > 0))
    yield Plane(f"has ink in exactly one of the {word}", laid(ink == 1))
    # Panels are laid over each other: in reversed order, the first one with ink stays on top.
    first = np.full(stack.shape[1:], -1)
    last = first.copy()
    for cells in stack[::-1]:
        first = np.where(cells != canvas.background, cells, first)
    for cells in stack:
        last = np.where(cells != canvas.background, cells, last)
    yield Plane(f"the first of the {word} with ink has here", laid(canvas.of(first)))
    yield Plane(f"the last of the {word} with ink has here", laid(canvas.of(last)))
    # The one panel that stands out from the others.
    for name, scores in scored(list(stack) if n > 2 else [], canvas.background):
        best = np.flatnonzero(scores == scores.max(initial=-1))
        yield Plane(
            f"the one of the {word} {name} has here", laid(of[best[0]] if len(best) == 1 else np.zeros_like(of[0]))
        )


def _laid(canvas: Canvas, values: np.ndarray) -> np.ndarray:
    """Return values (..., rows, columns, h, w) of panels in the places of the panels of the grid, (..., H, W).

    Where an axis of the last four has one value only, this is for all panels, or for all cells of a panel.
    """
    vertical, horizontal = (spans(n, lines) for n, lines in zip(canvas.grid.shape, bars(canvas.grid), strict=True))
    out = np.zeros((*values.shape[:-4], *canvas.grid.shape), bool)
    each = np.broadcast_to(values, (*values.shape[:-4], len(vertical), len(horizontal), *values.shape[-2:]))
    for i, rows in enumerate(vertical):
        for j, columns in enumerate(horizontal):
            out[..., rows, columns] = each[..., i, j, :, :]
    return out


def _of_panels(canvas: Canvas, panels: Panels | None) -> Iterator[Plane]:
    """Yield what is true of the cell's own panel, or of the panel that a cell of the answer stands for."""
    n_rows, n_columns = (panels.n_rows, panels.n_columns) if panels else (1, 1)
    cells: list[Cells] = panels.cells if panels else [np.zeros((1, 1), np.uint8)]
    # The answer has a cell for each panel, or it is as large as the grid.
    is_map = panels is not None and canvas.shape == (n_rows, n_columns)
    is_there = is_map or (panels is not None and canvas.shape == canvas.grid.shape)

    def spread(of: np.ndarray) -> np.ndarray:
        """Return (..., panels) laid out over the answer."""
        laid = of.reshape(*of.shape[:-1], n_rows, n_columns)
        if not is_there:
            return np.zeros((len(canvas.palette), 1, 1) if of.ndim == 2 else (1, 1), bool)
        return laid if is_map else _laid(canvas, laid[..., None, None])

    # For each panel, the cells of ink; for each colour and panel, the cells of the colour.
    ink = np.array([np.count_nonzero(panel != canvas.background) for panel in cells])
    count = np.array([[np.count_nonzero(panel == colour) for panel in cells] for colour in canvas.palette])
    inks = np.where(np.array(canvas.palette)[:, None] == canvas.background, 0, count)
    yield Plane("its panel has", spread(count > 0))
    yield Plane("its panel has most of, background apart", spread((inks == inks.max(0)) & (inks > 0)))
    yield Plane(
        "its panel has least of, background apart", spread((inks > 0) & (inks == np.where(inks > 0, inks, 999).min(0)))
    )
    yield Plane(
        "has more cells in its panel than in any other", spread((inks == inks.max(1, keepdims=True)) & (inks > 0))
    )
    for n in range(5):
        yield Plane(f"is in a panel with {n} cell{'s' * (n != 1)} of ink", spread(ink == n))
    yield Plane("is in a panel with two cells of ink or more", spread(ink >= 2))
    for name, scores in scored(cells if panels else [], canvas.background):
        found = scores if len(scores) else np.zeros(len(cells))
        yield Plane(f"is in a panel {name}", spread((found == found.max()) & (len(scores) > 0)))
    is_small_map = panels is not None and cells[0].shape == (n_rows, n_columns)
    for name, scores in scored(cells if is_small_map else [], canvas.background):
        best = np.flatnonzero(scores == scores.max(initial=-1))
        of = canvas.of(cells[best[0]]) if len(best) == 1 else np.zeros((len(canvas.palette), n_rows, n_columns), bool)
        yield Plane(f"the panel {name} has at the place of its panel", spread(of.reshape(len(of), -1)))
    yield Plane("is in a panel of one colour", spread(np.array([len(np.unique(panel)) == 1 for panel in cells])))


def _of_spans(canvas: Canvas) -> Iterator[Plane]:
    """Yield which cells lie in the first, last or middle panel down and across, of panels of any sizes, and on bars."""
    rows, columns = bars(canvas.grid)
    shape = canvas.grid.shape
    is_divided = len(rows) + len(columns) > 0
    # The number of the panel down and across that each row and column is in, from 1; 0 on a bar.
    down, across = np.zeros(shape[0], int), np.zeros(shape[1], int)
    vertical, horizontal = spans(shape[0], rows), spans(shape[1], columns)
    for i, r in enumerate(vertical, 1):
        down[r] = i
    for i, c in enumerate(horizontal, 1):
        across[c] = i
    inner: Mask = (down[:, None] > 0) & (across > 0) & is_divided
    yield Plane("is on a bar", ~inner & is_divided)
    yield Plane("is where bars cross", (down[:, None] == 0) & (across == 0) & is_divided)
    for word, i, j in (("first", 1, 1), ("last", len(vertical), len(horizontal))):
        yield Plane(f"is in the {word} panel down", inner & (down == i)[:, None])
        yield Plane(f"is in the {word} panel across", inner & (across == j))
        yield Plane(f"is in the {word} panel", inner & (down == i)[:, None] & (across == j))
    middle = (2 * down == len(vertical) + 1)[:, None] & (2 * across == len(horizontal) + 1)
    yield Plane("is in the middle panel", inner & middle)
    lefts = [colour for colour in range(10) if is_divided and (canvas.grid[rows] == colour).any()]
    yield Plane("bars have", canvas.is_colour(lefts + [c for c in range(10) if (canvas.grid[:, columns] == c).any()]))
