"""The paper's network: a sequence of cells after a puzzle embedding, mixed by attention or by an MLP.

TRM as published (SamsungSAILMontreal/TinyRecursiveModels, `models/recursive_reasoning/trm.py`), to the tensor: its
checkpoints run here, see `trm_cli.model.official`. In one thing the code departs from the paper: with `mlp_t` the
first norm of a block runs over the positions, not over the features.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trm_cli.errors import ConfigError
from trm_cli.model.config import ModelConfig
from trm_cli.model.layers import Attention, Linear, SwiGLU, rms_norm, truncated_normal
from trm_cli.model.nets.vocabulary import VOCABULARIES, Vocabulary
from trm_cli.model.trm import Net


class Block(nn.Module):
    """Two post-norm residual sub-layers: one mixes positions, one works on each."""

    def __init__(self, config: ModelConfig, length: int) -> None:
        super().__init__()
        size = config.hidden_size
        self.mlp_t = config.mlp_t
        self.mix: nn.Module
        if config.mlp_t:
            self.mix = SwiGLU(length, config.expansion)
        else:
            self.mix = Attention(size, config.num_heads, config.pos_encodings == "rope")
        self.mlp = SwiGLU(size, config.expansion)

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, S, D) to itself."""
        # The MLP mixes positions, so they must be the last axis; its norm then runs over them too.
        if self.mlp_t:
            h = h.transpose(1, 2)  # (B, D, S)
            h = rms_norm(h + self.mix(h)).transpose(1, 2)
        else:
            h = rms_norm(h + self.mix(h))
        return rms_norm(h + self.mlp(h))


class SequenceNet(Net):
    """The published network; tokens and logits are in the vocabulary of the published data sets.

    S is the puzzle embedding's positions and then the cells, row-major. `puzzles (num_puzzle_identifiers, N)`
    is the table of puzzle embeddings: a buffer, trained by an optimizer of its own. While gradients are recorded, every
    `embed` adds its identifiers and their rows, as leaves of the graph, to `touched`.
    """

    puzzles: Tensor
    touched: list[tuple[Tensor, Tensor]]

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size = config.hidden_size
        std = 1 / math.sqrt(size)
        self.config = config
        self.vocabulary = VOCABULARIES.get(config.task, Vocabulary())
        self.scale = math.sqrt(size)
        self.touched = []
        self.token = nn.Parameter(truncated_normal(config.vocab_size, size, std=std))
        length = config.puzzle_emb_len + config.seq_len
        if config.pos_encodings == "learned":
            self.position = nn.Parameter(truncated_normal(length, size, std=std))
        self.register_buffer("puzzles", torch.zeros(config.num_puzzle_identifiers, config.puzzle_emb_ndim))
        self.blocks = nn.ModuleList(Block(config, length) for _ in range(config.L_layers))
        self.answer = Linear(size, config.vocab_size)
        self.halting = Linear(size, 2, bias=-5.0, std=0.0)  # "halt" and, unused, "go on"

    def embed(self, tokens: Tensor, dtype: torch.dtype = torch.float32, ids: Tensor | None = None) -> Tensor:
        """Return x (B, S, D); `ids` are rows of the puzzle table, by default its first."""
        n_cells = math.prod(tokens.shape[1:])  # of a batch that may be empty
        if n_cells != self.config.seq_len:
            raise ConfigError(f"these weights take grids of {self.config.seq_len} cells, not {n_cells}")
        cells = F.embedding(self.vocabulary.question(tokens).flatten(1), self.token.to(dtype))  # (B, L, D)
        ids = torch.zeros_like(tokens[:, 0, 0]) if ids is None else ids
        rows = self.puzzles[ids]  # (B, N)
        # The optimizer of the table finds the rows and their gradients in `touched`.
        if torch.is_grad_enabled() and rows.shape[1]:
            self.touched.append((ids, rows.requires_grad_()))
        return self.join(cells, rows)

    def join(self, cells: Tensor, rows: Tensor) -> Tensor:
        """Return x (B, S, D): rows (B, N) of the puzzle table, then embedded cells (B, L, D)."""
        n_batch, _, size = cells.shape
        # A row fills whole positions, with zeros at the end.
        n_positions = self.config.puzzle_emb_len
        pad = n_positions * size - rows.shape[1]
        prefix = F.pad(rows, (0, pad)).view(n_batch, n_positions, size).to(cells.dtype)
        x = torch.cat((prefix, cells), 1)  # (B, S, D)
        if self.config.pos_encodings == "learned":
            x = math.sqrt(0.5) * (x + self.position.to(x.dtype))
        return self.scale * x

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, S, D) to itself."""
        for block in self.blocks:
            h = block(h)
        return h

    def hidden(self) -> Iterable[nn.Module]:
        """Return the blocks."""
        return self.blocks

    def logits(self, y: Tensor) -> Tensor:
        """Return (B, L, V) over the published vocabulary."""
        logits: Tensor = self.answer(y[:, self.config.puzzle_emb_len :])
        return logits.float()

    def halt(self, y: Tensor) -> Tensor:
        """Return (B,) in float32, from the first position."""
        halt: Tensor = self.halting(y[:, 0])
        return halt[:, 0].float()

    def classes(self, logits: Tensor) -> Tensor:
        """Return the logits of the task's own classes."""
        return self.vocabulary.classes(logits)

    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Return the published labels: givens are supervised too."""
        return self.vocabulary.targets(tokens, labels)
