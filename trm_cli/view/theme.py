"""Characters and styles of all pictures; colour alone never carries a meaning."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.console import Console
from rich.theme import Theme

MAZE_COLOURS = {
    "wall": "#7c7777",
    "start": "#008d44",
    "goal": "#7f4bff",
    "path": "#1690f8",
    "changed": "#d47500",
    "unsure": "#5c739a",
    "wrong": "#f32242",
}
"""Each has a contrast of 3:1 on black, white and both Solarized backgrounds; they suit colour-blind people too."""
THEME = Theme(
    {
        "given": "bold",
        "sure": "default",
        "unsure": "dim italic",
        "changed": f"underline {MAZE_COLOURS['changed']}",
        "conflict": f"bold {MAZE_COLOURS['wrong']}",
        "ruler": "dim",
        "bar": MAZE_COLOURS["path"],
        "good": MAZE_COLOURS["start"],
        "bad": MAZE_COLOURS["wrong"],
        "note": "dim",
        **{f"maze.{look}": colour for look, colour in MAZE_COLOURS.items()},
    }
)
MANY_COLOURS = ("256", "truecolor")
"""Colour systems of rich that can show these colours; a palette of sixteen looks as its user wants."""
SURE = 0.9
"""A cell with at least this probability is drawn as sure."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that pictures are drawn with; rulers have a left, a middle and a right one.

    `has_halves`: half blocks can have two colours. `has_digits`: ARC's colours are drawn with their numbers.
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
    has_digits: bool = False

    def on(self, console: Console) -> Glyphs:
        """Return the glyphs that a console can show: half blocks need more colours than a palette of sixteen."""
        return self if console.color_system in MANY_COLOURS else replace(self, has_halves=False)


UNICODE = Glyphs("┌┬┐", "├┼┤", "└┴┘", "│", "─", "━", "·", "✓", "✗", "▁▂▃▄▅▆▇█", "█", True)
ASCII = Glyphs("+++", "+++", "+++", "|", "-", "#", ".", "ok", "x", "_.-=*#", "#", False)
