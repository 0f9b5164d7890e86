"""The layers every net is made of: nothing here knows of the recursion or of a task."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def truncated_normal(*shape: int, std: float) -> Tensor:
    """Draw from a normal distribution cut at two deviations whose deviation really is `std`.

    As JAX and flax initialise (and the published TRM): `torch.nn.init.trunc_normal_` leaves the cut
    distribution narrower than asked, by the factor 0.8796.
    """
    return nn.init.trunc_normal_(torch.empty(*shape)).mul_(std / 0.87962566103423978)


class Linear(nn.Module):
    """A matrix (n_out, n_in) kept in float32 and used in the data type of its input, with no bias by default.

    `std` is that of the initial weights, 1 / sqrt(n_in) by default; `bias` the initial value of a bias.
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


def rms_norm(h: Tensor) -> Tensor:
    """Scale the last axis to a root mean square of 1; no gain, eps 1e-5, as in the paper."""
    return F.rms_norm(h, (h.shape[-1],), eps=1e-5)
