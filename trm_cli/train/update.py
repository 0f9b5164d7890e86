"""One update of the weights and of their moving average, in a training and in the learning of a single task alike."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def update(
    model: nn.Module,
    optimizers: list[torch.optim.Optimizer],
    average: dict[str, Tensor],
    step: int,
    clip: float = 1.0,
    ema: float = 0.999,
    warms_up: bool = True,
) -> float:
    """Follow the gradient, move the average, forget the gradient; return its norm before `clip` cuts it (0: never).

    `step` counts the updates with this one. A gradient that is not finite changes neither weights nor average.
    """
    norm = float(nn.utils.clip_grad_norm_(model.parameters(), clip or math.inf))
    if math.isfinite(norm):
        for optimizer in optimizers:
            optimizer.step()
        update_average(average, model, ema, step, warms_up)
    forget_gradients(optimizers)
    return norm


def forget_gradients(optimizers: list[torch.optim.Optimizer]) -> None:
    """Forget the gradients of all weights."""
    for optimizer in optimizers:
        optimizer.zero_grad(set_to_none=True)


@torch.no_grad()
def update_average(average: dict[str, Tensor], model: nn.Module, decay: float, step: int, warms_up: bool) -> None:
    """Move the average towards the parameters; with warm-up its decay is at most (1 + step) / (10 + step)."""
    if warms_up:
        decay = min(decay, (1 + step) / (10 + step))
    live = dict(model.named_parameters())
    torch._foreach_lerp_(list(average.values()), [live[name] for name in average], 1 - decay)
