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
OF_RUNS = ("best.safetensors", "weights.safetensors")
"""The weights in a training run's folder, the better ones first."""
IDENTIFIERS = "identifiers"
"""The tensor with the names of the rows of a table of puzzle embeddings."""
CHECKPOINT = b"PK\3\4"
"""How files of `torch.save` begin."""
LONGEST_HEADER = 4_000_000
"""Longest header, in bytes; a card has a few thousand."""
MOST_NUMBERS = 2**30
"""Most parameters of a model. The largest published table of puzzle embeddings has fewer than half of that."""


@dataclass(frozen=True, slots=True)
class Header:
    """The description in a weights file; `card` is free JSON, such as data, recipe and accuracy."""

    path: Path
    config: ModelConfig
    card: dict[str, Any]


def save(path: Path, model: TinyRecursiveModel, card: dict[str, Any]) -> None:
    """Write the tensors, config and card of a model, whole or not at all."""
    tensors = model.state_dict()
    if model.identifiers:
        tensors[IDENTIFIERS] = packed(sorted(model.identifiers, key=model.identifiers.__getitem__))
    write(path, model.config, tensors, card)


def packed(identifiers: list[str]) -> Tensor:
    """Return names as a tensor of bytes (n,): one on each line, in the order of the table's rows."""
    return torch.frombuffer(bytearray("\n".join(identifiers).encode()), dtype=torch.uint8)


def write(path: Path, config: ModelConfig, tensors: Mapping[str, Tensor], card: dict[str, Any]) -> None:
    """Write tensors in their data types, config and card, whole or not at all."""
    header = {"schema": SCHEMA, "config": config.to_dict(), "card": card}
    whole = {name: tensor.contiguous() for name, tensor in tensors.items()}
    files.write(path, serialize(whole, {KEY: json.dumps(header, sort_keys=True)}))


def read(path: Path) -> tuple[Header, dict[str, Tensor]]:
    """Read header and tensors as they are stored; a WeightsError names a tensor that does not fit the header.

    The sizes in the header are compared with those of the tensors before any memory is used for them.
    """
    header = read_header(path)
    try:
        expected = shapes(header.config)
        with safe_open(path, framework="pt") as file:
            # The names of puzzle embeddings are bytes beside the model's own tensors.
            names = [*file.keys()]
            stored = {name: tuple(file.get_slice(name).get_shape()) for name in names if name != IDENTIFIERS}
            fit(stored, expected)
            tensors = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, ConfigError) as error:
        raise WeightsError(f"{path}: {error}") from error
    for name in stored:
        if not tensors[name].is_floating_point():
            kind = str(tensors[name].dtype).removeprefix("torch.")
            raise WeightsError(f"{path}: tensor {name!r} holds {kind}, not floats")
    return header, tensors


def shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a model's tensors by name, without making them; a ConfigError for too large a model."""
    with torch.device("meta"):
        tensors = build(config).state_dict()
    n = sum(tensor.numel() for tensor in tensors.values())
    if n > MOST_NUMBERS:
        raise ConfigError(f"a model of {n:,} numbers; at most {MOST_NUMBERS:,} are taken")
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def fit(stored: Mapping[str, tuple[int, ...]], expected: Mapping[str, tuple[int, ...]]) -> None:
    """Raise a ConfigError for the first name that is unknown or missing, or whose tensor has a wrong shape."""
    for name in sorted(expected.keys() | stored.keys()):
        if name not in expected:
            raise ConfigError(f"unknown tensor {name[:80]!r}")
        if name not in stored:
            raise ConfigError(f"the tensor {name!r} is missing")
        if expected[name] != stored[name]:
            raise ConfigError(f"tensor {name!r} is {stored[name]} instead of {expected[name]}")


