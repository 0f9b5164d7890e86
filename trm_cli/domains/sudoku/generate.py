"""Sudoku puzzles made to order, by size and difficulty: random digging, and a climb to the hardest.

A puzzle's rating is the number of guesses that a solver with naked and hidden singles needs to prove that its solution
is unique, averaged over five random orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from trm_cli.domains.chunks import ordered
from trm_cli.domains.sudoku import kernels
from trm_cli.domains.sudoku.grid import BOXES, LEVELS, units_of
from trm_cli.errors import ConfigError

SEARCHED = 9  # the only size that is climbed
MAX_GUESSES = {4: 50, 6: 200, 9: 4000}
"""Guesses of a proof, by the side of the grid: a puzzle that takes more counts as ambiguous."""
MAX_GUESSES_OF_LARGE = {"easy": 0, "medium": 1, "hard": 3, "extreme": 60}
"""The same for 16x16 and 25x25: what digging allows for one proof decides how hard the puzzle becomes."""
EASY_CLUES = {4: (4, 6), 6: (8, 15), 9: (17, 34), 16: (96, 109), 25: (275, 375)}
"""Fewest and most clues that an easy puzzle keeps; from other puzzles, every clue goes that is not needed."""
CHUNK = {4: 64, 6: 64, 9: 64, 16: 4, 25: 1}
"""Puzzles that a worker makes at once, by the side of the grid."""
EXACT, CAPPED = 1 << 30, 10_000
"""Guesses of one proof when a puzzle is rated: without a limit up to 9x9, so that the rating is exact."""

STARTS, MOVES = 50, 1500
"""Random puzzles, of which the hardest begins a climb, and the neighbours that the climb tries."""
KEPT = 25
"""Hardest puzzles that a climb keeps. They all have the same solution, so more of them would add little."""
MOVES_LIKE = 100
"""Neighbours that are tried of each puzzle given with `--like`."""


class Rated(NamedTuple):
    """Puzzles of one size: `given` and `solution (n, cells)` uint8, 0 for blank, and `rating (n,)` guesses."""

    given: np.ndarray
    solution: np.ndarray
    rating: np.ndarray

    def where(self, chosen: np.ndarray) -> Rated:
        """Return the rows that a mask or an index array chooses, in its order."""
        return Rated(*(column[chosen] for column in self))


def join(parts: list[Rated]) -> Rated:
    """Concatenate along the first axis."""
    return Rated(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def generate(
    box: tuple[int, int], level: str, seed: int, workers: int = 1, like: np.ndarray | None = None
) -> Iterator[Rated]:
    """Yield chunks of puzzles of one level with exactly one solution, for ever; the same for any number of workers.

    `box` is (rows, columns) of a box, so (3, 3) makes 9x9 puzzles. `like (n, cells)` are puzzles to climb
    from instead of random ones; those without a unique solution are left out. Raises a ConfigError if none are left.
    """
    lowest, below = LEVELS[level]
    climbs = level == "extreme" and box[0] * box[1] == SEARCHED
    ancestors = None if like is None else _rated(like, box)
    if ancestors is not None and not len(ancestors.rating):
        raise ConfigError("none of the Sudokus to start from has exactly one solution; trm check says what they have")

    def chunk(i: int) -> Rated:
        # Each chunk has a seed of its own, so the result does not depend on the number of workers.
        rng = np.random.default_rng([seed, i, *level.encode()])
        if ancestors is not None:
            # Climb from the given puzzles in turn, and drop what is one of them again.
            one = np.array([i % len(ancestors.rating)])
            made = _climb(box, ancestors.where(one), MOVES_LIKE, 0.5, rng)
            made = made.where(~np.isin(_keys(made.given), _keys(ancestors.given)))
        elif climbs:
            # Climb from the hardest of some random puzzles.
            starts = _dug(box, level, rng, STARTS)
            made = _climb(box, starts.where(np.argsort(-starts.rating, kind="stable")[:1]), MOVES, 0.95, rng)
        else:
            made = _dug(box, level, rng)
        # Keep the puzzles of the level that was asked for.
        return made.where((made.rating >= lowest) & (made.rating < below))

    return ordered(chunk, workers)


@cache
def _geometry(box: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return `peers (cells, n_peers)` and `units (3 * size, size)` as cell numbers."""
    units = units_of(box[0] * box[1])
    # The peers of a cell are the other cells of its three units.
    peers = [np.unique(units[(units == cell).any(1)]) for cell in range(units.max() + 1)]
    return np.stack([np.setdiff1d(others, cell) for cell, others in enumerate(peers)]), units


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def _empty(n: int, size: int) -> Rated:
    return Rated(np.zeros((n, size**2), np.int64), np.zeros((n, size**2), np.int64), np.zeros(n))


def _dug(box: tuple[int, int], level: str, rng: np.random.Generator, n: int | None = None) -> Rated:
    """Dig clues out of random solutions; an easy puzzle keeps more of them, see EASY_CLUES."""
    size = box[0] * box[1]
    made = _empty(n or CHUNK[size], size)
    fewest, most = EASY_CLUES[size]
    fewest = int(rng.integers(fewest, most + 1)) if level == "easy" else 0
    max_guesses = MAX_GUESSES[size] if size in MAX_GUESSES else MAX_GUESSES_OF_LARGE[level]
    most_rated = EXACT if size in MAX_GUESSES else CAPPED
    peers, units = _geometry(box)
    kernels.minimal_puzzles(_seed(rng), fewest, max_guesses, most_rated, peers, units, *made)
    return made


def _climb(box: tuple[int, int], start: Rated, moves: int, slack: float, rng: np.random.Generator) -> Rated:
    """Try neighbours of one puzzle, go on from each that is at least `slack` times as hard; return the hardest."""
    peers, units = _geometry(box)
    met = _empty(moves, box[0] * box[1])
    met.solution[:] = start.solution
    kernels.climb(
        _seed(rng), start.given[0], start.rating[0], slack, MAX_GUESSES[SEARCHED], peers, units, *met
    )  # fmt: skip
    # The climb often comes back to a puzzle.
    met = _distinct(met)
    hardest = np.argsort(-met.rating, kind="stable")[:KEPT]
    return met.where(rng.permutation(hardest))


def _keys(given: np.ndarray) -> np.ndarray:
    """Return one value for each row, (n,); two are equal if the rows are."""
    rows = np.ascontiguousarray(given)
    return rows.view(np.dtype((np.void, rows.shape[1] * rows.itemsize))).ravel()


def _distinct(puzzles: Rated) -> Rated:
    """Return the puzzles without repetitions, in order."""
    _, first = np.unique(_keys(puzzles.given), return_index=True)
    return puzzles.where(np.sort(first))


def _rated(given: np.ndarray, box: tuple[int, int]) -> Rated:
    """Solve and rate puzzles; those without a unique solution are left out."""
    peers, units = _geometry(box)
    rated = _empty(len(given), box[0] * box[1])
    rated.given[:] = given
    is_unique = kernels.solve_and_rate(
        0, rated.given, MAX_GUESSES[SEARCHED], peers, units, rated.solution, rated.rating
    )
    return rated.where(is_unique)


def rate(given: np.ndarray) -> float | None:
    """Return the rating of one puzzle (V, V), the same at every call; None unless it has exactly one solution."""
    rated = _rated(given.reshape(1, -1), BOXES[len(given)])
    return float(rated.rating[0]) if len(rated.rating) else None
