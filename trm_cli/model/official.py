"""Checkpoints of the published code (SamsungSAILMontreal/TinyRecursiveModels), converted to our weights and back.

A published checkpoint is a file `step_N` with a dict of tensors, written by `torch.save`, and the run's
`all_config.yaml` beside it. Its keys have prefixes that depend on how it was made (compiled or not, wrapped or not).
Settings that cannot be read from the tensors (cycles, heads, positions, steps) come from that file or from the caller.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trm_cli import files, schema
from trm_cli.errors import ConfigError, WeightsError
from trm_cli.model import pickled, weights
from trm_cli.model.config import ModelConfig, published

REPOSITORY = "https://github.com/SamsungSAILMontreal/TinyRecursiveModels"
PREFIX = "_orig_mod.model.inner."
"""The prefix of every key in a checkpoint of the published training run."""

NAMES = {  # published: ours
    "H_init": "y_init",
    "L_init": "z_init",
    "embed_tokens.embedding_weight": "net.token",
    "embed_pos.embedding_weight": "net.position",
    "lm_head.weight": "net.answer.weight",
    "q_head.weight": "net.halting.weight",
    "q_head.bias": "net.halting.bias",
    "puzzle_emb.weights": "net.puzzles",
}
LAYERS = {
    "self_attn.qkv_proj": "mix.qkv",
    "self_attn.o_proj": "mix.out",
    "mlp_t.gate_up_proj": "mix.gate_up",
    "mlp_t.down_proj": "mix.down",
    "mlp.gate_up_proj": "mlp.gate_up",
    "mlp.down_proj": "mlp.down",
}


def ours(key: str) -> str | None:
    """Return our name of a published tensor, with any prefix; None for an unknown one.

    >>> ours("_orig_mod.model.inner.L_level.layers.1.mlp_t.down_proj.weight")
    'net.blocks.1.mix.down.weight'
    """
    # Prefixes come from compiling and from wrapping the model, in any order.
    key = re.sub(r"^((_orig_mod|module|model|inner)\.)*", "", key)
    layer = re.fullmatch(r"L_level\.layers\.(\d+)\.(\w+\.\w+)\.weight", key)
    if layer and layer[2] in LAYERS:
        return f"net.blocks.{layer[1]}.{LAYERS[layer[2]]}.weight"
    return NAMES.get(key)


def theirs(name: str) -> str:
    """Return the published name of one of our tensors, with the prefix of a training run."""
    names = {mine: key for key, mine in NAMES.items()}
    block = re.fullmatch(r"net\.blocks\.(\d+)\.(\w+\.\w+)\.weight", name)
    if block:
        layers = {mine: key for key, mine in LAYERS.items()}
        return f"{PREFIX}L_level.layers.{block[1]}.{layers[block[2]]}.weight"
    return PREFIX + names[name]


def read(path: Path, task: str, said: Mapping[str, Any] | None = None) -> tuple[ModelConfig, dict[str, Tensor]]:
    """Read a published checkpoint: its config, and its tensors under our names in the types they have.

    `said` are known fields of the config. They come before `all_config.yaml`, which comes before the usual values of
    the task. A WeightsError says which tensor is unknown or missing, or has a wrong shape.
    """
    tensors = _tensors(path)
    # Later values replace earlier ones.
    known = {**_usual(task), **_from_shapes(tensors), **_written(path), **(said or {})}
    try:
        config = ModelConfig(task, **known)
        expected = {theirs(name): shape for name, shape in weights.shapes(config).items()}
        weights.fit({theirs(name): tuple(tensor.shape) for name, tensor in tensors.items()}, expected)
    except ConfigError as error:
        raise WeightsError(f"{path}: {error}") from error
    return config, tensors


def write(path: Path, config: ModelConfig, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors under our names as a published checkpoint, whole or not at all."""
    if config.net != "sequence":
        raise WeightsError(f"{path}: only the published network (net 'sequence') can be written, not {config.net!r}")
    buffer = io.BytesIO()
    torch.save({theirs(name): tensor for name, tensor in tensors.items()}, buffer)
    files.write(path, buffer.getvalue())


