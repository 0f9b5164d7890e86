"""`trm solve`: one puzzle with its refinement shown, or any number with a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trm_cli import batch, reading
from trm_cli.commands import options
from trm_cli.errors import ExitCode, TrmError
from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.view.live import LiveView, Shown, moments
from trm_cli.view.progress import Bar
from trm_cli.view.report import Stamp, as_json, write_outcome

if TYPE_CHECKING:
    from trm_cli.solver import Solver

AHEAD = 20_000
"""Puzzles read ahead to know how many there are; longer lists are streamed without a total."""

HALTS = ("agree", "q", "stable", "verified", "none")


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of `trm solve`, as click collects them."""

    arguments: tuple[str, ...]
    task: str | None
    weights: str | None
    max_steps: int
    halt: Any
    slots: int
    search: str
    how: str | None
    is_json: bool
    out: Path | None
    force: bool
    is_live: bool
    fps: float
    hold: float
    quiet: int
    verbose: bool
    device: str
    dtype: str
    threads: int | None
    seed: int
    color: str
    is_ascii: bool

    @property
    def format(self) -> Any:
        """The output format: as asked, else pretty on a terminal and a line elsewhere."""
        if self.is_json:
            return "json"
        return self.how or ("pretty" if sys.stdout.isatty() else "line")


@click.command(no_args_is_help=False, short_help="Solve puzzles and show the answer being refined.")
@click.argument("arguments", nargs=-1, metavar="[FILE | FOLDER | - | PUZZLE]...")
@options.task
@options.weights
@click.option(
    "--max-steps",
    type=click.IntRange(1),
    default=16,
    show_default=True,
    help="Supervision steps at most; more than in training is allowed, and helps.",
)
@click.option(
    "--halt",
    type=click.Choice(HALTS),
    default="agree",
    show_default=True,
    help="When to stop before: halting head and rules agree, one of them, no change, or never.",
)
@click.option("--slots", type=click.IntRange(1), default=64, show_default=True, help="Puzzles worked on at once.")
@click.option("--search", type=click.Choice(["off"]), default="off", show_default=True, help="Single pass.")
@click.option(
    "--format", "how", type=click.Choice(["pretty", "grid", "line", "json"]), help="pretty on a terminal, else line."
)
@click.option("--json", "is_json", is_flag=True, help="One JSON object a puzzle a line.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write JSON lines to a file; what is already in it is not solved again.",
)
@options.force
@click.option("--live/--no-live", "is_live", default=True, help="Show the refinement on a terminal.")
@click.option("--fps", type=click.FloatRange(0.1, 60), default=15.0, show_default=True, help="Frames a second.")
@click.option("--hold", type=click.FloatRange(0), default=0.0, help="Seconds to hold the last frame.")
@click.option("-q", "--quiet", count=True, help="Result only; -qq: exit code only.")
@click.option("-v", "--verbose", is_flag=True, help="Tell device, data type, weights and timings.")
@options.machine
@options.looks
def command(**values: Any) -> None:
    """Solve Sudokus from files, folders, standard input or the command line.

    \b
    Examples:
      trm solve puzzles/sudoku/hard.txt
      trm solve puzzles/ --out results.jsonl

    Exit code: 0 all solved, 1 some unsolved, 2 bad input, 3 a bug of ours, 130 Ctrl-C.
    """
    settings = Settings(**values)
    if not settings.arguments:
        if sys.stdin.isatty():
            click.echo(click.get_current_context().get_help())
            return
        settings = Settings(**{**values, "arguments": ("-",)})
    items = reading.puzzles(settings.arguments, settings.task)
    first = list(islice(items, 2))
    if len(first) == 1 and isinstance(first[0], Puzzle) and settings.out is None:
        code = _solve_one(first[0], settings)
    else:
        code = _solve_many(chain(first, items), settings)
    click.get_current_context().exit(code)


def _load(settings: Settings, task: str) -> Solver:
    """Import torch and load the model, at last."""
    from trm_cli import device
    from trm_cli.engine import SolveOptions
    from trm_cli.solver import Solver

    device.keep_freed_memory()
    options.use_threads(settings.threads)
    how = SolveOptions(settings.max_steps, settings.halt, settings.slots)
    return Solver.load(settings.weights, task, how, settings.device, settings.dtype, settings.seed)


