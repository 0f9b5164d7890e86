"""Training and solving in several processes, one for each device: their ranks, and the data that they exchange.

`torchrun` starts the processes and sets the rank of each in environment variables; without it there is one process.
CPUs exchange data by Gloo, CUDA devices by NCCL.
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

from trm_cli.errors import ConfigError, TrmError

T = TypeVar("T")
R = TypeVar("R")


def world_size() -> int:
    """Return the number of processes."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return the number of this process among all processes, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def is_asked_for() -> bool:
    """Tell whether this process was started by torchrun."""
    return "RANK" in os.environ and "WORLD_SIZE" in os.environ


def device_name(name: str) -> str:
    """Return the device of this process; for `auto` or `cuda`, each process has its own CUDA device."""
    if is_asked_for() and name in ("auto", "cuda") and torch.cuda.is_available():
        return f"cuda:{int(os.environ.get('LOCAL_RANK', '0'))}"
    return name


def backend(device: str) -> str:
    """Return what exchanges data between processes that compute on such devices."""
    return "nccl" if device.startswith("cuda") else "gloo"


@contextmanager
def group(device: str) -> Iterator[None]:
    """Join the processes that torchrun started, while the context lasts.

    Without torchrun nothing is joined, and processes that are joined already (by the program around) stay joined.
    """
    if not is_asked_for() or dist.is_initialized():
        yield
        return
    if device.startswith("cuda"):
        torch.cuda.set_device(device)
    # A long time limit, because one process may evaluate or make puzzles while the others wait.
    dist.init_process_group(backend(device), timeout=timedelta(minutes=60))
    try:
        yield
    finally:
        dist.destroy_process_group()


def gathered(tensor: Tensor) -> Tensor:
    """Return the tensors of all processes, joined along the first axis; all must have the same shape."""
    if world_size() == 1:
        return tensor
    parts = [torch.empty_like(tensor) for _ in range(world_size())]
    dist.all_gather(parts, tensor.contiguous())
    return torch.cat(parts)


def share(n: int) -> slice:
    """Return this process's slice of n slots; a ConfigError if the processes cannot have equally many."""
    if n % world_size():
        raise ConfigError(f"{n} slots cannot be shared by {world_size()} processes evenly; change the slots")
    part = n // world_size()
    return slice(rank() * part, (rank() + 1) * part)


def once(make: Callable[[], T]) -> T:
    """Return what the first process makes, in all processes; an error of its user is raised in all of them."""
    if world_size() == 1:
        return make()
    box: list[Any] = [None]
    if rank() == 0:
        try:
            box = [make()]
        except (TrmError, OSError) as error:
            box = [error]
    dist.broadcast_object_list(box)
    if isinstance(box[0], Exception):
        raise box[0]
    made: T = box[0]
    return made


def divided(items: Iterable[T], solve: Callable[[Iterable[T]], Iterable[R]], per_process: int) -> Iterator[R]:
    """Yield one result for each item, in order and in all processes, after each process has solved its share.

    `solve` yields one result for each item, in order. Processes exchange results after each has `per_process` of them.
    """
    if world_size() == 1:
        yield from solve(items)
        return
    items = iter(items)
    while chunk := list(islice(items, per_process * world_size())):
        # Item i of a chunk is with process i modulo their number.
        parts = everyone(list(solve(chunk[rank() :: world_size()])))
        yield from (parts[i % world_size()][i // world_size()] for i in range(len(chunk)))


def everyone(value: Any) -> list[Any]:
    """Return the values of all processes, in the order of their ranks."""
    if world_size() == 1:
        return [value]
    values: list[Any] = [None] * world_size()
    dist.all_gather_object(values, value)
    return values
