"""Two baselines on the layers of the published TRM: HRM, its predecessor, and a transformer without recursion.

HRM (arXiv:2506.21734) has two networks at two rates: a low one improves z at every latent update, a high one y at the
end of every cycle. Its gradient is one step long: through the last update of each. Here it halts and is trained
like TRM, by a head that says whether the answer is right, without HRM's second head for going on.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from trm_cli.model.config import ModelConfig
from trm_cli.model.nets.sequence import Block, SequenceNet
from trm_cli.model.trm import State, TinyRecursiveModel


class TwoLevels(SequenceNet):
    """The published network, with a second stack of equally many blocks for the high level."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        length = config.puzzle_emb_len + config.seq_len
        self.high_blocks = nn.ModuleList(Block(config, length) for _ in range(config.L_layers))

    def forward(self, h: Tensor, is_high: bool = False) -> Tensor:
        """Map (B, S, D) to itself by the low level or the high one."""
        for block in self.high_blocks if is_high else self.blocks:
            h = block(h)
        return h

    def hidden(self) -> Iterable[nn.Module]:
        """Return the blocks of both levels."""
        return (*self.blocks, *self.high_blocks)


class HierarchicalReasoningModel(TinyRecursiveModel):
    """HRM's recursion: T cycles of n low updates and a high one, with a gradient through the last of each."""

    net: TwoLevels

    def deep_recursion(
        self, x: Tensor, y: Tensor, z: Tensor, H_cycles: int | None = None
    ) -> tuple[State, Tensor, Tensor]:
        """Do one supervision step; see `TinyRecursiveModel.deep_recursion`."""
        n_cycles = H_cycles or self.config.H_cycles
        # All updates but the last of each level run without a gradient.
        with torch.no_grad():
            for cycle in range(n_cycles):
                is_last = cycle == n_cycles - 1
                for _ in range(self.config.L_cycles - is_last):
                    z = self.net(z + (y + x))
                if not is_last:
                    y = self.net(y + z, is_high=True)
        z = self.net(z + (y + x))  # (B, S, D)
        y = self.net(y + z, is_high=True)
        return State(y.detach(), z.detach()), self.net.logits(y), self.net.halt(y)


class PlainTransformer(TinyRecursiveModel):
    """The network applied once to the question: `halt_max_steps` should be 1, as every step gives the same answer."""

    def deep_recursion(
        self, x: Tensor, y: Tensor, z: Tensor, H_cycles: int | None = None
    ) -> tuple[State, Tensor, Tensor]:
        """Apply the network once; the latent stays as it is."""
        y = self.net(x)
        return State(y.detach(), z), self.net.logits(y), self.net.halt(y)
