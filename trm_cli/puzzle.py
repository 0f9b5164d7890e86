"""The types that carry everything through the program: `Puzzle`, `Frame`, `Outcome` and their parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
"""An array over the cells of a grid, (H, W), of any data type."""

Grid = npt.NDArray[np.uint8]
"""Symbols of a task, (H, W); 0 is blank where a task has blanks."""

Tokens = npt.NDArray[np.int64]
"""What a model reads or chooses: small integers, (H, W)."""

IGNORED = -100
"""The label of a cell that is not supervised (PyTorch's default for cross-entropy)."""


def frozen(array: Array) -> Array:
    """Return the array itself, made read-only."""
    # Puzzles and frames share arrays, so no code may change one.
    array.flags.writeable = False
    return array


def n_changed(before: Grid, after: Grid) -> int:
    """Return how many cells of a grid differ from an earlier grid; all of them if the shape differs."""
    return int(np.count_nonzero(after != before)) if after.shape == before.shape else after.size


class Example(NamedTuple):
    """A demonstration of a task: an input grid (H, W) and its output grid, which may have another size."""

    input: Grid
    output: Grid


@dataclass(frozen=True, slots=True, eq=False)
class Puzzle:
    """One puzzle as it was read or made: never changed afterwards."""

    task: str
    name: str
    given: Grid
    """The grid to solve, (H, W)."""
    symbols: str
    """The characters of the values 0, 1, ... in the puzzle's own alphabet."""
    solution: Grid | None = None
    """The known answer, (H, W); of an ARC task it may have another shape."""
    source: str = ""
    """Where it was read, as file:line."""
    rating: float | None = None
    """Its difficulty by its generator or its file: guesses for a Sudoku, the length of the path for a maze."""
    demos: tuple[Example, ...] = ()
    """The demonstrations of an ARC task."""
    identifier: str = ""
    """The name of an ARC task in a table of puzzle embeddings."""

    @property
    def origin(self) -> str:
        """What the test inputs of one ARC task share, and those of others do not: where it was read; "" elsewhere."""
        return self.identifier and (self.source.rpartition(".test[")[0] or self.identifier)

    def text(self, grid: Grid) -> str:
        """Return a grid as one row-major string in the puzzle's own alphabet."""
        return "".join(self.symbols[value] for value in grid.flat)

    def rows(self, grid: Grid) -> str:
        """Return a grid in the puzzle's own alphabet, a line a row."""
        return "\n".join("".join(self.symbols[value] for value in row) for row in grid)

    def __repr__(self) -> str:
        demos = f", {len(self.demos)} demonstration{'s' * (len(self.demos) > 1)}" if self.demos else ""
        return f"<Puzzle {self.name!r}: {self.task} {_size(self.given)}{demos}>"

    def __str__(self) -> str:
        return self.rows(self.given)

    def _repr_html_(self) -> str:
        """Return the given grid for a notebook, below the demonstrations if there are any."""
        pairs = (f"{_drawn(self, a)}<p>becomes</p>{_drawn(self, b)}<hr>" for a, b in self.demos)
        return "".join(pairs) + _drawn(self, self.given)


def _size(grid: Grid) -> str:
    return "x".join(map(str, grid.shape))


def _drawn(puzzle: Puzzle, grid: Grid, frame: Frame | None = None, conflicts: tuple[Cell, ...] = ()) -> str:
    """Return a grid as HTML. Only a notebook asks for it, so the view is imported here and not before."""
    from trm_cli.view.page import grid_html

    return grid_html(puzzle, grid, frame, conflicts=conflicts)


Back = Callable[[Array], Array]
"""A map from arrays (H, W) over a changed puzzle to arrays over the puzzle itself."""


class View(NamedTuple):
    """A puzzle seen another way: turned, recoloured, or with one more value.

    `back` maps its grids to grids of the puzzle itself; `back_cells` does so for other values of cells, such as
    confidences.
    """

    puzzle: Puzzle
    back: Back = lambda grid: grid
    back_cells: Back = lambda cells: cells


class Cell(NamedTuple):
    """A place in a grid, counted from 0."""

    row: int
    column: int

    @property
    def words(self) -> str:
        """The place as a person counts, from 1: `row 3, column 4`."""
        return f"row {self.row + 1}, column {self.column + 1}"


def cells_of(mask: npt.NDArray[np.bool_]) -> tuple[Cell, ...]:
    """Return the cells where a mask (H, W) is true, in reading order."""
    return tuple(Cell(row, column) for row, column in np.argwhere(mask).tolist())


Status = Literal["solved", "unsolved", "unverified", "failed"]
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of the rules on an answer; `cells` break the rules. `failed`: the network gave no answer.

    `distance` orders wrong answers as a person would: smaller is closer to a right one, and (0, 0) is right.
    """

    status: Status
    reason: str = ""
    cells: tuple[Cell, ...] = ()
    distance: tuple[int, int] = (0, 0)

    @property
    def is_solved(self) -> bool:
        """Whether the answer is right, by the rules or by a known answer."""
        return self.status == "solved"


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Measures of the inside of the network in one supervision step.

    Norms and changes are root mean squares over all features of y or z, without padding.
    """

    y_norm: float
    z_norm: float
    y_change: float
    """The norm of the change since the step before; the first change is from the start state."""
    z_change: float
    entropy: float
    """The entropy of the answer head, in bits per cell."""
    latent: Grid
    """The grid that the answer head reads off z instead of y, (H, W)."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The answer after one supervision step, and the verdict of the rules."""

    step: int
    """The number of the supervision step, from 1."""
    grid: Grid
    """The answer with the givens in place, (H, W)."""
    confidence: npt.NDArray[np.float32]
    """The probability of each cell's value, (H, W)."""
    halt: float
    """The halting head's probability that the answer is right."""
    residual: float
    """The root mean square change of the logits since the step before; infinite in the first step."""
    verdict: Verdict
    seconds: float = 0.0
    """The computing time for the puzzle until now."""
    measures: Measures | None = None
    """Measures of the network, if they were asked for."""

    def __repr__(self) -> str:
        return f"<Frame {self.step}: {_size(self.grid)}, {self.verdict.status}, halt {self.halt:.2f}>"


N_WAYS = 8
"""Orientations in which a network learns a task."""
AGREED = 1 / 3
"""The share of the votes that a learned answer needs: below it 1 of 16 were right, above it 16 of 28."""


def all_demos(n: int) -> str:
    """Return all demonstrations of a task in words.

    >>> all_demos(1), all_demos(2), all_demos(3)
    ('the only demonstration', 'both demonstrations', 'all 3 demonstrations')
    """
    return "the only demonstration" if n == 1 else f"{'both' if n == 2 else f'all {n}'} demonstrations"


@dataclass(frozen=True, slots=True)
class Learning:
    """How an answer follows from demonstrations, in a task without known rules: explained, or learned by a network."""

    n_demos: int
    explanation: str = ""
    """What explains all demonstrations, in words; "" if nothing does."""
    proof: str = ""
    """How far the demonstrations confirm the explanation, in words."""
    planes: tuple[tuple[str, float], ...] = ()
    """The names of the planes in the explanation, each with its weight."""
    is_proven: bool = False
    """Whether at least three demonstrations confirm it: it is a single plane, or each follows from the others."""
    is_explained: bool = False
    """Whether the explanation is confirmed, and few planes are enough for it."""
    updates: int = 0
    """The updates for which a network was trained, of `n_updates`."""
    n_updates: int = 0
    loss: float = float("nan")
    """The network's loss at its last update."""
    n_ways_right: int = 0
    """Of eight orientations, those in which the network has all demonstrations right."""
    shares: tuple[float, ...] = ()
    """Each attempt's share of the vote, from 0 to 1."""
    is_sized: bool = True
    """Whether the size of the answer follows from the demonstrations; nothing can be learned without it."""
    is_compiling: bool = False
    """Whether the first explanation must wait for the compiler, once in an installation."""

    @property
    def is_learned(self) -> bool:
        """Whether the network has all demonstrations right in all orientations, and enough votes agree on the answer.

        Networks that have only memorised answer the test differently in every orientation.
        """
        return self.n_ways_right == N_WAYS and self.shares[:1] >= (AGREED,)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How far one puzzle has come, or how it ended."""

    puzzle: Puzzle
    frame: Frame
    """The best answer, with its verdict."""
    steps: int
    """The number of supervision steps, one after another."""
    seconds: float
    """The computing time while the puzzle was in work; the puzzles of a batch share it."""
    searched: bool = False
    """Whether a search followed the single pass."""
    branches: int = 0
    """The number of branches that the search tried."""
    attempts: tuple[Grid, ...] = ()
    """Answers, the most likely first, in tasks that allow several."""
    frames: tuple[Frame, ...] = ()
    """All frames, if they were asked for."""
    learning: Learning | None = None
    """How the answer follows from demonstrations, in tasks that have them."""

    def __repr__(self) -> str:
        work = f"{self.branches} branch{'es' * (self.branches != 1)}, " * self.searched
        work += f"{self.steps} step{'s' * (self.steps != 1)}, {self.seconds:.2f} s"
        return f"<Outcome {self.puzzle.name!r}: {self.puzzle.task} {_size(self.answer)}, {self.verdict.status}, {work}>"

    def __str__(self) -> str:
        return self.puzzle.rows(self.answer)

    def _repr_html_(self) -> str:
        """Return the answer for a notebook: how sure the network is as shade, what breaks the rules marked."""
        words = escape(": ".join(filter(None, (self.verdict.status, self.verdict.reason))))
        return f"{_drawn(self.puzzle, self.answer, self.frame, self.verdict.cells)}<p>{words}</p>"

    @property
    def answer(self) -> Grid:
        """The grid of the last frame, (H, W)."""
        return self.frame.grid

    @property
    def verdict(self) -> Verdict:
        """What the rules say of the answer."""
        return self.frame.verdict

    @property
    def confidence(self) -> npt.NDArray[np.float32]:
        """The probability of every cell of the answer, (H, W)."""
        return self.frame.confidence
