"""`trm solve`: one puzzle with its refinement shown, or any number with a progress bar."""

from __future__ import annotations

import sys
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from trm_cli import SEARCH_SECONDS, files, reading
from trm_cli.errors import ConfigError
from trm_cli.program import many, one, options
from trm_cli.program.settings import Settings
from trm_cli.puzzle import Puzzle
from trm_cli.view import record

HALTS = ("agree", "q", "stable", "verified", "none")


@click.command(no_args_is_help=False, short_help="Solve puzzles and show the answer being refined.")
@click.argument("arguments", nargs=-1, metavar="[FILE | FOLDER | - | PUZZLE]...", shell_complete=options.complete_files)
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
@click.option(
    "--tolerance",
    type=click.FloatRange(0),
    default=0.0,
    metavar="RESIDUAL",
    help="--halt stable: stop when the residual is no larger, instead of when no cell changes.",
)
@click.option("--slots", type=click.IntRange(1), default=64, show_default=True, help="Puzzles worked on at once.")
@click.option("--votes", type=click.IntRange(0), default=0, help="ARC: augmentations to ask at most; all by default.")
@click.option("--strict", is_flag=True, help="Exit with 1 too where no answer is known to check against (ARC).")
@click.option(
    "--submission",
    type=click.Path(path_type=Path, dir_okay=False),
    help="ARC: write two attempts for every test input as submission.json wants them.",
)
@click.option(
    "--search",
    type=options.Budget(),
    default="auto",
    show_default=True,
    metavar="auto|off|SECONDS",
    help=f"What a single pass leaves unsolved is searched for, so many seconds a puzzle; auto is {SEARCH_SECONDS:g}.",
)
@click.option("--samples", type=click.IntRange(1), default=32, show_default=True, help="Branches searched at once.")
@click.option("--noise", type=click.FloatRange(0), default=0.5, show_default=True, help="In the latent of restarts.")
@click.option(
    "--format",
    "how",
    type=click.Choice(["pretty", "grid", "line", "json"]),
    help="pretty on a terminal, else what can be read back: line for Sudokus, grid for mazes.",
)
@click.option("--json", "is_json", is_flag=True, help="One JSON object a puzzle a line.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write JSON lines to a file; what is already in it is not solved again.",
)
@click.option("--trace", is_flag=True, help="With --json or --out: every frame, and what went on inside.")
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Save the refinement of one puzzle: .svg, .html, .cast, .gif or .json, for trm show.",
)
@options.film
@options.force
@click.option("-q", "--quiet", count=True, help="Result only; -qq: exit code only.")
@click.option("-v", "--verbose", is_flag=True, help="Tell device, data type, weights and timings.")
@options.machine
@options.looks
def command(**values: Any) -> None:
    """Solve Sudokus, mazes and ARC tasks from files, folders, standard input or the command line.

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
    _refuse(settings)
    items = reading.puzzles(settings.arguments, settings.task, but=settings.out)
    first = list(islice(items, 2))
    if settings.save and len(first) > 1:
        raise ConfigError(f"{settings.save}: --save is for one puzzle; for many there is --json --trace")
    if len(first) == 1 and isinstance(first[0], Puzzle) and not (settings.out or settings.submission):
        code = one.solve(first[0], settings)
    else:
        code = many.solve(chain(first, items), settings)
    click.get_current_context().exit(code)


def _refuse(settings: Settings) -> None:
    """Raise an error for options that do not go together and outputs that cannot be written, before any work."""
    if settings.filmstrip and not settings.save:
        raise ConfigError("--filmstrip says how --save draws; give --save FILE too")
    if settings.tolerance and settings.halt != "stable":
        raise ConfigError("--tolerance is for --halt stable; give that too")
    if settings.save and (settings.out or settings.submission):
        raise ConfigError("--save is for one puzzle, --out and --submission are for many; give one of them")
    if settings.save:
        record.check(settings.save, settings.force)
    files.refuse(settings.submission, settings.force)
    if settings.out and str(settings.out) == "-":
        raise ConfigError("--out is a file to continue from; --json alone prints to standard output")
    files.refuse(settings.out, is_forced=True)  # results that are there already are continued
