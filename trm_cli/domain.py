"""The knowledge of one task: the interface that each folder of `trm_cli.domains` implements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from trm_cli.errors import ConfigError, ParseError
from trm_cli.puzzle import Cell, Grid, Puzzle, Tokens, Verdict, View


class Certainty(IntEnum):
    """How sure a task is that a text is one of its own."""

    NO = 0
    REMINDS = 1  # nothing can be read, and other tasks have better reasons to resemble it
    RESEMBLES = 2  # nothing can be read, but the error should be about this task
    LIKELY = 3  # a puzzle, but something is missing, too large, or unusual
    READS = 4  # there are puzzles in it
    KNOWN = 5  # it has a sign that only a format of this task has


Place = tuple[int, int]
"""A row and a column, counted from 0."""
Ends = tuple[Place | None, Place | None]
"""The places of start and goal, as far as a user has named them."""
NOWHERE: Ends = (None, None)


class Diagnosis(NamedTuple):
    """A judgement of a puzzle without a model, in words, and whether it is good."""

    is_good: bool
    words: str


class Soundness(NamedTuple):
    """The number of solutions of a puzzle: 0, 1, 2 for several, None if counting took too long.

    If there is not exactly one, `reason` says why and `cells` show it.
    """

    n_solutions: int | None = None
    reason: str = ""
    cells: tuple[Cell, ...] = ()


Belief = Callable[[], npt.NDArray[np.float32]]
"""Asks a model for its probabilities (H, W, K) over the classes of every cell; it is loaded only when it is asked."""


class Hint(NamedTuple):
    """What helps on with a puzzle: in `words`, and as values for programs; rows and columns are counted from 1."""

    words: str
    values: dict[str, Any]


class Hints(NamedTuple):
    """Hints at the same next move, the vaguest first; where there is none, the `reason` says why."""

    levels: tuple[Hint, ...] = ()
    reason: str = ""


class Candidates(NamedTuple):
    """What is still possible in the blank cells: each value's share of a model's belief, (H, W, K), 0 where impossible.

    `symbols` are the K values' characters, `box` the rows and columns of what rulers are drawn around. Where nothing
    can be said, the `reason` says why.
    """

    shares: npt.NDArray[np.float32]
    symbols: str
    box: tuple[int, int] = (1, 1)
    reason: str = ""


class Domain(ABC):
    """The knowledge of one task, without torch. Subclasses are final.

    `kind` is the usual shape of puzzles, and `kinds` lists the possible ones in words. `levels` are the names of
    difficulties. `layout` is the form in which puzzles are written to be read again: one line, or a grid if a line
    would not show the shape.

    `knows_rules`: the rules tell a right answer, so that a verdict may end a run and guide a search. Where they do not,
    a verdict compares with a known answer, and nothing may depend on it. `can_generate`: puzzles can be made to order.
    `has_fixed_shape`: the answer is as large as the puzzle. `has_embeddings`: published networks know a puzzle by an
    embedding that they learned for its identifier. `has_demos`: a puzzle comes with demonstrations, from which networks
    can learn it without weights, and two attempts at it count. `published_cycles` are the latent updates of a
    published network.
    """

    task: str
    kind: str
    kinds: str
    levels: tuple[str, ...]
    layout: Literal["line", "grid"]
    knows_rules: bool = True
    can_generate: bool = True
    has_fixed_shape: bool = True
    has_embeddings: bool = False
    has_demos: bool = False
    published_cycles: int = 4

    def levels_of(self, kind: str) -> tuple[str, ...]:
        """Return which of `levels` can be made for a kind; a ConfigError lists the kinds."""
        return self.levels

    @abstractmethod
    def parse(self, text: str, name: str) -> Iterator[Puzzle | ParseError]:
        """Yield the puzzles of a text in order, or, for one that is wrong, an error that says where.

        `name` is the name of the file; places in errors and the names of puzzles begin with it.
        """

    def parse_between(self, text: str, name: str, ends: Ends) -> Iterator[Puzzle | ParseError]:
        """Yield the puzzles of a text with their start and goal replaced; an error where puzzles have no such ends."""
        yield ParseError(f"{name}: --start and --goal are for mazes, and this is taken for {self.task}")

    @abstractmethod
    def certainty(self, text: str) -> Certainty:
        """Return how sure it is that the first part of a text is puzzles of this task."""

    @abstractmethod
    def is_puzzle(self, given: Grid, symbols: str) -> bool:
        """Tell whether a grid and its symbols may be a puzzle of this task."""

    @abstractmethod
    def encode(self, puzzle: Puzzle) -> tuple[Tokens, Tokens | None]:
        """Return the model's input tokens and, with a solution, its labels, both (H, W) of the task's canvas.

        The canvas is as large as the puzzle, which lies in its top left corner, or larger. A label is the class
        that the answer head should choose there, or IGNORED.
        """

    @abstractmethod
    def decode(self, puzzle: Puzzle, classes: Tokens) -> Grid:
        """Return the grid for the classes that the answer head chose on the canvas, with every given in place."""

    @abstractmethod
    def verify(self, puzzle: Puzzle, grid: Grid) -> Verdict:
        """Return what the rules say of an answer: nothing is compared with a solution."""

    @abstractmethod
    def diagnose(self, puzzle: Puzzle) -> Diagnosis:
        """Say whether a puzzle is sound and how hard it is, or, if it comes with an answer, whether that is right."""

    def soundness(self, puzzle: Puzzle) -> Soundness:
        """Count the solutions of a puzzle with a classical solver, in about a second; unknown in tasks without one."""
        return Soundness()

    def hints(self, puzzle: Puzzle, belief: Belief) -> Hints:
        """Return hints at a next move that is certainly right, whatever a model believes; by default there are none."""
        raise ConfigError(f"{puzzle.name}: there are no hints for a task of {self.task}; trm solve answers it")

    def candidates(self, puzzle: Puzzle, belief: Belief) -> Candidates:
        """Return what the rules leave possible in every blank cell, with a model's belief in it."""
        raise ConfigError(f"{puzzle.name}: --candidates is for puzzles with values to fill in, not for {self.task}")

    @abstractmethod
    def generate(
        self, kind: str, level: str, seed: int, workers: int = 1, like: Sequence[Puzzle] = ()
    ) -> Iterator[Puzzle]:
        """Yield fresh puzzles with their solutions for ever, the same for the same arguments.

        `kind` is the shape, as the task names it ("9x9"), and `level` the difficulty, usually one of `levels`; a
        ConfigError says which there are. Puzzles given as `like` are varied, where a task can do that.
        The number of `workers` (threads) makes no difference to what comes out.
        """

    def branches(
        self, puzzle: Puzzle, probabilities: npt.NDArray[np.float32], n_cells: int
    ) -> list[tuple[Puzzle, float]]:
        """Return the ways to fill in one more value in the `n_cells` least sure cells, with their probabilities.

        `probabilities` (H, W, K) are a model's over the classes of every cell. The ways to fill one cell together
        cover all solutions. A task without such guesses has no branches.
        """
        return []

    def is_open(self, puzzle: Puzzle) -> bool:
        """Tell whether a puzzle plainly has several answers; `filled` then helps to find one."""
        return False

    def filled(
        self, puzzle: Puzzle, probabilities: npt.NDArray[np.float32], n_cells: int, rng: np.random.Generator
    ) -> Puzzle | None:
        """Return the puzzle with so many values more, drawn where a model is surest; None where they do not fit."""
        return None

    def views(self, puzzle: Puzzle) -> list[View]:
        """Return all other views of a puzzle that a model may answer differently, such as turned and mirrored ones."""
        return []

    def known_views(self, puzzle: Puzzle, identifiers: Iterable[str]) -> list[View]:
        """Return the views of a puzzle, without itself, that have a name in a table of puzzle embeddings."""
        return []

    @abstractmethod
    def level(self, puzzle: Puzzle) -> str:
        """Return which of `levels` a puzzle belongs to."""

    @abstractmethod
    def augment(self, puzzle: Puzzle, rng: np.random.Generator) -> View:
        """Return an equivalent puzzle under a symmetry drawn at random."""
