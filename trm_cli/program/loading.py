"""The choice between a model with weights and networks that learn a task, and its loading, for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trm_cli.domains import domain
from trm_cli.solving.options import SolveOptions
from trm_cli.view.text import say

if TYPE_CHECKING:
    from trm_cli.solving.task_solver import TaskSolver

COMPILES_FROM = 200
"""Number of puzzles from which compiling the network saves more than the ten seconds it takes."""


def load(
    task: str,
    how: SolveOptions,
    weights: str | None,
    on: str,
    dtype: str,
    workers: int,
    compiles: bool | None,
    n_puzzles: int,
) -> TaskSolver:
    """Import torch and return a solver for a task, on the device named `on`.

    Without weights, a task is learned from its demonstrations if it has any. A network is compiled if `compiles` says
    so. If that is None, it is compiled for COMPILES_FROM puzzles or more; `n_puzzles` are known to come.
    """
    from trm_cli import device
    from trm_cli.solving.learner import Learner
    from trm_cli.solving.solver import Solver

    if not weights and domain(task).has_demos:
        place = device.choose(on)
        place_dtype = device.choose_dtype(dtype, place)
        return Learner(domain=domain(task), options=how, device=place, dtype=place_dtype, workers=workers)
    solver = Solver.load(weights, task, how, on, dtype, workers)
    is_worth_it = n_puzzles >= COMPILES_FROM if compiles is None else compiles
    return solver.compiled(say) if is_worth_it else solver
