"""The command line: a group that imports commands when they are used, and turns errors into words and exit codes."""

from __future__ import annotations

import io
import os
import sys
import traceback
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from trm_cli import __version__
from trm_cli.errors import ExitCode, TrmError
from trm_cli.view.text import say

COMMANDS = {  # name: (section of the help, one line)
    "solve": ("Solve", "Solve puzzles and show the answer being refined."),
    "demo": ("Solve", "See it work: a Sudoku, a maze and an ARC task in half a minute."),
    "hint": ("Solve", "Give a hint without giving the answer away."),
    "check": ("Solve", "Check puzzles and answers against the rules, without a model."),
    "generate": ("Solve", "Make puzzles of a chosen difficulty."),
    "train": ("Train", "Train a model, or resume a run."),
    "eval": ("Train", "Measure how many puzzles of a file a model solves."),
    "dataset": ("Train", "Write puzzles as a data set for the published code."),
    "convert": ("Train", "Convert checkpoints of the published code to weights, and back."),
    "export": ("Train", "Write a model as ONNX, for programs without PyTorch."),
    "show": ("Look", "Replay a saved refinement, or turn it into a picture."),
    "inspect": ("Look", "Show what happens inside the network, step by step."),
    "models": ("Look", "List the weights that came with the program."),
    "doctor": ("Look", "Show versions, devices and weights, for a bug report."),
    "completion": ("Look", "Print a script that completes commands in your shell."),
}

EXAMPLES = """\b
Examples:
  trm puzzles/sudoku/hard.txt
  trm generate sudoku --n 5 | trm solve - --format line | trm check -

\b
Environment variables:
  TRM_WEIGHTS, TRM_DEVICE, TRM_COLOR  defaults for the options of these names
  NO_COLOR, FORCE_COLOR               colours never, or always
  TRM_DEBUG=1                         show the traceback of an internal error
"""


class Lazy(click.Group):
    """A group that imports a command's module when it is used, and maps errors to exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"trm_cli.commands.{cmd_name}").command
        command.short_help = COMMANDS[cmd_name][1]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a word; a puzzle in its place is solved, `help` helps, another word suggests the nearest.

        A command's name wins over a file of that name.
        """
        word, *rest = args or [""]
        if word == "help":
            if not rest or rest[0] == "help":
                click.echo(ctx.get_help())
                ctx.exit()
            word, args = rest[0], [rest[0], "--help"]
        elif word not in COMMANDS and _is_puzzle(word):
            return super().resolve_command(ctx, ["solve", *args])
        if word and word not in COMMANDS and not word.startswith("-"):
            near = get_close_matches(word, [*COMMANDS, "help"], 1)
            ctx.fail(f"No such command or file {word!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section, without importing them."""
        for section in dict.fromkeys(section for section, _ in COMMANDS.values()):
            with formatter.section(section):
                formatter.write_dl([(name, line) for name, (of, line) in COMMANDS.items() if of == section])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program, even if its standard streams are closed or cannot show every character."""
        for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
            if getattr(sys, name) is None:  # closed by the shell, as in >&-
                setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # for names that the terminal cannot show
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            say(error.strerror or error)
            os.dup2(
                os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
            )  # so that nothing is written there at the end
            sys.exit(ExitCode.BAD_INPUT)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and end with the exit code of what went wrong."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except TrmError as error:
            say(error)
            ctx.exit(ExitCode.BAD_INPUT)
        except KeyboardInterrupt:
            click.echo("trm: stopped", err=True)
            ctx.exit(ExitCode.INTERRUPTED)
        # The reader of our output, such as `head`, is gone. That is no error, but Python would complain as it ends.
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitCode.CLOSED_PIPE)
        except OSError as error:
            say(f"{error.strerror or error}" + f": {error.filename}" * bool(error.filename))
            ctx.exit(ExitCode.BAD_INPUT)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get("TRM_DEBUG"):
                traceback.print_exc()
            say(
                f"internal error: {type(error).__name__}: {error}\n"
                "This is a bug in trm. TRM_DEBUG=1 shows where; please report it with the output of: trm doctor"
            )
            ctx.exit(ExitCode.OUR_BUG)


def _is_puzzle(word: str) -> bool:
    """Tell whether the first word is a puzzle or a file to solve, and not a command."""
    from trm_cli import source  # imported here, as it takes a while and only this needs it

    return source.is_meant(word)


def _help_all(ctx: click.Context, param: click.Parameter, is_asked: bool) -> None:
    """Print the help of the program and of every command, one after the other."""
    if not is_asked:
        return
    assert isinstance(ctx.command, Lazy)
    pages = [ctx.get_help()]
    for name in COMMANDS:
        command = ctx.command.get_command(ctx, name)
        assert command
        with click.Context(command, ctx, name, **command.context_settings) as inner:
            pages.append(command.get_help(inner))
    click.echo("\n\n\n".join(pages))
    ctx.exit()


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(__version__, "-V", "--version", prog_name="trm", message="%(prog)s %(version)s")
@click.option("--help-all", is_flag=True, is_eager=True, expose_value=False, callback=_help_all,
              help="Show the help of all commands at once.")  # fmt: skip
def main() -> None:
    """Solve Sudokus, mazes and ARC tasks with a Tiny Recursive Model: a small network that improves its own answer.

    `trm demo` shows how it works. `trm FILE` and `trm PUZZLE` are short for `trm solve`. Every command explains its
    options: `trm solve --help`.
    """
