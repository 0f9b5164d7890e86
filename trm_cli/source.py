"""From what a user names (file, folder, `-` or a literal puzzle) to texts with names, in order."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from trm_cli import assets
from trm_cli.errors import DataError

SUFFIXES = (".npy", ".txt", ".csv", ".sdk", ".sdm", ".json", ".jsonl", ".ss")
LITERAL_LENGTHS = (16, 36, 81, 256)


def read(arguments: tuple[str, ...], but: Path | None = None) -> Iterator[tuple[str, str] | DataError]:
    """Yield (name, text) for every argument in order, and a DataError for each that cannot be read.

    The file `but` is left out: results are no puzzles.

    An existing path wins over a literal; a folder yields its puzzle files sorted by path, without the results and data
    sets in it; `puzzles/...` names a shipped sample when there is no such path here.
    """
    for argument in arguments:
        if argument == "-":
            yield _stdin()
        elif found := _existing(argument):
            files = [*_files(argument, found)]
            left = [pair for pair in files if not (found.is_dir() and (_is_of_split(pair[1]) or _is_journal(pair[1])))]
            yield from (_text(_printable(name), file) for name, file in left if not _is_same(file, but))
            if not left and not any(file.name == "dataset.json" for _, file in files):
                yield DataError(f"{argument}: no puzzle files ({' '.join(sorted(SUFFIXES))}) in this folder")
        elif _is_literal(argument):
            yield "<argument>", argument
        else:
            yield DataError(f"{argument}: no such file or folder, and not a puzzle of 81 characters")


def _is_literal(argument: str) -> bool:
    """Tell a puzzle from the name of a file that is not there: several lines, or a square on one."""
    is_square = math.isqrt(len(argument)) ** 2 == len(argument) > 99
    return not set(argument) & set("/\\") and ("\n" in argument or len(argument) in LITERAL_LENGTHS or is_square)


def _is_same(file: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and file.samefile(other)


def _printable(name: str) -> str:
    """Return a file's name with marks for bytes that are no UTF-8, so that it can be printed."""
    return os.fsencode(name).decode("utf-8", "replace")


def _existing(argument: str) -> Path | None:
    """Return the path that an argument names, here or among the shipped samples."""
    if not argument:
        return None
    path = Path(argument)
    try:
        return path if path.exists() else assets.sample(path)
    except (OSError, ValueError):  # a literal may be no possible file name
        return None


def _files(argument: str, found: Path) -> Iterator[tuple[str, Path]]:
    """Yield (name as the user would write it, path) of a file, or of a folder's puzzle files."""
    if not found.is_dir():
        yield argument, found
        return
    for file in sorted(found.rglob("*")):
        if file.suffix.lower() in SUFFIXES and file.is_file():
            yield str(Path(argument) / file.relative_to(found)), file


def _is_of_split(file: Path) -> bool:
    """Tell the files of a data set in the published layout, which are no puzzles by themselves."""
    return (file.parent / "all__inputs.npy").is_file() or file.name in ("identifiers.json", "test_puzzles.json")


def _is_journal(file: Path) -> bool:
    """Tell results that `trm solve --out` wrote, by the first line."""
    try:
        with file.open("rb") as lines:
            return lines.read(12) == b'{"schema": 1' and b'"key": "' in lines.readline()[-40:]
    except OSError:
        return False


def _text(name: str, file: Path) -> tuple[str, str] | DataError:
    try:
        if file.suffix.lower() == ".npy":
            return name, json.dumps(np.load(file, allow_pickle=False).tolist())
        return name, file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return DataError(f"{name}: not a text file: byte {error.start} is not UTF-8")
    except OSError as error:
        return DataError(f"{name}: {error.strerror or error}")
    except (ValueError, TypeError, EOFError, AttributeError) as error:  # a date, nothing at all, an archive
        return DataError(f"{name}: not an array of tokens: {error}")


def _stdin() -> tuple[str, str] | DataError:
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
        return "<stdin>", text.replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return DataError(f"<stdin>: not text: byte {error.start} is not UTF-8")