def _tensors(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a file under our names, without running any code in it."""
    try:
        content = pickled.load(path)
    except Exception as error:  # damaged bytes make the unpickler raise nearly anything
        if isinstance(error, OSError) and error.strerror:
            raise WeightsError(f"{path}: cannot be read: {error.strerror}") from error
        reason = str(error) if isinstance(error, ValueError | OSError) else type(error).__name__
        raise WeightsError(f"{path}: not a checkpoint of the published code ({reason})") from error
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise WeightsError(f"{path}: not a checkpoint of the published code: expected a dict of tensors")
    tensors: dict[str, Tensor] = {}
    for key, tensor in content.items():
        name = ours(key) if isinstance(key, str) else None
        if name is None:
            raise WeightsError(f"{path}: unknown tensor {schema.shown(key)}")
        if not tensor.is_floating_point():
            raise WeightsError(f"{path}: tensor {key!r} holds {str(tensor.dtype).removeprefix('torch.')}, not floats")
        tensors[name] = tensor
    for needed in ("net.token", "net.answer.weight"):
        if needed not in tensors:
            raise WeightsError(f"{path}: the tensor {theirs(needed)!r} is missing")
    # The table of puzzle embeddings may be left out, which means that it is zero.
    if "net.puzzles" not in tensors and tensors["net.token"].dim() == 2:
        tensors["net.puzzles"] = torch.zeros(1, tensors["net.token"].shape[1])
    for name in ("net.token", "net.puzzles", "net.blocks.0.mix.down.weight"):
        if name in tensors and tensors[name].dim() != 2:
            raise WeightsError(f"{path}: the tensor {theirs(name)!r} has {tensors[name].dim()} axes instead of 2")
    return tensors


def _from_shapes(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """Return the fields of the config that follow from the shapes of the tensors."""
    vocab_size, hidden_size = tensors["net.token"].shape
    # An MLP over positions has their number in its shape, and so the number of cells.
    mlp_t = "net.blocks.0.mix.down.weight" in tensors
    n_identifiers, puzzle_emb_ndim = tensors["net.puzzles"].shape
    puzzle_emb_len = 16 if puzzle_emb_ndim else 0
    length = tensors["net.blocks.0.mix.down.weight"].shape[0] if mlp_t else 0
    seen = {"seq_len": length - puzzle_emb_len} if mlp_t else {}
    return seen | {
        "net": "sequence",
        "hidden_size": hidden_size,
        "vocab_size": vocab_size,
        "mlp_t": mlp_t,
        "L_layers": len({name.split(".")[2] for name in tensors if name.startswith("net.blocks.")}),
        "num_puzzle_identifiers": n_identifiers,
        "puzzle_emb_ndim": puzzle_emb_ndim,
        "puzzle_emb_len": puzzle_emb_len,
        "pos_encodings": "learned" if "net.position" in tensors else "none" if mlp_t else "rope",
    }


def _usual(task: str) -> dict[str, Any]:
    """Return the published settings of a task that may not follow from the tensors."""
    usual = published(task, "attention")
    return {name: getattr(usual, name) for name in ("H_cycles", "L_cycles", "halt_max_steps", "seq_len", "expansion")}


def _written(path: Path) -> dict[str, Any]:
    """Return the settings in the `all_config.yaml` beside the checkpoint, if there is one.

    This reads only the lines `key: value` under `arch:`, which is all of YAML that the file has there.
    """
    file = path.parent / "all_config.yaml"
    if not file.is_file():
        return {}
    known = schema.settings(ModelConfig)
    settings: dict[str, Any] = {}
    in_arch = False
    for line in _lines(file):
        key, _, value = line.partition(":")
        # A line that is not indented begins another section.
        if line[:1].strip():
            in_arch = key == "arch"
        name, value = key.strip(), value.strip().strip("'\"")
        if in_arch and name in known and value and name not in ("task", "net"):
            is_truth = str(known[name].type) == "bool"
            try:
                settings[name] = schema.parse(known[name], value.lower() if is_truth else value)
            except ConfigError as error:
                raise WeightsError(f"{file}: {error}; correct it, or move it away and give --set") from error
    return settings


def _lines(file: Path) -> list[str]:
    """Return the lines of a small text file."""
    try:
        if file.stat().st_size > 1_000_000:
            raise WeightsError(f"{file}: too large to be the settings of a run; move it away")
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise WeightsError(f"{file}: not a text of settings ({error}); move it away, or correct it") from error
