"""Pools of training puzzles, and drawing from them: by difficulty with a curriculum, or by group in epochs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trm_cli.domain import Domain
from trm_cli.puzzle import Puzzle


class Batch(NamedTuple):
    """`tokens` (B, H, W), `labels` (B, H * W) and puzzle identifiers `ids` (B,), all int64.

    Tokens of a net with K colours are (B, K, H, W).
    """

    tokens: Tensor
    labels: Tensor
    ids: Tensor


class Drawn(Protocol):
    """What a stream draws its puzzles from: a `Pool`, or the `Pairs` of ARC tasks."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one puzzle's tokens."""
        ...

    @property
    def level(self) -> npt.NDArray[np.str_]:
        """The level of every puzzle, (N,)."""
        ...

    def draw(self, n: int, mix: dict[str, float], rng: np.random.Generator) -> Batch:
        """Draw n puzzles, by the shares of the levels in `mix`."""
        ...

    def arrays(self, number: int) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays to write into a file, where this is pool `number`."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """Return what the next draw depends on beside the random numbers."""
        ...

    def load_state_dict(self, saved: dict[str, Tensor]) -> None:
        """Load what `state_dict` returned."""
        ...


class Pool:
    """Encoded puzzles of one shape: `tokens (N, H, W)` and `labels (N, H * W)` int8, with each one's level.

    `group (N,)` is a number from 0 for each puzzle together with its augmentations. `ids (N,)` are rows of the table
    of puzzle embeddings. `puzzle (N,)` says which examples belong to one puzzle: an ARC task has several, others one.

    A pool with groups is drawn from as in the published training: an epoch visits every group once, in random order,
    and takes all examples of one puzzle of the group. A pool without groups is drawn from by level.
    """

    def __init__(
        self,
        tokens: npt.NDArray[np.int8],
        labels: npt.NDArray[np.int8],
        level: npt.NDArray[np.str_],
        group: npt.NDArray[np.int64] | None = None,
        ids: npt.NDArray[np.int64] | None = None,
        puzzle: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self.tokens = torch.from_numpy(tokens)
        self.labels = torch.from_numpy(labels)
        self._level = level
        self.group = np.zeros(0, np.int64) if group is None else group
        self.ids = np.zeros(len(tokens), np.int64) if ids is None else ids
        self.puzzle = np.arange(len(tokens)) if puzzle is None else puzzle
        self._members = {str(name): np.flatnonzero(level == name) for name in np.unique(level)}
        if self.n_groups:
            # Sort the examples by group, then by puzzle, and keep where each puzzle and each group begins.
            self._sorted = np.lexsort((self.puzzle, self.group))
            _, first = np.unique(self.puzzle[self._sorted], return_index=True)
            first = np.sort(first)
            self._examples = np.append(first, len(tokens))  # offsets of puzzles into the sorted examples
            groups = self.group[self._sorted][first]
            self._puzzles = np.searchsorted(groups, np.arange(self.n_groups + 1))  # and of groups into puzzles
        self._waiting = np.zeros(0, np.int64)

    @property
    def level(self) -> npt.NDArray[np.str_]:
        """The level of every puzzle, (N,)."""
        return self._level

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a puzzle."""
        return self.tokens.shape[1], self.tokens.shape[2]

    @property
    def n_groups(self) -> int:
        """Groups; 0 when the pool has none."""
        return int(self.group.max()) + 1 if len(self.group) else 0

    @classmethod
    def encode(cls, domain: Domain, puzzles: Iterable[tuple[Puzzle, str]], augment: int = 0, seed: int = 0) -> Pool:
        """Encode (puzzle, level) pairs; every puzzle has a solution. With `augment` copies of each, groups are made."""
        # The puzzle itself comes first, then its copies under random symmetries, all in one group.
        rng = np.random.default_rng(seed)
        tokens, labels, levels, groups = [], [], [], []
        for number, (puzzle, level) in enumerate(puzzles):
            for copy in domain.copies(puzzle, augment, rng):
                question, answer = domain.encode(copy)
                assert answer is not None, puzzle.name
                tokens.append(question.astype(np.int8))
                labels.append(answer.ravel().astype(np.int8))
                levels.append(level)
                groups.append(number)
        return cls(np.stack(tokens), np.stack(labels), np.array(levels), np.array(groups) if augment else None)

    def draw(self, n: int, mix: dict[str, float], rng: np.random.Generator) -> Batch:
        """Draw n puzzles: by group, or with replacement, each from a level chosen by the shares of `mix`.

        Levels that `mix` does not name, as data files may have, get the share that they have in the pool.
        """
        chosen = self._next_of_groups(n, rng) if self.n_groups else self._of_levels(n, mix, rng)
        return Batch(self.tokens[chosen].long(), self.labels[chosen].long(), torch.from_numpy(self.ids[chosen]))

    def _of_levels(self, n: int, mix: dict[str, float], rng: np.random.Generator) -> npt.NDArray[np.int64]:
        shares = self._shares(mix)
        levels = rng.choice([*shares], size=n, p=[*shares.values()])
        return np.array([rng.choice(self._members[level]) for level in levels])

    def _shares(self, mix: dict[str, float]) -> dict[str, float]:
        """Return the share of every level there is; they add up to 1."""
        # Levels that the mix does not name keep their share; the named ones divide the rest.
        present = {level: len(members) / len(self.level) for level, members in self._members.items()}
        unnamed = {level: share for level, share in present.items() if level not in mix}
        named = {level: share for level, share in mix.items() if level in present}
        total = sum(named.values())
        if not total:
            return present
        left = 1 - sum(unnamed.values())
        return {level: share / total * left for level, share in named.items()} | unnamed

    def _next_of_groups(self, n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        while len(self._waiting) < n:
            # A new epoch: from every group one puzzle, with all its examples in random order.
            groups = rng.permutation(self.n_groups)
            chosen = rng.integers(self._puzzles[groups], self._puzzles[groups + 1])
            examples = [self._sorted[self._examples[i] : self._examples[i + 1]] for i in chosen]
            self._waiting = np.concatenate((self._waiting, *map(rng.permutation, examples)))
        chosen, self._waiting = self._waiting[:n], self._waiting[n:]
        return chosen

    def arrays(self, number: int) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays to write into a file, their names ending with a number."""
        named = {"tokens": self.tokens.numpy(), "labels": self.labels.numpy(), "level": self.level}
        if self.n_groups:
            named |= {"group": self.group, "ids": self.ids, "puzzle": self.puzzle}
        return {f"{name}{number}": array for name, array in named.items()}

    def state_dict(self) -> dict[str, Tensor]:
        """Return the rest of the epoch: the examples that are still to be drawn."""
        return {"waiting": torch.from_numpy(self._waiting)}

    def load_state_dict(self, saved: dict[str, Tensor]) -> None:
        """Load what `state_dict` returned; a ValueError for examples that the pool does not have."""
        waiting = saved["waiting"].numpy()
        if waiting.dtype != np.int64 or waiting.ndim != 1 or ((waiting < 0) | (waiting >= len(self.tokens))).any():
            raise ValueError("its place in the epoch is none of these puzzles")
        self._waiting = waiting
