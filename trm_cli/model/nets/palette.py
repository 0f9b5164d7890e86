"""The ARC net: one vector for every (colour, cell), the same small network for all of them.

A vector stands for "this colour in this cell". Vectors interact with those of the cells around them, with averages over
the colours of a cell, a row, a column and the grid, and, by attention, with all cells. The average over its colours
decides where a cell looks, so all colours look at the same cells. Hence the net is equivariant to the colours, and it
depends on no size of grids or palettes. A (colour, cell) whose token is 0 does not exist: its state stays zero.

A token is a set of bits: what is true of a colour and a cell of the canvas (`trm_cli.domains.arc.bits`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trm_cli.domains.arc.bits import COLOUR, EXISTS, MAX_PLANES, PLANES
from trm_cli.model.config import ModelConfig
from trm_cli.model.layers import Linear, truncated_normal
from trm_cli.model.trm import Net

KEY_SIZE = 16
"""Features of a query and a key of attention."""
THETA = 20.0
"""Base of the rotary positions, which turn by 1, THETA**-0.25, THETA**-0.5 and THETA**-0.75 radians a cell."""


class Masks(NamedTuple):
    """The pairs (colour, cell) that exist, (B, K, H, W, 1), and the numbers that averages are divided by."""

    exists: Tensor
    n_colours: Tensor  # (B, 1, 1, 1, 1)
    n_row: Tensor  # (B, 1, H, 1, 1)
    n_column: Tensor  # (B, 1, 1, W, 1)
    n_cells: Tensor  # (B, 1, 1, 1, 1)
    is_padded: bool

    @classmethod
    def of(cls, h: Tensor) -> Masks:
        """Read them off a state, which is zero where nothing exists."""
        exists = (h != 0).any(-1, keepdim=True)
        cells = exists.any(1, keepdim=True)  # (B, 1, H, W, 1)
        return cls(
            exists.to(h.dtype),
            exists.flatten(2).any(2).sum(1).clamp_min(1).view(-1, 1, 1, 1, 1).to(h.dtype),
            cells.sum(3, keepdim=True).clamp_min(1).to(h.dtype),
            cells.sum(2, keepdim=True).clamp_min(1).to(h.dtype),
            cells.sum((2, 3), keepdim=True).clamp_min(1).to(h.dtype),
            # A compiled graph must not depend on values, so it always takes padding into account.
            torch.compiler.is_compiling() or not bool(exists.all()),
        )


class Block(nn.Module):
    """Post-norm residual block: a squared-ReLU layer over the cells around, averages, and attention, side by side."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size, self.n_heads = config.hidden_size, config.num_heads
        self.pool_size, ff_size = config.pool_size, round(config.expansion * size)
        self.value_size = size // config.num_heads
        self.around = Linear(9 * size, ff_size)
        self.tell = Linear(size, 4 * self.pool_size + size)  # features for averages, and the values of attention
        self.to_cell, self.to_line, self.to_all = (
            Linear(self.pool_size, size, std=0.5 * self.pool_size**-0.5) for _ in range(3)
        )
        self.look = Linear(self.pool_size, 2 * self.n_heads * KEY_SIZE)
        self.out = Linear(ff_size + size, size, std=0.5 * (ff_size + size) ** -0.5)

    def forward(self, h: Tensor, masks: Masks, waves: tuple[Tensor, Tensor]) -> Tensor:
        """Map (B, K, H, W, D) to itself; `waves` are cosines and sines (H * W, key size / 2) of the positions."""
        height, width, size = h.shape[2:]
        # The matrix over a cell and its eight neighbours, as the kernel of a convolution.
        kernel = self.around.weight.to(h.dtype).view(-1, 3, 3, size).permute(0, 3, 1, 2)  # (F, D, 3, 3)
        flat = h.view(-1, height, width, size).permute(0, 3, 1, 2)
        around = F.relu(F.conv2d(flat, kernel, padding=1)).square().permute(0, 2, 3, 1)  # (B * K, H, W, F)
        pooled, value = self.tell(h).split((4 * self.pool_size, size), -1)
        cell, line, grid, looks = F.relu(pooled).square().chunk(4, -1)  # each (B, K, H, W, P)
        # Averages over colours, rows, columns and the grid; each is mapped before it is spread out again.
        small = self.to_cell(cell.sum(1, keepdim=True) / masks.n_colours)  # (B, 1, H, W, D)
        small = small + self.to_line(line.sum(3, keepdim=True) / masks.n_row)
        small = small + self.to_line(line.sum(2, keepdim=True) / masks.n_column)
        small = small + self.to_all(grid.sum((2, 3), keepdim=True) / masks.n_cells)
        attended = self._attend(looks.sum(1) / masks.n_colours.squeeze(1), value, masks, waves)
        large = self.out(torch.cat((around.reshape(*h.shape[:-1], -1), attended), -1))
        mixed: Tensor = F.rms_norm(h + large + small, (size,), eps=1e-5)
        return mixed * masks.exists if masks.is_padded else mixed

    def _attend(self, column: Tensor, value: Tensor, masks: Masks, waves: tuple[Tensor, Tensor]) -> Tensor:
        """Return for every (colour, cell) the weighted mean value of its colour in the cells that its cell looks at.

        `column` (B, H, W, P), the average over the colours of a cell, decides where the cell looks. `value` and the
        result are (B, K, H, W, D).
        """
        n_batch, n_colours, height, width, size = value.shape
        n_cells = height * width
        # Queries and keys have no axis of colours: there is one map of attention for all colours.
        pair = self.look(column).view(n_batch, n_cells, 2, self.n_heads, KEY_SIZE)
        q, k = pair.permute(2, 0, 3, 1, 4)  # each (B, heads, L, key size)
        q, k = _rotate(q, waves) * KEY_SIZE**-0.5, _rotate(k, waves)
        v = value.reshape(n_batch, n_colours, n_cells, self.n_heads, self.value_size)
        v = v.permute(0, 3, 2, 1, 4).reshape(n_batch, self.n_heads, n_cells, -1)  # (B, heads, L, K * value size)
        scores = q @ k.transpose(-1, -2)  # (B, heads, L, L)
        if masks.is_padded:
            # No cell looks at padding.
            is_there = masks.exists.amax(1).view(n_batch, 1, 1, n_cells)
            scores = scores + (is_there - 1) * 1e4
        mixed = (scores.softmax(-1) @ v).view(n_batch, self.n_heads, n_cells, n_colours, self.value_size)
        out: Tensor = mixed.permute(0, 3, 2, 1, 4).reshape(n_batch, n_colours, height, width, size)
        return out


