"""`trm export`: weights as an ONNX graph of one supervision step, for other runtimes."""

from __future__ import annotations

from pathlib import Path

import click

from trm_cli import files
from trm_cli.domains import domain
from trm_cli.program import options


@click.command(short_help="Write weights as an ONNX graph of one step.")
@click.argument("name", metavar="NAME | FILE | FOLDER")
@click.option("--onnx", "path", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@options.force
def command(name: str, path: Path, force: bool) -> None:
    """Write one supervision step, tokens, y, z -> y, z, logits, halt, for runtimes without torch.

    \b
    Examples:
      trm export sudoku --onnx sudoku.onnx
      trm export runs/maze-default --onnx maze.onnx

    The batch is free, and for mazes height and width. Needs the extra onnx: pip install 'trm-cli[onnx]'.
    """
    files.refuse(path, force)
    from trm_cli.model import exported, weights

    model, header = weights.load(weights.find(name))
    shapes = exported.write(path, model, domain(header.config.task))
    told = ", ".join(f"{of} ({' x '.join(map(str, shape))})" for of, shape in shapes.items())
    click.echo(f"{path}: one step of {header.config.task}, takes {told}")
