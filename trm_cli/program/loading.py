"""The loading of what solves a task, for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    """Import torch and return a solver for a task, see `library.chosen`.

    A model is compiled if `compiles` says so; if that is None, for COMPILES_FROM puzzles or more, of which `n_puzzles`
    are known to come.
    """
    from trm_cli.solving.library import chosen
    from trm_cli.solving.solver import Solver

    solver = chosen(weights, task, how, on, dtype, workers)
    is_worth_it = n_puzzles >= COMPILES_FROM if compiles is None else compiles
    return solver.compiled(say) if is_worth_it and isinstance(solver, Solver) else solver
