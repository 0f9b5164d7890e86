"""The options of `trm solve`, and the loading and printing that are the same for one puzzle and for many."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trm_cli.domains import domain
from trm_cli.errors import TrmError
from trm_cli.program import loading, options
from trm_cli.puzzle import Outcome
from trm_cli.shards import Shard
from trm_cli.solving.options import SolveOptions
from trm_cli.view.report import Stamp, learned, write_outcome, write_unread
from trm_cli.view.text import say

if TYPE_CHECKING:
    from trm_cli.solving.task_solver import TaskSolver


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
    out: Path | None
    shard: Shard | None
    save: tuple[Path, ...]
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
        """Return the settings for the values that click collected; `--save` turns the trace on, `--json` sets `how`."""
        # Fields of SolveOptions go into `solving`, all others are fields of this class.
        names = {field.name for field in fields(SolveOptions)}
        how = SolveOptions(**{name: value for name, value in values.items() if name in names})
        if values["save"]:
            how = replace(how, trace=True)
        others = {name: value for name, value in values.items() if name not in names | {"is_json"}}
        if values["is_json"]:
            others["how"] = "json"
        return cls(solving=how, **others)

    def format(self, task: str | None) -> Any:
        """Return the output format: the given one, else pretty on a terminal, else one that `trm` can read."""
        return self.how or ("pretty" if sys.stdout.isatty() else domain(task).layout if task else "line")


def load(settings: Settings, task: str, n_puzzles: int = 1) -> TaskSolver:
    """Return the solver of a task, compiled if at least `n_puzzles` are known to come."""
    machine = loading.machine(settings.device, settings.dtype, settings.threads)
    return loading.load(task, settings.solving, settings.weights, machine, settings.compiles, n_puzzles)


def tell(settings: Settings, solver: TaskSolver) -> None:
    """With `--verbose`, print which model solves."""
    if settings.verbose:
        click.echo(solver.details, err=True)


def print_result(result: Outcome | TrmError, settings: Settings, stamp: Stamp) -> None:
    """Write one result to stdout, also for an input that cannot be read, so that there is one result per input."""
    if isinstance(result, TrmError):
        if words := write_unread(result, settings.format(None)):
            click.echo(words)
        return
    is_colour = options.is_colour(settings.color, sys.stdout)
    glyphs = options.glyphs(settings.is_ascii, settings.color, sys.stdout, settings.has_digits)
    how = settings.format(result.puzzle.task)
    click.echo(write_outcome(result, how, stamp, glyphs, is_colour, options.width()), color=True)
    # A picture says how far to trust an answer that was learned; a grid alone does not.
    if how in ("grid", "line") and result.learning and not result.learning.is_proven and not settings.quiet:
        say(f"{result.puzzle.name}: {learned(result.learning)}")
