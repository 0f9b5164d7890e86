"""`trm generate`: makes puzzles, and writes them to stdout or a file as they come."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from trm_cli import files, reading, source
from trm_cli.domains import TASKS, domain
from trm_cli.errors import ConfigError, DataError, ExitCode
from trm_cli.program import options
from trm_cli.puzzle import Puzzle


@click.command()
@click.argument("task", type=click.Choice([name for name in TASKS if domain(name).can_generate]))
@click.option("--n", default=1, show_default=True, type=click.IntRange(1), help="How many puzzles to make.")
@click.option(
    "--difficulty",
    default=None,
    show_default="medium, else easy",
    help="How hard they are, see above.",
)
@click.option("--kind", help="Size, see above; by default 9x9 or 30x30.")
@click.option(
    "--format",
    "how",
    type=click.Choice(["line", "grid", "csv", "json"]),
    help="By default line for Sudokus and grid for mazes; csv: question, answer, rating.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; by default standard output."
)
@click.option(
    "--like",
    multiple=True,
    metavar="FILE",
    help="Extreme 9x9 Sudokus: start from those of this file, not from random ones.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Random seed; the same seed makes the same puzzles.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    help="Threads; the puzzles are the same for any number.",
)
@options.force
@options.color
def command(task: str, n: int, how: str | None, out: Path | None, force: bool, **given: Any) -> None:
    """Make Sudokus that have exactly one solution, or mazes.

    \b
    Examples:
      trm generate sudoku --n 5 | trm solve -
      trm generate sudoku --n 1000 --difficulty hard --format csv --out hard.csv
      trm generate maze --kind 21x41 --difficulty perfect --seed 7

    \b
    Sudokus:
      --kind        4x4, 6x6, 9x9, 16x16 or 25x25
      --difficulty  easy, medium, hard or extreme (like the published lists of
                    very hard ones)
    Mazes:
      --kind        HEIGHTxWIDTH
      --difficulty  easy, medium, hard: like those of Maze-Hard, with a short,
                    middling or long shortest path
                    open, perfect, looped: few walls, one way only, many ways
                    a number: cells that the shortest path has at least
    """
    if out == Path("-"):
        out = None
    source.refuse_input(out, given["like"])
    files.refuse(out, force)
    puzzles = islice(_puzzles(task, given), n)
    how = how or domain(task).layout
    if how != "grid" and given["kind"] and domain(task).layout == "grid" and len({*given["kind"].split("x")}) > 1:
        raise ConfigError(f"--format {how} does not show the shape of a {given['kind']} maze; use --format grid")
    console = options.stderr(given["color"])
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # No progress bar if the puzzles themselves appear on the terminal.
    shows = console.is_terminal and not (out is None and sys.stdout.isatty())
    written, is_replaced = 0, out is not None and out.is_file()
    try:
        with Progress(*columns, console=console, transient=True, disable=not shows) as bar:
            bar_task = bar.add_task("", total=n)
            first = next(puzzles)  # before the file is opened, so that an error leaves it unchanged
            with _target(out) as file:
                if how == "csv":
                    file.write("question,answer,rating\n")
                for puzzle in chain((first,), puzzles):
                    file.write(_write(puzzle, how))
                    file.flush()
                    written += 1
                    bar.advance(bar_task)
    except KeyboardInterrupt:
        # A new file keeps the puzzles written so far; an existing one is replaced only by a complete one.
        kept = f"{out} is as it was" if is_replaced else "all of them written whole"
        click.echo(f"trm: stopped after {written} of {n} puzzles, {kept}", err=True)
        click.get_current_context().exit(ExitCode.INTERRUPTED)


def _puzzles(task: str, given: dict[str, Any]) -> Iterator[Puzzle]:
    like = [*reading.strict(given["like"], task)]
    try:
        made = domain(task)
        kind = given["kind"] or made.kind
        level = given["difficulty"] or _usual(made.levels_of(kind))
        yield from made.generate(kind, level, given["seed"], given["workers"], like)
    except ModuleNotFoundError as error:
        raise ConfigError(f"making puzzles needs {error.name}: pip install {error.name}") from error


def _usual(levels: tuple[str, ...]) -> str:
    return "medium" if "medium" in levels else levels[0]


@contextmanager
def _target(out: Path | None) -> Iterator[IO[str]]:
    """Yield the stream to write to; an existing file is unchanged until all puzzles are made."""
    if out is None:
        yield sys.stdout
        return
    if out.exists():
        with files.whole(out) as path, path.open("w", encoding="utf-8") as file:
            yield file
        return
    state = ""
    try:
        with out.open("w", encoding="utf-8") as file:
            state = "; its last puzzle may be cut off"
            yield file
    except OSError as error:
        raise DataError(f"{out}: cannot be written: {error.strerror or error}{state}") from error


def _write(puzzle: Puzzle, how: str) -> str:
    given = puzzle.text(puzzle.given)
    answer = "" if puzzle.solution is None else puzzle.text(puzzle.solution)
    if how == "csv":
        return f"{given},{answer},{puzzle.rating}\n"
    if how == "json":
        return json.dumps({"name": puzzle.name, "question": given, "answer": answer, "rating": puzzle.rating}) + "\n"
    return (str(puzzle) + "\n\n") if how == "grid" else given + "\n"
