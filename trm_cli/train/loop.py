"""The training loop: one optimizer update a supervision step, over slots that puzzles leave as they halt."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from trm_cli.device import can_compile
from trm_cli.errors import ConfigError
from trm_cli.model import weights
from trm_cli.model.nets import build
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.train.config import TrainConfig
from trm_cli.train.data import Pool
from trm_cli.train.loss import losses, total
from trm_cli.train.optim import optimizers, rate, set_rate, update_average
from trm_cli.train.slots import Slots


@dataclass(frozen=True, slots=True)
class Progress:
    """One optimizer update.

    `progress` is the share of the budget that is used, `seconds` the training time so far. `n_halted`
    puzzles left their slots, `n_exact` of them solved, after `steps` steps on average (0 when none left).
    `cell_accuracy` is over all slots.
    """

    step: int
    progress: float
    seconds: float
    stream: str
    lm_loss: float
    q_halt_loss: float
    n_halted: int
    n_exact: int
    cell_accuracy: float
    grad_norm: float
    rate: float
    steps: float


def grown(first: int, last: int, progress: float) -> int:
    """Return a whole number on the way from first to last, reached half-way through.

    >>> [grown(1, 3, progress) for progress in (0.0, 0.25, 0.5, 1.0)]
    [1, 2, 3, 3]
    """
    return round(first + (last - first) * min(1.0, 2 * progress))


class Trainer:
    """A model in training with all that an update depends on: `state_dict` and back is bitwise.

    `pools` has one pool for every stream of `config.streams`, in order.
    """

    def __init__(
        self, config: TrainConfig, pools: list[Pool], dtype: torch.dtype, device: torch.device | str = "cpu"
    ) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.pools = pools
        self.dtype = dtype
        self.rng = np.random.default_rng(config.seed)
        self.model: TinyRecursiveModel = build(config.model)
        if config.init:
            self.model.load_state_dict(self._initial(config.init))
        self.model.to(device)
        self.average = {name: p.detach().clone() for name, p in self.model.named_parameters()}
        self.optimizers = optimizers(self.model, config)
        self.slots = [
            Slots(self.model, stream.slots, pool.shape, dtype)
            for stream, pool in zip(config.streams, pools, strict=True)
        ]
        self.step = 0
        self.seconds = 0.0
        if config.compile and can_compile():
            self.model.net.compile(dynamic=False)

    def _initial(self, name: str) -> dict[str, Tensor]:
        """Return the tensors of a weights file, with those shapes that this model has."""
        path = weights.find(name)
        tensors = weights.load(path, self.config.model.task)[0].state_dict()
        for key, tensor in self.model.state_dict().items():
            if key not in tensors or tensors[key].shape != tensor.shape:
                raise ConfigError(f"{path}: its sizes are not those of this run: {key!r} does not fit")
        return tensors

    @property
    def progress(self) -> float:
        """The share of the budget that is used, 0 to 1."""
        if self.config.steps:
            return min(1.0, self.step / self.config.steps)
        return min(1.0, self.seconds / 60 / self.config.minutes)

    def run(self) -> Iterator[Progress]:
        """Update until the budget is used, yielding after every update."""
        while self.progress < 1:
            started = time.monotonic()
            values = self._update()
            self.seconds += time.monotonic() - started
            yield Progress(step=self.step, progress=self.progress, seconds=self.seconds, **values)

    def _update(self) -> dict[str, Any]:
        self.step += 1
        config, progress = self.config, self.progress
        i = self._choose_stream(progress)
        stream, slots = config.streams[i], self.slots[i]
        slots.refill(lambda n: self.pools[i].draw(n, stream.mix(progress), self.rng), self.model)
        x = self.model.net.embed(slots.tokens, self.dtype)
        state, logits, halt = self.model.deep_recursion(
            x, slots.y, slots.z, grown(config.first_H_cycles, config.model.H_cycles, progress)
        )
        parts = losses(logits, halt, self.model.net.targets(slots.tokens, slots.labels), config.loss)
        factor = rate(self.step, progress, config.warmup_steps, config.lr_min_ratio)
        grad_norm = self._descend(total(parts, config.halt_loss_weight), factor)
        max_steps = grown(config.first_max_steps, config.model.halt_max_steps, progress)
        slots.advance(state, halt.detach(), max_steps, config.halt_exploration_prob)
        return {
            "stream": stream.kind,
            "lm_loss": parts.lm_loss.item(),
            "q_halt_loss": parts.q_halt_loss.item(),
            "n_halted": int(slots.is_free.sum()),
            "n_exact": int(parts.is_exact[slots.is_free].sum()),
            "cell_accuracy": parts.cell_accuracy.mean().item(),
            "grad_norm": grad_norm,
            "rate": factor,
            "steps": float(slots.steps[slots.is_free].float().mean()) if slots.is_free.any() else 0.0,
        }

    def _choose_stream(self, progress: float) -> int:
        shares = np.array([s.share if progress >= s.since else 0.0 for s in self.config.streams])
        return int(self.rng.choice(len(shares), p=shares / shares.sum()))

    def _descend(self, loss: Tensor, factor: float) -> float:
        """Do one update of weights and average; return the gradient's norm before clipping."""
        set_rate(self.optimizers, factor)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip or math.inf)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        update_average(self.average, self.model, self.config.ema, self.step, self.config.ema_warms_up)
        return float(norm)

    def averaged(self) -> TinyRecursiveModel:
        """Return a separate, uncompiled model with the averaged weights, in evaluation mode."""
        model = build(self.config.model)
        model.load_state_dict({**self.model.state_dict(), **self.average})
        return model.eval()

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next update depends on, besides the pools."""
        return {
            "config": self.config.to_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "model": self.model.state_dict(),
            "average": self.average,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "slots": [slots.state_dict() for slots in self.slots],
            "torch_rng": torch.get_rng_state(),
            "numpy_rng": self.rng.bit_generator.state,
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Take back what `state_dict` gave; the next update is the same to the bit."""
        self.step, self.seconds = saved["step"], saved["seconds"]
        self.model.load_state_dict(saved["model"])
        device = self.model.y_init.device
        self.average = {name: tensor.to(device) for name, tensor in saved["average"].items()}
        for optimizer, state in zip(self.optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        for slots, state in zip(self.slots, saved["slots"], strict=True):
            slots.load_state_dict(state)
        torch.set_rng_state(saved["torch_rng"])
        self.rng.bit_generator.state = saved["numpy_rng"]
