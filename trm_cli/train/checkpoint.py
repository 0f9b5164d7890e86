"""Checkpoints of a training run: everything that the next update depends on, in one file, written whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from trm_cli import files
from trm_cli.errors import DataError

NAME = "checkpoint.pt"


def save(run: Path, values: dict[str, Any]) -> None:
    """Write to a temporary name, then rename: an interrupted write leaves the checkpoint before it."""
    with files.whole(run / NAME) as temporary:
        torch.save(values, temporary)


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
