"""Where the shipped weights and sample puzzles are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the shipped folder `weights` or `puzzles`, whether or not it exists."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def sample(path: Path) -> Path | None:
    """Return the shipped file or folder that a relative path like `puzzles/sudoku/hard.txt` names."""
    if path.is_absolute() or path.parts[:1] != ("puzzles",):
        return None
    found = folder("puzzles").joinpath(*path.parts[1:])
    return found if found.exists() else None
