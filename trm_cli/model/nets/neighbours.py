"""The maze net: one vector for every cell, the same small network for all of them.

Vectors interact with those of the eight cells around them, with zeros outside the maze, and with an average over the
whole maze. So the net knows no size: what is trained on small mazes runs on large ones. A cell whose embedding is zero
does not exist (it pads a batch of several sizes): its state stays zero and it is left out of the average.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trm_cli.domains.maze.grid import PAD, SYMBOLS
from trm_cli.model.config import ModelConfig
from trm_cli.model.layers import Linear, rms_norm, truncated_normal
from trm_cli.model.trm import Net

N_TOKENS = len(SYMBOLS) - 1  # a question has no path


class Block(nn.Module):
    """Post-norm residual block: a squared-ReLU layer over a cell and those around it, and the maze's average."""

    def __init__(self, size: int, pool_size: int, ff_size: int) -> None:
        super().__init__()
        self.around = Linear(9 * size, ff_size)
        self.out = Linear(ff_size, size)
        self.all_in = Linear(size, pool_size)
        self.to_all = Linear(pool_size, size)

    def forward(self, h: Tensor, exists: Tensor) -> Tensor:
        """Map (B, H, W, D) to itself; `exists` (B, H, W, 1) is 1 for cells of the maze and 0 for padding."""
        # The matrix over a cell and its eight neighbours, as the kernel of a convolution.
        kernel = self.around.weight.to(h.dtype).view(-1, 3, 3, h.shape[-1])  # (F, 3, 3, D)
        around = F.conv2d(h.permute(0, 3, 1, 2), kernel.permute(0, 3, 1, 2), padding=1).permute(0, 2, 3, 1)
        # The average over the whole maze, (B, 1, 1, pool size); padding is 0 and does not count.
        average = F.relu(self.all_in(h)).square().sum((1, 2), keepdim=True) / exists.sum((1, 2), keepdim=True)
        return rms_norm(h + self.out(F.relu(around).square()) + self.to_all(average)) * exists


class Neighbours(Net):
    """The network with its cell embedding, its answer head and its halting head."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size = config.hidden_size
        ff_size = round(config.expansion * size)
        self.cell = nn.Parameter(truncated_normal(N_TOKENS, size, std=1.0))
        self.blocks = nn.ModuleList(Block(size, config.pool_size, ff_size) for _ in range(config.L_layers))
        self.answer = Linear(size, 2)
        self.halting = Linear(2 * size, 1, bias=-5.0, std=0.0)

    def embed(self, tokens: Tensor, dtype: torch.dtype = torch.float32, ids: Tensor | None = None) -> Tensor:
        """Return x (B, H, W, D) of tokens (B, H, W); zero where a cell is padding."""
        return (F.embedding(tokens, self.cell) * (tokens != PAD).unsqueeze(-1)).to(dtype)

    def exists(self, x: Tensor) -> Tensor:
        """Return which cells are not padding, (B, H, W, 1): those whose state is not zero."""
        return x.abs().amax(-1, keepdim=True) > 0  # faster than any()

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, H, W, D) to itself."""
        exists = self.exists(h).to(h.dtype)
        for block in self.blocks:
            h = block(h, exists)
        return h

    def hidden(self) -> Iterable[nn.Module]:
        """Return the blocks."""
        return self.blocks

    def logits(self, y: Tensor) -> Tensor:
        """Return (B, H * W, 2) in float32: off the path, on it."""
        logits: Tensor = self.answer(y)
        return logits.float().flatten(1, 2)

    def halt(self, y: Tensor) -> Tensor:
        """Return (B,) in float32, from the mean and the maximum over all cells."""
        y = y.flatten(1, 2).float()
        exists = self.exists(y)
        mean = y.sum(1) / exists.sum(1)  # (B, D)
        halt: Tensor = self.halting(torch.cat((mean, y.masked_fill(~exists, -torch.inf).amax(1)), -1))
        return halt.squeeze(-1)
