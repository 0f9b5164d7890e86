"""One supervision step of a model as an ONNX file, for programs without PyTorch; needs the extra `onnx`.

The file has all that is needed to solve: the graph takes tokens, y and z and returns the next y and z, and its metadata
has the start states. The caller repeats the step as often as it likes.
"""

from __future__ import annotations

import json
import logging
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from trm_cli import files
from trm_cli.domain import Domain
from trm_cli.errors import ConfigError
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.model.weights import MOST_NUMBERS

SCHEMA = 1
KEY = "trm"
INPUTS = ("tokens", "y", "z")
OUTPUTS = ("y_next", "z_next", "logits", "halt")
"""Inputs and outputs of one graph must not share their names."""

Axes = list[int | str]
"""The shape of a tensor; an axis of any length has a name instead of a number."""


class Step(nn.Module):
    """`TinyRecursiveModel.forward` for a caller that knows only tokens and states.

    The start state is `y_init` and `z_init` (D,) at every position: at padding it is set to zero here, where later
    states are zero anyway. Logits are those of the task's classes.
    """

    def __init__(self, model: TinyRecursiveModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, y: Tensor, z: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Map tokens (B, H, W) and states (B, *S, D) to the next y and z, logits (B, H * W, K) and halt (B,)."""
        net = self.model.net
        x = net.embed(tokens, y.dtype)
        exists = net.exists(x)
        if exists is not None:
            y, z = y * exists, z * exists
        state, logits, halt = self.model.deep_recursion(x, y, z)
        return state.y, state.z, net.classes(logits), halt


def write(path: Path, model: TinyRecursiveModel, domain: Domain, kind: str | None = None) -> dict[str, Axes]:
    """Write a model in float32 and return the shapes of the inputs by name.

    The batch is of any size. So are height and width if the net has one position for every cell, as in mazes;
    otherwise the grids are of the `kind`, by default the task's usual one. The metadata entry `trm` is JSON of
    `schema`, `task`, `config`, the meaning of `tokens` and `classes`, and the start states `y_init` and `z_init` (D,).

    Raises a ConfigError for a model that takes more than one grid, for a size that it does not take, and if the
    packages that write ONNX are not installed.
    """
    if domain.has_demos:
        raise ConfigError(f"models for {domain.task} need more than a grid of tokens, and cannot be written as ONNX")
    tokens = torch.ones((2, *_sides(model, domain, kind)), dtype=torch.int64)
    with torch.no_grad():
        x = model.net.embed(tokens)
    y, z = (init.expand_as(x).clone() for init in (model.y_init, model.z_init))
    free = {0: "batch"}
    if x.shape[:-1] == tokens.shape:
        free |= {1: "height", 2: "width"}
    graph = _traced(Step(model).eval(), (tokens, y, z), free)
    about = {
        "schema": SCHEMA,
        "task": domain.task,
        "config": model.config.to_dict(),
        "tokens": domain.tokens,
        "classes": domain.classes,
        "y_init": model.y_init.tolist(),
        "z_init": model.z_init.tolist(),
    }
    graph.model.metadata_props[KEY] = json.dumps(about)
    files.write(path, graph.model_proto.SerializeToString())
    return {
        name: [free.get(axis, size) for axis, size in enumerate(tensor.shape)]
        for name, tensor in zip(INPUTS, (tokens, y, z), strict=True)
    }


def _sides(model: TinyRecursiveModel, domain: Domain, kind: str | None) -> tuple[int, int]:
    """Return height and width of the grids to write a model for."""
    if kind is None and model.config.seq_len:
        side = math.isqrt(model.config.seq_len)
        return side, side
    kind = kind or domain.kind
    domain.levels_of(kind)  # a ConfigError lists the kinds
    match = re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", kind)
    if not match:
        raise ConfigError(f"no {domain.task} is {kind}; choose from {domain.kinds}")
    return int(match[1]), int(match[2])


def _traced(step: Step, inputs: tuple[Tensor, ...], free: dict[int, str]) -> Any:
    """Return a step as an ONNX program of torch, in which axes with a name are of any length."""
    try:
        import onnxscript  # noqa: F401
        from onnx_ir.passes import common
    except ImportError as error:
        raise ConfigError("--onnx needs an extra: pip install 'trm-cli[onnx]'") from error
    with torch.no_grad(), _silence():
        graph = torch.onnx.export(
            step,
            inputs,
            dynamo=True,
            verbose=False,
            input_names=INPUTS,
            output_names=OUTPUTS,
            dynamic_shapes=(free,) * len(inputs),
        )
    assert graph is not None
    # Every pass through a block gets its own copies of the weights; one is enough. The names of this machine's source
    # files, which every node has, are of no use elsewhere.
    common.DeduplicateInitializersPass(size_limit=MOST_NUMBERS)(graph.model)
    common.ClearMetadataAndDocStringPass()(graph.model)
    return graph


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the exporter's warnings, which are about its own affairs, from the user."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
