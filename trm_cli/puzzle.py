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
    """Return how many cells of a grid differ from an earlier grid; all of them if the shape differs."""
    return int(np.count_nonzero(after != before)) if after.shape == before.shape else after.size


class Example(NamedTuple):
    """A demonstration of a task: an input grid (H, W) and its output grid, which may have another size."""

    input: Grid
    output: Grid


@dataclass(frozen=True, slots=True, eq=False)
class Puzzle:
    """One puzzle as it was read or made: never changed afterwards.

    `given` and `solution` are (H, W). `symbols` are the characters of the values 0, 1, ... in the puzzle's own
    alphabet. `source` says where it was read, as file:line. `rating` is the difficulty that its generator measured.
    `demos` are the demonstrations of an ARC task, and `identifier` is its name in a table of puzzle embeddings.
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of the rules on an answer; `cells` break the rules. `failed`: the network gave no answer.

    `distance` orders wrong answers as a person would: smaller is closer to a right one, and (0, 0) is right.
    """

    status: Literal["solved", "unsolved", "unverified", "failed"]
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

    Norms, and changes since the step before, are root mean squares over all features of y and z without padding; the
    first change is from the start state. `entropy` is that of the answer head, in bits per cell. `latent` is the grid
    that the answer head reads off z instead of y.
    """

    y_norm: float
    z_norm: float
    y_change: float
    z_change: float
    entropy: float
    latent: Grid


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The answer after one supervision step, and the verdict of the rules.

    `grid` (H, W) has the givens in place; `confidence` (H, W) is the probability of each cell's value;
    `halt` is the halting head's probability that all is right; `residual` is the root mean square change
    of the logits since the step before (infinite at the first). `seconds` is the computing time for the puzzle so far.
    `measures` are there on request.
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
    """The origin of an answer to a task without known rules: its demonstrations, explained or learned from.

    `explanation` says in words what explains all demonstrations, "" if nothing does, and `proof` how far they confirm
    it; `planes` are the names in it with their weights. It `is_proven` if each demonstration also follows from the
    others, and `is_explained` if few planes are enough for that too. A network was trained for `updates` of
    `n_updates`, with `loss` at the last one; in `n_ways_right` of eight orientations it has all `n_demos`
    demonstrations right. `shares` are the attempts' shares of the vote.
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

    `frame` holds the best answer and its verdict. `steps` counts supervision steps one after another, `seconds` the
    computing time while the puzzle was in work, which the puzzles of a batch share. `searched` says whether a search
    followed the single pass, and `branches` how many it tried. `attempts` are answers, the most likely first, in tasks
    that allow several. `frames` are all frames, on request. `learning` is there for answers from demonstrations.
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
