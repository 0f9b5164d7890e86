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
    "check": ("Solve", "Check puzzles and answers against the rules, without a model."),
    "generate": ("Solve", "Make puzzles of a chosen difficulty."),
    "train": ("Train", "Train a model, or resume a run."),
    "eval": ("Train", "Measure a model's accuracy on a file of puzzles."),
    "dataset": ("Train", "Make a data set in the published layout."),
    "convert": ("Train", "Convert checkpoints of the published code, and back."),
    "show": ("Look", "Replay a saved refinement, or turn it into a picture."),
    "inspect": ("Look", "Show what goes on inside the network, step by step."),
    "models": ("Look", "List the weights that are here."),
    "doctor": ("Look", "Show versions, devices and weights, for a bug report."),
    "completion": ("Look", "Print the completion script of a shell."),
}

EXAMPLES = """\b
Examples:
  trm solve puzzles/sudoku/hard.txt
  trm generate sudoku --n 5 | trm solve - --format line | trm check -

\b
Environment: TRM_WEIGHTS, TRM_DEVICE, TRM_COLOR in the place of the options, NO_COLOR and FORCE_COLOR, and
TRM_DEBUG=1 for the traceback of an internal error.
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
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command with a name; an unknown name suggests the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, 1)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
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
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is flushed there at the end
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
        # The reader of our output has gone, as `head` does: that is no error, but Python would complain at its end.
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


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(__version__, "-V", "--version", prog_name="trm", message="%(prog)s %(version)s")
def main() -> None:
    """Solve puzzles with a Tiny Recursive Model: a small network that refines its own answer."""
