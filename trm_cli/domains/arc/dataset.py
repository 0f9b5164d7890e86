"""The published data set of ARC tasks: which augmentations of a task are examples, and in which split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trm_cli.domains import published
from trm_cli.domains.arc import grid as arc_grid
from trm_cli.domains.published import Split
from trm_cli.errors import DataError
from trm_cli.puzzle import Grid, Tokens

Pair = tuple[Grid, Grid]


class Task(NamedTuple):
    """One ARC task: its name and the (input, output) pairs that go into `train` and into `test`."""

    name: str
    train: list[Pair]
    test: list[Pair]


def build(tasks: Sequence[Task], augment: int, rng: np.random.Generator) -> tuple[Split, Split, list[str]]:
    """Return the splits `train` and `test` of ARC tasks, and the names of all puzzle identifiers.

    A task is a group: itself and up to `augment` different augmentations. In `train`, all pairs of a version but one,
    chosen at random, are moved about the canvas, input and output together. Test pairs have the same identifiers as the
    demonstrations, from which the embeddings are learned. Two tasks of one name are a DataError.
    """
    if (twice := published.repeated([published.BLANK, *(task.name for task in tasks)])) is not None:
        raise DataError(f"more than one task is called {twice!r}; rename it, or leave all but one out")
    names = [published.BLANK]
    parts: dict[str, list[list[list[tuple[Tokens, Tokens]]]]] = {"train": [], "test": []}
    ids: dict[str, list[int]] = {"train": [], "test": []}
    for task in tasks:
        # Every version has an identifier of its own, the same in both splits.
        versions = _versions(task, augment, rng)
        first = len(names)
        names += [way.name for way in versions]
        for split, pairs in (("train", task.train), ("test", task.test)):
            if pairs:
                moves = split == "train"
                parts[split].append([_examples([(w(a), w(b)) for a, b in pairs], moves, rng) for w in versions])
                ids[split] += range(first, len(names))
    train, test = (published.joined(parts[split], ids[split], len(names)) for split in ("train", "test"))
    return train, test, names


def _versions(task: Task, augment: int, rng: np.random.Generator) -> list[arc_grid.Augmentation]:
    """Return the task itself and up to `augment` augmentations with different grids, in at most 5 * `augment` tries."""

    def contents(way: arc_grid.Augmentation) -> frozenset[tuple[bytes, ...]]:
        return frozenset(
            tuple(bytes(grid.shape) + grid.tobytes() for grid in (way(a), way(b))) for a, b in task.train + task.test
        )

    # Different augmentations may give the same grids, as colours may be missing and grids symmetric: such versions
    # count once.
    versions = {contents(arc_grid.original(task.name)): arc_grid.original(task.name)}
    for _ in range(5 * augment):
        if len(versions) > augment:
            break
        way = arc_grid.drawn(task.name, rng)
        versions.setdefault(contents(way), way)
    return [*versions.values()]


def _examples(pairs: list[Pair], moves: bool, rng: np.random.Generator) -> list[tuple[Tokens, Tokens]]:
    """Return the pairs on the canvas; where they may move, one at random stays in the corner."""
    stays = int(rng.integers(len(pairs)))
    examples = []
    for i, (question, answer) in enumerate(pairs):
        top = left = 0
        if moves and i != stays:
            # One offset for both grids, which leaves both on the canvas.
            top = int(rng.integers(0, arc_grid.SIDE - max(len(question), len(answer)) + 1))
            left = int(rng.integers(0, arc_grid.SIDE - max(question.shape[1], answer.shape[1]) + 1))
        examples.append((arc_grid.canvas(question, top, left), arc_grid.canvas(answer, top, left)))
    return examples
