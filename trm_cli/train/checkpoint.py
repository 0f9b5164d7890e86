"""Checkpoints of a training run: everything that the next update depends on, in one file, written whole."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch

from trm_cli import files
from trm_cli.errors import DataError

NAME = "checkpoint.pt"


def save(run: Path, values: dict[str, Any]) -> None:
    """Write the file whole: an interrupted write leaves the checkpoint before it."""
    buffer = io.BytesIO()
    torch.save(values, buffer)
    files.write(run / NAME, buffer.getvalue())


def load(run: Path) -> dict[str, Any]:
    """Read a run's checkpoint; a missing or damaged one is a DataError."""
    path = run / NAME
    if not path.is_file():
        raise DataError(f"{run}: no {NAME} here to resume from; give the folder of a training run")
    try:
        values: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # damaged bytes make the unpickler raise nearly anything
        raise DataError(f"{path}: damaged checkpoint ({type(error).__name__}); restore it or start anew") from error
    return values
