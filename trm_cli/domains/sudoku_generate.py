"""Sudoku puzzles made to order, by size and difficulty: random digging, and a population search for the hardest.

Needs the extra `train` (numba). A puzzle's rating is the number of guesses that a solver with naked and
hidden singles needs to prove its solution unique, averaged over five random orders.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import count
from typing import NamedTuple

import numpy as np

from trm_cli.domains import sudoku_kernels as kernels
from trm_cli.domains.sudoku_grid import BOXES, LEVELS, units_of

SEARCHED = 9  # the population search is for this size alone
MAX_GUESSES = {4: 50, 6: 200, 9: 4000, 16: 20}  # a proof that takes more counts as ambiguous
MIN_CLUES = {4: 4, 6: 8, 9: 17, 16: 96}
CHUNK = {4: 64, 6: 64, 9: 64, 16: 4}

POPULATION, START, ROUNDS, CHILDREN, PER_GRID = 400, 8000, 40, 5, 6
ROUNDS_LIKE = 5


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
    """Yield chunks of unique-solution puzzles of one level for ever; the same for any number of workers.

    `box` is (rows, columns) of a box, so (3, 3) makes 9x9 puzzles. `like (n, cells)` are puzzles to breed
    the hardest ones from instead of random ones.
    """
    lowest, below = LEVELS[level]
    searched = level == "extreme" and box[0] * box[1] == SEARCHED
    ancestors = None if like is None else _rated(like, box)

    def chunk(i: int) -> Rated:
        rng = np.random.default_rng([seed, i, *level.encode()])
        if ancestors is not None:
            chosen = rng.permutation(len(ancestors.rating))[:POPULATION]
            made = _breed(box, ancestors.where(chosen), ROUNDS_LIKE, rng)
            made = made.where(~np.isin(_keys(made.given), _keys(ancestors.given)))
        else:
            made = _island(box, level, rng) if searched else _dug(box, level, rng)
        return made.where((made.rating >= lowest) & (made.rating < below))

    return _ordered(chunk, workers)


def _ordered(chunk: Callable[[int], Rated], workers: int) -> Iterator[Rated]:
    """Yield chunk(0), chunk(1), ... in order, `workers` of them under way at once."""
    numbers = count()
    with ThreadPoolExecutor(workers) as pool:
        ahead: deque[Future[Rated]] = deque()
        try:
            while True:
                while len(ahead) < workers:
                    ahead.append(pool.submit(chunk, next(numbers)))
                yield ahead.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@cache
def _geometry(box: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return `peers (cells, n_peers)` and `units (3 * size, size)` as cell numbers."""
    units = units_of(box[0] * box[1])
    peers = [np.unique(units[(units == cell).any(1)]) for cell in range(units.max() + 1)]
    return np.stack([np.setdiff1d(others, cell) for cell, others in enumerate(peers)]), units


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def _empty(n: int, size: int) -> Rated:
    return Rated(np.zeros((n, size**2), np.int64), np.zeros((n, size**2), np.int64), np.zeros(n))


def _dug(box: tuple[int, int], level: str, rng: np.random.Generator, n: int | None = None) -> Rated:
    """Dig clues out of random solutions; easy puzzles stop early, with anything up to 3/7 of the cells given."""
    size = box[0] * box[1]
    made = _empty(n or CHUNK[size], size)
    fewest = MIN_CLUES[size]
    if level == "easy":
        fewest = int(rng.integers(fewest, size**2 * 3 // 7 + 1))
    peers, units = _geometry(box)
    kernels.minimal_puzzles(_seed(rng), fewest, MAX_GUESSES[size], peers, units, *made)
    return made


def _island(box: tuple[int, int], level: str, rng: np.random.Generator) -> Rated:
    """Breed hard puzzles from random ones: in each round the hardest of the newest have children."""
    people = _dug(box, level, rng, START)
    return _breed(box, people.where(np.argsort(-people.rating, kind="stable")[:POPULATION]), ROUNDS, rng)


def _breed(box: tuple[int, int], people: Rated, rounds: int, rng: np.random.Generator) -> Rated:
    """Search best first: in each round the hardest that had no children yet have some; return all met."""
    peers, units = _geometry(box)
    met = people
    is_childless = np.ones(len(met.rating), bool)
    for _ in range(rounds):
        chosen = _hardest(met, np.flatnonzero(is_childless))
        if not len(chosen):
            break
        is_childless[chosen] = False
        parents = met.where(chosen)
        children = _empty(len(chosen) * CHILDREN, box[0] * box[1])
        children.solution[:] = np.repeat(parents.solution, CHILDREN, axis=0)
        kernels.neighbours(
            _seed(rng), CHILDREN, 2, MAX_GUESSES[SEARCHED], peers, units,
            parents.given, parents.solution, children.given, children.rating,
        )  # fmt: skip
        met = _distinct(join([met, children]))
        is_childless = np.r_[is_childless, np.ones(len(met.rating) - len(is_childless), bool)]
    return met.where(rng.permutation(len(met.given)))


def _keys(given: np.ndarray) -> np.ndarray:
    """Return one opaque value a row, equal where rows are: (n,)."""
    rows = np.ascontiguousarray(given)
    return rows.view(np.dtype((np.void, rows.shape[1] * rows.itemsize))).ravel()


def _distinct(puzzles: Rated) -> Rated:
    """Return the first of every distinct puzzle, in order."""
    _, first = np.unique(_keys(puzzles.given), return_index=True)
    return puzzles.where(np.sort(first))


def _hardest(puzzles: Rated, among: np.ndarray) -> np.ndarray:
    """Return the indices of the POPULATION hardest of those `among`, no more than PER_GRID with one solution."""
    order = among[np.argsort(-puzzles.rating[among], kind="stable")]
    _, grid = np.unique(_keys(puzzles.solution[order]), return_inverse=True)
    by_grid = np.argsort(grid, kind="stable")
    first = np.r_[0, np.flatnonzero(np.diff(grid[by_grid])) + 1]
    place = np.empty(len(grid), np.int64)  # 0 for a grid's hardest, 1 for the next, ...
    place[by_grid] = np.arange(len(grid)) - np.repeat(first, np.diff(np.r_[first, len(grid)]))
    return order[place < PER_GRID][:POPULATION]


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
    """Return the rating of one puzzle (V, V), the same at every call; None when it has not one solution."""
    rated = _rated(given.reshape(1, -1), BOXES[len(given)])
    return float(rated.rating[0]) if len(rated.rating) else None
