"""The layers of all nets; none of them depends on the recursion or on a task."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

THETA = 10_000.0
"""Base of the rotary positions, as in the published code."""


def normal(n: int) -> Tensor:
    """Draw n numbers from the normal distribution; on the device "meta", return their shape alone."""
    numbers = torch.empty(n)
    # To draw there, PyTorch would import its compiler: half a second in which a user waits for an answer.
    return numbers if numbers.is_meta else numbers.normal_()


def truncated_normal(*shape: int, std: float) -> Tensor:
    """Draw from a normal distribution that is cut at two deviations and has exactly the deviation `std`.

    JAX, flax and the published TRM initialise like this. `torch.nn.init.trunc_normal_` alone makes the distribution
    too narrow, by the factor 0.8796.
    """
    return nn.init.trunc_normal_(torch.empty(*shape)).mul_(std / 0.87962566103423978)


class Linear(nn.Module):
    """A matrix (n_out, n_in), kept in float32 and used in the data type of its input, without a bias by default.

    `std` is the deviation of the initial weights, 1 / sqrt(n_in) by default; `bias` is the initial value of a bias.
    """

    def __init__(self, n_in: int, n_out: int, bias: float | None = None, std: float | None = None) -> None:
        super().__init__()
        std = 1 / math.sqrt(n_in) if std is None else std
        self.weight = nn.Parameter(truncated_normal(n_out, n_in, std=std))
        self.bias = None if bias is None else nn.Parameter(torch.full((n_out,), bias))

    def forward(self, h: Tensor) -> Tensor:
        """Map the last axis, (..., n_in) to (..., n_out)."""
        bias = None if self.bias is None else self.bias.to(h.dtype)
        return F.linear(h, self.weight.to(h.dtype), bias)


class SwiGLU(nn.Module):
    """Gated feed-forward layer, down(silu(gate) * up); its width is 2/3 * expansion * size, rounded up to 256s."""

    def __init__(self, size: int, expansion: float) -> None:
        super().__init__()
        width = -(-round(expansion * size * 2 / 3) // 256) * 256
        self.gate_up = Linear(size, 2 * width)
        self.down = Linear(width, size)

    def forward(self, h: Tensor) -> Tensor:
        """Map the last axis to itself."""
        gate, up = self.gate_up(h).chunk(2, -1)  # each (..., width)
        out: Tensor = self.down(F.silu(gate) * up)
        return out


class Attention(nn.Module):
    """Multi-head self-attention over (B, S, D), every position to every other; rotary positions if `is_rotary`."""

    def __init__(self, size: int, n_heads: int, is_rotary: bool) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.is_rotary = is_rotary
        self.qkv = Linear(size, 3 * size)
        self.out = Linear(size, size)

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, S, D) to itself."""
        n_batch, length, size = h.shape
        heads = self.qkv(h).view(n_batch, length, 3 * self.n_heads, size // self.n_heads)
        q, k, v = heads.transpose(1, 2).chunk(3, 1)  # each (B, heads, S, D / heads)
        if self.is_rotary:
            q, k = rotate(q), rotate(k)
        mixed = F.scaled_dot_product_attention(q, k, v)  # (B, heads, S, D / heads)
        out: Tensor = self.out(mixed.transpose(1, 2).reshape(n_batch, length, size))
        return out


def rotate(h: Tensor) -> Tensor:
    """Turn pairs of features by their position (rotary embedding, arXiv:2104.09864): (..., S, D) to itself.

    Feature i turns with feature i + D / 2, at the frequency THETA ** (-2 i / D), in float32.
    """
    length, size = h.shape[-2:]
    position = torch.arange(length, dtype=torch.float32, device=h.device)
    frequency = THETA ** (-torch.arange(0, size, 2, dtype=torch.float32, device=h.device) / size)
    angle = torch.outer(position, frequency)  # (S, D / 2)
    cos, sin = angle.cos(), angle.sin()
    first, second = h.float().chunk(2, -1)  # each (..., S, D / 2)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1).to(h.dtype)


def rms_norm(h: Tensor) -> Tensor:
    """Scale the last axis to a root mean square of 1, computed in float32; no gain, eps 1e-5, as in the paper.

    Written out as in the published code: unlike `F.rms_norm` it keeps the memory layout of a transposed input, and
    with it the rounding of the matrix products that follow.
    """
    precise = h if h.dtype == torch.float64 else h.float()
    return (precise * torch.rsqrt(precise.square().mean(-1, keepdim=True) + 1e-5)).to(h.dtype)
