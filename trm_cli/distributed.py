"""Training and solving on several processes, one a device: who one is, and what is exchanged.

`torchrun` starts the processes and tells each its rank in environment variables; without it there is one. Gloo
carries what CPUs exchange, NCCL what CUDA devices do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from trm_cli.errors import ConfigError

T = TypeVar("T")
R = TypeVar("R")


def world_size() -> int:
    """Return the number of processes."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return which of the processes this is, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def is_asked_for() -> bool:
    """Tell whether this process was started by torchrun."""
    return "RANK" in os.environ and "WORLD_SIZE" in os.environ


def device_name(name: str) -> str:
    """Return the device of this process: its own of the CUDA devices where `auto` or `cuda` was asked for."""
    if is_asked_for() and name in ("auto", "cuda") and torch.cuda.is_available():
        return f"cuda:{int(os.environ.get('LOCAL_RANK', '0'))}"
    return name


@contextmanager
def group(device: str) -> Iterator[None]:
    """Join the processes that torchrun started, for as long as the context lasts; do nothing without torchrun."""
    if not is_asked_for():
        yield
        return
    backend = "nccl" if device.startswith("cuda") else "gloo"
    if backend == "nccl":
        torch.cuda.set_device(device)
    dist.init_process_group(backend, timeout=timedelta(minutes=60))
    try:
        yield
    finally:
        dist.destroy_process_group()


def gathered(tensor: Tensor) -> Tensor:
    """Return the tensors of all processes, one behind the other along the first axis; all are of one shape."""
    if world_size() == 1:
        return tensor
    parts = [torch.empty_like(tensor) for _ in range(world_size())]
    dist.all_gather(parts, tensor.contiguous())
    return torch.cat(parts)


def share(n: int) -> slice:
    """Return the part of n things in a row that is this process's; a ConfigError when they cannot be divided evenly."""
    if n % world_size():
        raise ConfigError(f"{n} slots cannot be shared by {world_size()} processes evenly; change the slots")
    part = n // world_size()
    return slice(rank() * part, (rank() + 1) * part)


def shared(value: Any) -> Any:
    """Return the first process's value on all of them."""
    if world_size() == 1:
        return value
    box = [value]
    dist.broadcast_object_list(box)
    return box[0]


def divided(items: Iterable[T], solve: Callable[[Iterable[T]], Iterable[R]], per_process: int) -> Iterator[R]:
    """Yield one result an item, in order, each process having solved its share: the same on all of them.

    `solve` yields one result an item, in order. Results are exchanged after every `per_process` items of each.
    """
    if world_size() == 1:
        yield from solve(items)
        return
    items = iter(items)
    while chunk := list(islice(items, per_process * world_size())):
        parts = everyone(list(solve(chunk[rank() :: world_size()])))
        yield from (parts[i % world_size()][i // world_size()] for i in range(len(chunk)))


def everyone(value: Any) -> list[Any]:
    """Return the values of all processes, in the order of their ranks."""
    if world_size() == 1:
        return [value]
    values: list[Any] = [None] * world_size()
    dist.all_gather_object(values, value)
    return values
