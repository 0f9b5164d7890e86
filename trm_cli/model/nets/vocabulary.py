"""The vocabularies of the published data sets, and the translation of a task's tokens and classes to them and back.

Sudoku: 0 padding, 1 blank, 2 to 10 the digits. Maze: 0 padding, 1 wall, 2 free, 3 start, 4 goal, 5 path. Every
cell has a label there, the givens too; only padding has none.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trm_cli.domains.maze.grid import FREE, PAD, PATH
from trm_cli.puzzle import IGNORED


class Vocabulary:
    """The translation between a task and the tokens of a published data set; here none, as both are the same."""

    def question(self, tokens: Tensor) -> Tensor:
        """Return the published tokens for tokens of `Domain.encode`, in the same shape."""
        return tokens

    def classes(self, logits: Tensor) -> Tensor:
        """Return logits over the classes of `Domain.decode`, from logits over published tokens (B, L, V)."""
        return logits

    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Return published labels (B, L), IGNORED at padding, from tokens and labels of `Domain.encode`."""
        return labels


class SudokuVocabulary(Vocabulary):
    """Tokens are values plus one, as 0 is padding."""

    def question(self, tokens: Tensor) -> Tensor:
        """Add one."""
        return tokens + 1

    def classes(self, logits: Tensor) -> Tensor:
        """Leave out padding and blank."""
        return logits[..., 2:]

    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Add labels for the givens, as in the published training."""
        return torch.where(labels == IGNORED, tokens.flatten(1) + 1, labels + 2)


class MazeVocabulary(Vocabulary):
    """The tokens of `maze_grid`; the answer for a free cell is free or path."""

    def classes(self, logits: Tensor) -> Tensor:
        """Compare the path with the most likely other token."""
        # Class 1 is the path, class 0 the strongest of all other tokens.
        path = logits[..., PATH]
        others = logits[..., :PATH].amax(-1)
        return torch.stack((others, path), -1)

    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Add labels for walls and ends, as in the published training."""
        tokens = tokens.flatten(1)
        # Off the free cells, the label is the token itself.
        given = torch.where(tokens == PAD, IGNORED, tokens)
        return torch.where(labels == IGNORED, given, torch.where(labels == 1, PATH, FREE))


VOCABULARIES: dict[str, Vocabulary] = {"sudoku": SudokuVocabulary(), "maze": MazeVocabulary()}
"""The vocabularies of tasks whose own tokens and classes are others; see `Vocabulary` for all other tasks."""
