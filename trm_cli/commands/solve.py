"""`trm solve`: solves one puzzle and shows every step, or many puzzles with a progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from trm_cli import files, reading, records, source
from trm_cli.errors import ConfigError, ExitCode, NoPuzzle, TrmError
from trm_cli.program import many, one, options
from trm_cli.program.settings import Settings, load
from trm_cli.puzzle import Puzzle
from trm_cli.shards import Shard
from trm_cli.view import record
from trm_cli.view.text import plural, say

SHOWN = 12
"""Most puzzles that are shown one after the other; more of them get a progress bar."""


@click.command()
@click.argument("arguments", nargs=-1, metavar="[FILE | FOLDER | - | PUZZLE]...", shell_complete=options.complete_files)
@options.task
@options.sources
@options.weights
@click.option("--strict", is_flag=True, help="Exit with 1 also if an answer cannot be verified or is one of several.")
@click.option(
    "--submission",
    type=click.Path(path_type=Path, dir_okay=False),
    help="ARC: write two attempts for every test input, as submission.json.",
)
@click.option(
    "--format",
    "how",
    type=click.Choice(["pretty", "grid", "line", "json"]),
    help="By default pretty on a terminal, else line for Sudokus, grid for mazes.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON: one line per puzzle.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for results: .csv, .tsv or JSON lines; results that it has are kept.",
)
@click.option(
    "--shard",
    metavar="K/N",
    help="Solve every N-th puzzle from the K-th on, as in 3/16; auto: see docs/formats.md.",
)
@click.option(
    "--save",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Save all steps of one puzzle: .html, .svg, .gif, .cast, or .json for trm show; may be repeated.",
)
@options.solving()
@options.film
@click.option("--force", is_flag=True, help="Overwrite existing files; redo existing results.")
@click.option("-q", "--quiet", count=True, help="Print only the result; -qq prints only errors.")
@click.option("-v", "--verbose", is_flag=True, help="Print device, data type, weights and skipped files.")
@options.machine
@options.compiles
@options.looks
def command(**values: Any) -> None:
    """Solve Sudokus, mazes and ARC tasks from files, folders, standard input or the command line.

    \b
    Examples:
      trm solve puzzles/sudoku/hard.txt
      trm solve puzzles/ --out results.jsonl

    \b
    --halt says when the network stops before --max-steps:
      agree     the rules accept the answer, and so does its halting head,
                or the last step has not changed it
      q         the halting head accepts the answer
      verified  the rules accept the answer
      stable    no cell has changed for three steps
      none      never

    If a puzzle is then still unsolved, a search tries up to --search branches. ARC tasks are not searched. Those that
    cannot be explained are learned: a network trains on the demonstrations for up to --seconds. Only a run with a
    given number of --updates can be repeated exactly.

    In explanations, ink means all cells that are not background. A thing is a connected area of ink of one colour, a
    figure a connected area of ink of any colours.

    Exit code: 0 if all are solved, 1 if some are not, 2 if an input cannot be read, 3 for a bug in trm, 130 after
    Ctrl-C.
    """
    if not values["arguments"]:
        if sys.stdin.isatty():
            click.echo(click.get_current_context().get_help())
            return
        values["arguments"] = ("-",)
    if "-" in values["arguments"] and sys.stdin.isatty() and not values["quiet"]:
        say("type or paste puzzles; Ctrl-D ends")
    shard = _use_shard(values)
    settings = Settings.of(values)
    _refuse(settings)
    ends = (settings.start, settings.goal)
    items = reading.puzzles(settings.arguments, settings.task, settings.out, ends, settings.max_bytes)
    others: list[NoPuzzle] = []
    found = _puzzles(items, others)
    code = _solve(shard.of(found) if shard else found, settings)
    if others and not settings.quiet:
        say(f"skipped {plural(len(others), 'file')} without a puzzle" + "; -v lists them" * (not settings.verbose))
        for other in others if settings.verbose else ():
            say(other)
    click.get_current_context().exit(code)


def _use_shard(values: dict[str, Any]) -> Shard | None:
    """Return the shard of `--shard`, and write its name into that of the results file."""
    text, out = values["shard"], values["out"]
    values["shard"] = shard = None if text is None else Shard.read(text, os.environ)
    if shard is None:
        return None
    if shard.is_alone and out and "{shard}" not in str(out):
        raise ConfigError(f"{out}: each shard writes a file of its own; put {{shard}} into its name")
    values["out"] = out and Path(str(out).replace("{shard}", str(shard)))
    return shard


def _puzzles(items: Iterable[Puzzle | TrmError], others: list[NoPuzzle]) -> Iterator[Puzzle | TrmError]:
    """Yield puzzles and errors; files of a folder without any puzzle go to `others` instead."""
    for item in items:
        if isinstance(item, NoPuzzle):
            others.append(item)
        else:
            yield item


def _solve(items: Iterator[Puzzle | TrmError], settings: Settings) -> ExitCode:
    """Show a few puzzles one after the other on a terminal, or solve many with a progress bar."""
    if settings.out or settings.submission:
        return many.solve(items, settings)
    is_watched = settings.is_live and not settings.quiet and sys.stderr.isatty()
    if "-" in settings.arguments and not settings.save:  # answer each puzzle before waiting for the next
        if is_watched and sys.stdout.isatty():
            return one.solve_each(items, settings, cache(partial(load, settings)))
        return many.solve(items, settings)
    first = list(islice(items, SHOWN + 1))
    if settings.save and len(first) > 1:
        raise ConfigError(f"{settings.save[0]}: --save is for one puzzle; for many there is --json --trace")
    is_alone = len(first) == 1 and isinstance(first[0], Puzzle)
    if is_alone or (is_watched and sys.stdout.isatty() and len(first) <= SHOWN):
        return one.solve_each(first, settings, cache(partial(load, settings)))
    return many.solve(chain(first, items), settings)


def _refuse(settings: Settings) -> None:
    """Raise an error for options that do not go together and outputs that cannot be written, before any work."""
    if settings.filmstrip and not settings.save:
        raise ConfigError("--filmstrip changes what --save draws; give --save FILE too")
    if settings.solving.tolerance and settings.solving.halt != "stable":
        raise ConfigError("--tolerance is for --halt stable; give --halt stable too")
    if settings.save and (settings.out or settings.submission):
        raise ConfigError("--save is for one puzzle, --out and --submission are for many; give one of them")
    if settings.shard and settings.submission:
        raise ConfigError("--submission needs all tasks; leave out --shard")
    if settings.out and records.form(settings.out).head and settings.solving.trace:
        raise ConfigError(f"{settings.out}: a table has no place for a --trace; name the file .jsonl")
    for path in (settings.out, settings.submission, *settings.save):
        source.refuse_input(path, settings.arguments)
    for path in settings.save:
        record.check(path, settings.force)
    files.refuse(settings.submission, settings.force)
    if settings.out and str(settings.out) == "-":
        raise ConfigError("--out needs the name of a file; use --json to print to standard output")
    if settings.out:
        records.check(settings.out)
    files.refuse(settings.out, is_forced=True)  # results that are there already are continued
