"""The vocabularies of the published data sets: from a task's tokens and classes to theirs, and back.

Sudoku: 0 padding, 1 blank, 2 to 10 the digits. Maze: 0 padding, 1 wall, 2 free, 3 start, 4 goal, 5 path. Every
cell has a label there, the givens too; only padding has none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from trm_cli.domains.maze.grid import FREE, PAD, PATH
from trm_cli.puzzle import IGNORED


class Vocabulary(ABC):
    """How a task is written in tokens of a published data set."""

    @abstractmethod
    def question(self, tokens: Tensor) -> Tensor:
        """Return published input tokens of those of `Domain.encode`, of the same shape."""

    @abstractmethod
    def classes(self, logits: Tensor) -> Tensor:
        """Return logits over the classes that `Domain.decode` takes, of those over tokens (B, L, V)."""

    @abstractmethod
    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Return published labels (B, L), IGNORED for padding, of what `Domain.encode` gives."""


class SudokuVocabulary(Vocabulary):
    """Digits stand one above their value."""

    def question(self, tokens: Tensor) -> Tensor:
        """Add the padding's place."""
        return tokens + 1

    def classes(self, logits: Tensor) -> Tensor:
        """Leave padding and blank out."""
        return logits[..., 2:]

    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Supervise the givens too."""
        return torch.where(labels == IGNORED, tokens.flatten(1) + 1, labels + 2)


class MazeVocabulary(Vocabulary):
    """The tokens of `maze_grid`; a free cell is answered by free or path."""

    def question(self, tokens: Tensor) -> Tensor:
        """Return them as they are."""
        return tokens

    def classes(self, logits: Tensor) -> Tensor:
        """Set the path against the most likely of all else."""
        path = logits[..., PATH]
        others = logits[..., :PATH].amax(-1)
        return torch.stack((others, path), -1)

    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Supervise walls and ends too."""
        tokens = tokens.flatten(1)
        given = torch.where(tokens == PAD, IGNORED, tokens)
        return torch.where(labels == IGNORED, given, torch.where(labels == 1, PATH, FREE))


class ArcVocabulary(Vocabulary):
    """Tokens and classes are the published ones; only padding has no label."""

    def question(self, tokens: Tensor) -> Tensor:
        """Return them as they are."""
        return tokens

    def classes(self, logits: Tensor) -> Tensor:
        """Return them as they are."""
        return logits

    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Return them as they are."""
        return labels


VOCABULARIES: dict[str, Vocabulary] = {"sudoku": SudokuVocabulary(), "maze": MazeVocabulary(), "arc": ArcVocabulary()}
