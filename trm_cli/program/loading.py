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

    If a task has demonstrations, networks learn it from these; `weights` may be what they begin with. Another model
    answers by its weights. It is compiled if `compiles` says so. If that is None, it is compiled for COMPILES_FROM
    puzzles or more; `n_puzzles` are known to come.
    """
    from trm_cli.model import weights as files
    from trm_cli.solving.learner import Learner
    from trm_cli.solving.solver import Solver

    if domain(task).has_demos and (not weights or files.read_header(files.find(weights)).config.is_adapted):
        return Learner.load(weights, task, how, on, dtype, workers)
    solver = Solver.load(weights, task, how, on, dtype, workers)
    is_worth_it = n_puzzles >= COMPILES_FROM if compiles is None else compiles
    return solver.compiled(say) if is_worth_it else solver
