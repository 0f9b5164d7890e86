"""Read files of `torch.save` safely: no code in them runs, and they take no more memory than their size.

`torch.load` with `weights_only` runs no code, but a small file can still make it use any amount of memory. Such a file
is a zip archive with the bytes of the tensors and a pickle, which is a small program. So the archive is checked first:
it must not be compressed, and its pickle must do only what the pickle of a checkpoint does.
"""

from __future__ import annotations

import pickletools
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

MOST_PICKLED = 4_000_000
"""Largest pickle, in bytes. It holds names and shapes, a few hundred bytes for each tensor."""
MOST_NESTED = 10_000
"""Most tuples with a single item. Deeply nested ones, as the key of a dict, would overflow the stack."""

NAMES = {"collections OrderedDict", "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_parameter"} | {
    f"torch {kind}Storage"
    for kind in ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool")
}
"""Names that a pickle may use: those of tensors and of the dicts that hold them."""
OPCODES = {
    "PROTO", "EMPTY_DICT", "EMPTY_LIST", "EMPTY_TUPLE", "MARK", "STOP", "NONE", "NEWTRUE", "NEWFALSE",
    "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET", "BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1",
    "BINFLOAT", "GLOBAL", "BINPERSID", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "REDUCE", "BUILD", "APPEND",
    "APPENDS", "SETITEM", "SETITEMS",
}  # fmt: skip
"""Operations that `torch.save` writes; none of them makes an object much larger than itself."""


def load(path: Path) -> Any:
    """Read a file of tensors, numbers and texts in dicts and lists, onto the CPU.

    Raises a ValueError, or an error of the unpickler, for any other file.
    """
    _look_through(path)
    content = torch.load(path, map_location="cpu", weights_only=True)
    # A tensor with strides of 0 can be larger than its bytes, and would grow when it is copied.
    for tensor in _tensors(content):
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise ValueError("a tensor is larger than its bytes")
    return content


def _look_through(path: Path) -> None:
    """Raise a ValueError for an archive whose content could be larger than the file."""
    size = path.stat().st_size
    if not path.is_file():
        raise ValueError("not a regular file")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        # Nothing may be compressed, and parts must not overlap: their sizes add up to less than the file's.
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise ValueError("its parts are compressed")
        if sum(member.file_size for member in members) > size:
            raise ValueError("its parts are larger than itself")
        # There is one pickle, and it is small enough to be read whole.
        pickles = [member for member in members if member.filename.endswith("data.pkl")]
        if len(pickles) != 1 or pickles[0].file_size > MOST_PICKLED:
            raise ValueError("no table of tensors in it")
        program = archive.read(pickles[0])
    _look_at(program)


def _look_at(program: bytes) -> None:
    """Raise a ValueError for a pickle that does more than name tensors, numbers and texts."""
    n_put = n_nested = 0
    for opcode, argument, _ in pickletools.genops(program):
        if opcode.name not in OPCODES:
            raise ValueError(f"the pickle's {opcode.name} has no place in a checkpoint")
        if opcode.name == "GLOBAL" and argument not in NAMES:
            raise ValueError(f"the pickle's {str(argument)[:80]!r} has no place in a checkpoint")
        n_nested += opcode.name == "TUPLE1"
        # The memo is a list as long as its largest number, so numbers must come without gaps.
        if opcode.name.endswith("BINPUT"):
            if not isinstance(argument, int) or argument > n_put:
                raise ValueError("the pickle's memo has gaps")
            n_put += 1
    if n_nested > MOST_NESTED:
        raise ValueError("the pickle is nested too deeply")


def _tensors(content: Any) -> list[Tensor]:
    """Return the tensors in nested dicts and lists."""
    # A list may contain itself, so every container is opened only once.
    tensors: list[Tensor] = []
    waiting = [content]
    opened: set[int] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tensor):
            tensors.append(value)
        elif isinstance(value, dict | list | tuple) and id(value) not in opened:
            opened.add(id(value))
            waiting += value.values() if isinstance(value, dict) else value
    return tensors
