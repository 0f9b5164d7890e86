"""AdamATan2, the optimizer of the published training, in plain PyTorch.

Adam without an epsilon: the step is atan2(m, sqrt(v)), which is bounded and free of scale (arXiv:2407.05872). As in
imoneoi/adam-atan2: weight decay multiplies the parameter first, the first moment's correction multiplies
the step outside the arctangent, and there are no scale constants.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor


class AdamATan2(torch.optim.Optimizer):
    """Update p <- p (1 - lr wd) - lr / (1 - b1^t) * atan2(m, sqrt(v / (1 - b2^t))) for every parameter."""

    def __init__(
        self, params: Iterable[Tensor], lr: float, weight_decay: float = 0.0, betas: tuple[float, float] = (0.9, 0.95)
    ) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "betas": betas})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """Do one update of the parameters that have a gradient."""
        assert closure is None
        for group in self.param_groups:
            trained = [p for p in group["params"] if p.grad is not None]
            if trained:
                self._update(group, trained)

    def _update(self, group: dict[str, Any], trained: list[Tensor]) -> None:
        for p in trained:
            if not self.state[p]:
                self.state[p] |= {"step": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
            self.state[p]["step"] += 1
        # All parameters have gone the same number of steps.
        t = self.state[trained[0]]["step"]
        gradients = [p.grad for p in trained if p.grad is not None]
        m, v = ([self.state[p][name] for p in trained] for name in ("m", "v"))
        first, second = group["betas"]
        # Decay the weights, then update both moments, in place for all parameters at once.
        torch._foreach_mul_(trained, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_lerp_(m, gradients, 1 - first)
        torch._foreach_mul_(v, second)
        torch._foreach_addcmul_(v, gradients, gradients, 1 - second)
        # The step: bounded by pi / 2, so there is no epsilon.
        roots = torch._foreach_sqrt(v)
        torch._foreach_div_(roots, math.sqrt(1 - second**t))
        steps = [torch.atan2(moment, root) for moment, root in zip(m, roots, strict=True)]
        torch._foreach_add_(trained, steps, alpha=-group["lr"] / (1 - first**t))
