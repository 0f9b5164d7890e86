"""`trm demo`: shows what the program does, with three shipped puzzles in about half a minute."""

from __future__ import annotations

import os
import textwrap
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
        "A Sudoku: a small network writes a whole answer, looks at it, and improves it, step by step.",
        ("puzzles/sudoku/hard.txt",),
    ),
    Scene(
        "A maze: another network of this kind draws a whole path at once, and improves it until it is a shortest one.",
        ("puzzles/maze/perfect-21x41.txt",),
    ),
    Scene(
        "An ARC task: nobody says what the rule is. The program looks for one that explains all demonstrations, and "
        "says it in words. Tasks that it cannot explain are learned by a network; --updates 0 leaves that out.",
        ("puzzles/arc/to-the-right.json", "--updates", "0"),
    ),
)
"""What is shown, in this order."""

LAST = "Now yours: paste it after trm, in quotes, or give the name of its file. For example:"
EXAMPLES = """
  trm "53..7....
       6..195...
       .98....6.
       8...6...3
       4..8.3..1
       7...2...6
       .6....28.
       ...419..5
       ....8..79"
  trm my-maze.txt
  trm help"""


@click.command()
@click.option("--instant", is_flag=True, help="Show every step as it comes, without pauses.")
@options.color
@options.ascii
def command(instant: bool, color: str, is_ascii: bool) -> None:
    """Solve a Sudoku, a maze and an ARC task that came with the program, with a sentence about each.

    \b
    Examples:
      trm demo
      trm demo --instant

    The demo shows every command before it runs it. Exit code: 0 if all three are solved, else the worst of theirs.
    """
    # What is set for the user's own puzzles is for one task, and the demo shows three.
    os.environ.pop("TRM_WEIGHTS", None)
    looks = ["--color", color, *["--ascii"] * is_ascii, *["--instant"] * instant]
    code: int = ExitCode.SOLVED
    for words, arguments in SCENES:
        _say(words)
        click.echo(f"\n{_command(arguments)}\n")
        given = [*arguments, "--format", "pretty", *looks]
        code = max(code, solve.command.main(given, prog_name="trm solve", standalone_mode=False) or 0)
        if code == ExitCode.INTERRUPTED:
            break
        click.echo()
    else:
        _say(LAST)
        click.echo(EXAMPLES)
    click.get_current_context().exit(code)


def _command(arguments: tuple[str, ...]) -> str:
    """Return the command of a scene, as a shell reads it on more lines if the terminal is narrow."""
    text = f"$ trm solve {' '.join(arguments)}"
    width = options.width()
    if width is None or len(text) <= width:
        return text
    # Two columns are for the character that a command goes on.
    lines = textwrap.wrap(text, width - 2, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return " \\\n".join(lines)


def _say(words: str) -> None:
    """Print a sentence, with line breaks between words if the terminal is narrow."""
    click.echo(click.wrap_text(words, min(options.width() or 100, 100)))
