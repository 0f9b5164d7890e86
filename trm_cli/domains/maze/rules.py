"""The maze task: from S to G through free cells by a shortest path, the one that the published data set labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import final

import numpy as np

from trm_cli.domain import Belief, Certainty, Diagnosis, Domain, Ends, Hints
from trm_cli.domains import dihedral
from trm_cli.domains.maze import hints as maze_hints
from trm_cli.domains.maze import text as maze_text
from trm_cli.domains.maze.grid import (
    FREE,
    GOAL,
    LEVELS,
    MAX_SIDE,
    PATH,
    START,
    SYMBOLS,
    WALL,
    bounds,
    is_perfect,
    joined,
    path_length,
    sides,
)
from trm_cli.errors import ConfigError, ParseError
from trm_cli.puzzle import IGNORED, Grid, Puzzle, Tokens, Verdict, View, cells_of, frozen

CANVAS = 5
"""A model works on sides that are multiples of this, so that mazes of about one size share a batch."""
LEAST = 6
"""A smaller maze is extended to this side with walls below and to the right, as models are trained on none smaller."""

TOO_LONG, JOINED, APART, CHANGED = range(4)
"""What is wrong with an answer, the smallest mistake first: the path is not a shortest one, more than a path joins S
and G, nothing joins them, or it is another maze."""


@final
class Maze(Domain):
    """Mazes of any height and width up to 64; grids hold the tokens of `maze.grid`."""

    task = "maze"
    kind = "30x30"
    kinds = f"HEIGHTxWIDTH, up to {MAX_SIDE}x{MAX_SIDE}"
    levels = LEVELS
    layout = "grid"
    tokens = "1 is a wall, 2 a free cell, 3 the start, 4 the goal, and 0 padding, which is no cell"
    classes = "class 1 is on the path, class 0 is not"

    def levels_of(self, kind: str) -> tuple[str, ...]:
        """Return all levels; a ConfigError says which kinds there are."""
        if sides(kind) is None:
            raise ConfigError(f"no {kind[:40]} mazes; a kind is HEIGHTxWIDTH, each from 2 to {MAX_SIDE}")
        return self.levels

    def parse(self, text: str, name: str) -> Iterator[Puzzle | ParseError]:
        """Yield the mazes of a text, or errors with file, line and column; see `maze_text` for the forms."""
        yield from maze_text.read(text, name)

    def parse_between(self, text: str, name: str, ends: Ends) -> Iterator[Puzzle | ParseError]:
        """Yield the mazes of a text with other ends."""
        yield from maze_text.read(text, name, ends)

    def certainty(self, text: str) -> Certainty:
        """Return how sure it is that the first part of a text is mazes."""
        return maze_text.certainty(text)

    def is_puzzle(self, given: Grid, symbols: str) -> bool:
        """Tell whether a grid is a maze that can be solved."""
        has_ends = (given == START).sum() == (given == GOAL).sum() == 1
        return symbols == SYMBOLS and bool(has_ends) and path_length(given) is not None

    def encode(self, puzzle: Puzzle) -> tuple[Tokens, Tokens | None]:
        """Return tokens and labels on the canvas: label 1 on the path and 0 off it, in the free cells only."""
        # Walls up to the least side, then padding up to the next multiple of CANVAS.
        walled = np.pad(puzzle.given, _behind(puzzle.given, LEAST), constant_values=WALL)
        pad = _behind(walled, *(-(-side // CANVAS) * CANVAS for side in walled.shape))
        tokens = np.pad(walled, pad).astype(np.int64)
        if puzzle.solution is None:
            return tokens, None
        on_path = np.pad(puzzle.solution == PATH, _behind(puzzle.solution, *tokens.shape)).astype(np.int64)
        return tokens, np.where(tokens == FREE, on_path, IGNORED)

    def decode(self, puzzle: Puzzle, classes: Tokens) -> Grid:
        """Return the maze with a path where free cells have class 1; classes are on the canvas."""
        height, width = puzzle.given.shape
        is_path = (classes[:height, :width] == 1) & (puzzle.given == FREE)
        return np.where(is_path, PATH, puzzle.given).astype(np.uint8)

    def verify(self, puzzle: Puzzle, grid: Grid) -> Verdict:
        """Check that the path joins S and G without a branch or a loop, and that no path is shorter."""
        # Without its path, the answer must be the maze that was given.
        changed = cells_of(np.where(grid == PATH, FREE, grid) != puzzle.given)
        if changed:
            return Verdict("unsolved", f"the given at {changed[0].words} was changed", changed, (CHANGED, len(changed)))
        flaw = _flaw(grid)
        if flaw:
            return flaw
        # A path has no branch here, so its length is the number of its cells and both ends.
        shortest = _length(puzzle)
        extra = int((grid == PATH).sum()) + 2 - shortest
        if extra:
            reason = f"valid but {extra} cells longer than the shortest path of {shortest}"
            return Verdict("unsolved", reason, distance=(TOO_LONG, extra))
        return Verdict("solved")

    def diagnose(self, puzzle: Puzzle) -> Diagnosis:
        """Say how long the shortest path is, or whether the path that is drawn is a shortest one."""
        if puzzle.solution is None:
            return Diagnosis(True, f"can be solved, shortest path {_length(puzzle)} cells, {self.level(puzzle)}")
        verdict = self.verify(puzzle, puzzle.solution)
        if verdict.status == "solved":
            return Diagnosis(True, f"solved, the path of {_length(puzzle)} cells is a shortest one")
        return Diagnosis(False, verdict.reason)

    def hints(self, puzzle: Puzzle, belief: Belief) -> Hints:
        """Return hints at the first junction on a shortest path; no model is asked, since counting steps is certain."""
        return maze_hints.hints(puzzle)

    def generate(
        self, kind: str, level: str, seed: int, workers: int = 1, like: Sequence[Puzzle] = ()
    ) -> Iterator[Puzzle]:
        """Yield labelled mazes for ever; `level` may also be the least length of the shortest path, as a number."""
        if level not in self.levels_of(kind) and not level.isdecimal():
            raise ConfigError(f"no {level} mazes; choose from {', '.join(LEVELS)}, or give the least length of a path")
        shape = sides(kind)
        assert shape
        n_cells = shape[0] * shape[1]
        if level.isdecimal() and (len(level) > len(str(n_cells)) or int(level) > n_cells):
            raise ConfigError(f"--difficulty {level[:20]}: a {kind} maze has {n_cells} cells; ask for a shorter path")
        if like:
            raise ConfigError("mazes cannot be made like others")
        from trm_cli.domains.maze import generate as maze_generate

        n = 0
        for chunk in maze_generate.generate(*shape, level, seed, workers):
            for given, solution, length in zip(*chunk, strict=True):
                n += 1
                yield Puzzle(
                    task=self.task,
                    name=f"{kind}-{level}-{seed}-{n}",
                    given=frozen(given),
                    symbols=SYMBOLS,
                    solution=frozen(solution),
                    rating=float(length),
                )

    def level(self, puzzle: Puzzle) -> str:
        """Return `perfect` for a maze without loops, else the level by the length of its shortest path."""
        if is_perfect(puzzle.given):
            return "perfect"
        medium, hard = bounds(*puzzle.given.shape)
        length = _length(puzzle)
        return "easy" if length < medium else "medium" if length < hard else "hard"

    def augment(self, puzzle: Puzzle, rng: np.random.Generator) -> View:
        """Turn and mirror the maze; the turned solution is still a shortest path, but seldom the labelled one."""
        return dihedral.view(puzzle, int(rng.choice(dihedral.WAYS)))

    def copies(self, puzzle: Puzzle, n: int, rng: np.random.Generator) -> list[Puzzle]:
        """Return a maze and `n` of its other orientations: seven of a square, three that keep another shape."""
        height, width = puzzle.given.shape
        others = (dihedral.WAYS if height == width else dihedral.UPRIGHT)[1:]
        return [puzzle, *(dihedral.view(puzzle, int(way)).puzzle for way in rng.permutation(others)[:n])]

    def views(self, puzzle: Puzzle) -> list[View]:
        """Return the seven other orientations: labels break ties by direction, so a model sees other mazes."""
        return [dihedral.view(puzzle, way) for way in dihedral.WAYS[1:]]


def _behind(grid: Grid, height: int, width: int | None = None) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the padding below and to the right that makes a grid at least `height` by `width`."""
    return (0, max(0, height - len(grid))), (0, max(0, (width or height) - grid.shape[1]))


