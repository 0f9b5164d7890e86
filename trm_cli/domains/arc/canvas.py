"""One grid of an ARC task as geometry sees it: its colours and its components, on the canvas of the answer.

Everything is computed in the orientation in which the task is written. The results can be turned afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from trm_cli.domains.arc import kernels
from trm_cli.puzzle import Grid, Puzzle

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Components:
    """The connected areas of a grid, numbered from 1 in reading order; `labels` (H, W) is 0 outside of all of them.

    A measure is an array of n + 1 numbers: first one for label 0, "no component", then one for each component.
    """

    def __init__(self, values: npt.NDArray[np.int64], n_ways: int, marks: npt.NDArray[np.int64] | None = None) -> None:
        labels, self.n = kernels.components(values, n_ways)
        self.labels: npt.NDArray[np.int32] = labels
        # The columns are `kernels.FIELDS`.
        table = kernels.measures(labels, self.n, np.zeros_like(values) if marks is None else marks)
        self.size, self.top, self.left, self.bottom, self.right, self.holes = table.T[:6]
        self.is_mirrored_lr, self.is_mirrored_ud = table.T[6:8].astype(bool)
        self.turned_form, self.form = table.T[8:10]
        self.height, self.width = self.bottom - self.top, self.right - self.left
        self.area = self.height * self.width
        self.exists = np.arange(self.n + 1) > 0

    def where(self, is_so: npt.NDArray[np.bool_]) -> Mask:
        """Return the cells (H, W) of the components for which `is_so` (n + 1,) is true."""
        return np.asarray((is_so & self.exists)[self.labels])

    def most(self, measure: Ints) -> npt.NDArray[np.bool_]:
        """Return which components have the largest measure."""
        return np.asarray(self.exists & (measure == measure[1:].max(initial=-(10**9))))

    def only_most(self, measure: Ints) -> npt.NDArray[np.bool_]:
        """Return which component has the largest measure; no component if several have it."""
        most = self.most(measure)
        return most if np.count_nonzero(most) == 1 else np.zeros_like(most)

    def n_alike(self, measure: Ints) -> Ints:
        """Return the number of components with the same measure as each, itself included; 0 for no component."""
        _, place, count = np.unique(measure[1:], return_inverse=True, return_counts=True)
        return np.concatenate(([0], count[place.reshape(-1)]))

    def at_border(self) -> npt.NDArray[np.bool_]:
        """Return which components touch the border of the grid."""
        height, width = self.labels.shape
        return np.asarray(
            self.exists & ((self.top == 0) | (self.left == 0) | (self.bottom == height) | (self.right == width))
        )

    def boxes(self, is_so: npt.NDArray[np.bool_]) -> Mask:
        """Return the cells (H, W) in the boxes of the components for which `is_so` (n + 1,) is true."""
        cells = np.zeros(self.labels.shape, bool)
        for i in np.flatnonzero(is_so & self.exists):
            cells[self.box(i)] = True
        return cells

    def box(self, i: SupportsIndex) -> tuple[slice, slice]:
        """Return the rows and the columns of the box of component `i`."""
        return slice(self.top[i], self.bottom[i]), slice(self.left[i], self.right[i])

    def mask(self, i: int) -> Mask:
        """Return which cells of its box belong to component `i`, (height, width)."""
        return np.asarray(self.labels[self.box(i)] == i)

    def touching(self, cells: Mask) -> npt.NDArray[np.bool_]:
        """Return which components have at least one of these cells (H, W)."""
        has = np.zeros(self.n + 1, bool)
        has[self.labels[cells]] = True
        # Label 0 is not a component.
        has[0] = False
        return has


@dataclass(frozen=True, eq=False)
class Canvas:
    """A grid (h, w), the `palette` of K colours that an answer may have, and the `shape` (H, W) of that answer.

    `ground` is the colour that is background in the whole task, -1 where every grid has its own.
    """

    grid: Grid
    palette: tuple[int, ...]
    shape: tuple[int, int]
    ground: int = -1

    @cached_property
    def masks(self) -> Mask:
        """Where the grid has each colour of the palette, (K, h, w)."""
        return np.asarray(self.grid == np.array(self.palette, np.uint8)[:, None, None])

    @cached_property
    def spread(self) -> Mask:
        """Where the grid has each colour, on a canvas with room for both the grid and the answer, (K, H, W)."""
        height, width = self.grid.shape
        cells = np.zeros((len(self.palette), max(height, self.shape[0]), max(width, self.shape[1])), bool)
        cells[:, :height, :width] = self.masks
        return cells

    @cached_property
    def counts(self) -> Ints:
        """Cells of each colour of the palette, (K,)."""
        return np.asarray(self.masks.sum((1, 2)))

    @cached_property
    def background(self) -> int:
        """The background of the task if the grid has it, else the grid's commonest colour."""
        return self.ground if self.ground >= 0 and (self.grid == self.ground).any() else commonest(self.grid)

    @cached_property
    def ink(self) -> Mask:
        """The cells that are not background, (h, w)."""
        return np.asarray(self.grid != self.background)

    @cached_property
    def inked(self) -> npt.NDArray[np.int64]:
        """The grid with -1 for background, (h, w)."""
        return np.where(self.ink, self.grid.astype(np.int64), -1)

    @cached_property
    def things(self) -> Components:
        """Areas of one colour of ink, joined at sides and corners."""
        return Components(self.inked, 8)

    @cached_property
    def figures(self) -> Components:
        """Areas of ink of any colours, joined at sides and corners."""
        # The colours are marks: two figures have the same form only if their colours agree too.
        return Components(np.where(self.ink, 0, -1), 8, self.grid.astype(np.int64))

    @cached_property
    def solids(self) -> Components:
        """Areas of ink of any colours, joined at sides only."""
        return Components(np.where(self.ink, 0, -1), 4, self.grid.astype(np.int64))

    @cached_property
    def regions(self) -> Components:
        """Areas of background, joined at sides only: holes in the ink, and what surrounds it."""
        return Components(np.where(self.ink, -1, 0), 4)

    @cached_property
    def blocks(self) -> Components:
        """Areas of one colour of ink, joined at sides only."""
        return Components(self.inked, 4)

    @cached_property
    def pieces(self) -> tuple[Components, ...]:
        """For each colour of the palette, its areas joined at sides only."""
        return tuple(Components(np.where(mask, 0, -1), 4) for mask in self.masks)

    @cached_property
    def outside(self) -> tuple[Components, ...]:
        """For each colour of the palette, the areas of all other colours joined at sides only."""
        return tuple(Components(np.where(mask, -1, 0), 4) for mask in self.masks)

    @cached_property
    def enclosed(self) -> Mask:
        """The cells that each colour of the palette encloses, (K, h, w)."""
        # What is outside of a colour and does not reach the border is enclosed by it.
        return np.stack([area.where(~area.at_border()) for area in self.outside])

    @cached_property
    def thing_colours(self) -> npt.NDArray[np.int64]:
        """The colour of each thing, (n + 1,)."""
        colours = np.full(self.things.n + 1, -1)
        colours[self.things.labels] = self.inked
        colours[0] = -1
        return colours

    @cached_property
    def sight(self) -> npt.NDArray[np.int32]:
        """The colour of the first ink seen in each of eight directions, -1 for none, (8, h, w)."""
        return np.asarray(kernels.sight(self.inked))

    @cached_property
    def neighbours(self) -> npt.NDArray[np.int8]:
        """How many of the four and of the eight neighbours have each colour, (2, K, h, w)."""
        return np.asarray(kernels.neighbours(self.masks))

    @cached_property
    def ink_neighbours(self) -> npt.NDArray[np.int8]:
        """How many of the four and of the eight neighbours are ink, (2, h, w)."""
        return np.asarray(kernels.neighbours(self.ink[None])[:, 0])

    def is_colour(self, colours: Iterable[int]) -> Mask:
        """Return (K, 1, 1): which colours of the palette are among these."""
        wanted = set(colours)
        return np.array([colour in wanted for colour in self.palette])[:, None, None]

    def of(self, grid: npt.NDArray) -> Mask:
        """Return where a grid (h, w) of any size has each colour of the palette, (K, h, w)."""
        return np.asarray(grid == np.array(self.palette)[:, None, None])


