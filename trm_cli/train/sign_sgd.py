"""SignSGD for the table of puzzle embeddings: only the rows that a batch touched move and decay.

As in the published training (`models/sparse_embedding.py`): gradients of equal rows are summed, then
row <- row (1 - lr wd) - lr sign(sum).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from trm_cli.distributed import gathered
from trm_cli.model.nets.sequence import SequenceNet


class SparseSignSGD(torch.optim.Optimizer):
    """The optimizer of the buffer `net.puzzles`; its gradients are those of the rows that `net.embed` read last."""

    def __init__(self, net: SequenceNet, lr: float, weight_decay: float) -> None:
        super().__init__([net.puzzles], {"lr": lr, "weight_decay": weight_decay})
        self._net = net

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """Update the rows that were touched, in the same way in all processes."""
        assert closure is None
        ids = torch.cat([ids for ids, _ in self._net.touched])
        gradients = torch.cat([rows.grad for _, rows in self._net.touched if rows.grad is not None])
        (group,) = self.param_groups
        update(self._net.puzzles, gathered(ids), gathered(gradients), group["lr"], group["weight_decay"])

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget what was touched."""
        self._net.touched.clear()


def update(table: Tensor, ids: Tensor, gradients: Tensor, lr: float, weight_decay: float) -> None:
    """Move the rows `ids (B,)` of a table (N, D) by the signs of their summed gradients (B, D), in place."""
    # Sum the gradients of equal rows, then move each row once.
    touched, place = torch.unique(ids, return_inverse=True)
    total = torch.zeros(len(touched), table.shape[1], dtype=gradients.dtype, device=table.device)
    total.index_add_(0, place, gradients)  # (n_touched, D)
    table[touched] = table[touched] * (1 - lr * weight_decay) - lr * total.sign().to(table.dtype)
