"""Read the arguments of a user (files, folders, `-` or literal puzzles) as texts with names, in order."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy.typing as npt

from trm_cli import arrays, assets, decoding, records
from trm_cli.errors import DataError

SUFFIXES = (
    ".npy", ".txt", ".csv", ".tsv", ".sdk", ".sdm", ".json", ".jsonl", ".ss", ".lay", ".maz", ".map", ".maze",
    ".opensudoku",
)  # fmt: skip
LITERAL_LENGTHS = (16, 36, 81, 256, 625)
MAX_BYTES = 100_000_000
"""Largest file that is read, in bytes, unless the user allows more."""
NO_LIMIT = sys.maxsize
"""The same for commands whose files are data sets, which may be of any size."""
PIECE, LARGE_PIECE = 65_536, 16_777_216
STDIN = "<stdin>"
LINES_START = records.Lines.start.encode()
"""How results in JSON lines begin."""
PACKED = {
    b"PK\3\4": "a zip archive; unpack it, and give the files or the folder",
    b"\x1f\x8b": "a gzip archive; unpack it, and give the files or the folder",
    b"PAR1": "a Parquet table; write it as CSV or JSON",
}
"""The first bytes of files that hold texts in another form, and what to do with them."""
JOINT = re.compile("[/|;, ]")
"""A character between the rows of a Sudoku on one line."""
WEIGHTS = re.compile(rb"(?s)......\0\0\{")
"""How safetensors files begin: with the length of a header in JSON, in eight bytes."""
NEARLY = re.compile(r"[0-9._*?xX-]{17,}")
"""Cells of a Sudoku, whatever their number."""
MAZE = re.compile(r"(?=.*[#█01])[#█01 ._·SGEABsgeabo*/\n-]+")
"""Rows of mazes, with `/` between them."""


class Text(NamedTuple):
    """The text of an argument; `is_found`: it is a file of a folder that was searched."""

    name: str
    text: str
    is_found: bool = False


class Unreadable(DataError):
    """A file of a searched folder is not a text."""


def read(arguments: tuple[str, ...], but: Path | None = None, max_bytes: int = MAX_BYTES) -> Iterator[Text | DataError]:
    """Yield the text of every argument in order, and a DataError for each that cannot be read.

    The file `but` is left out if it holds results, which are no puzzles. Files of more than `max_bytes` are refused.

    An existing path comes before a literal. A folder yields its files with SUFFIXES or without any, sorted by path, but
    not the results and data sets in it. `puzzles/...` is a shipped sample if there is no such path here.
    """
    for argument in arguments:
        if argument == "-":
            yield _stdin(max_bytes)
        elif found := _existing(argument):
            yield from _of_path(argument, found, but, max_bytes)
        elif (literal := _literal(argument)) is not None:
            yield Text("<argument>", literal)
        else:
            name = shown_name(_short(argument)) or "''"
            yield DataError(f"{name}: {_hint(argument)}").about(name)


def is_meant(argument: str) -> bool:
    """Tell whether a word is meant as something to read: a path, a puzzle, or nearly one of them.

    >>> is_meant("slove"), is_meant("53..7....6..195...."), is_meant("my/file"), is_meant("a.sdk")
    (False, True, True, True)
    """
    is_nearly = "/" in argument or argument.lower().endswith(SUFFIXES) or NEARLY.fullmatch(argument)
    is_puzzle = _existing(argument) is not None or _literal(argument) is not None
    return argument == "-" or is_puzzle or bool(is_nearly)


def arrivals(max_bytes: int = MAX_BYTES) -> Iterator[str]:
    """Yield standard input as it arrives, in pieces of whole lines; raise a DataError if it is not text."""
    decoder = decoding.Decoder()
    rest, n_bytes = "", 0
    while True:
        piece = sys.stdin.buffer.read1(PIECE)  # type: ignore[union-attr]
        n_bytes += len(piece)
        if n_bytes > max_bytes:
            raise DataError(f"{STDIN}: more than {max_bytes:,} bytes; --max-bytes allows more")
        try:
            text = rest + decoder.decode(piece, final=not piece)
        except ValueError as error:
            raise DataError(f"{STDIN}: not text: {error}") from None
        if not piece:
            break
        if "\0" in text:
            raise DataError(f"{STDIN}: not text: there are zero bytes in it")
        # A piece may end in the middle of a line, which waits for the next piece.
        cut = text.rfind("\n") + 1
        rest = text[cut:]
        if cut:
            yield _with_line_ends(text[:cut])
    if text:
        yield _with_line_ends(text)


def _with_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _of_path(argument: str, found: Path, but: Path | None, max_bytes: int) -> Iterator[Text | DataError]:
    """Yield the texts of a file, or of a folder's files."""
    if not found.is_dir():
        if not (_is_same(found, but) and _is_begun(found)):  # `trm solve * --out results.jsonl` for the second time
            yield _text(shown_name(argument), found, max_bytes)
        return
    files, closed = _files(argument, found)
    yield from closed
    # What this program has written about puzzles, and parts of data sets, are not puzzles.
    left = [pair for pair in files if not (_is_of_split(pair[1]) or _is_of_results(pair[1]))]
    for name, file in left:
        if not _is_same(file, but):
            limit = max_bytes if file.suffix else min(max_bytes, MAX_BYTES)
            text = _text(shown_name(name), file, limit)
            yield text._replace(is_found=True) if isinstance(text, Text) else Unreadable(str(text)).about(text.name)
    if not left and not any(file.name == "dataset.json" for _, file in files):
        name, suffixes = shown_name(argument), " ".join(sorted(SUFFIXES))
        yield DataError(f"{name}: no puzzle files ({suffixes}) in this folder; name other files one by one").about(name)