def canvases(puzzle: Puzzle, shape: tuple[int, int]) -> list[tuple[Canvas, Grid | None]]:
    """Return the canvas and the answer of every demonstration and, last, of the test, whose answer has some `shape`.

    A palette holds the colours of the input, and those that any demonstration adds to its input.
    """
    # A colour that only the output of some demonstration has may occur in any answer.
    added = {int(colour) for question, answer in puzzle.demos for colour in np.setdiff1d(answer, question)}
    ground = shared_ground(question for question, _ in puzzle.demos)
    made = []
    for question, answer in (*puzzle.demos, (puzzle.given, None)):
        palette = tuple(sorted({*question.ravel().tolist(), *added}))
        size = shape if answer is None else (answer.shape[0], answer.shape[1])
        made.append((Canvas(question, palette, size, ground), answer))
    return made


def moved(cells: Mask, down: int, right: int) -> Mask:
    """Return cells (..., H, W) moved down and to the right; what comes in from outside is false."""
    out = np.zeros_like(cells)
    height, width = cells.shape[-2:]
    # The part that stays inside: the rows and columns where it goes, and those where it comes from.
    to_r, from_r = slice(max(0, down), height + min(0, down)), slice(max(0, -down), height - max(0, down))
    to_c, from_c = slice(max(0, right), width + min(0, right)), slice(max(0, -right), width - max(0, right))
    if abs(down) < height and abs(right) < width:
        out[..., to_r, to_c] = cells[..., from_r, from_c]
    return out


def shared_ground(grids: Iterable[Grid]) -> int:
    """Return the background of a task: the commonest colour of every one of its grids.

    Where these differ, it is black if black is in all grids and the commonest in one of them; else there is none, -1.
    """
    listed = [*grids]
    grounds = {commonest(grid) for grid in listed}
    if len(grounds) == 1:
        return grounds.pop()
    return 0 if 0 in grounds and all((grid == 0).any() for grid in listed) else -1


def commonest(grid: npt.NDArray) -> int:
    """Return the commonest colour of some cells, the smallest number among equals."""
    return int(np.bincount(grid.reshape(-1)).argmax())
