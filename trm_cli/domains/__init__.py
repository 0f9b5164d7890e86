"""The tasks, one folder each: the folder has the name of the task, and its `Task` is the `Domain`."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from trm_cli.domain import Domain
from trm_cli.errors import UnknownTask

TASKS = tuple(sorted(file.parent.name for file in Path(__file__).parent.glob("*/__init__.py")))
"""The names of all tasks."""


def domain(task: str) -> Domain:
    """Return the domain of a task, imported only now; an UnknownTask suggests the nearest name."""
    if task not in TASKS:
        near = get_close_matches(task, TASKS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(TASKS)}"
        raise UnknownTask(f"{task}: no such task; {hint}")
    imported: Domain = import_module(f"{__name__}.{task}").Task()
    return imported
