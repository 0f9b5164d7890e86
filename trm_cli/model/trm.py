"""The recursion of "Less is More: Recursive Reasoning with Tiny Networks" (arXiv:2510.04871), and nothing else.

It reads side by side with the paper's figure 3: x is the question, y the answer, z the latent. What it
recurses over is a `Net`, from `trm_cli.model.nets`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor, nn

from trm_cli.model.config import ModelConfig


class Net(nn.Module, ABC):
    """One small network with its embedding and its two heads; S stands for the net's own position axes."""

    @abstractmethod
    def embed(self, tokens: Tensor) -> Tensor:
        """Return x (B, *S, D) of integer tokens (B, H, W)."""

    @abstractmethod
    def forward(self, h: Tensor) -> Tensor:
        """Return the next state (B, *S, D) of the sum of the states that go in."""

    @abstractmethod
    def logits(self, y: Tensor) -> Tensor:
        """Return the answer's logits (B, H * W, V) in float32."""

    @abstractmethod
    def halt(self, y: Tensor) -> Tensor:
        """Return the logits (B,) in float32 of "this answer is right"."""


class State(NamedTuple):
    """What is carried from one supervision step to the next: y and z, each (B, *S, D)."""

    y: Tensor
    z: Tensor


class TinyRecursiveModel(nn.Module):
    """A net, and the recursion over it; `y_init` and `z_init` (D,) are random, fixed, and saved with the weights."""

    y_init: Tensor
    z_init: Tensor

    def __init__(self, config: ModelConfig, net: Net) -> None:
        super().__init__()
        self.config = config
        self.net = net
        self.register_buffer("y_init", torch.randn(config.hidden_size))
        self.register_buffer("z_init", torch.randn(config.hidden_size))

    def start(self, x: Tensor) -> State:
        """Return the fixed start state at every position of x that exists: where x is zero, the states are."""
        exists = (x != 0).any(-1, keepdim=True)
        return State(self.y_init.to(x.dtype) * exists, self.z_init.to(x.dtype) * exists)

    def latent_recursion(self, x: Tensor, y: Tensor, z: Tensor) -> State:
        """Improve the latent n times, then the answer once."""
        for _ in range(self.config.L_cycles):
            z = self.net(z + y + x)
        y = self.net(y + z)
        return State(y, z)

    def deep_recursion(
        self, x: Tensor, y: Tensor, z: Tensor, H_cycles: int | None = None
    ) -> tuple[State, Tensor, Tensor]:
        """Do one supervision step: T cycles (by default the config's), of which only the last has a gradient.

        Returns the detached state, the logits (B, H * W, V) and the halting logits (B,).
        """
        with torch.no_grad():
            for _ in range((H_cycles or self.config.H_cycles) - 1):
                y, z = self.latent_recursion(x, y, z)
        y, z = self.latent_recursion(x, y, z)
        return State(y.detach(), z.detach()), self.net.logits(y), self.net.halt(y)
