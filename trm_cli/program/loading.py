"""The loading of what solves a task, for every command."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from trm_cli.solving.options import SolveOptions
from trm_cli.view.text import say

if TYPE_CHECKING:
    from trm_cli.device import Machine
    from trm_cli.solving.task_solver import TaskSolver

COMPILES_FROM = 200
"""Number of puzzles from which compiling the network saves more than the ten seconds it takes."""
MOST_THREADS = 8
"""Workers by default, at most: each needs memory of its own."""


def machine(device: str, dtype: str, threads: int | None) -> Machine:
    """Import torch and return the machine to solve on; each of its workers gets one thread of PyTorch.

    Under torchrun each process has a GPU of its own. A DeviceError lists the devices that there are.
    """
    import torch

    from trm_cli import distributed
    from trm_cli.device import Machine, keep_freed_memory

    keep_freed_memory()
    n_workers = threads or _n_threads()
    torch.set_num_threads(1)
    return Machine.named(distributed.device_name(device), dtype, n_workers)


@cache
def _n_threads() -> int:
    """Return the threads that PyTorch would use by itself; it is asked only once, before `machine` changes them."""
    import torch

    return min(MOST_THREADS, torch.get_num_threads())


def load(
    task: str, how: SolveOptions, weights: str | None, machine: Machine, compiles: bool | None, n_puzzles: int
) -> TaskSolver:
    """Return a solver for a task, see `library.chosen`.

    A model is compiled if `compiles` says so; if that is None, for COMPILES_FROM puzzles or more, of which `n_puzzles`
    are known to come.
    """
    from trm_cli.solving.library import chosen
    from trm_cli.solving.solver import Solver

    solver = chosen(weights, task, how, machine)
    is_worth_it = n_puzzles >= COMPILES_FROM if compiles is None else compiles
    return solver.compiled(say) if is_worth_it and isinstance(solver, Solver) else solver
