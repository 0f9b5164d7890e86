"""`trm models`: lists weights with the facts on their cards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from trm_cli.program import options


@click.command(short_help="List the weights that are here.")
@click.argument("files", nargs=-1, metavar="[NAME | FILE]...")
@options.task
@click.option("--json", "is_json", is_flag=True, help="One JSON object a file a line, with the whole card.")
def command(files: tuple[str, ...], task: str | None, is_json: bool) -> None:
    """List weights with their task, size and measured accuracy: the shipped ones, or those named.

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
            click.echo(_line(path, header.config.task, header.card))


def _line(path: Path, task: str, card: dict[str, Any]) -> str:
    """Return a line about weights; from the card it takes only shares with printable names."""
    accuracies = card.get("accuracy")
    shares = accuracies.items() if isinstance(accuracies, dict) else ()
    accuracy = ", ".join(
        f"{name} {share:.1%}" for name, share in shares if isinstance(share, int | float) and name.isprintable()
    )
    size = f"{path.stat().st_size / 1000:.0f} kB"
    return f"{path.stem:<16} {task:<8} {size:>8}  {accuracy or 'no accuracy on its card'}  {path}"
