"""What a training run will take, from a few updates of it on this device with a handful of slots."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from trm_cli.model.config import ModelConfig
from trm_cli.train.config import Stream, TrainConfig
from trm_cli.train.data import Pool
from trm_cli.train.loop import Trainer

SLOTS = 8
"""Slots that are tried; a whole stream's cost is taken to grow with them."""
LARGE = 2e8
"""Multiplications of one pass of one slot through the network, from which one slot is enough to keep a CPU busy."""
UPDATES = 3
SECONDS = 10.0
"""An update that takes longer than this is measured once."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Trained `parameters`, `updates` of the weights, `flops` and `seconds` an update (means over the streams by their
    shares at the end), and bytes of `weights` (with average, gradients and optimizer) and of `activations` (the
    largest stream's, of one of `accumulation` parts).
    """

    parameters: int
    updates: int
    flops: float
    seconds: float
    weights: int
    activations: int

    @property
    def total_seconds(self) -> float:
        """How long all updates will take."""
        return self.updates * self.seconds


def estimate(config: TrainConfig, dtype: torch.dtype, device: torch.device) -> Estimate:
    """Measure a few updates of every stream, not compiled, at the full depth of the recursion."""
    measured = [_measure(config, stream, dtype, device) for stream in config.streams]
    shares = np.array([stream.share for stream in config.streams])
    shares /= shares.sum()
    seconds = float(shares @ [found["seconds"] for found in measured])
    updates = config.steps or round(config.minutes * 60 / seconds)
    return Estimate(
        parameters=measured[0]["parameters"],
        updates=updates,
        flops=float(shares @ [found["flops"] for found in measured]),
        seconds=seconds,
        weights=measured[0]["weights"],
        activations=max(found["activations"] for found in measured),
    )


def _measure(config: TrainConfig, stream: Stream, dtype: torch.dtype, device: torch.device) -> dict[str, Any]:
    n = min(1 if _size(config.model, stream.kind) > LARGE else SLOTS, stream.slots)
    few = replace(
        config,
        streams=(replace(stream, slots=n, since=0.0, first={"any": 1.0}, last={"any": 1.0}),),
        steps=10**9,
        compile=False,
        accumulation=1,
        init="",
        first_H_cycles=config.model.H_cycles,
    )
    trainer = Trainer(few, [_blank_pool(stream.kind)], dtype, device)
    run = trainer.run()
    saved: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        saved[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    started = time.perf_counter()
    with FlopCounterMode(display=False) as counter, torch.autograd.graph.saved_tensors_hooks(note, lambda t: t):
        next(run)
    seconds, n_updates = time.perf_counter() - started, 1
    if seconds < SECONDS:
        started, n_updates = time.perf_counter(), UPDATES
        for _ in range(n_updates):
            next(run)
        seconds = time.perf_counter() - started
    scale = stream.slots / n
    parameters = sum(p.numel() for p in trainer.model.parameters())
    states = sum(
        v.nbytes for o in trainer.optimizers for s in o.state.values() for v in s.values() if isinstance(v, Tensor)
    )
    return {
        "seconds": scale * seconds / n_updates,
        "flops": scale * counter.get_total_flops(),
        "activations": round(scale * sum(saved.values()) / config.accumulation),
        "weights": 3 * 4 * parameters + states,
        "parameters": parameters,
    }


def _size(model: ModelConfig, kind: str) -> float:
    """Return about how many multiplications one slot takes at one pass through the network."""
    height, width = map(int, kind.split("x"))
    return model.L_layers * height * width * 12 * model.hidden_size**2


def _blank_pool(kind: str) -> Pool:
    """Return a pool of one puzzle without a given or a wall: the cost is the same for every puzzle of a size."""
    height, width = map(int, kind.split("x"))
    tokens = np.full((1, height, width), 2, np.int8)
    return Pool(tokens, np.ones((1, height * width), np.int8), np.array(["any"]))
