"""What `trm solve` was asked for, and what one puzzle and many have in common: loading and printing."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trm_cli.domains import domain
from trm_cli.program import options
from trm_cli.puzzle import Outcome
from trm_cli.view.report import Stamp, write_outcome

if TYPE_CHECKING:
    from trm_cli.solving.solver import Solver


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of `trm solve`, as click collects them."""

    arguments: tuple[str, ...]
    task: str | None
    weights: str | None
    max_steps: int
    halt: Any
    tolerance: float
    slots: int
    votes: int
    strict: bool
    submission: Path | None
    search: float
    samples: int
    noise: float
    how: str | None
    is_json: bool
    out: Path | None
    trace: bool
    save: Path | None
    filmstrip: int | None
    force: bool
    is_live: bool
    fps: float | None
    hold: float
    quiet: int
    verbose: bool
    device: str
    dtype: str
    threads: int | None
    seed: int
    color: str
    is_ascii: bool

    def format(self, task: str) -> Any:
        """Return the output format: as asked, else pretty on a terminal and what can be read back elsewhere."""
        if self.is_json:
            return "json"
        return self.how or ("pretty" if sys.stdout.isatty() else domain(task).layout)


def load(settings: Settings, task: str) -> Solver:
    """Import torch and load the model, at last."""
    from trm_cli import device, distributed
    from trm_cli.solving.engine import SolveOptions
    from trm_cli.solving.solver import Solver

    device.keep_freed_memory()
    options.use_threads(settings.threads)
    names = ("max_steps", "halt", "tolerance", "slots", "votes", "search", "samples", "noise")
    is_traced = settings.trace or settings.save is not None
    how = SolveOptions(**{name: getattr(settings, name) for name in names}, trace=is_traced)
    return Solver.load(
        settings.weights, task, how, distributed.device_name(settings.device), settings.dtype, settings.seed
    )


def tell(settings: Settings, solver: Solver) -> None:
    """Say with `--verbose` what solves."""
    if settings.verbose:
        click.echo(solver.details, err=True)


def print_outcome(outcome: Outcome, settings: Settings, stamp: Stamp) -> None:
    """Write a result to stdout."""
    is_colour = options.is_colour(settings.color, sys.stdout)
    glyphs = options.glyphs(settings.is_ascii, settings.color, sys.stdout)
    how = settings.format(outcome.puzzle.task)
    click.echo(write_outcome(outcome, how, stamp, glyphs, is_colour, options.width()), color=True)


def advice(settings: Settings, tasks: Iterable[str]) -> str:
    """Return what to try for puzzles of these tasks that stayed unsolved; ARC is voted on, not searched."""
    more_steps = f"try --max-steps {max(64, 4 * settings.max_steps)}"
    if {*tasks} == {"arc"}:
        return more_steps
    return f"try --search {6 * settings.search:g}" if settings.search else f"{more_steps}, or --search auto"
