"""Options that several commands share, and the console they write to."""

from __future__ import annotations

import io
import locale
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import Field, replace
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem
from rich.console import Console, RenderableType

from trm_cli import reading, schema
from trm_cli.domains import TASKS
from trm_cli.solving.options import AUTO_SEARCH, SolveOptions
from trm_cli.source import MAX_BYTES
from trm_cli.view.report import WIDTH
from trm_cli.view.theme import ASCII, THEME, UNICODE, Glyphs

F = TypeVar("F", bound=Callable[..., Any])


class Branches(click.ParamType):
    """Branches that a search may try: a number, `off` for none or `auto`."""

    name = "auto|off|branches"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        named = {"off": 0, "auto": AUTO_SEARCH}
        if value in named:
            return named[value]
        try:
            return int(value)
        except ValueError:
            self.fail(f"{value!r} is not auto, off or a number of branches", param, ctx)


def stack(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Combine decorators; the first of them ends up outermost."""

    def decorate(function: F) -> F:
        # The last decorator is applied first, as if they stood above the function in this order.
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def _complete_weights(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from trm_cli import assets

    names = [file.stem for file in sorted(assets.folder("weights").glob("*.safetensors"))]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)] or [
        CompletionItem(incomplete, type="file")
    ]


def complete_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete names of files, in arguments that may also be puzzles."""
    return [CompletionItem(incomplete, type="file")]


task = click.option("--task", type=click.Choice([*TASKS]), help="The task; by default detected from the content.")

SPOKEN = {"search": Branches()}
"""Options of a solver that accept words as well as numbers."""


def solving(*names: str, **defaults: Any) -> Callable[[F], F]:
    """Declare options of a solver from their fields, by default all of them; `defaults` replace the fields' own."""
    settings = schema.settings(SolveOptions)
    return stack(*(_solving(settings[name], defaults) for name in names or settings))


def _solving(field: Field, defaults: dict[str, Any]) -> Callable[[F], F]:
    """Declare the option of one field, with the range of SolveOptions."""
    rule, flag = field.metadata["rule"], f"--{field.name.replace('_', '-')}"
    help = f"{rule.help[0].upper()}{rule.help[1:]}."
    if str(field.type) == "bool":
        return click.option(flag, field.name, is_flag=True, help=help)
    kind: Any = SPOKEN.get(field.name, click.INT if str(field.type) == "int" else click.FLOAT)
    kind = click.Choice(rule.among) if rule.among else kind
    default = defaults.get(field.name, "auto" if field.name in SPOKEN else field.default)
    metavar = None if rule.among else kind.name.upper()

    def checked(context: click.Context, option: click.Parameter, value: Any) -> Any:
        if not schema.is_fit(field, value):
            raise click.BadParameter(f"expected {schema.expected(field)}, found {schema.shown(value)}")
        return value

    return click.option(
        flag, field.name, type=kind, default=default, show_default=True, metavar=metavar, help=help, callback=checked
    )


sources = stack(
    click.option("--start", type=reading.place, metavar="ROW,COLUMN", help="Start of a maze, counted from 1."),
    click.option("--goal", type=reading.place, metavar="ROW,COLUMN", help="Goal of a maze, counted from 1."),
    click.option("--max-bytes", type=click.IntRange(1), default=MAX_BYTES, show_default=True,
                 help="Refuse files larger than this."),
)  # fmt: skip

machine = stack(
    click.option("--device", default="auto", envvar="TRM_DEVICE", show_envvar=True, show_default=True,
                 help="Where to compute: auto, cpu, cuda, cuda:N or mps."),
    click.option("--dtype", default="auto", show_default=True,
                 help="float32, bfloat16 or float16; auto: bfloat16 if the hardware has it."),
    click.option("--threads", type=click.IntRange(1), help="CPU threads; by default all cores, at most 8."),
)  # fmt: skip

compiles = click.option(
    "--compile/--no-compile", "compiles", default=None,
    help="Compile the network; by default only if files hold 200 puzzles or more.",
)  # fmt: skip

weights = click.option(
    "--weights", envvar="TRM_WEIGHTS", show_envvar=True, shell_complete=_complete_weights,
    help="Name of shipped weights, a file, or a run's folder.",
)  # fmt: skip

color = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto",
    envvar="TRM_COLOR", show_envvar=True, show_default=True, help="Use colours; auto: on terminals only.",
)  # fmt: skip

ascii = click.option("--ascii", "is_ascii", is_flag=True, help="Draw with ASCII characters only.")

digits = click.option("--digits", "has_digits", is_flag=True, help="Write the numbers of ARC colours into the cells.")

looks = stack(color, ascii, digits)

film = stack(
    click.option("--filmstrip", type=click.IntRange(2), metavar="N",
                 help="With --save: N steps side by side, not a film."),
    click.option("--live/--no-live", "is_live", default=True, help="Show every step on a terminal, or only the end."),
    click.option("--fps", type=click.FloatRange(0.1, 60),
                 help="Steps shown per second; by default 2, and all within 6 seconds."),
    click.option("--instant", is_flag=True, help="Show every step as it comes, without pauses."),
    click.option("--hold", type=click.FloatRange(0, 3600), default=0.0, help="Seconds that the last picture stays."),
)  # fmt: skip

force = click.option("--force", is_flag=True, help="Overwrite existing files.")


def is_colour(color: str, stream: Any) -> bool:
    """Tell whether a stream gets colour: by the flag, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def glyphs(is_ascii: bool, color: str, stream: Any, has_digits: bool = False) -> Glyphs:
    """Return the glyph set that a stream can show: half blocks only in colour."""
    # A terminal that is not UTF-8 gets ASCII.
    encoding = getattr(stream, "encoding", None) or locale.getpreferredencoding(False)
    if is_ascii or not encoding.lower().replace("-", "").startswith("utf"):
        return ASCII
    return replace(UNICODE, has_halves=is_colour(color, stream), has_digits=has_digits)


def stderr(color: str) -> Console:
    """Return the console on stderr, for everything except the answer."""
    colour = is_colour(color, sys.stderr)
    return Console(stderr=True, theme=THEME, no_color=not colour, highlight=False, force_terminal=sys.stderr.isatty())


def width() -> int | None:
    """Return the number of columns of the terminal that stdout is; None elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def drawn(color: str, *pictures: RenderableType) -> str:
    """Return pictures as the text to print to stdout."""
    buffer = io.StringIO()
    is_coloured = is_colour(color, sys.stdout)
    system: Any = "auto" if is_coloured else None
    console = Console(
        file=buffer,
        theme=THEME,
        force_terminal=is_coloured,
        color_system=system,
        highlight=False,
        width=width() or WIDTH,
    )
    for picture in pictures:
        console.print(picture)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())


def use_threads(threads: int | None) -> None:
    """Set the number of PyTorch's threads, if the user gave one."""
    if threads:
        import torch

        torch.set_num_threads(threads)
