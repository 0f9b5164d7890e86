"""Files that are written whole or not at all, and never over others by accident."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trm_cli.errors import DataError


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to; it takes the place of `path` when all went well.

    What the operating system refuses is a DataError.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, text in UTF-8."""
    with whole(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def refuse(path: Path | None, is_forced: bool) -> None:
    """Raise a DataError for an output that is there already, unless it is to be overwritten, or has no folder."""
    if path is None:
        return
    if path.exists() and not is_forced:
        raise DataError(f"{path}: already there; --force overwrites it")
    if not path.parent.is_dir():
        raise DataError(f"{path}: there is no folder {path.parent}; make it first")
