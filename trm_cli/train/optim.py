"""Muon for the matrices of the blocks, AdamW for the rest, and their common schedule."""

from __future__ import annotations

import math

import torch
from torch import nn

from trm_cli.model.nets.sequence import SequenceNet
from trm_cli.train.adam_atan2 import AdamATan2
from trm_cli.train.config import TrainConfig
from trm_cli.train.sign_sgd import SparseSignSGD

WARMUP_SHARE = 0.1
"""The longest warm-up, as a share of the budget."""


def optimizers(model: nn.Module, config: TrainConfig) -> list[torch.optim.Optimizer]:
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


def muon(model: nn.Module, muon_lr: float, lr: float, weight_decay: float) -> list[torch.optim.Optimizer]:
    """Return [Muon, AdamW]: Muon changes the matrices of the blocks, AdamW all other trained parameters.

    Every group keeps its base rate under the key `base_lr`.
    """
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    # Muon is for the matrices of hidden layers only; embeddings, heads and scales go to AdamW.
    matrices = [p for name, p in trained.items() if p.ndim == 2 and "blocks." in name]
    chosen = {id(p) for p in matrices}
    others = [p for p in trained.values() if id(p) not in chosen]
    return _remembering(
        [
            torch.optim.Muon(matrices, lr=muon_lr, weight_decay=weight_decay, adjust_lr_fn="original"),
            torch.optim.AdamW(others, lr=lr, weight_decay=weight_decay, betas=(0.9, 0.95)),
        ]
    )


def _adam_atan2(model: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
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
