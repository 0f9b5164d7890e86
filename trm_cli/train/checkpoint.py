"""Checkpoints of a training run: one file with everything that the next update depends on.

The checkpoint before the newest is kept too, in case the newest is damaged.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trm_cli import files
from trm_cli.errors import ConfigError, DataError
from trm_cli.model import pickled, weights
from trm_cli.train.config import TrainConfig

NAME = "checkpoint.pt"
BEFORE = "checkpoint-before.pt"
KEYS = ("config", "step", "seconds", "model", "average", "optimizers", "slots", "pools", "torch_rng", "numpy_rng")


def save(run: Path, values: dict[str, Any], keeps_newer: bool = True) -> None:
    """Write a checkpoint, whole or not at all.

    The newest one so far is kept as the one before, unless it is damaged (`keeps_newer` is False).
    """
    path = run / NAME
    # Through memory: written to a full disk directly, it would be a RuntimeError that does not say so.
    content = io.BytesIO()
    torch.save(values, content)
    with files.whole(path) as temporary:
        temporary.write_bytes(content.getbuffer())
        # The old file is renamed only now, when the new one is complete beside it.
        if keeps_newer and path.is_file():
            path.replace(run / BEFORE)


def is_in(folder: Path) -> bool:
    """Tell whether a folder has a checkpoint, sound or damaged."""
    return any((folder / name).is_file() for name in (NAME, BEFORE))


def load(run: Path) -> tuple[dict[str, Any], str]:
    """Read the newest sound checkpoint of a run; the text says what is wrong with a newer one ("" if there is none).

    A DataError says that there is no checkpoint, or what is wrong with the newest.
    """
    if not is_in(run):
        raise DataError(f"{run}: no {NAME} here to resume from; begin it anew, or give the folder of a training run")
    try:
        return read(run / NAME), ""
    except DataError as error:
        try:
            return read(run / BEFORE), str(error)
        except DataError:
            raise error from None


def read(path: Path) -> dict[str, Any]:
    """Read a checkpoint; a missing or damaged one is a DataError.

    Its sizes are compared with each other before any of it is used.
    """
    try:
        values = pickled.load(path)
        if not isinstance(values, dict) or not all(key in values for key in KEYS):
            raise ValueError("parts of it are missing")
        _check(values, TrainConfig.from_dict(values["config"]))
    except FileNotFoundError as error:
        raise DataError(f"{path}: not there") from error
    except PermissionError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except Exception as error:  # damaged bytes make the unpickler raise nearly anything
        reason = str(error) if isinstance(error, ValueError | ConfigError) else type(error).__name__
        raise DataError(f"{path}: damaged checkpoint ({reason}); restore it or start anew") from error
    return values


def _check(values: Mapping[str, Any], config: TrainConfig) -> None:
    """Raise a ValueError or ConfigError for parts that do not fit each other."""
    # Numbers, shapes of the weights and of their average, and the number of slots in every stream.
    step, seconds, best = values["step"], values["seconds"], values.get("best", 0.0)
    if not (type(step) is int and step >= 0 and all(isinstance(x, int | float) for x in (seconds, best))):
        raise ValueError("step, seconds and best must be numbers")
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError("seconds must be a number of seconds")
    shapes = weights.shapes(config.model)
    model, average = values["model"], values["average"]
    weights.fit(_shapes(model), shapes)
    weights.fit(_shapes(average), {name: shape for name, shape in shapes.items() if name in average})
    for slots, stream in zip(values["slots"], config.streams, strict=True):
        if {len(tensor) for tensor in slots.values()} != {stream.slots}:
            raise ValueError(f"not {stream.slots} slots of {stream.kind}")


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of floating-point tensors."""
    for name, tensor in tensors.items():
        if not (isinstance(tensor, Tensor) and tensor.is_floating_point()):
            raise ValueError(f"{name[:80]} is no tensor of floats")
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}
