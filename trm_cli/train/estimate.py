"""Time and memory that a training run will need, from a few updates with few slots on this device."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from trm_cli.domains.arc.corpus import Corpus
from trm_cli.model.config import ModelConfig
from trm_cli.puzzle import Example
from trm_cli.train import pairs
from trm_cli.train.config import Stream, TrainConfig
from trm_cli.train.data import Pool
from trm_cli.train.loop import Trainer

SLOTS = 8
"""Slots that are measured; the cost of a stream is assumed to grow with its slots."""
LARGE = 2e8
"""Multiplications in one pass of one slot through the network; from here on a single slot keeps a CPU busy."""
UPDATES = 3
SECONDS = 10.0
"""An update that takes longer than this is measured only once."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The number of trained `parameters` and of `updates`; `flops` and `seconds` of an update; two sizes in bytes.

    An update's cost is the mean over the streams by their shares. `weights` includes the average, the gradients, the
    optimizer and the puzzle embeddings. `activations` is that of the largest stream, for one of its `accumulation`
    parts.
    """

    parameters: int
    updates: int
    flops: float
    seconds: float
    weights: int
    activations: int

    @property
    def total_seconds(self) -> float:
        """Time that all updates will take."""
        return self.updates * self.seconds


def estimate(config: TrainConfig, dtype: torch.dtype, device: torch.device) -> Estimate:
    """Measure a few updates of every stream, not compiled, at the full depth of the recursion."""
    measured = [_measure(config, stream, dtype, device) for stream in config.streams]
    shares = np.array([stream.share for stream in config.streams])
    shares /= shares.sum()
    seconds = float(shares @ [one["seconds"] for one in measured])
    updates = config.steps or round(config.minutes * 60 / seconds)
    return Estimate(
        parameters=measured[0]["parameters"],
        updates=updates,
        flops=float(shares @ [one["flops"] for one in measured]),
        seconds=seconds,
        weights=measured[0]["weights"],
        activations=max(one["activations"] for one in measured),
    )


def _measure(config: TrainConfig, stream: Stream, dtype: torch.dtype, device: torch.device) -> dict[str, Any]:
    # The same run with one small stream of one blank puzzle, not compiled and at full depth.
    n = min(1 if _size(config.model, stream) > LARGE else SLOTS, stream.slots)
    few = replace(
        config,
        streams=(replace(stream, slots=n, share=1.0, since=0.0, first={"any": 1.0}, last={"any": 1.0}),),
        steps=10**9,
        compile=False,
        accumulation=1,
        init="",
        first_H_cycles=config.model.H_cycles,
    )
    blank = _blank_pairs(stream) if config.model.is_adapted else _blank_pool(stream)
    trainer = Trainer(few, [blank], dtype, device)
    run = trainer.run()
    saved: dict[int, int] = {}

    # Tensors that are saved for the backward pass are counted once for each storage.
    def note(tensor: Tensor) -> Tensor:
        saved[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    started = time.perf_counter()
    # The first update warms up and counts operations; a few more are timed if they are quick.
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
    # In float32: parameters, their average and their gradients, the optimizer's states, and the puzzle embeddings.
    buffers = sum(buffer.nbytes for buffer in trainer.model.buffers())
    return {
        "seconds": scale * seconds / n_updates,
        "flops": scale * counter.get_total_flops(),
        "activations": round(scale * sum(saved.values()) / config.accumulation),
        "weights": 3 * 4 * parameters + states + buffers,
        "parameters": parameters,
    }


def _size(model: ModelConfig, stream: Stream) -> float:
    """Return about how many multiplications one slot takes at one pass through the network."""
    height, width = stream.shape
    n_colours = pairs.N_COLOURS if model.is_adapted else 1
    return n_colours * model.L_layers * height * width * 12 * model.hidden_size**2


def _blank_pool(stream: Stream) -> Pool:
    """Return a pool of one puzzle without a given or a wall: the cost is the same for every puzzle of a size."""
    tokens = np.full((1, *stream.shape), 2, np.int8)
    return Pool(tokens, np.ones((1, tokens.size), np.int8), np.array(["any"]))


def _blank_pairs(stream: Stream) -> pairs.Pairs:
    """Return one black pair of a stream's size."""
    black = np.zeros(stream.shape, np.uint8)
    (pool,) = pairs.of_streams(Corpus.of([("", Example(black, black))]), [stream])
    return pool