def _solve_one(puzzle: Puzzle, settings: Settings) -> ExitCode:
    """Show the given grid at once, load the model behind it, and refine it before the reader's eyes."""
    console = options.stderr(settings.color)
    is_live = settings.is_live and not settings.quiet and console.is_terminal
    step = 0
    try:
        if is_live:
            shown = Shown(puzzle, "", settings.max_steps, options.glyphs(settings.is_ascii, settings.color, sys.stderr))
            with LiveView(console, shown, settings.fps, settings.hold) as view:
                solver = _load(settings, puzzle.task)
                view.tell(solver.summary)
                for moment in moments(puzzle, solver.frames(puzzle), solver.domain):
                    step = moment.frame.step if moment.frame else 0
                    view.show(moment)
        else:
            solver = _load(settings, puzzle.task)
            for frame in solver.frames(puzzle):
                step = frame.step
    except KeyboardInterrupt:
        click.echo(f"trm: stopped at step {step}", err=True)
        return ExitCode.INTERRUPTED
    outcome = solver.outcome
    _tell(settings, solver)
    if settings.quiet < 2:
        _print(outcome, settings, solver.stamp)
    if outcome.verdict.status == "unsolved" and not settings.quiet:
        click.echo(_advice(settings), err=True)
    return ExitCode.UNSOLVED if outcome.verdict.status == "unsolved" else ExitCode.SOLVED


def _advice(settings: Settings) -> str:
    return f"trm: not solved in {settings.max_steps} steps; try --max-steps {max(64, 4 * settings.max_steps)}"


def _tell(settings: Settings, solver: Solver) -> None:
    if settings.verbose:
        click.echo(solver.details, err=True)


def _print(outcome: Outcome, settings: Settings, stamp: Stamp) -> None:
    is_colour = options.is_colour(settings.color, sys.stdout)
    glyphs = options.glyphs(settings.is_ascii, settings.color, sys.stdout)
    click.echo(write_outcome(outcome, settings.format, stamp, glyphs, is_colour), color=True)


def _solve_many(items: Iterable[Puzzle | TrmError], settings: Settings) -> ExitCode:
    """Solve a stream of puzzles; errors are gathered and told at the end."""
    ahead = list(islice(items := iter(items), AHEAD))
    total = len(ahead) if len(ahead) < AHEAD else None
    task = next((item.task for item in ahead if isinstance(item, Puzzle)), None)
    tally = batch.Tally()
    if task is None:
        for item in ahead:
            assert isinstance(item, TrmError)
            tally.add(item)
    else:
        solver = _load(settings, task)
        solver.expect(len(ahead))
        _tell(settings, solver)
        tally = batch.Tally()  # the clock starts with the model in memory
        try:
            _drain(chain(ahead, items), total, solver, tally, settings)
        except KeyboardInterrupt:
            _stopped(tally, settings)
            return ExitCode.INTERRUPTED
    for error in tally.errors:
        click.echo(f"trm: {error}", err=True)
    if not settings.quiet and task is not None:
        click.echo(tally.summary(), err=True)
        if tally.unsolved and settings.max_steps < 64:
            click.echo(f"trm: {tally.unsolved} not solved in {settings.max_steps} steps; try --max-steps 64", err=True)
    return tally.exit_code


def _stopped(tally: batch.Tally, settings: Settings) -> None:
    resume = f"; the same command goes on from {settings.out}" if settings.out else ""
    click.echo(f"trm: stopped after {tally.n} puzzles{resume}", err=True)


def _drain(
    items: Iterable[Puzzle | TrmError], total: int | None, solver: Solver, tally: batch.Tally, settings: Settings
) -> None:
    console = options.stderr(settings.color)
    journal = None
    if settings.out is not None:
        journal = batch.Journal(settings.out, solver.settings, settings.force)
        items = _skipping(items, journal, tally)
    with Bar(console, total, is_shown=not settings.quiet) as bar:
        for result in batch.in_order(items, solver.outcomes):
            tally.add(result)
            if isinstance(result, Outcome):
                if journal:
                    journal.write(result.puzzle, as_json(result, solver.stamp))
                elif settings.quiet < 2:
                    with bar.paused():
                        _print(result, settings, solver.stamp)
            bar.update(tally)
    if journal:
        journal.close()


def _skipping(
    items: Iterable[Puzzle | TrmError], journal: batch.Journal, tally: batch.Tally
) -> Iterator[Puzzle | TrmError]:
    """Leave out what the journal has, counting it as it was."""
    for item in items:
        result = None if isinstance(item, TrmError) else journal.take(item)
        if result is None:
            yield item
        else:
            tally.skipped += 1
            tally.count(result["verdict"], result["steps"])
