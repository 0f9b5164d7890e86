"""One supervision step as an ONNX graph, for runtimes without torch: tokens, y, z -> y, z, logits, halt."""

from __future__ import annotations

import io
import json
import logging
import math
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from trm_cli.domain import Domain
from trm_cli.errors import ConfigError, WeightsError
from trm_cli.model.trm import TinyRecursiveModel

INPUTS = ("tokens", "y", "z")
OUTPUTS = ("y_next", "z_next", "logits", "halt")


class Step(nn.Module):
    """`TinyRecursiveModel.forward` as a graph wants it: all cycles alike, and the logits as the task decodes them.

    `y_init` and `z_init` (D,) may be given at every position at the start: those that are padding are zeroed here.
    """

    def __init__(self, model: TinyRecursiveModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, y: Tensor, z: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Map tokens (B, H, W) and states (B, *S, D) to the next states, logits (B, H * W, K) and halt (B,)."""
        net = self.model.net
        x = net.embed(tokens, y.dtype)
        exists = net.exists(x)
        if exists is not None:
            y, z = y * exists, z * exists
        for _ in range(self.model.config.H_cycles):
            y, z = self.model.latent_recursion(x, y, z)
        return y, z, net.classes(net.logits(y)), net.halt(y)


def write(path: Path, model: TinyRecursiveModel, domain: Domain) -> dict[str, list[Any]]:
    """Write the graph and return the shapes of its inputs; a name in them is an axis that is free.

    The batch is free, and so are height and width where the net's positions are the cells of the grid. Beside the graph
    stands, as `trm` in its metadata, JSON of `task`, `y_init` and `z_init`: the start states at every position. Needs
    onnx and onnxscript, else a ConfigError says so.
    """
    if model.identifiers:
        raise WeightsError("weights that know tasks by their embeddings cannot be written as ONNX")
    height, width = _shape(model, domain)
    tokens = torch.ones((2, height, width), dtype=torch.int64)
    with torch.no_grad():
        x = model.net.embed(tokens)
        y, z = (init.expand_as(x).clone() for init in (model.y_init, model.z_init))
    free: dict[int, str] = {0: "batch"}
    if x.shape[1:-1] == tokens.shape[1:]:
        free |= {1: "height", 2: "width"}
    graph = _graph(Step(model).eval(), (tokens, y, z), free)
    told = {"task": domain.task, "y_init": model.y_init.tolist(), "z_init": model.z_init.tolist()}
    graph.model.metadata_props["trm"] = json.dumps(told)
    graph.save(path)
    return {
        name: [free.get(axis, size) for axis, size in enumerate(tensor.shape)]
        for name, tensor in zip(INPUTS, (tokens, y, z), strict=True)
    }


def _shape(model: TinyRecursiveModel, domain: Domain) -> tuple[int, int]:
    """Return height and width of the grids to write the graph for."""
    if model.config.seq_len:
        side = math.isqrt(model.config.seq_len)
        return side, side
    height, width = map(int, domain.kind.split("x"))
    return height, width


def _graph(step: Step, inputs: tuple[Tensor, ...], free: dict[int, str]) -> Any:
    """Trace a step; what the tracer says on its way is left out."""
    try:
        import_module("onnxscript")
    except ModuleNotFoundError as error:
        raise ConfigError(f"writing ONNX needs {error.name}: pip install 'trm-cli[onnx]'") from error
    axes = dict.fromkeys(free, torch.export.Dim.DYNAMIC)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with torch.no_grad(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return torch.onnx.export(
            step, inputs, dynamo=True, input_names=INPUTS, output_names=OUTPUTS, dynamic_shapes=(axes,) * len(inputs)
        )
