"""The tasks, by name; each is a `Domain`, imported only when it is asked for."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

from trm_cli.errors import UnknownTask
from trm_cli.puzzle import Domain

TASKS = {
    "sudoku": ("trm_cli.domains.sudoku", "Sudoku"),
    "maze": ("trm_cli.domains.maze", "Maze"),
    "arc": ("trm_cli.domains.arc", "Arc"),
}


def domain(task: str) -> Domain:
    """Return the domain of a task; an UnknownTask suggests the nearest name."""
    if task not in TASKS:
        near = get_close_matches(task, TASKS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(TASKS)}"
        raise UnknownTask(f"{task}: no such task; {hint}")
    module, name = TASKS[task]
    found: Domain = getattr(import_module(module), name)()
    return found
