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


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that pictures are drawn with: rulers as (left, middle, cross, right) and the bar."""

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


UNICODE = Glyphs("┌┬┐", "├┼┤", "└┴┘", "│", "─", "━", "·", "✓", "✗", "▁▂▃▄▅▆▇█")
ASCII = Glyphs("+++", "+++", "+++", "|", "-", "#", ".", "ok", "x", "_.-=*#")
