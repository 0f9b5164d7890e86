"""Pools of ARC pairs: grids that become lessons for the `palette` net when they are drawn, each time another way.

A stream trains on the pairs that fit its size and no smaller stream's. Every task counts the same, whatever the number
of its pairs, and is known to the net by its code, a row of a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trm_cli.domains import dihedral
from trm_cli.domains.arc.corpus import Corpus
from trm_cli.errors import DataError
from trm_cli.train.config import Stream
from trm_cli.train.data import Batch

N_COLOURS = 10
OTHERS = 2
"""Other pairs of the task whose new colours join a palette, as if these were the demonstrations beside it."""


@dataclass
class Pairs:
    """The pairs of a corpus that one stream trains on.

    `shape` is that of a lesson's tokens, (colours, rows, columns); `chosen` (N,) are numbers of pairs.
    """

    corpus: Corpus
    shape: tuple[int, int, int]
    chosen: npt.NDArray[np.int64]
    _by_task: list[npt.NDArray[np.int64]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the pairs by their tasks."""
        task = self.corpus.pairs[self.chosen, 0]
        order = np.argsort(task, kind="stable")
        starts = np.flatnonzero(np.diff(task[order])) + 1
        self._by_task = np.split(self.chosen[order], starts)

    @property
    def level(self) -> npt.NDArray[np.str_]:
        """One level for all pairs (N,)."""
        return np.full(len(self.chosen), "any")

    def arrays(self, number: int) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays of the whole corpus, which all streams share."""
        return self.corpus.arrays

    def draw(self, n: int, mix: dict[str, float], rng: np.random.Generator) -> Batch:
        """Draw n lessons: a task, a pair of it, and one of eight orientations. There are no levels to mix."""
        # The import compiles: trainings on other tasks start without it.
        from trm_cli.domains.arc.lessons import padded, plain_lesson

        lessons, ids = [], np.zeros(n, np.int64)
        for i in range(n):
            members = self._by_task[rng.integers(len(self._by_task))]
            number, *others = rng.choice(members, 1 + OTHERS)
            task, question, answer = self.corpus.pairs[number]
            ids[i] = 1 + task  # row 0 of the table is of no task
            palette = self._palette(number, others)
            way = int(rng.integers(len(dihedral.WAYS)))
            lessons.append(plain_lesson(self.corpus.grid(question), self.corpus.grid(answer), palette, way))
        return Batch(*map(torch.from_numpy, (*padded(lessons, self.shape), ids)))

    def _palette(self, number: int, others: Sequence[int]) -> tuple[int, ...]:
        """Return the colours of a pair's input, and those that it or one of some other pairs adds to its input."""
        pairs = [map(self.corpus.grid, self.corpus.pairs[i, 1:]) for i in (number, *others)]
        colours = [[{*grid.ravel().tolist()} for grid in pair] for pair in pairs]
        added = {colour for question, answer in colours for colour in answer - question}
        return tuple(sorted(colours[0][0] | added))

    def state_dict(self) -> dict[str, Tensor]:
        """Return nothing: which pairs come next depends on the random numbers alone."""
        return {}

    def load_state_dict(self, saved: dict[str, Tensor]) -> None:
        """Load nothing."""


def of_streams(corpus: Corpus, streams: Sequence[Stream]) -> list[Pairs]:
    """Return the pairs of every stream; a DataError if a stream has none."""
    made = []
    for stream, chosen in zip(streams, _divided(corpus, streams), strict=True):
        if not len(chosen):
            raise DataError(f"no pairs of grids for {stream.kind}")
        made.append(Pairs(corpus, (N_COLOURS, *stream.shape), chosen))
    return made


def with_pairs(corpus: Corpus, streams: Sequence[Stream]) -> tuple[Stream, ...]:
    """Return the streams that there are pairs for; a DataError if there are none at all."""
    divided = zip(streams, _divided(corpus, streams), strict=True)
    kept = tuple(stream for stream, chosen in divided if len(chosen))
    if not kept:
        raise DataError("every pair of grids in the data is larger than the largest stream of this preset")
    return kept


def _divided(corpus: Corpus, streams: Sequence[Stream]) -> list[npt.NDArray[np.int64]]:
    """Return the numbers of the pairs of every stream: each pair goes to the smallest stream that it fits."""
    question, answer = (corpus.grids[corpus.pairs[:, i], 1:] for i in (1, 2))
    sides = np.maximum(question, answer)  # (N, 2)
    # A turned pair needs its larger side in both directions.
    side = sides.max(1)
    limits = np.array([min(stream.shape) for stream in streams])
    smallest = np.sort(limits)[np.minimum(np.searchsorted(np.sort(limits), side), len(limits) - 1)]
    return [np.flatnonzero((smallest == limit) & (side <= limit)) for limit in limits]
