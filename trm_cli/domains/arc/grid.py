"""ARC grids on the canvas of the published data sets, and the augmentations with their names.

On a canvas of 30x30, 0 is padding, 1 the end marker in the row below and the column right of the grid (not in the
corner between them), and a colour is 2 more than its number. An augmentation recolours, with black (0) fixed, and
then turns or mirrors; it is written `TASK|||t<0-7>|||<ten digits>`, the task itself being TASK alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from trm_cli.domains import dihedral
from trm_cli.puzzle import Grid, Tokens

SIDE = 30
PAD, END, FIRST = 0, 1, 2
SEPARATOR = "|||"
COLOURS = ("black", "blue", "red", "green", "yellow", "grey", "pink", "orange", "sky blue", "brown")
"""The names of the colours 0 to 9."""


class Augmentation(NamedTuple):
    """A way to see a task: `colours[c]` is what colour c becomes, `way` how the result is turned."""

    task: str
    way: int
    colours: tuple[int, ...]

    @property
    def name(self) -> str:
        """The identifier of the augmented task in a data set; of the task itself, its plain name."""
        if self.way == 0 and self.colours == tuple(range(10)):
            return self.task
        return f"{self.task}{SEPARATOR}t{self.way}{SEPARATOR}{''.join(map(str, self.colours))}"

    def __call__(self, grid: Grid) -> Grid:
        """Recolour and turn a grid."""
        return np.ascontiguousarray(dihedral.turned(np.array(self.colours, np.uint8)[grid], self.way))

    def undo(self, grid: Grid) -> Grid:
        """Turn a grid back and give it its colours again."""
        return np.ascontiguousarray(
            np.argsort(self.colours).astype(np.uint8)[dihedral.turned(grid, dihedral.INVERSE[self.way])]
        )


def original(task: str) -> Augmentation:
    """Return the way that changes nothing."""
    return Augmentation(task, 0, tuple(range(10)))


def drawn(task: str, rng: np.random.Generator) -> Augmentation:
    """Return a random way, with black fixed."""
    return Augmentation(task, int(rng.integers(8)), (0, *(int(c) for c in 1 + rng.permutation(9))))


def named(identifier: str) -> Augmentation:
    """Return the augmentation of an identifier; one of any other form is the name of a task itself."""
    match = re.fullmatch(r"(.*)\|\|\|t([0-7])\|\|\|(\d{10})", identifier)
    if match is None:
        return original(identifier)
    return Augmentation(match[1], int(match[2]), tuple(map(int, match[3])))


def canvas(grid: Grid, top: int = 0, left: int = 0) -> Tokens:
    """Return the tokens (30, 30) of a grid with its corner at (top, left), and its end markers where they fit."""
    height, width = grid.shape
    tokens = np.full((SIDE, SIDE), PAD, np.int64)
    tokens[top : top + height, left : left + width] = grid + FIRST
    if top + height < SIDE:
        tokens[top + height, left : left + width] = END
    if left + width < SIDE:
        tokens[top : top + height, left + width] = END
    return tokens


def cropped(tokens: Tokens) -> Grid:
    """Return the largest grid in the top left corner with colours only; its shape is (0, 0) if there is none."""
    is_colour = tokens >= FIRST
    # For each height, the grid is as wide as the shortest run of colours in its rows.
    best, size, width = 0, (0, 0), SIDE
    for height in range(1, SIDE + 1):
        row = is_colour[height - 1]
        width = min(width, int(np.argmin(row)) if not row.all() else SIDE)
        if height * width > best:
            best, size = height * width, (height, width)
    return (tokens[: size[0], : size[1]] - FIRST).astype(np.uint8)