def read_header(path: Path) -> Header:
    """Read the header of a file without its tensors; a WeightsError says what is wrong with it."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(CHECKPOINT):
            raise WeightsError(
                f"{path}: a checkpoint, not weights; a run has weights.safetensors beside it, and trm convert makes "
                "weights of published checkpoints"
            )
        # A safetensors file begins with the length of its header, which the library would believe.
        if int.from_bytes(start, "little") > LONGEST_HEADER:
            raise WeightsError(f"{path}: not a readable safetensors file (no such header); fetch or train it again")
        with safe_open(path, framework="np") as tensors:
            metadata = tensors.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path}: not a readable safetensors file ({error}); fetch or train it again") from error
    if KEY not in metadata:
        raise WeightsError(f"{path}: a safetensors file, but not one of trm: its header has no {KEY!r}")
    try:
        header = json.loads(metadata[KEY])
        version, config, card = header["schema"], header["config"], header["card"]
        if not isinstance(version, int) or not isinstance(card, dict):
            raise TypeError("schema is a number and card an object")
        # A newer program may mean something else by the same names.
        if version > SCHEMA:
            raise WeightsError(f"{path}: written by a newer trm (schema {version}, not {SCHEMA}); upgrade trm-cli")
        return Header(path, ModelConfig.from_dict(config), card)
    except (ValueError, KeyError, TypeError, RecursionError, ConfigError) as error:
        raise WeightsError(f"{path}: damaged header: {error}") from error


def load(path: Path, task: str | None = None) -> tuple[TinyRecursiveModel, Header]:
    """Build the model of a file, in float32 and evaluation mode; every tensor must fit exactly.

    Raises WeightsError for a damaged file, another task than asked for, and a tensor that is unknown, missing,
    misshapen or of whole numbers.
    """
    config = read_header(path).config
    # The header is enough to refuse weights of another task, with a hint at fitting ones.
    if task is not None and config.task != task:
        fitting = [f"--weights {name}" for name in names_of(task)]
        hint = f"try {' or '.join(fitting)}" if fitting else f"convert or train some: trm train --task {task}"
        raise WeightsError(f"{path}: these weights solve {config.task}, not {task}; {hint}")
    # Build the model without memory first, then give it the tensors of the file.
    header, tensors = read(path)
    names = tensors.pop(IDENTIFIERS, None)
    with torch.device("meta"):
        model = build(config)
    model.load_state_dict({name: tensor.to(torch.float32, copy=True) for name, tensor in tensors.items()}, assign=True)
    if names is not None:
        model.identifiers = _identifiers(path, names, config)
    return model.eval(), header


def _identifiers(path: Path, names: Tensor, config: ModelConfig) -> dict[str, int]:
    """Return the rows of the table of puzzle embeddings by name."""
    try:
        if names.dtype != torch.uint8 or names.dim() != 1:
            raise ValueError("not a row of bytes")
        rows = {name: i for i, name in enumerate(names.numpy().tobytes().decode().split("\n"))}
    except ValueError as error:
        raise WeightsError(f"{path}: damaged names of puzzle embeddings ({error})") from error
    if len(rows) != config.num_puzzle_identifiers:
        n = config.num_puzzle_identifiers
        raise WeightsError(f"{path}: {len(rows)} names for a table of {n} puzzle embeddings")
    return rows


def shipped() -> list[Path]:
    """Return the weights files that came with the program, sorted by name."""
    return sorted(assets.folder("weights").glob(f"*{SUFFIX}"))


def names_of(task: str) -> list[str]:
    """Return the names of the shipped weights for a task."""
    return [path.name.removesuffix(SUFFIX) for path in shipped() if read_header(path).config.task == task]


def find(name: str) -> Path:
    """Return the file of a path or of a name of shipped weights; a WeightsError suggests the nearest name.

    In the folder of a training run these are the best weights until now, or the last ones if none were validated.
    """
    # A file or folder of that name comes before shipped weights.
    path = Path(name)
    if path.is_file():
        return path
    for file in (path / best for best in OF_RUNS):
        if file.is_file():
            return file
    known = {file.name.removesuffix(SUFFIX): file for file in shipped()}
    if name in known:
        return known[name]
    if path.is_dir():
        raise WeightsError(f"{name}: neither {' nor '.join(OF_RUNS)} in this folder; name a training run's folder")
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"shipped are: {', '.join(known) or 'none'}"
    raise WeightsError(f"{name}: no such weights file; {hint}")


def shipped_for(task: str) -> Path:
    """Return the default weights of a task; a WeightsError if none are shipped."""
    for file in shipped():
        if file.stem == task:
            return file
    raise WeightsError(f"no weights for {task} are shipped; name a file with --weights")


def digest(path: Path) -> str:
    """Return the first 12 hexadecimal digits of a file's SHA-256: the `weights` of a JSON result."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
