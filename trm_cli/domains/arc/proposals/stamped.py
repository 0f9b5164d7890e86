"""Proposals in which the most colourful figures are models: parts of them that lie elsewhere become whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import stamps
from trm_cli.domains.arc.canvas import Canvas, Mask
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal
from trm_cli.domains.dihedral import turned

MOST_MODELS, MOST_CELLS = 6, 60
"""Models of a grid, and cells of a model, above which nothing is completed: such a grid is a texture."""


def proposals(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the grid whose incomplete figures become whole, the same way up as the model or in any orientation."""
    figures = canvas.figures
    # For each figure, the number of its colours.
    pairs = np.unique(np.stack((figures.labels[canvas.ink], canvas.grid[canvas.ink]), 1), axis=0)
    n_colours = np.bincount(pairs[:, 0], minlength=figures.n + 1)
    is_model = figures.most(n_colours) & (n_colours > 1)
    numbers = np.flatnonzero(is_model)
    is_few = 0 < len(numbers) <= MOST_MODELS and int(figures.size[is_model].max()) <= MOST_CELLS
    models = []
    for i in numbers.tolist() if is_few else []:
        models.append(np.where(figures.mask(i), canvas.inked[figures.box(i)], -1))
    for word, n_ways in (("the same way up", 1), ("in any turn", 8)):
        views = [turned(model, way) for way in range(n_ways) for model in models]
        grid = _completed(canvas, views, figures.where(is_model)) if views else None
        yield Proposal(f"the grid with its figures completed like the most colourful ones, {word},", grid)


def _completed(canvas: Canvas, views: list[Cells], is_model: Mask) -> Cells | None:
    """Return the grid with every part of a view of a model made whole, outside of the models; None if there is none."""
    cells = [np.argwhere(view >= 0) for view in views]
    listed = np.zeros((len(views), MOST_CELLS, 3), np.int64)
    for row, view, at in zip(listed, views, cells, strict=True):
        row[: len(at), :2], row[: len(at), 2] = at, view[view >= 0]
    whole = stamps.stamped(canvas.inked, is_model, listed, np.array([len(at) for at in cells]))
    return None if (whole == canvas.inked).all() else np.where(whole < 0, canvas.background, whole)
