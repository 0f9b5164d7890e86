"""Mazes made to order, by size and level or by the least length of the shortest path.

`easy`, `medium` and `hard` mazes are of the published kind (Maze-Hard: no border, every cell is a wall with the same
probability, drawn from 0.3 to 0.5, S and G are anywhere) and differ in the length of the shortest path. `open` ones
have fewer walls, `perfect` ones have no loops, and `looped` ones are perfect mazes with some walls opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from trm_cli.domains.chunks import ordered
from trm_cli.domains.maze import kernels
from trm_cli.domains.maze.grid import bounds
from trm_cli.errors import ConfigError

CHUNK = 32
"""Mazes that a worker makes at once."""
MAX_TRIES = 1_000_000
"""Mazes that are tried for a chunk before giving up."""


class Labelled(NamedTuple):
    """Mazes of one size: `given` and `solution (n, H, W)` uint8, and `length (n,)` of the shortest path in cells."""

    given: np.ndarray
    solution: np.ndarray
    length: np.ndarray


class _Recipe(NamedTuple):
    """The arguments of `kernels.mazes` that a level decides, in its order."""

    lowest: float
    highest: float
    opened: float
    shortest: int
    below: int
    most: int
    n_starts: int


def generate(height: int, width: int, level: str, seed: int, workers: int = 1) -> Iterator[Labelled]:
    """Yield chunks of mazes of a level for ever; the same for any number of workers.

    A level may also be a number: then mazes are of the published kind, and their shortest path has at least that many
    cells. Raises a ConfigError if hardly any maze has such a path.
    """
    recipe = _recipe(height, width, level)

    def chunk(i: int) -> Labelled:
        # Each chunk has a seed of its own, so the result does not depend on the number of workers.
        rng = np.random.default_rng([seed, i, *level.encode()])
        given, solution = np.zeros((2, CHUNK, height * width), np.uint8)
        length = np.zeros(CHUNK, np.int64)
        n = kernels.mazes(int(rng.integers(2**31)), width, *recipe, MAX_TRIES, given, solution, length)
        shape = (n, height, width)
        return Labelled(given[:n].reshape(shape), solution[:n].reshape(shape), length[:n])

    return _checked(ordered(chunk, workers), height, width, recipe.shortest)


def _recipe(height: int, width: int, level: str) -> _Recipe:
    n_cells = height * width
    medium, hard = bounds(height, width)
    # Lowest and highest share of walls; an opened share below 0 means that walls are scattered, not carved.
    published = (0.3, 0.5, -1.0)
    # Then the bounds of the path in cells, the number of goals at which a start is always accepted, and the starts that
    # are tried in each maze: many where goals are rare.
    if level.isdecimal():
        return _Recipe(*published, max(2, int(level)), n_cells + 1, n_cells // 10 + 1, 500)
    return {
        "easy": _Recipe(*published, 3, medium, n_cells, 1),
        "medium": _Recipe(*published, medium, hard, n_cells // 4, 10),
        "hard": _Recipe(*published, hard, n_cells + 1, n_cells // 10 + 1, 500),
        "open": _Recipe(0.0, 0.3, -1.0, 3, n_cells + 1, n_cells, 1),
        "perfect": _Recipe(0.0, 0.0, 0.0, 3, n_cells + 1, 1, 1),
        "looped": _Recipe(0.0, 0.0, 0.3, 3, n_cells + 1, 1, 1),
    }[level]


def _checked(chunks: Iterator[Labelled], height: int, width: int, shortest: int) -> Iterator[Labelled]:
    for made in chunks:
        if not len(made.length):
            words = f"hardly any {height}x{width} maze has a shortest path of {shortest} cells"
            raise ConfigError(f"{words}; choose another difficulty, or larger mazes with --kind ROWSxCOLUMNS")
        yield made
