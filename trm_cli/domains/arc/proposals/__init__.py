"""Proposals: functions grid -> grid, each a simple idea of what the answer may be.

Where the size of one is right in all demonstrations, it tells the size of the answer; where its size fits, its cells
are a plane. A name ends the sentence "the colour that ... has here". To add one, add a `yield`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.arc.proposals import crops, filled, moved, panels, sized
from trm_cli.domains.arc.proposals.proposal import Cells, Proposal

__all__ = ["Cells", "Proposal", "of_any_size", "of_its_size", "of_size", "repeated", "stretched"]


def of_any_size(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the proposals whose size is their own; None, or larger than a grid may be, where one makes no sense."""
    for family in (crops.proposals, panels.proposals, sized.proposals):
        for name, grid in family(canvas):
            is_grid = grid is not None and grid.size > 0 and max(grid.shape) <= SIDE
            yield Proposal(name, grid if is_grid else None)


def of_its_size(canvas: Canvas) -> Iterator[Proposal]:
    """Yield the proposals of the size of the grid."""
    yield from filled.proposals(canvas)
    yield from moved.proposals(canvas)


of_size = sized.fitted
"""Proposals of any size that is wanted."""


def stretched(grid: Cells | None, shape: tuple[int, int]) -> Cells | None:
    """Return a proposal as large as wanted: as it is or with every cell as a block; None where neither fits."""
    if grid is None or shape[0] % grid.shape[0] or shape[1] % grid.shape[1]:
        return None
    return grid.repeat(shape[0] // grid.shape[0], 0).repeat(shape[1] // grid.shape[1], 1)


def repeated(grid: Cells | None, shape: tuple[int, int]) -> Cells | None:
    """Return a proposal repeated to the size that is wanted; None where it does not fit, or once only."""
    if grid is None or grid.shape == shape or grid.size == 1 or shape[0] % grid.shape[0] or shape[1] % grid.shape[1]:
        return None
    return np.tile(grid, (shape[0] // grid.shape[0], shape[1] // grid.shape[1]))
