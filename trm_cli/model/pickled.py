"""Files of `torch.save`, read so that nothing in them runs and they take no more memory than they are large.

`torch.load` with `weights_only` runs no code, but a small file can still ask it for any amount of memory. A file is a
zip archive with a pickle in it, which is a little program, and the tensors' bytes beside it. So the archive is looked
through first: what is compressed, and what no checkpoint has in its pickle, is refused.
"""

from __future__ import annotations

import pickletools
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

MOST_PICKLED = 4_000_000
"""Bytes of the pickle: it holds names and shapes, a few hundred bytes a tensor."""
MOST_NESTED = 10_000
"""Tuples of one: so many in each other would overflow the stack as the key of a dict."""

NAMES = {"collections OrderedDict", "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_parameter"} | {
    f"torch {kind}Storage"
    for kind in ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool")
}
"""What a pickle may name: tensors and the dicts they are in."""
OPCODES = {
    "PROTO", "EMPTY_DICT", "EMPTY_LIST", "EMPTY_TUPLE", "MARK", "STOP", "NONE", "NEWTRUE", "NEWFALSE",
    "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET", "BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1",
    "BINFLOAT", "GLOBAL", "BINPERSID", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "REDUCE", "BUILD", "APPEND",
    "APPENDS", "SETITEM", "SETITEMS",
}  # fmt: skip
"""What `torch.save` writes; nothing among it makes anything larger than itself."""


def load(path: Path) -> Any:
    """Read a file of tensors, numbers and texts in dicts and lists, onto the CPU.

    Raises a ValueError, or whatever else the unpickler raises, for what is no such file.
    """
    _look_through(path)
    content = torch.load(path, map_location="cpu", weights_only=True)
    for tensor in _tensors(content):
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise ValueError("a tensor is larger than its bytes")
    return content


def _look_through(path: Path) -> None:
    """Raise a ValueError for an archive that could unfold to more than it is."""
    size = path.stat().st_size
    if not path.is_file():
        raise ValueError("not a regular file")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise ValueError("its parts are compressed")
        if sum(member.file_size for member in members) > size:
            raise ValueError("its parts are larger than itself")
        pickles = [member for member in members if member.filename.endswith("data.pkl")]
        if len(pickles) != 1 or pickles[0].file_size > MOST_PICKLED:
            raise ValueError("no table of tensors in it")
        program = archive.read(pickles[0])
    _look_at(program)


def _look_at(program: bytes) -> None:
    """Raise a ValueError for a pickle that does anything but name tensors, numbers and texts."""
    n_put = n_nested = 0
    for opcode, argument, _ in pickletools.genops(program):
        if opcode.name not in OPCODES:
            raise ValueError(f"the pickle's {opcode.name} has no place in a checkpoint")
        if opcode.name == "GLOBAL" and argument not in NAMES:
            raise ValueError(f"the pickle's {str(argument)[:80]!r} has no place in a checkpoint")
        n_nested += opcode.name == "TUPLE1"
        if opcode.name.endswith("BINPUT"):  # the memo is as long as its largest number
            if not isinstance(argument, int) or argument > n_put:
                raise ValueError("the pickle's memo has gaps")
            n_put += 1
    if n_nested > MOST_NESTED:
        raise ValueError("the pickle is nested too deeply")


def _tensors(content: Any) -> list[Tensor]:
    """Return the tensors in nested dicts and lists."""
    found: list[Tensor] = []
    waiting = [content]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, dict | list | tuple) and id(value) not in seen:  # a list may hold itself
            seen.add(id(value))
            waiting += value.values() if isinstance(value, dict) else value
    return found
