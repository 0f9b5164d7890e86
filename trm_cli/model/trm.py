"""The recursion of "Less is More: Recursive Reasoning with Tiny Networks" (arXiv:2510.04871), and nothing else.

It reads side by side with the paper's figure 3: x is the question, y the answer, z the latent. What it
recurses over is a `Net`, from `trm_cli.model.nets`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from trm_cli.model.config import ModelConfig
from trm_cli.model.layers import normal


class Net(nn.Module, ABC):
    """One small network with its embedding and its two heads; S stands for the net's own position axes.

    `is_equivariant`: it answers all views of a puzzle in the same way as the puzzle itself.
    """

    is_equivariant = False

    @abstractmethod
    def embed(self, tokens: Tensor, dtype: torch.dtype = torch.float32, ids: Tensor | None = None) -> Tensor:
        """Return x (B, *S, D) of integer tokens (B, H, W); some nets also use puzzle identifiers `ids` (B,)."""

    @abstractmethod
    def forward(self, h: Tensor) -> Tensor:
        """Return the next state (B, *S, D) from the sum of the states that go in."""

    @abstractmethod
    def logits(self, y: Tensor) -> Tensor:
        """Return the answer's logits (B, H * W, V) in float32."""

    @abstractmethod
    def halt(self, y: Tensor) -> Tensor:
        """Return the logits (B,) in float32 of "this answer is right"."""

    @abstractmethod
    def hidden(self) -> Iterable[nn.Module]:
        """Return the parts between the embedding and the heads: Muon trains their matrices, AdamW everything else."""

    def exists(self, x: Tensor) -> Tensor | None:
        """Return which positions of x are not padding, (B, *S, 1); None if none is."""
        return None

    def classes(self, logits: Tensor) -> Tensor:
        """Return the logits of the task's classes, as `Domain.decode` takes them, from those of `logits`."""
        return logits

    def targets(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Return the class (B, L) that `logits` should choose, from the task's labels (B, L) and tokens (B, H, W)."""
        return labels


class State(NamedTuple):
    """The state between two supervision steps: y and z, each (B, *S, D)."""

    y: Tensor
    z: Tensor


class TinyRecursiveModel(nn.Module):
    """A net, and the recursion over it; `y_init` and `z_init` (D,) are random, fixed, and saved with the weights.

    `identifiers` maps a puzzle's identifier to its row in a table of puzzle embeddings, if the net has one.
    """

    y_init: Tensor
    z_init: Tensor

    def __init__(self, config: ModelConfig, net: Net) -> None:
        super().__init__()
        self.config = config
        self.net = net
        self.identifiers: dict[str, int] = {}
        self.register_buffer("y_init", normal(config.hidden_size))
        self.register_buffer("z_init", normal(config.hidden_size))

    def start(self, x: Tensor) -> State:
        """Return the fixed start state, at every position of x that is not padding."""
        exists = self.net.exists(x)
        y, z = (init.to(x.dtype).expand_as(x) for init in (self.y_init, self.z_init))
        return State(y, z) if exists is None else State(y * exists, z * exists)

    def forward(
        self, tokens: Tensor, y: Tensor, z: Tensor, H_cycles: int | None = None, ids: Tensor | None = None
    ) -> tuple[State, Tensor, Tensor]:
        """Embed the question, tokens (B, H, W), and do one supervision step: `deep_recursion`."""
        return self.deep_recursion(self.net.embed(tokens, y.dtype, ids), y, z, H_cycles)

    def latent_recursion(self, x: Tensor, y: Tensor, z: Tensor) -> State:
        """Improve the latent n times, then the answer once."""
        for _ in range(self.config.L_cycles):
            z = self.net(z + (y + x))  # (B, *S, D)
        # The answer update does not see x: this shows the one network which of the two updates it does.
        y = self.net(y + z)  # (B, *S, D)
        return State(y, z)

    def deep_recursion(
        self, x: Tensor, y: Tensor, z: Tensor, H_cycles: int | None = None
    ) -> tuple[State, Tensor, Tensor]:
        """Do one supervision step: T cycles (by default the config's), of which only the last has a gradient.

        Returns the detached state, the logits (B, H * W, V) and the halting logits (B,).
        """
        # The first T - 1 cycles only bring the state closer to a good answer; the gradient runs through the last.
        with torch.no_grad():
            for _ in range((H_cycles or self.config.H_cycles) - 1):
                y, z = self.latent_recursion(x, y, z)
        y, z = self.latent_recursion(x, y, z)
        return State(y.detach(), z.detach()), self.net.logits(y), self.net.halt(y)
