"""Weights files: safetensors with the model's config and card as JSON in the header, read strictly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as serialize
from torch import Tensor

from trm_cli import assets, files
from trm_cli.errors import ConfigError, WeightsError
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import build
from trm_cli.model.trm import TinyRecursiveModel

SCHEMA = 1
KEY = "trm"
SUFFIX = ".safetensors"
IDENTIFIERS = "identifiers"
"""The tensor that holds the names of a table of puzzle embeddings."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a weights file says of itself; `card` is free JSON: data, recipe, accuracy."""

    path: Path
    config: ModelConfig
    card: dict[str, Any]


def save(path: Path, model: TinyRecursiveModel, card: dict[str, Any]) -> None:
    """Write a model's tensors, config and card whole or not at all."""
    tensors = model.state_dict()
    if model.identifiers:
        tensors[IDENTIFIERS] = packed(sorted(model.identifiers, key=model.identifiers.__getitem__))
    write(path, model.config, tensors, card)


def packed(identifiers: list[str]) -> Tensor:
    """Return names as the bytes of a tensor (n,): one a line, in the order of the table's rows."""
    return torch.frombuffer(bytearray("\n".join(identifiers).encode()), dtype=torch.uint8)


def write(path: Path, config: ModelConfig, tensors: Mapping[str, Tensor], card: dict[str, Any]) -> None:
    """Write tensors in the data types they have, config and card whole or not at all."""
    header = {"schema": SCHEMA, "config": config.to_dict(), "card": card}
    whole = {name: tensor.contiguous() for name, tensor in tensors.items()}
    files.write(path, serialize(whole, {KEY: json.dumps(header, sort_keys=True)}))


def read(path: Path) -> tuple[Header, dict[str, Tensor]]:
    """Read header and tensors as they are stored."""
    header = read_header(path)
    with safe_open(path, framework="pt") as file:
        return header, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def read_header(path: Path) -> Header:
    """Read what a file says of itself, without its tensors; a WeightsError says what is wrong with it."""
    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path}: not a readable safetensors file ({error}); fetch or train it again") from error
    if KEY not in metadata:
        raise WeightsError(f"{path}: a safetensors file, but not one of trm: its header has no {KEY!r}")
    try:
        header = json.loads(metadata[KEY])
        if header["schema"] > SCHEMA:
            raise WeightsError(
                f"{path}: written by a newer trm (schema {header['schema']}, not {SCHEMA}); upgrade trm-cli"
            )
        return Header(path, ModelConfig.from_dict(header["config"]), header["card"])
    except (json.JSONDecodeError, KeyError, TypeError, ConfigError) as error:
        raise WeightsError(f"{path}: damaged header: {error}") from error


def load(path: Path, task: str | None = None) -> tuple[TinyRecursiveModel, Header]:
    """Build the model of a file, in float32 and evaluation mode; every tensor must fit exactly.

    Raises WeightsError for a damaged file, another task than asked for, and an unknown, missing or
    misshapen tensor.
    """
    header, found = read(path)
    if task is not None and header.config.task != task:
        fitting = [f"--weights {name}" for name in names_of(task)]
        hint = f"try {' or '.join(fitting)}" if fitting else f"convert or train some: trm train --task {task}"
        raise WeightsError(f"{path}: these weights solve {header.config.task}, not {task}; {hint}")
    try:
        model = build(header.config)
    except ConfigError as error:
        raise WeightsError(f"{path}: {error}") from error
    names = found.pop(IDENTIFIERS, None)
    if names is not None:
        model.identifiers = {name: i for i, name in enumerate(bytes(names.tolist()).decode().split("\n"))}
    expected = model.state_dict()
    for name in sorted(expected.keys() | found.keys()):
        if name not in expected:
            raise WeightsError(f"{path}: unknown tensor {name!r}")
        if name not in found:
            raise WeightsError(f"{path}: the tensor {name!r} is missing")
        if expected[name].shape != found[name].shape:
            raise WeightsError(
                f"{path}: tensor {name!r} is {tuple(found[name].shape)} instead of {tuple(expected[name].shape)}"
            )
    model.load_state_dict({name: tensor.to(torch.float32) for name, tensor in found.items()})
    return model.eval(), header


def shipped() -> list[Path]:
    """Return the weights files that came with the program, sorted by name."""
    return sorted(assets.folder("weights").glob(f"*{SUFFIX}"))


def names_of(task: str) -> list[str]:
    """Return the names of the shipped weights for a task."""
    return [path.name.removesuffix(SUFFIX) for path in shipped() if read_header(path).config.task == task]


def find(name: str) -> Path:
    """Return the file that a path or the name of shipped weights means; a WeightsError suggests the nearest."""
    path = Path(name)
    if path.is_file():
        return path
    known = {file.name.removesuffix(SUFFIX): file for file in shipped()}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"shipped are: {', '.join(known) or 'none'}"
    raise WeightsError(f"{name}: no such weights file; {hint}")


def shipped_for(task: str) -> Path:
    """Return the shipped weights that a task is solved with by default; a WeightsError where there are none."""
    for file in shipped():
        if file.stem == task:
            return file
    raise WeightsError(f"no weights for {task} are shipped; name a file with --weights")


def digest(path: Path) -> str:
    """Return the first 12 hexadecimal digits of a file's SHA-256: the `weights` of a JSON result."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
