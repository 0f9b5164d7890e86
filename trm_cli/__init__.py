"""Tiny Recursive Models as a puzzle solver: `trm solve`, `trm train`, and their parts.

`load` and `solve` are for other programs. Modules that need torch are imported at their first use.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trm_cli.errors import ParseError, TrmError, WeightsError
    from trm_cli.puzzle import Frame, Outcome, Puzzle, Verdict
    from trm_cli.solving.library import load, solve
    from trm_cli.solving.options import SolveOptions
    from trm_cli.solving.solver import Solver

__version__ = "0.1.0"
__all__ = [
    "Frame",
    "Outcome",
    "ParseError",
    "Puzzle",
    "SolveOptions",
    "Solver",
    "TrmError",
    "Verdict",
    "WeightsError",
    "__version__",
    "load",
    "solve",
]

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
"""Threads that wait for work sleep; on a busy machine, spinning threads would take most of the time from others.
torch reads this when it is imported, so it is set here."""

_HOMES = {
    **dict.fromkeys(("ParseError", "TrmError", "WeightsError"), "trm_cli.errors"),
    **dict.fromkeys(("Frame", "Outcome", "Puzzle", "Verdict"), "trm_cli.puzzle"),
    **dict.fromkeys(("load", "solve"), "trm_cli.solving.library"),
    "Solver": "trm_cli.solving.solver",
    "SolveOptions": "trm_cli.solving.options",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'trm_cli' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