def refuse_input(path: Path | None, arguments: tuple[str, ...]) -> None:
    """Raise a DataError for an output that is one of the arguments too, unless it holds results."""
    if path and any(_is_same(found, path) for found in map(_existing, arguments) if found) and not _is_begun(path):
        raise DataError(f"{path}: an input, which would be overwritten; choose another name for the output")


def _literal(argument: str) -> str | None:
    """Return the puzzle that an argument is, a row on each line; None for the name of a missing file."""
    if _is_joined_sudoku(argument):
        return JOINT.sub("\n", argument)
    if _is_joined_maze(argument):
        return argument.replace("/", "\n")
    return argument if _is_literal(argument) else None


def _is_literal(argument: str) -> bool:
    """Tell whether an argument is a puzzle and not the name of a missing file."""
    # A puzzle has several lines, is a value of a program, or is a square grid on one line.
    is_square = math.isqrt(len(argument)) ** 2 == len(argument) > 99
    is_long = len(argument) > 15 or argument[:2] in ("[[", "{{", '["')
    if is_long and re.fullmatch(r"\s*(\w[\w\s:]*=)?\s*[\[{(].*[\])}];?\s*", argument, re.DOTALL):
        return True
    return not set(argument) & set("/\\") and ("\n" in argument or len(argument) in LITERAL_LENGTHS or is_square)


def _is_joined_sudoku(argument: str) -> bool:
    """Tell whether an argument is the rows of a Sudoku with one character between them.

    >>> _is_joined_sudoku("1.../..2./.3../...4"), _is_joined_sudoku("home/user/docs/file")
    (True, False)
    """
    rows = JOINT.split(argument)
    is_square = len(rows) ** 2 in LITERAL_LENGTHS and all(len(row) == len(rows) for row in rows)
    # Only large Sudokus have letters.
    digits = r"[0-9._*?xX-]*" if len(rows) < 16 else r"[0-9A-Ya-y._*?-]*"
    return is_square and re.fullmatch(digits, "".join(rows)) is not None


def _is_joined_maze(argument: str) -> bool:
    """Tell whether an argument is the rows of a maze joined by `/`, and not the name of a missing file.

    >>> _is_joined_maze("#####/#S G#/#####"), _is_joined_maze("dir/sub/abc")
    (True, False)
    """
    rows = argument.split("/")
    width = len(rows[0])
    return len(rows) > 2 and width > 2 and {*map(len, rows)} == {width} and MAZE.fullmatch(argument) is not None


def _hint(argument: str) -> str:
    """Return what is wrong with an argument that is neither a path nor a puzzle."""
    if not argument.strip():
        return "nothing in this argument; give a file, a folder, a puzzle, or - for standard input"
    if NEARLY.fullmatch(argument):
        return f"{len(argument)} characters; a Sudoku on one line has 81, or 16, 36, 256 or 625 for other sizes"
    return "no such file or folder, and not a puzzle (a Sudoku on one line has 81 characters)"


def _short(argument: str) -> str:
    return argument if len(argument) <= 200 else f"{argument[:100]}..."


