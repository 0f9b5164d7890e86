"""The literals in the text of a program: its lists, dictionaries, calls and strings of several lines, as values."""

from __future__ import annotations

import re
from typing import Any

from trm_cli.domains import foreign
from trm_cli.domains.foreign import BLOCK

DEPTH = 40
"""Brackets that may be open at once; puzzles are three or four deep."""
BLANKS = {"null": None, "none": None, "nil": None, "nothing": None, "undefined": None, "true": 1, "false": 0}
TOKEN = re.compile(
    rf"""(?P<block>{BLOCK})
      | (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*|%[^\n]*)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<open>[\[{{(])
      | (?P<close>[\]}})])
      | (?P<key>[:=]+>?)
      | (?P<word>[^\s,;:=\[\]{{}}()"'`]+)""",
    re.VERBOSE | re.DOTALL,
)

ON_ONE_LINE = re.compile(r"[\d.*_?-]{81}|[\d.*_?,-]{90,161}")
"""A text that may be a whole Sudoku, perhaps with commas between cells."""

Value = tuple[str, Any, int]
"""A literal, the name before it, and the line on which it begins."""


class _Frame:
    """A value whose bracket is still open: the items until now, each with the key before it."""

    def __init__(self, line: int, is_call: bool = False) -> None:
        self.line, self.is_call = line, is_call
        self.items: list[tuple[str, Any]] = []
        self.key = ""

    def add(self, item: Any) -> None:
        """Take the next item."""
        self.items.append((self.key, item))
        self.key = ""

    def drop(self) -> str:
        """Remove the last item and return it: it was the key of the next item."""
        return str(self.items.pop()[1]) if self.items else ""

    def uncall(self) -> None:
        """Remove the last item, which is the name of a call: the key before it is that of the result."""
        if self.items:
            self.key = self.items.pop()[0]

    def value(self) -> Any:
        """Return a dictionary if every item has a key, else a list; a call with a list and settings is the list."""
        values = [item for _, item in self.items]
        if self.is_call and values and isinstance(values[0], list) and all(key for key, _ in self.items[1:]):
            return values[0]
        is_keyed = all(key for key, _ in self.items)
        return dict(self.items) if self.items and is_keyed else values


def literals(text: str) -> list[Value]:
    """Return the bracketed values of a program's text, each with the name before it and the line it begins on.

    Commas and the last closing brackets may be missing: the first part of a long text can be read too. A string of
    several lines is a value too.

    >>> literals("int b[][] = {{1, 0}, {'x', NULL}}; // no more")
    [('b', [[1, 0], ['x', None]], 1)]
    >>> literals("a = {'b': np.array([[1, 0]], dtype=int)}")
    [('a', {'b': [[1, 0]]}, 1)]
    """
    values: list[Value] = []
    stack: list[_Frame] = []
    name, is_named, line, at = "", False, 1, 0
    for match in TOKEN.finditer(text):
        # Lines are counted up to the token, for the places in errors.
        kind, token = match.lastgroup, match.group()
        line, at = line + text.count("\n", at, match.start()), match.start()
        if kind == "open":
            # A name before a bracket is a call, such as np.array(...): only what it is called with counts.
            if len(stack) == DEPTH:
                return values
            is_call = bool(stack) and bool(re.match(r"[\w!]", text[at - 1]))
            if is_call:
                stack[-1].uncall()
            stack.append(_Frame(line, is_call))
        elif kind == "close" and stack:
            # A closed value is an item of the one around it, or a result of its own.
            frame = stack.pop()
            if stack:
                stack[-1].add(_unwrapped(frame.value()) if token == ")" else frame.value())
            elif frame.items:  # not the brackets of `board[][] =`
                values.append((name, frame.value(), frame.line))
                name, is_named = "", False
        elif kind == "key":
            # Inside a value the last item was a key; outside, the last word is the name of the value that follows.
            is_named = bool(name)
            if stack:
                stack[-1].key = stack[-1].drop()
        elif kind in ("string", "word", "block"):
            if stack:
                stack[-1].add(_scalar(token, kind))
            elif kind == "block" or _is_drawing(token):
                values.append((name, whole := _scalar(token, kind), line))
                name, is_named = "", False
                # Words may have literals in them.
                if kind == "block" and "[" in whole:
                    values += [(key, value, line + n) for key, value, n in literals(whole)]
            elif kind == "word" and not is_named:
                name = token
    # The text may end with brackets open.
    while stack:
        frame = stack.pop()
        if stack:
            stack[-1].add(frame.value())
        elif frame.items:
            values.append((name, frame.value(), frame.line))
    return values


def _is_drawing(token: str) -> bool:
    """Tell whether a string is a grid by itself: it has several rows, or is a whole Sudoku."""
    return max(token.count("\\n"), token.count("\\\\")) > 1 or ON_ONE_LINE.fullmatch(token[1:-1]) is not None


def _unwrapped(value: Any) -> Any:
    """Return the string of a list with nothing but it: in parentheses it stands for itself, as in `list("...")`."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) else value


def _scalar(token: str, kind: str | None) -> Any:
    if kind == "block":
        return foreign.block(token)
    if kind == "string":
        # Rows may be parted by line breaks or by backslashes.
        return re.sub(r"\\n|\\\\(?=.*\\\\)|(?<=#)\\\\(?=#)", "\n", token[1:-1])
    if token.lower() in BLANKS:
        return BLANKS[token.lower()]
    number = re.fullmatch(r"(-?\d{1,6})(?:\.0*)?", token)
    return int(number[1]) if number else token
