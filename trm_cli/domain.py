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
    """How sure the domain of a task is that a text holds its puzzles."""

    NO = 0
    REMINDS = 1  # nothing can be read, and the text is more like other tasks
    RESEMBLES = 2  # nothing can be read, but the error should be about this task
    LIKELY = 3  # there is a puzzle, but something in it is missing, too large or unusual
    READS = 4  # there are puzzles in it
    KNOWN = 5  # only a format of this task looks like this


Place = tuple[int, int]
"""A row and a column, counted from 0."""
Ends = tuple[Place | None, Place | None]
"""The places of start and goal, as far as a user has named them."""
NOWHERE: Ends = (None, None)


class Diagnosis(NamedTuple):
    """A judgement of a puzzle without a model, in `words`; `is_good`: the puzzle is sound, or its answer right."""

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
    """A hint in `words`, and as `values` for programs; rows and columns are counted from 1."""

    words: str
    values: dict[str, Any]


class Hints(NamedTuple):
    """Hints at the same next move, the vaguest first; if there are none, the `reason` says why."""

    levels: tuple[Hint, ...] = ()
    reason: str = ""


class Candidates(NamedTuple):
    """What is still possible in the blank cells of a puzzle."""

    shares: npt.NDArray[np.float32]
    """Each value's share of a model's belief in a cell, (H, W, K), from 0 to 1; 0 where it is impossible."""
    symbols: str
    """The characters of the K values."""
    box: tuple[int, int] = (1, 1)
    """The rows and columns of the boxes that lines are drawn around."""
    reason: str = ""
    """Why nothing can be said, if that is so."""


class Domain(ABC):
    """The knowledge of one task, without torch. Subclasses are final."""

    task: str
    kind: str
    """The usual shape of puzzles, such as `9x9`."""
    kinds: str
    """The possible shapes, in words."""
    levels: tuple[str, ...]
    """The names of difficulties."""
    layout: Literal["line", "grid"]
    """How puzzles are written to be read again: on one line, or as a grid if a line would not show the shape."""
    knows_rules: bool = True
    """The rules show whether an answer is right, so a verdict may end a run and guide a search.

    If not, a verdict compares the answer with a known one, and nothing else may depend on it.
    """
    can_generate: bool = True
    """Puzzles can be made to order."""
    has_fixed_shape: bool = True
    """The answer is as large as the puzzle."""
    has_embeddings: bool = False
    """Published networks know a puzzle by an embedding that they learned for its identifier."""
    has_demos: bool = False
    """A puzzle has demonstrations, from which a network can learn it without weights, and two attempts at it count."""
    tokens: str = ""
    """What the numbers of `encode` mean, in words."""
    classes: str = ""
    """What the numbers of `decode` mean, in words."""

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

    def file_of_answers(self, name: str) -> str:
        """Return the name of the file that may hold the answers of a file's puzzles; empty if a task has no such."""
        return ""

    def answered(self, items: Iterator[Puzzle | ParseError], text: str, name: str) -> Iterator[Puzzle | ParseError]:
        """Yield puzzles with their answers in the text of such a file, which is called `name`."""
        return items

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
        """Return what the rules say of an answer; where the task has no rules, it is compared with the known answer."""

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
        The number of `workers` (threads) makes no difference to the puzzles.
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
        """Return the puzzle with values in `n_cells` more cells, drawn where a model is surest; None if none fit."""
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

    def copies(self, puzzle: Puzzle, n: int, rng: np.random.Generator) -> list[Puzzle]:
        """Return a puzzle and `n` copies of it under symmetries drawn at random; fewer if there are not as many."""
        return [puzzle, *(self.augment(puzzle, rng).puzzle for _ in range(n))]
