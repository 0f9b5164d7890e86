"""`trm solve`: one puzzle with its refinement shown, or any number with a progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from trm_cli import files, reading, records
from trm_cli.errors import ConfigError, DataError, ExitCode, NoPuzzle, TrmError
from trm_cli.program import many, one, options
from trm_cli.program.settings import Settings, load
from trm_cli.puzzle import Puzzle
from trm_cli.shards import Shard
from trm_cli.view import record
from trm_cli.view.text import plural, say

SHOWN = 12
"""Puzzles at most that are shown one after the other; more of them have a bar."""


@click.command(no_args_is_help=False, short_help="Solve puzzles and show the answer being refined.")
@click.argument("arguments", nargs=-1, metavar="[FILE | FOLDER | - | PUZZLE]...", shell_complete=options.complete_files)
@options.task
@options.sources
@options.weights
@click.option("--strict", is_flag=True, help="Exit with 1 too where no answer is known to check against (ARC).")
@click.option(
    "--submission",
    type=click.Path(path_type=Path, dir_okay=False),
    help="ARC: write two attempts for every test input as submission.json wants them.",
)
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
    help="Write results to a file: .csv or .tsv as a table, else JSON lines; what is in it is not solved again.",
)
@click.option(
    "--shard",
    metavar="K/N",
    help="Only every N-th input from the K-th on, as 3/16; auto: as torchrun or a Slurm array says. "
    "{shard} in --out is its name.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Save the refinement of one puzzle: .svg, .html, .cast, .gif or .json, for trm show.",
)
@options.solving()
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
    if not values["arguments"]:
        if sys.stdin.isatty():
            click.echo(click.get_current_context().get_help())
            return
        values["arguments"] = ("-",)
    shard = _use_shard(values)
    settings = Settings.of(values)
    _refuse(settings)
    ends = (settings.start, settings.goal)
    items = reading.puzzles(settings.arguments, settings.task, settings.out, ends, settings.max_bytes)
    others: list[NoPuzzle] = []
    found = _puzzles(items, others)
    code = _solve(shard.of(found) if shard else found, settings)
    if others and not settings.quiet:
        say(f"{plural(len(others), 'file')} of folders without a puzzle" + "; -v lists them" * (not settings.verbose))
        for other in others if settings.verbose else ():
            say(other)
    click.get_current_context().exit(code)


def _use_shard(values: dict[str, Any]) -> Shard | None:
    """Return the shard that is asked for, with its name put into that of the results."""
    text, out = values["shard"], values["out"]
    values["shard"] = shard = Shard.read(text, os.environ) if text else None
    if shard is None:
        return None
    if shard.is_alone and out and "{shard}" not in str(out):
        raise ConfigError(f"{out}: each shard writes a file of its own; put {{shard}} into its name")
    values["out"] = out and Path(str(out).replace("{shard}", str(shard)))
    return shard


def _puzzles(items: Iterable[Puzzle | TrmError], others: list[NoPuzzle]) -> Iterator[Puzzle | TrmError]:
    """Yield the items that are puzzles or should be; of a folder's files, those that are none go to `others`."""
    n = 0
    for item in items:
        if isinstance(item, NoPuzzle):
            others.append(item)
        else:
            n += 1
            yield item
    if others and not n:
        yield DataError(f"{plural(len(others), 'file')}, and a puzzle in none; trm -h names the forms that are read")


def _solve(items: Iterator[Puzzle | TrmError], settings: Settings) -> ExitCode:
    """Show few puzzles one after the other on a terminal, and solve many with a bar."""
    if settings.out or settings.submission:
        return many.solve(items, settings)
    is_watched = settings.is_live and not settings.quiet and sys.stderr.isatty()
    if "-" in settings.arguments and not settings.save:  # nothing is waited for that may not come
        if is_watched and sys.stdout.isatty():
            return one.solve_each(items, settings, cache(partial(load, settings)))
        return many.solve(items, settings)
    first = list(islice(items, SHOWN + 1))
    if settings.save and len(first) > 1:
        raise ConfigError(f"{settings.save}: --save is for one puzzle; for many there is --json --trace")
    is_alone = len(first) == 1 and isinstance(first[0], Puzzle)
    if is_alone or (is_watched and sys.stdout.isatty() and len(first) <= SHOWN):
        return one.solve_each(first, settings, cache(partial(load, settings)))
    return many.solve(chain(first, items), settings)


def _refuse(settings: Settings) -> None:
    """Raise an error for options that do not go together and outputs that cannot be written, before any work."""
    if settings.filmstrip and not settings.save:
        raise ConfigError("--filmstrip says how --save draws; give --save FILE too")
    if settings.solving.tolerance and settings.solving.halt != "stable":
        raise ConfigError("--tolerance is for --halt stable; give that too")
    if settings.save and (settings.out or settings.submission):
        raise ConfigError("--save is for one puzzle, --out and --submission are for many; give one of them")
    if settings.shard and settings.submission:
        raise ConfigError("--submission is of all tasks; leave out --shard")
    if settings.out and records.form(settings.out).head and settings.solving.trace:
        raise ConfigError(f"{settings.out}: a table has no place for a --trace; name the file .jsonl")
    if settings.save:
        record.check(settings.save, settings.force)
    files.refuse(settings.submission, settings.force)
    if settings.out and str(settings.out) == "-":
        raise ConfigError("--out is a file to continue from; --json alone prints to standard output")
    files.refuse(settings.out, is_forced=True)  # results that are there already are continued
