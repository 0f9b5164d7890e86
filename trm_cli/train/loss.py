"""The loss of one supervision step: cross-entropy on the answer, binary cross-entropy on halting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from trm_cli.puzzle import IGNORED
from trm_cli.train import config


class Losses(NamedTuple):
    """Means over the slots of `lm_loss` and `q_halt_loss`, and for each slot how much was right.

    `is_exact` (B,) bool: every supervised cell is right; `cell_accuracy` (B,): the share of them that is.
    """

    lm_loss: Tensor
    q_halt_loss: Tensor
    is_exact: Tensor
    cell_accuracy: Tensor


def stablemax(x: Tensor) -> Tensor:
    """Return what stands in the place of softmax's exp(x): x + 1 for x >= 0 and 1 / (1 - x) below.

    The gradient runs through both branches, so 1 / (1 - x) is kept away from its pole at 1.
    """
    return torch.where(x < 0, 1 / (1 - x.clamp_max(0)), x + 1)


def stablemax_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Return -log of the stablemax probability (arXiv:2501.04697) of each label (B, L), 0 where IGNORED.

    In float64, as published, or float32 on Apple's GPUs, which have no other.
    """
    s = stablemax(logits.float() if logits.device.type == "mps" else logits.double())
    log_probability = (s / s.sum(-1, keepdim=True)).log()
    chosen = log_probability.gather(-1, labels.clamp_min(0).unsqueeze(-1)).squeeze(-1)
    return torch.where(labels == IGNORED, 0.0, -chosen)


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the usual cross-entropy of each label (B, L), 0 where IGNORED."""
    return F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=IGNORED, reduction="none")


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {name: globals()[own] for name, own in config.LOSSES.items()}
"""The functions of all losses, by their names in a config."""


def losses(logits: Tensor, halt: Tensor, labels: Tensor, loss: str = "cross_entropy") -> Losses:
    """Compare logits (B, L, V) and halting logits (B,) with labels (B, L), IGNORED where unsupervised.

    `loss` is a key of LOSSES. Every slot has the same weight: its token loss is the mean over its supervised cells. The
    halting target is whether the answer is right at this very step (TRM, `models/losses.py`).
    """
    supervised = labels != IGNORED
    n_supervised = supervised.sum(1).clamp_min(1)
    token = LOSSES[loss](logits, labels)  # (B, L)
    n_right = ((logits.argmax(-1) == labels) & supervised).sum(1)  # (B,)
    is_exact = n_right == supervised.sum(1)
    return Losses(
        lm_loss=(token.sum(1) / n_supervised).mean(),
        q_halt_loss=F.binary_cross_entropy_with_logits(halt, is_exact.to(halt.dtype)),
        is_exact=is_exact,
        cell_accuracy=n_right / n_supervised,
    )


def joined(several: Sequence[Losses]) -> Losses:
    """Join the losses of parts with equal numbers of slots, without their graphs."""
    return Losses(
        lm_loss=torch.stack([parts.lm_loss.detach() for parts in several]).mean(),
        q_halt_loss=torch.stack([parts.q_halt_loss.detach() for parts in several]).mean(),
        is_exact=torch.cat([parts.is_exact for parts in several]),
        cell_accuracy=torch.cat([parts.cell_accuracy for parts in several]),
    )


def total(parts: Losses, halt_loss_weight: float) -> Tensor:
    """Return the scalar that is differentiated."""
    return parts.lm_loss + halt_loss_weight * parts.q_halt_loss