def _length(puzzle: Puzzle) -> int:
    """Return the length of the shortest path in cells, S and G included."""
    if puzzle.rating is not None:
        return int(puzzle.rating)
    length = path_length(puzzle.given)
    assert length is not None, puzzle.name
    return length


def _flaw(grid: Grid) -> Verdict | None:
    """Return why the drawn cells are not a path from S to G; None for a path."""
    drawn = grid >= START
    # On a path every cell has two neighbours on it, and each end has one.
    around = np.pad(drawn, 1).astype(np.int8)
    n_neighbours = around[2:, 1:-1] + around[:-2, 1:-1] + around[1:-1, 2:] + around[1:-1, :-2]  # (H, W)
    wanted = np.where(grid == PATH, 2, 1)
    start, goal = (cells_of(grid == end)[0] for end in (START, GOAL))
    # Loose cells join neither end; at an end of a path cells are missing.
    from_start = joined(drawn, start)
    loose = cells_of(drawn & ~from_start & ~joined(drawn, goal))
    ends = cells_of(drawn & (n_neighbours < wanted) & (grid == PATH))
    if not from_start[goal]:
        if not (grid == PATH).any():
            return Verdict("unsolved", "no path is drawn", (start, goal), (APART, grid.size))
        apart = tuple(sorted({*loose, *ends}))
        return Verdict("unsolved", "the path does not join S and G", apart, (APART, len(apart)))
    if loose:
        return Verdict("unsolved", f"{len(loose)} path cells are apart from the path", loose, (JOINED, len(loose)))
    if ends:
        return Verdict("unsolved", f"the path has a dead end at {ends[0].words}", ends, (JOINED, len(ends)))
    branches = cells_of(drawn & (n_neighbours > wanted))
    if branches:
        reason = f"the path branches or touches itself at {branches[0].words}"
        return Verdict("unsolved", reason, branches, (JOINED, len(branches)))
    return None
