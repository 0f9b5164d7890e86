"""`trm check`: checks puzzles against the rules, without a model."""

from __future__ import annotations

import sys

import click

from trm_cli import reading
from trm_cli.domain import Place
from trm_cli.domains import domain
from trm_cli.errors import ExitCode, NoPuzzle, TrmError
from trm_cli.program import options
from trm_cli.view.text import plural, printable, say


@click.command()
@click.argument("arguments", nargs=-1, metavar="[FILE | FOLDER | - | PUZZLE]...", shell_complete=options.complete_files)
@options.task
@options.sources
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code is the result.")
def command(
    arguments: tuple[str, ...], task: str | None, start: Place | None, goal: Place | None, max_bytes: int, quiet: bool
) -> None:
    """Say whether each puzzle has exactly one solution and how hard it is, or whether a full grid is right.

    \b
    Examples:
      trm check puzzles/sudoku/hard.txt
      trm generate sudoku | trm solve - | trm check -

    The difficulty of a Sudoku is the number of guesses that a classical solver makes to prove that there is only one
    solution. Exit code: 0 if all puzzles pass, 1 if some do not, 2 if an input cannot be read.
    """
    if not arguments and sys.stdin.isatty():
        click.echo(click.get_current_context().get_help())
        return
    code, n_others = ExitCode.SOLVED, 0
    for item in reading.puzzles(arguments or ("-",), task, ends=(start, goal), max_bytes=max_bytes):
        if isinstance(item, NoPuzzle):
            n_others += 1
            continue
        if isinstance(item, TrmError):
            say(item)
            code = max(code, ExitCode.BAD_INPUT)
            continue
        is_good, words = domain(item.task).diagnose(item)
        if not quiet and domain(item.task).has_demos:
            from trm_cli.solving.words import description

            words = "\n  ".join([words, *description(item)])
        if not quiet:
            click.echo("\n".join(map(printable, f"{item.name}: {words}".split("\n"))))
        # The worst of all puzzles is the exit code.
        code = max(code, ExitCode.SOLVED if is_good else ExitCode.UNSOLVED)
    if n_others and not quiet:
        say(f"skipped {plural(n_others, 'file')} without a puzzle")
    click.get_current_context().exit(code)
