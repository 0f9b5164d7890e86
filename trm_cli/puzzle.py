"""The five types that carry everything through the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, NamedTuple

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
    array.flags.writeable = False
    return array


def n_changed(before: Grid, after: Grid) -> int:
    """Return how many cells of a grid differ from an earlier one: all, where its shape does."""
    return int(np.count_nonzero(after != before)) if after.shape == before.shape else after.size


class Example(NamedTuple):
    """A demonstration of what is asked for: an input grid (H, W) and its output grid, of any other size."""

    input: Grid
    output: Grid


@dataclass(frozen=True, slots=True, eq=False)
class Puzzle:
    """One puzzle as it was read or made: never changed afterwards.

    `given` and `solution` are (H, W). `symbols` are the characters of the grid's values 0, 1, ... in the
    puzzle's own alphabet. `source` says where it was read, as file:line. `rating` is its difficulty as its
    generator measured it. `demos` show what is asked for, and `identifier` is the name
    that a table of puzzle embeddings knows the puzzle by, where a task has such.
    """

    task: str
    name: str
    given: Grid
    symbols: str
    solution: Grid | None = None
    source: str = ""
    rating: float | None = None
    demos: tuple[Example, ...] = ()
    identifier: str = ""

    def text(self, grid: Grid) -> str:
        """Return a grid as one row-major string in the puzzle's own alphabet."""
        return "".join(self.symbols[value] for value in grid.flat)

    def rows(self, grid: Grid) -> str:
        """Return a grid in the puzzle's own alphabet, a line a row."""
        return "\n".join("".join(self.symbols[value] for value in row) for row in grid)

    def __repr__(self) -> str:
        demos = f", {len(self.demos)} demonstrations" if self.demos else ""
        return f"<Puzzle {self.name!r}: {self.task} {_size(self.given)}{demos}>"

    def __str__(self) -> str:
        return self.rows(self.given)

    def _repr_html_(self) -> str:
        """Return the given grid for a notebook, below the demonstrations where there are such."""
        pairs = (f"{_drawn(self, a)}<p>becomes</p>{_drawn(self, b)}<hr>" for a, b in self.demos)
        return "".join(pairs) + _drawn(self, self.given)


def _size(grid: Grid) -> str:
    return "x".join(map(str, grid.shape))


def _drawn(puzzle: Puzzle, grid: Grid, frame: Frame | None = None, conflicts: tuple[Cell, ...] = ()) -> str:
    """Return a grid as HTML. Only a notebook asks for it, so the view is imported here and not before."""
    from trm_cli.view.page import grid_html

    return grid_html(puzzle, grid, frame, conflicts=conflicts)


Back = Callable[[Array], Array]
"""The map of arrays (H, W) over a changed puzzle to arrays over the puzzle itself."""


class View(NamedTuple):
    """A puzzle seen another way: turned, recoloured, or with one more value.

    `back` maps its grids to grids of the puzzle itself, `back_cells` what belongs to its cells, such as confidences.
    """

    puzzle: Puzzle
    back: Back = lambda grid: grid
    back_cells: Back = lambda cells: cells


class Cell(NamedTuple):
    """A place in a grid, counted from 0."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of an answer; `cells` are those that offend. `failed`: the network gave none.

    `distance` orders wrong answers as a person would: smaller is nearer to a right one, and (0, 0) is right.
    """

    status: Literal["solved", "unsolved", "unverified", "failed"]
    reason: str = ""
    cells: tuple[Cell, ...] = ()
    distance: tuple[int, int] = (0, 0)

    @property
    def is_solved(self) -> bool:
        """Whether the rules (or a known answer) say that the answer is right."""
        return self.status == "solved"


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What went on inside the network in one supervision step.

    Norms and changes since the step before are root mean squares over all features of y and z, padding apart (a change
    at the first step is from the start state). `entropy` is that of the answer head's choice, in bits a cell.
    `latent` is the grid that the answer head reads off z instead of y.
    """

    y_norm: float
    z_norm: float
    y_change: float
    z_change: float
    entropy: float
    latent: Grid


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The answer after one supervision step, and what the rules say of it.

    `grid` (H, W) has the givens in place; `confidence` (H, W) is the probability of each cell's value;
    `halt` is the halting head's probability that all is right; `residual` is the root mean square change
    of the logits since the step before (infinite at the first). `seconds` of computation the puzzle was worked on so
    far. `measures` are there on request.
    """

    step: int
    grid: Grid
    confidence: npt.NDArray[np.float32]
    halt: float
    residual: float
    verdict: Verdict
    seconds: float = 0.0
    measures: Measures | None = None

    def __repr__(self) -> str:
        return f"<Frame {self.step}: {_size(self.grid)}, {self.verdict.status}, halt {self.halt:.2f}>"


@dataclass(frozen=True, slots=True)
class Learning:
    """How an answer was found where no rules are known: what explains the demonstrations, and what was learned of them.

    `explanation` says in words how the demonstrations are explained, "" where nothing fits all of them, and `proof` how
    far they bear it out; `planes` are the names in it with their weights. It `is_proven` where each demonstration also
    follows from the others, and `is_explained` where few planes suffice for that too. A network
    was trained for `updates` of `n_updates`; the `loss` is the last one, and in `n_ways_right` of eight orientations it
    has all `n_demos` demonstrations right. `shares` are those of the attempts in the vote.
    """

    n_demos: int
    explanation: str = ""
    proof: str = ""
    planes: tuple[tuple[str, float], ...] = ()
    is_proven: bool = False
    is_explained: bool = False
    updates: int = 0
    n_updates: int = 0
    loss: float = float("nan")
    n_ways_right: int = 0
    shares: tuple[float, ...] = ()

    @property
    def is_learned(self) -> bool:
        """Whether the network has all demonstrations right in all orientations."""
        return self.n_ways_right == 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far one puzzle has come, or how it ended.

    `frame` holds the best answer and its verdict; `steps` counts supervision steps one after the other, `seconds`
    the computation while the puzzle was in work, shared by the puzzles of a batch. A search after the single pass makes
    it `searched`, with the number of `branches` tried. `attempts` are answers in the order of belief, where a task
    allows several. `frames` are all of them, on request. `learning` tells how an answer was found by demonstrations.
    """

    puzzle: Puzzle
    frame: Frame
    steps: int
    seconds: float
    searched: bool = False
    branches: int = 0
    attempts: tuple[Grid, ...] = ()
    frames: tuple[Frame, ...] = ()
    learning: Learning | None = None

    def __repr__(self) -> str:
        work = f"{self.branches} branches, " * self.searched
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