def _is_same(file: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and file.samefile(other)


def shown_name(name: str) -> str:
    """Return the name of a file as text on one line, with marks for bytes that are not UTF-8."""
    return " ".join(os.fsencode(name).decode("utf-8", "replace").splitlines())


def _existing(argument: str) -> Path | None:
    """Return the path that an argument names, here or among the shipped samples."""
    if not argument:
        return None
    path = Path(argument)
    try:
        return path if path.exists() else assets.sample(path)
    except (OSError, ValueError):  # some literals cannot be file names
        return None


def _files(argument: str, found: Path) -> tuple[list[tuple[str, Path]], list[DataError]]:
    """Return (name as the user would write it, path) of a folder's puzzle files, and errors for unreadable folders."""
    closed: list[DataError] = []

    def add(error: OSError) -> None:
        folder = Path(argument) / Path(error.filename).relative_to(found)
        closed.append(DataError(f"{shown_name(str(folder))}: {error.strerror}"))

    paths = [Path(at) / name for at, _, names in os.walk(found, onerror=add) for name in names]
    puzzles = sorted(path for path in paths if _may_hold_puzzles(path, found) and path.is_file())
    return [(str(Path(argument) / path.relative_to(found)), path) for path in puzzles], closed


def _may_hold_puzzles(path: Path, folder: Path) -> bool:
    """Tell by its name whether a file of a folder is read: it has a suffix of puzzles, or none and is not hidden."""
    if path.suffix:
        return path.suffix.lower() in SUFFIXES
    return not any(part.startswith(".") for part in path.relative_to(folder).parts)


def _is_of_split(file: Path) -> bool:
    """Tell whether a file is part of a data set in the published layout, and not a puzzle by itself."""
    return (file.parent / "all__inputs.npy").is_file() or file.name in ("identifiers.json", "test_puzzles.json")


def _is_begun(file: Path) -> bool:
    """Tell whether a file holds results, or nothing yet."""
    return file.stat().st_size == 0 or _is_journal(file)


def _is_journal(file: Path) -> bool:
    """Tell from its first line whether a file is results of `trm solve --out`, which a later run continues."""
    first = _first_line(file)
    return _is_of_results(file) and (not first.startswith(LINES_START) or b'"key": "' in first[-40:])


def _is_of_results(file: Path) -> bool:
    """Tell from its first line whether a file was written by this program, with --out or with --json."""
    first = _first_line(file)
    is_table = first.rstrip() and first.rstrip() == records.form(file).head.encode()
    return bool(is_table) or first.startswith(LINES_START)


def _first_line(file: Path) -> bytes:
    try:
        with file.open("rb") as lines:
            return lines.readline(MAX_BYTES)  # one with a --trace is long
    except OSError:
        return b""


def _text(name: str, file: Path, max_bytes: int) -> Text | DataError:
    """Return the text of a file; an array of tokens becomes JSON."""
    try:
        return Text(name, _content(file, max_bytes))
    except OSError as error:
        return DataError(f"{name}: {error.strerror or error}").about(name)
    except ValueError as error:
        return DataError(f"{name}: {error}").about(name)


def _content(file: Path, max_bytes: int) -> str:
    """Return the text of a file; an array of tokens becomes JSON. A ValueError says what is wrong with the content."""
    is_array = file.suffix.lower() == ".npy"
    with file.open("rb") as stream:
        # The first piece shows whether this is a text, before a large file is read whole.
        pieces = [stream.read(min(PIECE, max_bytes + 1))]
        packed = next((words for char, words in PACKED.items() if pieces[0].startswith(char)), "")
        if packed and not is_array:
            raise ValueError(packed)
        if WEIGHTS.match(pieces[0]):
            raise ValueError(
                f"the weights of a model, not a puzzle; trm models {file} describes them, "
                f"and trm solve PUZZLE --weights {file} solves with them"
            )
        if b"\0" in pieces[0] and not is_array and decoding.encoding(pieces[0])[0] == "UTF-8":
            raise ValueError(f"not a text file: byte {pieces[0].index(0)} is zero")
        n_bytes = len(pieces[0])
        while n_bytes <= max_bytes and (piece := stream.read(min(LARGE_PIECE, max_bytes + 1 - n_bytes))):
            pieces.append(piece)
            n_bytes += len(piece)
    if n_bytes > max_bytes:
        raise ValueError(f"more than {max_bytes:,} bytes; --max-bytes allows more")
    content = b"".join(pieces)
    try:
        if is_array:
            return json.dumps(_array(content).tolist())
        return _with_line_ends(decoding.Decoder().decode(content, final=True))
    except ValueError as error:
        raise ValueError(f"not {'an array of tokens' if is_array else 'a text file'}: {error}") from None


def _array(content: bytes) -> npt.NDArray[Any]:
    """Return the array of an `.npy` file, or raise a ValueError."""
    array = arrays.of_bytes(content)
    if not 0 < array.ndim < 5:
        raise ValueError("its shape is no shape of puzzles")
    if array.dtype.kind in "SU" and array.dtype not in ("S1", "U1"):
        raise ValueError(f"its values are texts ({array.dtype}), not numbers or characters")
    return array.astype("U1") if array.dtype.kind == "S" else array


def _stdin(max_bytes: int) -> Text | DataError:
    try:
        return Text(STDIN, "".join(arrivals(max_bytes)))
    except DataError as error:
        return error