class Palette(Net):
    """The network with its embedding of bits, its answer head and its halting head.

    A net that is trained on many tasks knows each by its code, a row of the table `codes`, which is added to x.
    In training, `noise` is added to every new state and the share `dropout` of the embedding's features is left out:
    that keeps a net from memorising a few demonstrations. Both are drawn from `generator`, or from PyTorch's own
    if there is none.
    """

    noise: float = 0.0
    dropout: float = 0.0
    generator: torch.Generator | None = None

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.bits = nn.Parameter(truncated_normal(PLANES + MAX_PLANES, size, std=0.5))
        # The bits of the ten colours begin at zero: before training, all colours but black are alike.
        with torch.no_grad():
            self.bits[COLOUR:PLANES] = 0
        # One task, as in an adaptation, needs no code.
        self.codes: nn.Parameter | None = None
        if config.num_puzzle_identifiers > 1:
            self.codes = nn.Parameter(torch.zeros(config.num_puzzle_identifiers, size))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.L_layers))
        self.answer = Linear(size, 1)
        self.halting = Linear(2 * size, 1, bias=-3.0, std=0.0)

    def embed(self, tokens: Tensor, dtype: torch.dtype = torch.float32, ids: Tensor | None = None) -> Tensor:
        """Return x (B, K, H, W, D) of tokens (B, K, H, W), sets of bits; zero where nothing exists.

        `ids` (B,) are rows of the table of codes; without them no code is added.
        """
        bits = tokens.unsqueeze(-1) >> torch.arange(len(self.bits), device=tokens.device) & 1  # (B, K, H, W, bits)
        x = bits.to(dtype) @ self.bits.to(dtype)
        if self.codes is not None and ids is not None:
            x = x + self.codes[ids].to(dtype)[:, None, None, None]
        if self.training and self.dropout:
            # The same features are dropped in all cells of a puzzle.
            kept = torch.rand(len(x), 1, 1, 1, x.shape[-1], generator=self.generator, device=x.device) >= self.dropout
            x = x * kept / (1 - self.dropout)
        return x * (tokens >> EXISTS & 1).unsqueeze(-1).to(dtype)

    def exists(self, x: Tensor) -> Tensor:
        """Return which pairs of a colour and a cell there are, (B, K, H, W, 1)."""
        return (x != 0).any(-1, keepdim=True)

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, K, H, W, D) to itself."""
        masks = Masks.of(h)
        waves = _waves(h.shape[2], h.shape[3], h)
        for block in self.blocks:
            h = block(h, masks, waves)
        if self.training and self.noise:
            noise = torch.randn(h.shape, generator=self.generator, dtype=h.dtype, device=h.device)
            h = h + self.noise * noise * masks.exists
        return h

    def hidden(self) -> Iterable[nn.Module]:
        """Return the blocks."""
        return self.blocks

    def logits(self, y: Tensor) -> Tensor:
        """Return (B, H * W, K): for every cell one logit a colour of the palette, in float32."""
        logits: Tensor = self.answer(y)
        logits = logits.float().masked_fill(~self.exists(y), -1e9).squeeze(-1)
        return logits.flatten(2).transpose(1, 2)

    def halt(self, y: Tensor) -> Tensor:
        """Return (B,) in float32, from the mean and the maximum over all that exists."""
        flat = y.flatten(1, 3).float()
        n = (flat != 0).any(-1).sum(1, keepdim=True).clamp_min(1)
        halt: Tensor = self.halting(torch.cat((flat.sum(1) / n, flat.amax(1)), -1))
        return halt.squeeze(-1)


def _waves(height: int, width: int, like: Tensor) -> tuple[Tensor, Tensor]:
    """Return cosines and sines (H * W, key size / 2): half of them turn with the row, half with the column."""
    quarter = KEY_SIZE // 4
    frequency = THETA ** (-torch.arange(quarter, device=like.device) / quarter)
    row = torch.arange(height, device=like.device)[:, None] * frequency  # (H, key size / 4)
    column = torch.arange(width, device=like.device)[:, None] * frequency
    angle = torch.cat((row[:, None].expand(-1, width, -1), column[None].expand(height, -1, -1)), -1)
    angle = angle.reshape(height * width, 2 * quarter)
    return angle.cos().to(like.dtype), angle.sin().to(like.dtype)


def _rotate(h: Tensor, waves: tuple[Tensor, Tensor]) -> Tensor:
    """Turn pairs of features by the cell's position, as `layers.rotate` does by a place in a row."""
    cos, sin = waves
    first, second = h.chunk(2, -1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)
