"""Pools of training puzzles by difficulty, and drawing from them with a curriculum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trm_cli.puzzle import Domain, Puzzle


class Batch(NamedTuple):
    """`tokens` (B, H, W) and `labels` (B, H * W), both int64."""

    tokens: Tensor
    labels: Tensor


class Pool:
    """Encoded puzzles of one shape: `tokens (N, H, W)` and `labels (N, H * W)` int8, with each one's level."""

    def __init__(self, tokens: npt.NDArray[np.int8], labels: npt.NDArray[np.int8], level: npt.NDArray[np.str_]) -> None:
        self.tokens = torch.from_numpy(tokens)
        self.labels = torch.from_numpy(labels)
        self.level = level
        self._members = {str(name): np.flatnonzero(level == name) for name in np.unique(level)}

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a puzzle."""
        return self.tokens.shape[1], self.tokens.shape[2]

    @classmethod
    def encode(cls, domain: Domain, puzzles: Iterable[tuple[Puzzle, str]]) -> Pool:
        """Encode (puzzle, level) pairs; every puzzle has a solution."""
        tokens, labels, levels = [], [], []
        for puzzle, level in puzzles:
            question, answer = domain.encode(puzzle)
            assert answer is not None, puzzle.name
            tokens.append(question.astype(np.int8))
            labels.append(answer.ravel().astype(np.int8))
            levels.append(level)
        return cls(np.stack(tokens), np.stack(labels), np.array(levels))

    def draw(self, n: int, mix: dict[str, float], rng: np.random.Generator) -> Batch:
        """Draw n puzzles with replacement, each from a level chosen by the shares of `mix`."""
        mix = {level: share for level, share in mix.items() if level in self._members}
        shares = np.array([*mix.values()])
        levels = rng.choice([*mix], size=n, p=shares / shares.sum())
        chosen = torch.from_numpy(np.array([rng.choice(self._members[level]) for level in levels]))
        return Batch(self.tokens[chosen].long(), self.labels[chosen].long())
