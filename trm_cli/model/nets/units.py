"""The Sudoku net: one vector for every (digit, row, column), the same small network for all of them.

A vector stands for "this digit in this cell". Vectors interact only by averages over the four units
a candidate belongs to: the digits of its cell, and the places of its digit in the row, the column and the
box. So the net is equivariant to every symmetry of Sudoku (relabelling digits, permuting rows inside a
band, bands, the same for columns, transposing), and knows no grid size: the same weights take 4x4 to 25x25.
It is a set network (Deep Sets, arXiv:1703.06114) on the four families of units.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.model.config import ModelConfig
from trm_cli.model.layers import Linear, rms_norm, truncated_normal
from trm_cli.model.trm import Net

UNKNOWN, GIVEN, EXCLUDED = range(3)


class Block(nn.Module):
    """Post-norm residual block: what the units say and a feed-forward part, side by side, both with squared ReLU."""

    def __init__(self, size: int, pool_size: int, ff_size: int) -> None:
        super().__init__()
        self.pool_in = Linear(size, 3 * pool_size)
        self.to_cell, self.to_line, self.to_box = (Linear(pool_size, size) for _ in range(3))
        self.ff_in = Linear(size, ff_size)
        self.ff_out = Linear(ff_size, size)

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, V, V, V, D) to itself; the axes are digit, row, column.

        Rows and columns share their matrices, or transposing would be no symmetry. The averages are mapped
        before they are spread out over their units again, which is 9 times less work in 9x9.
        """
        n_batch, size, _, _, width = h.shape
        box_rows, box_columns = BOXES[size]
        boxes = (size // box_rows, box_rows, size // box_columns, box_columns)
        cell, line, box = F.relu(self.pool_in(h)).square().chunk(3, -1)  # each (B, V, V, V, k)
        box = box.reshape(n_batch, size, *boxes, -1)  # (B, V, V / rows, rows, V / columns, columns, k)
        # The feed-forward part, then the averages over cell, row, column and box.
        h = h + self.ff_out(F.relu(self.ff_in(h)).square())
        h = h + self.to_cell(cell.mean(1, keepdim=True))  # (B, 1, V, V, D)
        h = h + self.to_line(line.mean(3, keepdim=True))  # (B, V, V, 1, D)
        h = h + self.to_line(line.mean(2, keepdim=True))  # (B, V, 1, V, D)
        h = h.view(n_batch, size, *boxes, width) + self.to_box(box.mean((3, 5), keepdim=True))
        return rms_norm(h.view(n_batch, size, size, size, width))


class Units(Net):
    """The network with its candidate embedding, its answer head and its halting head."""

    is_equivariant = True

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size = config.hidden_size
        ff_size = round(config.expansion * size)
        self.candidate = nn.Parameter(truncated_normal(3, size, std=1.0))
        self.blocks = nn.ModuleList(Block(size, config.pool_size, ff_size) for _ in range(config.L_layers))
        self.answer = Linear(size, 1)
        self.halting = Linear(2 * size, 1, bias=-5.0, std=0.0)

    def embed(self, tokens: Tensor, dtype: torch.dtype = torch.float32, ids: Tensor | None = None) -> Tensor:
        """Return x (B, V, V, V, D) of tokens (B, V, V), 0 for blank: unknown, given here, or excluded by a given."""
        # Every candidate (digit, row, column) compares its digit with the given of its cell.
        digits = torch.arange(1, tokens.shape[1] + 1, device=tokens.device)[:, None, None]
        given = tokens[:, None]
        state = torch.where(given == digits, GIVEN, torch.where(given > 0, EXCLUDED, UNKNOWN))  # (B, V, V, V)
        return F.embedding(state, self.candidate).to(dtype)

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, V, V, V, D) to itself."""
        for block in self.blocks:
            h = block(h)
        return h

    def hidden(self) -> Iterable[nn.Module]:
        """Return the blocks."""
        return self.blocks

    def logits(self, y: Tensor) -> Tensor:
        """Return (B, V * V, V): for every cell one logit a digit, in float32."""
        logits: Tensor = self.answer(y)
        return logits.float().squeeze(-1).flatten(2).transpose(1, 2)

    def halt(self, y: Tensor) -> Tensor:
        """Return (B,) in float32, from the mean and the maximum over all candidates."""
        y = y.flatten(1, 3).float()
        halt: Tensor = self.halting(torch.cat((y.mean(1), y.amax(1)), -1))  # (B, 1)
        return halt.squeeze(-1)
