"""What `trm solve` was asked for, and what one puzzle and many have in common: loading and printing."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trm_cli.domains import domain
from trm_cli.errors import TrmError
from trm_cli.program import options
from trm_cli.puzzle import Outcome
from trm_cli.shards import Shard
from trm_cli.solving.options import AUTO_SEARCH, SolveOptions
from trm_cli.view.report import Stamp, write_outcome, write_unread
from trm_cli.view.text import say

if TYPE_CHECKING:
    from trm_cli.solving.learner import Learner
    from trm_cli.solving.solver import Solver

COMPILES_FROM = 200
"""Puzzles from which compiling the network is worth its ten seconds."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of `trm solve`, as click collects them; those of the solver are in `solving`."""

    solving: SolveOptions
    arguments: tuple[str, ...]
    task: str | None
    weights: str | None
    strict: bool
    submission: Path | None
    how: str | None
    is_json: bool
    out: Path | None
    shard: Shard | None
    save: Path | None
    filmstrip: int | None
    force: bool
    start: tuple[int, int] | None
    goal: tuple[int, int] | None
    max_bytes: int
    is_live: bool
    fps: float | None
    instant: bool
    hold: float
    quiet: int
    verbose: bool
    device: str
    dtype: str
    threads: int | None
    compiles: bool | None
    color: str
    is_ascii: bool
    has_digits: bool

    @classmethod
    def of(cls, values: dict[str, Any]) -> Settings:
        """Sort what click collected; a saved refinement needs its trace."""
        names = {field.name for field in fields(SolveOptions)}
        how = SolveOptions(**{name: value for name, value in values.items() if name in names})
        if values["save"]:
            how = replace(how, trace=True)
        return cls(solving=how, **{name: value for name, value in values.items() if name not in names})

    def format(self, task: str) -> Any:
        """Return the output format: as asked, else pretty on a terminal and what can be read back elsewhere."""
        if self.is_json:
            return "json"
        return self.how or ("pretty" if sys.stdout.isatty() else domain(task).layout)


def load(settings: Settings, task: str, n_puzzles: int = 1) -> Solver | Learner:
    """Import torch and load the model, at last; compile it where that many puzzles are known to come.

    Without weights, a task that only demonstrations explain is learned from these.
    """
    from trm_cli import device, distributed
    from trm_cli.solving.learner import Learner
    from trm_cli.solving.solver import Solver

    device.keep_freed_memory()
    workers = options.use_workers(settings.threads)
    place = distributed.device_name(settings.device)
    if not settings.weights and not domain(task).knows_rules:
        on = device.choose(place)
        return Learner(domain(task), settings.solving, on, device.choose_dtype(settings.dtype, on), workers)
    solver = Solver.load(settings.weights, task, settings.solving, place, settings.dtype, workers)
    compiles = n_puzzles >= COMPILES_FROM if settings.compiles is None else settings.compiles
    return solver.compiled(say) if compiles else solver


def tell(settings: Settings, solver: Solver | Learner) -> None:
    """Say with `--verbose` what solves."""
    if settings.verbose:
        click.echo(solver.details, err=True)


def print_result(result: Outcome | TrmError, settings: Settings, stamp: Stamp) -> None:
    """Write one result to stdout: also of what could not be read, where a reader counts them."""
    if isinstance(result, TrmError):
        how: Any = "json" if settings.is_json else settings.how or ("pretty" if sys.stdout.isatty() else "line")
        if words := write_unread(result, how):
            click.echo(words)
        return
    is_colour = options.is_colour(settings.color, sys.stdout)
    glyphs = options.glyphs(settings.is_ascii, settings.color, sys.stdout, settings.has_digits)
    how = settings.format(result.puzzle.task)
    click.echo(write_outcome(result, how, stamp, glyphs, is_colour, options.width()), color=True)


def advice(settings: Settings, tasks: Iterable[str]) -> str:
    """Return what to try for puzzles of these tasks that stayed unsolved; without rules nothing is searched for."""
    how = settings.solving
    more_steps = f"try --max-steps {max(64, 4 * how.max_steps)}"
    if not any(domain(task).knows_rules for task in tasks):
        return more_steps
    return f"try --search {8 * how.search}" if how.search else f"{more_steps}, or --search {AUTO_SEARCH}"
