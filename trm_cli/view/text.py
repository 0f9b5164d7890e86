"""Words that are not ours, made fit for a terminal: the only place that knows which characters could harm one."""

from __future__ import annotations

import json
import unicodedata

import click

HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories that steer a terminal or turn its text around: controls, formats, surrogates, line breaks."""


def printable(text: str) -> str:
    r"""Return a text with every character that could steer a terminal written as JSON escapes it, all on one line.

    Names of files and puzzles, identifiers, cards, reasons and symbols go through here on their way to the screen.
    What is JSON stays the same JSON.

    >>> print(printable("a\x1b[2J\nb é [/b]"))
    a\u001b[2J\nb é [/b]
    """
    if text.isprintable():
        return text
    return "".join(json.dumps(c)[1:-1] if unicodedata.category(c) in HARMFUL else c for c in text)


def say(words: object) -> None:
    """Write a line of the program's own to stderr, with what others wrote in it made fit for a terminal."""
    click.echo("\n".join(map(printable, f"trm: {words}".split("\n"))), err=True)


def plural(n: int, noun: str) -> str:
    """Return a number with its noun.

    >>> plural(1, "step"), plural(3, "branch")
    ('1 step', '3 branches')
    """
    ending = "" if n == 1 else "es" if noun.endswith("ch") else "s"
    return f"{n} {noun}{ending}"
