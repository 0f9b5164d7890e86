"""Make text from outside harmless to a terminal; only this module knows which characters are harmful."""

from __future__ import annotations

import json
import unicodedata

import click

HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories that control a terminal or reverse its text: controls, formats, surrogates, line breaks."""


def printable(text: str) -> str:
    r"""Return a text on one line, with every character that could control a terminal escaped as in JSON.

    Everything that comes from a file goes through here on its way to the screen: names, cards, reasons, symbols. JSON
    keeps its meaning.

    >>> print(printable("a\x1b[2J\nb é [/b]"))
    a\u001b[2J\nb é [/b]
    """
    if text.isprintable():
        return text
    return "".join(json.dumps(c)[1:-1] if unicodedata.category(c) in HARMFUL else c for c in text)


def say(words: object) -> None:
    """Write a message of the program to stderr, without characters that are harmful to a terminal."""
    click.echo("\n".join(map(printable, f"trm: {words}".split("\n"))), err=True)


def plural(n: int, noun: str) -> str:
    """Return a number with its noun.

    >>> plural(1, "step"), plural(3, "branch")
    ('1 step', '3 branches')
    """
    ending = "" if n == 1 else "es" if noun.endswith("ch") else "s"
    return f"{n} {noun}{ending}"


def clock(seconds: float) -> str:
    """Return hours, minutes and seconds.

    >>> clock(3725)
    '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
