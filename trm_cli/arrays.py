"""Read numpy's files safely: a header must match the size of its file, or a small file could take up all memory."""

from __future__ import annotations

import ast
import io
import math
import sys
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt

LONGEST_HEADER = 2000
MOST_BYTES = 2**29
"""Content of an archive that is never refused, in bytes."""
MOST_FOLDED = 200
"""Largest ratio of content to archive above that; tokens of puzzles hardly ever reach 50."""


def read(path: Path) -> npt.NDArray[Any]:
    """Read a `.npy` file of numbers; a ValueError says what is wrong with it.

    Errors of the operating system are raised as OSErrors.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    with path.open("rb") as file:
        return _read(file, path.stat().st_size)


def of_bytes(content: bytes) -> npt.NDArray[Any]:
    """Return the array in the content of a `.npy` file of numbers or texts; a ValueError says what is wrong with it."""
    return _read(io.BytesIO(content), len(content))


def read_archive(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read a `.npz` file of numbers and texts; a ValueError says what is wrong with it."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            # A small archive must not unfold to a huge one.
            if size > MOST_BYTES and size > MOST_FOLDED * path.stat().st_size:
                raise ValueError(f"{size:,} bytes in a file of {path.stat().st_size:,}")
            found = {}
            for member in members:
                with archive.open(member) as file:
                    found[member.filename.removesuffix(".npy")] = _read(file, member.file_size)
            return found
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
        raise ValueError(f"damaged archive ({error})") from error


def _read(file: IO[bytes], size: int) -> npt.NDArray[Any]:
    """Read one array of a file of a known size."""
    shape, order, dtype = _header(file)
    left, n = size - file.tell(), math.prod(shape)
    if dtype.itemsize == 0 or n * dtype.itemsize != left:
        raise ValueError(f"{left:,} bytes for an array of {shape} of {dtype}")
    array = np.empty(n, dtype)
    # Read straight into the array, in as many pieces as the archive gives.
    waiting = array.view(np.uint8).data if n else memoryview(b"")
    while len(waiting):
        n_read = file.readinto(waiting)  # type: ignore[attr-defined]
        if not n_read:
            raise ValueError("cut off")
        waiting = waiting[n_read:]
    if dtype.kind == "U" and n and array.view(dtype.str[0] + "u4").max() > sys.maxunicode:
        raise ValueError("its characters are none")
    return array.reshape(shape, order=order)


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], Literal["C", "F"], np.dtype[Any]]:
    """Read shape, order of the axes and data type, of format versions 1 to 3."""
    start = file.read(8)
    if len(start) < 8 or start[:6] != b"\x93NUMPY" or start[6] not in (1, 2, 3):
        raise ValueError("not a .npy array")
    length = int.from_bytes(file.read(2 if start[6] == 1 else 4), "little")
    if length > LONGEST_HEADER:
        raise ValueError("not the header of a .npy array")
    try:
        header = ast.literal_eval(file.read(length).decode("latin-1").strip())
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("not the header of a .npy array") from error
    if not isinstance(header, Mapping) or header.keys() != {"descr", "fortran_order", "shape"}:
        raise ValueError("not the header of a .npy array")
    shape, order, descr = header["shape"], header["fortran_order"], header["descr"]
    is_shape = isinstance(shape, tuple) and len(shape) <= 8 and all(type(n) is int and 0 <= n < 2**40 for n in shape)
    if not is_shape or not isinstance(order, bool) or not isinstance(descr, str):
        raise ValueError("not an array of numbers")
    try:
        dtype = np.dtype(descr)
    except (TypeError, ValueError, SyntaxError) as error:
        raise ValueError(f"no such data type: {descr[:40]!r}") from error
    # Objects would be pickles, which can run code.
    if dtype.kind not in "biufUS":
        raise ValueError(f"not an array of numbers but of {dtype}")
    return shape, "F" if order else "C", dtype
