"""`trm convert`: converts checkpoints of the published code to our weights, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trm_cli import files
from trm_cli.domains import TASKS, domain
from trm_cli.errors import ConfigError, DataError

KNOWN = ("H_cycles", "L_cycles", "num_heads", "halt_max_steps", "seq_len", "expansion")


@click.command(short_help="Convert checkpoints of the published code, and back.")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--task", type=click.Choice([*TASKS]), help="What a published checkpoint was trained on.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@click.option("--to", "target", type=click.Choice(["trm", "official"]), default="trm", show_default=True)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help=f"What no tensor tells, before all_config.yaml and what is usual: {', '.join(KNOWN)}.",
)
@click.option("--identifiers", type=click.Path(path_type=Path), help="ARC: identifiers.json of the data set.")
@click.option("--force", is_flag=True, help="Overwrite or redo what is already there.")
def command(
    source: Path,
    task: str | None,
    out: Path,
    target: str,
    settings: tuple[str, ...],
    identifiers: Path | None,
    force: bool,
) -> None:
    """Read a checkpoint of the published TRM code into a weights file, or write one back.

    \b
    Examples:
      trm convert checkpoints/step_65104 --task sudoku --out sudoku-mlp.safetensors
      trm convert sudoku-mlp.safetensors --to official --out step_65104

    Every flavour is read: compiled or not, wrapped or not, with the puzzle table or without. Cycles, heads and
    steps come from --set, from all_config.yaml beside the checkpoint, or from what is usual for the task.
    """
    files.refuse(out, force)
    from trm_cli.model import official, weights

    if target == "official":
        header, tensors = weights.read(weights.find(str(source)))
        tensors.pop(weights.IDENTIFIERS, None)
        official.write(out, header.config, tensors)
        click.echo(f"{out}: {len(tensors)} tensors as the published code writes them")
        return
    if task is None:
        raise click.UsageError("a checkpoint does not tell its task: give --task")
    config, tensors = official.read(source, task, _chosen(settings))
    if domain(task).has_embeddings:
        tensors[weights.IDENTIFIERS] = weights.packed(_names(identifiers, config.num_puzzle_identifiers))
    card = {"made_by": f"trm convert {source.name}", "published": official.REPOSITORY}
    weights.write(out, config, tensors, card)
    kind = "mlp" if config.mlp_t else "attention"
    click.echo(f"{out}: {kind}, {config.hidden_size} features, T {config.H_cycles}, n {config.L_cycles}; "
               f"try: trm solve --weights {out} puzzles/{task}/")  # fmt: skip


def _names(identifiers: Path | None, n: int) -> list[str]:
    """Return the names of the rows of the puzzle table."""
    from trm_cli.domains import published

    if identifiers is None:
        raise click.UsageError("ARC weights know tasks by name: give --identifiers, identifiers.json of the data set")
    names = published.read_identifiers(identifiers.parent)
    if len(names) != n:
        raise DataError(f"{identifiers}: {len(names)} names for a table of {n} puzzle embeddings")
    return names


def _chosen(settings: tuple[str, ...]) -> dict[str, Any]:
    """Return the values of `--set` by name."""
    from trm_cli import schema
    from trm_cli.model.config import ModelConfig

    values: dict[str, Any] = {}
    for setting in settings:
        key, _, text = setting.partition("=")
        if key not in KNOWN:
            near = schema.suggestion(key, KNOWN)
            raise ConfigError(f"--set {setting}: no such setting {key!r}{near}; choose from {', '.join(KNOWN)}")
        try:
            values[key] = schema.parse(schema.settings(ModelConfig)[key], text)
        except ConfigError as error:
            raise ConfigError(f"--set {setting}: {error}") from error
    return values
