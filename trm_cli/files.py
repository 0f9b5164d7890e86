"""Write files whole or not at all, never over others by accident, and never by two programs at once."""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trm_cli.errors import DataError

try:
    import fcntl
except ImportError:  # Windows, where nothing is locked
    fcntl = None  # type: ignore[assignment]

NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
"""Refuses to open a link, through which another file would be written; 0 on Windows, which has no such flag."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write to; it replaces `path` once everything is written and on the disk.

    A link is followed, and the new file keeps the mode of the old one. If `path` is not a regular file (a device, a
    pipe), it is yielded itself, as it cannot be replaced. Errors of the operating system become a DataError.
    """
    try:
        mode = path.stat().st_mode if path.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            yield path
            return
        with _beside(Path(os.path.realpath(path)), mode) as temporary:
            yield temporary
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror or error}") from error


@contextmanager
def _beside(target: Path, mode: int | None) -> Iterator[Path]:
    """Yield a temporary file beside the target, which replaces the target at the end."""
    _sweep(target)
    # The name has the process in it, and O_EXCL makes sure that no other program has made the file.
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    permissions = 0o666 if mode is None else stat.S_IMODE(mode)
    descriptor = -1
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, permissions)
        if mode is not None and os.name == "posix":
            os.fchmod(descriptor, permissions)  # without the process's mask
        _is_taken(descriptor)  # while it is locked, `_sweep` in other programs does not remove it
        yield temporary
        # The content must be on the disk before the name, or a power failure could leave an empty file.
        os.fsync(descriptor)
        if fcntl is None:  # Windows does not rename open files
            os.close(descriptor)
            descriptor = -1
        temporary.replace(target)
        _settle(target.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if descriptor >= 0:
            os.close(descriptor)


def _sweep(target: Path) -> None:
    """Remove the temporary files that killed programs left beside a file: no process holds their locks any more."""
    # Only names that end with a process number, and never through a link.
    for left in target.parent.glob(f".{_literal(target.name)}.*") if fcntl else ():
        if left.suffix[1:].isdigit() and left.is_file() and not left.is_symlink():
            with suppress(OSError):
                descriptor = os.open(left, os.O_RDWR | NO_FOLLOW)
                try:
                    if _is_taken(descriptor):
                        left.unlink(missing_ok=True)
                finally:
                    os.close(descriptor)


def _literal(name: str) -> str:
    """Return a glob pattern that matches only this name."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _is_taken(descriptor: int) -> bool:
    """Take the lock of an open file, and tell whether that succeeded; False if another process holds it.

    It is also True if the operating system or the file system has no locks.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network file system without locks
        return True
    return True


def _settle(folder: Path) -> None:
    """Write the names in a folder to the disk, so that a rename survives a power failure."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Reserve a file or folder for this process while the context lasts; a DataError names the process that has it.

    The lock is a file `.lock` in a folder, or `.NAME.lock` beside a file, also beside one that a link leads to. It ends
    with its process, even a killed one.
    """
    real = Path(os.path.realpath(path))
    place = real / ".lock" if real.is_dir() else real.with_name(f".{real.name}.lock")
    try:
        descriptor = _locked(place)
    except OSError as error:
        if place.is_symlink():
            raise DataError(f"{place}: a link, where the lock of {path} should be; remove it") from error
        raise DataError(f"{path}: cannot be written: {error.strerror or error}") from error
    if descriptor is None:
        raise DataError(f"{path}: in use by {_holder(place)}; wait for it, stop it, or choose another name")
    try:
        with _content(path, real):
            yield
    finally:
        with suppress(OSError):
            # Removed while it is still locked: another process then sees that the name is gone, and makes a new file.
            place.unlink()
        os.close(descriptor)


@contextmanager
def _content(path: Path, real: Path) -> Iterator[None]:
    """Reserve what is in a file while the context lasts: hard links give it other names, with other `.lock` files."""
    descriptor = os.open(real, os.O_RDONLY) if real.is_file() else None
    try:
        if descriptor is not None and not _is_taken(descriptor):
            raise DataError(f"{path}: in use by another process, by another name; wait for it, or stop it")
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _locked(place: Path) -> int | None:
    """Return the open, locked file, after writing its owner into it; None if another process has the lock."""
    while True:
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | NO_FOLLOW, 0o666)
        if not _is_taken(descriptor):
            os.close(descriptor)
            return None
        # The last owner may have removed the file between our two steps: then lock a new one.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), place.lstat()):
                who = f"process {os.getpid()} on {socket.gethostname()} since {time.strftime('%Y-%m-%d %H:%M:%S')}"
                with suppress(OSError):  # on a full disk, the lock does not say who has it
                    os.truncate(descriptor, 0)
                    os.write(descriptor, who.encode())
                return descriptor
        os.close(descriptor)


def _holder(place: Path) -> str:
    """Return who holds a lock, in words."""
    try:
        words = place.read_text(encoding="utf-8", errors="replace")[:200]
    except OSError:
        words = ""
    return words if words and words.isprintable() else "another process"


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, text in UTF-8."""
    with whole(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def refuse(path: Path | None, is_forced: bool) -> None:
    """Raise a DataError for an output that exists already (unless `is_forced`), or that has no name or no folder."""
    if path is None:
        return
    if path == Path():
        raise DataError("the name of the file to write is empty")
    if path.exists() and not is_forced:
        raise DataError(f"{path}: already there; --force overwrites it")
    if not path.parent.is_dir():
        raise DataError(f"{path}: there is no folder {path.parent}; make it first")
