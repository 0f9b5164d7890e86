"""Proposals: functions grid -> grid, each a simple idea of what the answer may be.

A proposal whose size is right in all demonstrations gives the size of the answer. If its size fits the answer, its
cells become a plane. A name is a part of the sentence "the colour that is here in ...". To add one, add a `yield`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.arc.proposals import crops, filled, listed, moved, overlaid, panels, sized, stamped
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal

__all__ = ["Cells", "Proposal", "of_any_size", "of_its_size", "of_size", "repeated", "stretched"]


def of_any_size(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the proposals that have a size of their own; None for one that makes no sense, or is empty or too large."""
    for family in (crops, panels, sized, listed, overlaid):
        for name, grid in family.proposals(canvas):
            is_grid = grid is not None and grid.size > 0 and max(grid.shape) <= SIDE
            yield Proposal(name, grid if is_grid else None)


def of_its_size(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the proposals of the size of the grid."""
    yield from filled.proposals(canvas)
    yield from moved.proposals(canvas)
    yield from stamped.proposals(canvas)
    for name, grid in sized.own_copies(canvas):
        is_as_large = grid is not None and grid.shape == canvas.grid.shape
        yield Proposal(f"{name}, in a grid of the same size,", grid if is_as_large else None)


of_size = sized.fitted
"""The proposals that fill any canvas."""


def stretched(grid: Cells | None, shape: tuple[int, int]) -> Cells | None:
    """Return a proposal in a shape (H, W), with every cell as a block of cells; None if whole blocks do not fit."""
    if grid is None or shape[0] % grid.shape[0] or shape[1] % grid.shape[1]:
        return None
    return grid.repeat(shape[0] // grid.shape[0], 0).repeat(shape[1] // grid.shape[1], 1)


def repeated(grid: Cells | None, shape: tuple[int, int]) -> Cells | None:
    """Return a proposal repeated to fill a shape (H, W); None if it fits only once, or not a whole number of times."""
    if grid is None or grid.shape == shape or grid.size == 1 or shape[0] % grid.shape[0] or shape[1] % grid.shape[1]:
        return None
    return np.tile(grid, (shape[0] // grid.shape[0], shape[1] // grid.shape[1]))
