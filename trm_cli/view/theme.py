"""Glyphs and styles; meaning is never in the colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from rich.theme import Theme

THEME = Theme(
    {
        "given": "bold",
        "sure": "default",
        "unsure": "dim",
        "changed": "underline cyan",
        "conflict": "bold red",
        "ruler": "dim",
        "good": "green",
        "bad": "red",
        "note": "dim",
    }
)
MAZE_COLOURS = {
    "wall": "bright_black",
    "start": "green",
    "goal": "magenta",
    "path": "cyan",
    "changed": "yellow",
    "unsure": "blue",
    "wrong": "red",
}
SURE = 0.9
"""Probability from which a cell is shown as sure."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that pictures are drawn with: rulers as (left, middle, cross, right) and the bar.

    `has_halves`: half blocks can be told apart by their colours.
    """

    top: str
    middle: str
    bottom: str
    wall: str
    line: str
    bar: str
    blank: str
    good: str
    bad: str
    sparks: str
    block: str
    has_halves: bool


UNICODE = Glyphs("┌┬┐", "├┼┤", "└┴┘", "│", "─", "━", "·", "✓", "✗", "▁▂▃▄▅▆▇█", "█", True)
ASCII = Glyphs("+++", "+++", "+++", "|", "-", "#", ".", "ok", "x", "_.-=*#", "#", False)
