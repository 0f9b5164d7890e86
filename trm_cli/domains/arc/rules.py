"""The ARC-AGI task: a few pairs of grids show a rule, by which a test input becomes its output.

There are no rules to check an answer by: without the known output a verdict is `unverified`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import final

import numpy as np

from trm_cli.domain import Certainty, Diagnosis, Domain
from trm_cli.domains import dihedral
from trm_cli.domains.arc import grid as arc_grid
from trm_cli.domains.arc import solutions
from trm_cli.domains.arc import text as arc_text
from trm_cli.domains.arc.values import SYMBOLS
from trm_cli.errors import ConfigError, ParseError
from trm_cli.puzzle import IGNORED, Example, Grid, Puzzle, Tokens, Verdict, View, cells_of, frozen


@final
class Arc(Domain):
    """ARC-AGI tasks, usually in their JSON; a puzzle is one test input with its task's demonstrations."""

    task = "arc"
    kind = "30x30"
    kinds = "up to 30x30"
    levels = ("any",)
    layout = "grid"
    knows_rules = False
    can_generate = False
    has_fixed_shape = False
    has_embeddings = True
    has_demos = True

    def parse(self, text: str, name: str) -> Iterator[Puzzle | ParseError]:
        """Yield a puzzle for every test input of the tasks in a text, in JSON, in a program or below labels."""
        yield from arc_text.read(text, name)

    def file_of_answers(self, name: str) -> str:
        """Return the name of Kaggle's file of solutions that goes with a file of challenges."""
        return solutions.file_beside(name)

    def answered(self, items: Iterator[Puzzle | ParseError], text: str, name: str) -> Iterator[Puzzle | ParseError]:
        """Yield test inputs with their outputs in the file of solutions."""
        return solutions.answered(items, text, name)

    def certainty(self, text: str) -> Certainty:
        """Return how sure it is that the first part of a text is ARC tasks, or a file that goes with them."""
        return arc_text.certainty(text)

    def is_puzzle(self, given: Grid, symbols: str) -> bool:
        """Tell whether a grid and its symbols may be a test input of ARC: up to 30x30, in the digits 0 to 9."""
        return symbols == SYMBOLS and max(given.shape) <= arc_grid.SIDE

    def encode(self, puzzle: Puzzle) -> tuple[Tokens, Tokens | None]:
        """Return the test input on the published canvas, and the output with its end markers as labels."""
        tokens = arc_grid.canvas(puzzle.given)
        if puzzle.solution is None:
            return tokens, None
        answer = arc_grid.canvas(puzzle.solution)
        return tokens, np.where(answer == arc_grid.PAD, IGNORED, answer)

    def decode(self, puzzle: Puzzle, classes: Tokens) -> Grid:
        """Return the largest grid of colours in the top left corner; a black cell where there is none."""
        grid = arc_grid.cropped(classes)
        return grid if grid.size else np.zeros((1, 1), np.uint8)

    def verify(self, puzzle: Puzzle, grid: Grid) -> Verdict:
        """Compare an answer with the known output; without one the verdict is `unverified`."""
        if puzzle.solution is None:
            return Verdict("unverified", "no known answer to compare with")
        if grid.shape != puzzle.solution.shape:
            sizes = ("x".join(map(str, shape)) for shape in (grid.shape, puzzle.solution.shape))
            return Verdict("unsolved", "the answer is {} instead of {}".format(*sizes))
        wrong = cells_of(grid != puzzle.solution)
        if wrong:
            cells = "1 cell differs" if len(wrong) == 1 else f"{len(wrong)} cells differ"
            return Verdict("unsolved", f"{cells} from the known answer", wrong)
        return Verdict("solved")

    def diagnose(self, puzzle: Puzzle) -> Diagnosis:
        """Return the number of demonstrations and the sizes of the grids, or that they contradict each other.

        Whether any other task can be solved is unknown.
        """
        if found := contradiction(puzzle):
            return Diagnosis(False, found)
        n = len(puzzle.demos)
        known = "unknown" if puzzle.solution is None else "x".join(map(str, puzzle.solution.shape))
        size = "x".join(map(str, puzzle.given.shape))
        return Diagnosis(True, f"{n} demonstration{'s' * (n != 1)}, input {size}, output {known}")

    def generate(
        self, kind: str, level: str, seed: int, workers: int = 1, like: Sequence[Puzzle] = ()
    ) -> Iterator[Puzzle]:
        """Raise a ConfigError: ARC tasks are made by people."""
        raise ConfigError("ARC tasks cannot be generated; give files of tasks as --data")

    def level(self, puzzle: Puzzle) -> str:
        """Return the only level."""
        return "any"

    def augment(self, puzzle: Puzzle, rng: np.random.Generator) -> View:
        """Recolour at random, with black fixed, and turn or mirror; the identifier of the result says how."""
        return view(puzzle, arc_grid.drawn(puzzle.identifier, rng))

    def views(self, puzzle: Puzzle) -> list[View]:
        """Return the task turned and mirrored, seven ways."""
        return [view(puzzle, arc_grid.original(puzzle.identifier)._replace(way=way)) for way in dihedral.WAYS[1:]]

    def known_views(self, puzzle: Puzzle, identifiers: Iterable[str]) -> list[View]:
        """Return the augmentations of a task that a table of puzzle embeddings knows by name, itself left out."""
        own = arc_grid.named(puzzle.identifier).task
        names = (name for name in identifiers if name != puzzle.identifier and arc_grid.named(name).task == own)
        return [view(puzzle, arc_grid.named(name)) for name in names]


def contradiction(puzzle: Puzzle) -> str:
    """Return in words which two demonstrations of a task have one input and two outputs; "" where none do."""
    for (i, (question, answer)), (j, (again, other)) in combinations(enumerate(puzzle.demos, 1), 2):
        if np.array_equal(question, again) and not np.array_equal(answer, other):
            return f"demonstrations {i} and {j} have the same input and different outputs"
    return ""


def view(puzzle: Puzzle, way: arc_grid.Augmentation) -> View:
    """Return a puzzle under an augmentation, known by its identifier."""
    moved = replace(
        puzzle,
        given=frozen(way(puzzle.given)),
        solution=None if puzzle.solution is None else frozen(way(puzzle.solution)),
        demos=tuple(Example(frozen(way(demo.input)), frozen(way(demo.output))) for demo in puzzle.demos),
        identifier=way.name,
    )
    return View(moved, lambda grid: frozen(way.undo(grid)), partial(dihedral.whole, way=dihedral.INVERSE[way.way]))
