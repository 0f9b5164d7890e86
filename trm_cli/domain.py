"""What the program knows of one task: the interface that a folder of `trm_cli.domains` implements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from trm_cli.errors import ParseError
from trm_cli.puzzle import Cell, Grid, Puzzle, Tokens, Verdict, View


class Diagnosis(NamedTuple):
    """What can be said of a puzzle without a model, and whether that is good."""

    is_good: bool
    words: str


class Soundness(NamedTuple):
    """How many solutions a puzzle has: 0, 1, 2 for several, None where counting took too long.

    The `reason` says in words why it is not one, and `cells` show it.
    """

    n_solutions: int | None = None
    reason: str = ""
    cells: tuple[Cell, ...] = ()


class Domain(ABC):
    """What the program knows of one task, without torch. Subclasses are final.

    `kind` is the shape that puzzles usually have, `kinds` says in words which there are; `levels` are the
    names of difficulties. `layout` is how puzzles are written to be read back: on a line each, or as a grid where
    a line would not tell the shape.

    `knows_rules`: the rules tell a right answer, so that a verdict may end a run and guide a search. Where they do not,
    a verdict compares with a known answer, and nothing may depend on it. `can_generate`: puzzles can be made to order.
    `has_fixed_shape`: the answer is as large as the puzzle. `has_embeddings`: published networks know a puzzle by an
    embedding that they learned for its identifier. `published_cycles` are the latent updates of a published network.
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
    published_cycles: int = 4

    def levels_of(self, kind: str) -> tuple[str, ...]:
        """Return which of `levels` can be made of a kind; a ConfigError says which kinds there are."""
        return self.levels

    @abstractmethod
    def parse(self, text: str, name: str) -> Iterator[Puzzle | ParseError]:
        """Yield the puzzles of a text in order, and for each that is wrong the error that says where.

        `name` is the file's name, for the places in errors and as the puzzles' name.
        """

    @abstractmethod
    def encode(self, puzzle: Puzzle) -> tuple[Tokens, Tokens | None]:
        """Return the model's input tokens and, with a solution, its labels, both (H, W) of the task's canvas.

        The canvas is as large as the puzzle, which lies in its top left corner, or larger. A label is the class
        that the answer head should choose there, or IGNORED.
        """

    @abstractmethod
    def decode(self, puzzle: Puzzle, classes: Tokens) -> Grid:
        """Return the grid that the answer head's classes mean, on the canvas, with every given in place."""

    @abstractmethod
    def verify(self, puzzle: Puzzle, grid: Grid) -> Verdict:
        """Return what the rules say of an answer: nothing is compared with a solution."""

    @abstractmethod
    def diagnose(self, puzzle: Puzzle) -> Diagnosis:
        """Tell whether a puzzle is sound and how hard, or, where an answer comes with it, whether that is right."""

    def soundness(self, puzzle: Puzzle) -> Soundness:
        """Count a puzzle's solutions by classical means, within about a second; unknown where a task has none."""
        return Soundness()

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
        """Return ways to commit one value more, with their probabilities, in the `n_cells` cells that tell most.

        `probabilities` (H, W, K) are a model's over the classes of every cell. All ways to fill one cell together
        leave no solution out. A task where nothing can be guessed so has no branches.
        """
        return []

    def views(self, puzzle: Puzzle) -> list[View]:
        """Return the puzzle seen all other ways that are worth asking a model, such as turned and mirrored."""
        return []

    def known_views(self, puzzle: Puzzle, identifiers: Iterable[str]) -> list[View]:
        """Return the views of a puzzle, itself left out, that a table of puzzle embeddings has names for."""
        return []

    @abstractmethod
    def level(self, puzzle: Puzzle) -> str:
        """Return which of `levels` a puzzle belongs to."""

    @abstractmethod
    def augment(self, puzzle: Puzzle, rng: np.random.Generator) -> View:
        """Return an equivalent puzzle under a symmetry drawn at random."""
