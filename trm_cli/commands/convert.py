"""`trm convert`: converts checkpoints of the published code to weights of this program, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trm_cli import files
from trm_cli.domains import TASKS, domain
from trm_cli.errors import ConfigError

KNOWN = ("H_cycles", "L_cycles", "num_heads", "halt_max_steps", "seq_len", "expansion")


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--task", type=click.Choice([*TASKS]), help="Task that the checkpoint was trained on.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@click.option("--to", "target", type=click.Choice(["trm", "official"]), default="trm", show_default=True,
              help="Write weights for trm, or an official checkpoint.")  # fmt: skip
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help=f"Set what tensors do not show: {', '.join(KNOWN)}.",
)
@click.option("--identifiers", type=click.Path(path_type=Path), help="ARC: identifiers.json of the data set.")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
def command(
    source: Path,
    task: str | None,
    out: Path,
    target: str,
    settings: tuple[str, ...],
    identifiers: Path | None,
    force: bool,
) -> None:
    """Turn a checkpoint of the published TRM code into a weights file, or a weights file into a checkpoint.

    \b
    Examples:
      trm convert step_65104 --task sudoku --out sudoku-mlp.safetensors
      trm convert sudoku-mlp.safetensors --to official --out step_65104

    Compiled and distributed checkpoints can be read too, with or without their table of puzzle embeddings. Numbers
    of cycles, heads and steps come from --set, else from all_config.yaml beside the checkpoint, else from the
    published settings of the task.
    """
    files.refuse(out, force)
    from trm_cli.model import official, weights

    if target == "official":
        header, tensors = weights.read(weights.find(str(source)))
        tensors.pop(weights.IDENTIFIERS, None)
        official.write(out, header.config, tensors)
        # Not all settings are in the tensors: those that a reader would take for others must be said.
        read, _ = official.read(out, header.config.task, {})
        asked, found = ({name: getattr(config, name) for name in KNOWN} for config in (header.config, read))
        lost = " ".join(f"--set {name}={value}" for name, value in asked.items() if value != found[name])
        click.echo(f"{out}: {len(tensors)} tensors as the published code writes them"
                   f"{'; not in them, and needed to read it: ' * bool(lost)}{lost}")  # fmt: skip
        return
    if task is None:
        raise click.UsageError("a checkpoint does not name its task; give --task")
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
        raise click.UsageError(
            "ARC weights know tasks by name; give --identifiers with the data set's identifiers.json"
        )
    return published.read_identifiers(identifiers, n)


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
