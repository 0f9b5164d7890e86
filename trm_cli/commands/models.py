"""`trm models`: lists weights with the facts from their model cards."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from trm_cli.domains import TASKS
from trm_cli.program import options


@click.command()
@click.argument("files", nargs=-1, metavar="[NAME | FILE]...")
@click.option("--task", type=click.Choice([*TASKS]), help="List only weights for this task.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON: one line per file, with its whole model card.")
def command(files: tuple[str, ...], task: str | None, is_json: bool) -> None:
    """List weights with their task, size and measured accuracy: by default all that came with the program.

    \b
    Examples:
      trm models
      trm models sudoku --json
    """
    from trm_cli.model import weights

    paths = [weights.find(name) for name in files] or weights.shipped()
    for path in paths:
        header = weights.read_header(path)
        if task is not None and header.config.task != task:
            continue
        if is_json:
            facts = {"path": str(path), "config": header.config.to_dict(), "card": header.card}
            click.echo(json.dumps(facts, ensure_ascii=False))
        else:
            click.echo(_described(path, header.config.task, header.card, options.width()))


def _described(path: Path, task: str, card: dict[str, Any], width: int | None) -> str:
    """Return a line about weights, or a paragraph of a `width`.

    Of the card it shows only shares whose names are harmless to a terminal.
    """
    accuracies = card.get("accuracy")
    shares = accuracies.items() if isinstance(accuracies, dict) else ()
    accuracy = ", ".join(
        f"{name} {share:.1%}"
        for name, share in shares
        if isinstance(share, int | float) and 0 <= share <= 1 and name.isprintable()
    )
    size = f"{path.stat().st_size / 1000:.0f} kB"
    accuracy = accuracy or "no accuracy on its card"
    head = f"{path.stem:<16} {task:<8} {size:>8}  "
    if width is None:
        return f"{head}{accuracy}  {path}"
    return "\n".join((f"{head}{path}", *wrap(accuracy, width, initial_indent="  ", subsequent_indent="  ")))
