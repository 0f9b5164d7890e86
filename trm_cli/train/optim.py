"""Muon for the matrices of a net's hidden parts, AdamW for the rest, and their common schedule."""

from __future__ import annotations

import math

import torch

from trm_cli.model.nets.sequence import SequenceNet
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.train.adam_atan2 import AdamATan2
from trm_cli.train.config import TrainConfig
from trm_cli.train.sign_sgd import SparseSignSGD

WARMUP_SHARE = 0.1
"""The longest warm-up, as a share of the budget."""


def optimizers(model: TinyRecursiveModel, config: TrainConfig) -> list[torch.optim.Optimizer]:
    """Return [Muon, AdamW] or [AdamATan2], followed by the optimizer of the puzzle table if the net has one.

    Every group keeps its base rate under the key `base_lr`.
    """
    if config.optimizer == "adam_atan2":
        chosen = _remembering([_adam_atan2(model, config)])
    else:
        chosen = muon(model, config.muon_lr, config.lr, config.weight_decay)
    if isinstance(model.net, SequenceNet) and config.model.puzzle_emb_ndim:
        chosen += _remembering([SparseSignSGD(model.net, config.puzzle_emb_lr, config.puzzle_emb_weight_decay)])
    return chosen


def muon(model: TinyRecursiveModel, muon_lr: float, lr: float, weight_decay: float) -> list[torch.optim.Optimizer]:
    """Return [Muon, AdamW]: Muon changes the matrices of `Net.hidden`, AdamW all other trained parameters.

    Without such matrices, or without other parameters, there is only one of the two. Every group keeps its base rate
    under the key `base_lr`.
    """
    # Both keep the order of the model's parameters, because their states in a checkpoint are numbered by it.
    trained = [p for p in model.parameters() if p.requires_grad]
    hidden = {id(p) for part in model.net.hidden() for p in part.parameters() if p.ndim == 2}
    matrices = [p for p in trained if id(p) in hidden]
    others = [p for p in trained if id(p) not in hidden]
    chosen: list[torch.optim.Optimizer] = []
    if matrices:
        chosen.append(torch.optim.Muon(matrices, lr=muon_lr, weight_decay=weight_decay, adjust_lr_fn="original"))
    if others:
        chosen.append(torch.optim.AdamW(others, lr=lr, weight_decay=weight_decay, betas=(0.9, 0.95)))
    return _remembering(chosen)


def _adam_atan2(model: TinyRecursiveModel, config: TrainConfig) -> torch.optim.Optimizer:
    return AdamATan2(model.parameters(), lr=config.lr, weight_decay=config.weight_decay, betas=(0.9, 0.95))


def _remembering(chosen: list[torch.optim.Optimizer]) -> list[torch.optim.Optimizer]:
    """Return optimizers after writing the base rate into every group."""
    for optimizer in chosen:
        for group in optimizer.param_groups:
            group["base_lr"] = group["lr"]
    return chosen


def rate(step: int, progress: float, warmup_steps: int, lr_min_ratio: float = 0.0) -> float:
    """Return the factor on the learning rates: linear warm-up by step, then a cosine to `lr_min_ratio` by progress.

    In a short run, the warm-up ends after a tenth of the budget.

    >>> rate(50, 0.0, 100), rate(1000, 0.5, 100), round(rate(1000, 1.0, 100), 6), round(rate(5, 0.1, 100), 3)
    (0.5, 0.5, 0.0, 0.976)
    """
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    warm = max(step / max(1, warmup_steps), progress / WARMUP_SHARE)
    return min(1.0, warm) * (lr_min_ratio + (1 - lr_min_ratio) * cosine)


def set_rate(chosen: list[torch.optim.Optimizer], factor: float) -> None:
    """Set every group's rate to its base rate times a factor."""
    for optimizer in chosen:
        for group in optimizer.param_groups:
            group["lr"] = group["base_lr"] * factor
