"""An ARC task as sheets: for each demonstration and for the test, the planes of its grid, and the answer if known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trm_cli.domains.arc.canvas import Canvas, canvases
from trm_cli.domains.arc.grid import COLOURS
from trm_cli.domains.arc.planes import planes
from trm_cli.puzzle import Grid, Puzzle, frozen
from trm_cli.solving.sparse import Design, Floats

KINDS = ("the colour of the background", "a colour that the input lacks", "another colour of the input")
"""Kinds of colours that share weights; the groups of weights after these are single colours."""
GROUPS = (*KINDS, *COLOURS)
COPIED, SO_FAR = "it has", ", in the answer so far"
"""The name of the plane that is the colour of the cell itself, and how the names of planes of an answer end."""
DECIMALS = 6
"""Decimals to which logits are compared, so that rounding errors decide nothing."""

Name = tuple[str, bool]
"""The name of a plane, and whether it is about colours."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A demonstration or the test: the `values` (N, K * cells) of its planes on the `shape` (H, W) of its answer.

    `ground` is the colour that is commonest in every demonstration, -1 for none.
    """

    question: Grid
    palette: tuple[int, ...]
    shape: tuple[int, int]
    answer: Grid | None
    ground: int
    values: npt.NDArray[np.bool_]

    @property
    def n_cells(self) -> int:
        """Return the number of cells of the answer."""
        return self.shape[0] * self.shape[1]

    @property
    def groups(self) -> npt.NDArray[np.int64]:
        """Return the two groups of weights of every colour of the palette, (K, 2)."""
        seen = self.canvas(self.question)
        kinds = [
            0 if colour == seen.background else 2 if count else 1
            for colour, count in zip(self.palette, seen.counts, strict=True)
        ]
        return np.array([(kind, len(KINDS) + colour) for kind, colour in zip(kinds, self.palette, strict=True)])

    def canvas(self, grid: Grid) -> Canvas:
        """Return a grid in the place of the question, on the canvas of the answer."""
        return Canvas(grid, self.palette, self.shape, self.ground)

    def is_right(self) -> npt.NDArray[np.bool_]:
        """Return where the known answer has each colour of the palette, (K * cells,)."""
        assert self.answer is not None
        return np.asarray(self.answer.reshape(1, -1) == np.array(self.palette)[:, None]).reshape(-1)

    def answered(self, weights: Floats) -> Grid:
        """Return the answer that weights (groups, N) give."""
        # Only planes with a weight count, which are few of more than a thousand.
        used = np.flatnonzero(weights.any(0))
        groups = self.groups
        each = weights[groups[:, 0]][:, used] + weights[groups[:, 1]][:, used]  # (K, used)
        values = self.values[used].reshape(len(used), len(groups), self.n_cells)
        scores = np.einsum("nkp,kn->kp", values, each)
        choice = np.round(scores, DECIMALS).argmax(0).reshape(self.shape)
        return frozen(np.array(self.palette, np.uint8)[choice])


def sheets(puzzle: Puzzle, shape: tuple[int, int]) -> tuple[list[Sheet], list[Name]]:
    """Return the sheets of a task's demonstrations and, last, of its test with an answer of some shape; the planes."""
    made: list[Sheet] = []
    names: list[Name] = []
    for canvas, answer in canvases(puzzle, shape):
        seen = planes(canvas)
        names = list(zip(seen.names, seen.is_of_colour, strict=True))
        values = seen.values.reshape(len(names), -1)
        made.append(Sheet(canvas.grid, canvas.palette, canvas.shape, answer, canvas.ground, values))
    return made, names


def design(answered: Sequence[Sheet], values: npt.NDArray[np.bool_]) -> Design:
    """Return the rows of demonstrations for a regression on `values` (N, rows), planes of all of them.

    Every demonstration has the same weight, whatever its size.
    """
    groups, lengths, cells, shares = [], [], [], []
    n = 0
    # Rows are sorted by demonstration, then by colour, then by cell: a block is one colour of one demonstration.
    for sheet in answered:
        groups.append(sheet.groups)
        lengths += [sheet.n_cells] * len(sheet.palette)
        cells.append(np.tile(np.arange(n, n + sheet.n_cells), len(sheet.palette)))
        shares += [1 / sheet.n_cells / len(answered)] * len(sheet.palette)
        n += sheet.n_cells
    is_right = np.concatenate([sheet.is_right() for sheet in answered])
    edges = np.concatenate(([0], np.cumsum(lengths)))
    return Design(values, np.concatenate(groups), edges, np.concatenate(cells), is_right, np.array(shares))


def different(values: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the numbers of the planes (N, rows) that are true somewhere and differ from all before them."""
    # Packed to bits, a plane is a short text of bytes, and equal planes are found by one dictionary.
    first: dict[bytes, int] = {}
    packed = np.packbits(values, 1)
    for n in np.flatnonzero(values.any(1)).tolist():
        first.setdefault(packed[n].tobytes(), n)
    return np.array(sorted(first.values()), np.int64)
