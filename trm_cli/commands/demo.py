"""`trm demo`: what the program does, shown on three shipped puzzles in about half a minute."""

from __future__ import annotations

from typing import NamedTuple

import click

from trm_cli.commands import solve
from trm_cli.errors import ExitCode
from trm_cli.program import options


class Scene(NamedTuple):
    """A puzzle of the demo: a sentence before it, and what `trm solve` is given."""

    words: str
    arguments: tuple[str, ...]


SCENES = (
    Scene(
        "A Sudoku: a small network writes a whole answer, looks at it, and mends it, step by step.",
        ("puzzles/sudoku/hard.txt",),
    ),
    Scene(
        "A maze: another network of the same kind draws a whole path at once, and mends it until it is a shortest one.",
        ("puzzles/maze/perfect-21x41.txt",),
    ),
    Scene(
        "An ARC task: nobody says what the rule is. Here it is told from the demonstrations, in words; without "
        "--updates 0, networks learn the task too, for a minute.",
        ("puzzles/arc/to-the-right.json", "--updates", "0"),
    ),
)
"""What is shown, in this order."""

LAST = """Now yours: paste it behind trm, in quotes, or name a file with it. For instance:

  trm 53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79
  trm my-maze.txt
  trm help"""


@click.command(short_help="See it work: a Sudoku, a maze and an ARC task in half a minute.")
@click.option("--instant", is_flag=True, help="Show every step as it comes, and wait for nobody.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto",
              envvar="TRM_COLOR", show_envvar=True, show_default=True, help="Colour on terminals.")  # fmt: skip
@click.option("--ascii", "is_ascii", is_flag=True, help="Draw with ASCII characters only.")
def command(instant: bool, color: str, is_ascii: bool) -> None:
    """Solve a Sudoku, a maze and an ARC task that came with the program, with a sentence on each.

    \b
    Examples:
      trm demo
      trm demo --instant

    Every command that it runs is shown before it is run. Exit code: the worst of theirs, 0 where all is solved.
    """
    looks = ["--color", color, *["--ascii"] * is_ascii, *["--instant"] * instant]
    code: int = ExitCode.SOLVED
    for words, arguments in SCENES:
        for line in click.wrap_text(words, min(options.width(), 100)).split("\n"):
            click.echo(line)
        click.echo(f"\n$ trm solve {' '.join(arguments)}\n")
        given = [*arguments, "--format", "pretty", *looks]
        code = max(code, solve.command.main(given, prog_name="trm solve", standalone_mode=False) or 0)
        if code == ExitCode.INTERRUPTED:
            break
        click.echo()
    else:
        click.echo(LAST)
    click.get_current_context().exit(code)
