"""Many pairs of grids to train on: ARC tasks in their JSON, RE-ARC's folders of generated pairs, or one `.npz` of both.

The `.npz` holds `cells` (uint8, all grids one after the other), `grids` (place of the first cell, height, width),
`pairs` (task, input grid, output grid, ...) and the names of `tasks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trm_cli import arrays as arrays_of
from trm_cli.domains.arc import text, values
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.published import BLANK
from trm_cli.domains.written import parsed
from trm_cli.errors import DataError, ParseError
from trm_cli.puzzle import Example, Grid

Array = npt.NDArray[Any]
Named = tuple[str, Example]
"""A pair of grids with the name of its task."""
MOST_BYTES = 2**31
"""Largest file of pairs that is read."""


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Pairs of grids, each of a task: `cells` (n,) uint8, `grids` (G, 3), `pairs` (N, 3) and `tasks` (T,).

    Raises a ValueError for arrays that do not fit each other.
    """

    cells: Array
    grids: Array
    pairs: Array
    tasks: Array

    def __post_init__(self) -> None:
        """Check every number that is an index later, so that a damaged file is an error before the training."""
        if not (self.grids.ndim == self.pairs.ndim == 2 and self.grids.shape[1] == self.pairs.shape[1] == 3):
            raise ValueError("grids and pairs need three columns")
        if self.tasks.ndim != 1 or self.tasks.dtype.kind != "U" or len({*self.tasks.tolist()}) != len(self.tasks):
            raise ValueError("tasks need different names")
        # The names are kept with the weights, one on each line, after that of no task.
        if unfit := [name for name in self.tasks.tolist() if not name.isprintable() or name == BLANK]:
            raise ValueError(f"{unfit[0]!r} cannot be the name of a task")
        if self.cells.ndim != 1 or self.cells.dtype != np.uint8 or self.cells.max(initial=0) > 9:
            raise ValueError("cells must be colours from 0 to 9")
        if any(array.dtype.kind not in "iu" for array in (self.grids, self.pairs)) or not len(self.pairs):
            raise ValueError("there must be pairs, and they must be whole numbers")
        first, height, width = self.grids.astype(np.int64).T
        sides = np.concatenate((height, width))
        if sides.min() < 1 or sides.max() > SIDE or first.min() < 0 or (first + height * width).max() > len(self.cells):
            raise ValueError(f"grids must be from 1x1 to {SIDE}x{SIDE}, and in the cells")
        if self.pairs.min() < 0 or (self.pairs.max(0) >= (len(self.tasks), len(self.grids), len(self.grids))).any():
            raise ValueError("pairs must name tasks and grids that there are")

    @classmethod
    def of(cls, named: Iterable[Named]) -> Corpus:
        """Put pairs together, each with the name of its task."""
        tasks: dict[str, int] = {}
        cells: list[Array] = []
        grids: list[tuple[int, ...]] = []
        pairs: list[tuple[int, ...]] = []
        place = 0
        for task, pair in named:
            pairs.append((tasks.setdefault(task, len(tasks)), len(grids), len(grids) + 1))
            for grid in pair:
                grids.append((place, *grid.shape))
                cells.append(grid.reshape(-1))
                place += grid.size
        flat = np.concatenate(cells) if cells else np.zeros(0, np.uint8)
        return cls(flat, np.array(grids, np.int64), np.array(pairs, np.int64), np.array([*tasks], "U"))

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Array]) -> Corpus:
        """Return the corpus in the arrays of a file; a ValueError says what is wrong with them."""
        missing = [name for name in ("cells", "grids", "pairs", "tasks") if name not in arrays]
        if missing or arrays["pairs"].ndim != 2:
            raise ValueError(f"expected cells, grids, pairs and tasks, without {' and '.join(missing) or 'pairs'}")
        return cls(arrays["cells"], arrays["grids"], arrays["pairs"][:, :3], arrays["tasks"])

    @property
    def arrays(self) -> dict[str, Array]:
        """The arrays of a file."""
        return {"cells": self.cells, "grids": self.grids, "pairs": self.pairs, "tasks": self.tasks}

    def grid(self, i: int) -> Grid:
        """Return grid `i`, (H, W)."""
        place, height, width = self.grids[i].tolist()
        grid: Grid = self.cells[place : place + height * width].reshape(height, width)
        return grid

    def named(self) -> Iterator[Named]:
        """Yield every pair with the name of its task."""
        for task, question, answer in self.pairs.tolist():
            yield str(self.tasks[task]), Example(self.grid(question), self.grid(answer))


def read(names: Sequence[str]) -> Corpus:
    """Return all pairs of files and folders; a DataError says which holds none, or what is wrong with it.

    Known answers of test inputs are pairs like the demonstrations.
    """
    files = [file for name in names for file in _files(Path(name))]
    try:
        corpora = [_of_file(file) for file in files]
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror or error}") from error
    if len(corpora) == 1:
        return corpora[0]
    return Corpus.of(pair for corpus in corpora for pair in corpus.named())


def _files(path: Path) -> list[Path]:
    """Return a file, or the files of a folder: RE-ARC keeps its tasks in one called tasks."""
    if not path.is_dir():
        return [path]
    inner = path / "tasks"
    found = sorted(file for file in (inner if inner.is_dir() else path).rglob("*") if file.suffix in (".json", ".npz"))
    if not found:
        raise DataError(f"{path}: no .json or .npz files of ARC tasks in it")
    return found


def _of_file(path: Path) -> Corpus:
    if path.stat().st_size > MOST_BYTES:
        raise DataError(f"{path}: more than {MOST_BYTES:,} bytes; give its parts")
    try:
        if path.suffix == ".npz":
            return Corpus.of_arrays(arrays_of.read_archive(path))
        return Corpus.of(_of_json(path))
    except ParseError as error:
        raise DataError(str(error)) from error
    except ValueError as error:
        raise DataError(f"{path}: no pairs of ARC tasks to train on: {error}") from error


def _of_json(path: Path) -> Iterator[Named]:
    """Yield the pairs of a JSON file: of one task, of {name: task}, or a list of pairs, as in RE-ARC."""
    content = path.read_text("utf-8")
    value = parsed(content, str(path))
    if isinstance(value, list) and not any(True for _ in values.tasks(value, path.stem, str(path))):
        pairs = values.list_of_pairs(value, str(path))
        yield from ((path.stem, values.example(pair)) for pair in pairs)
        return
    seen = set()
    for item in text.read(content, str(path)):
        if isinstance(item, ParseError):
            raise item
        # A task with several test inputs comes once for each, always with all demonstrations.
        if item.identifier not in seen:
            yield from ((item.identifier, demo) for demo in item.demos)
        seen.add(item.identifier)
        if item.solution is not None:
            yield item.identifier, Example(item.given, item.solution)
