"""The characters that Sudokus of every size are written with, and how the alphabet of a grid is recognised."""

from __future__ import annotations

from collections.abc import Sequence

DIGITS = "123456789ABCDEFGHIJKLMNOP"
"""The characters for 1 to 25, by default."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY"
"""The same for 25x25 grids that are written in letters alone."""


def alphabet(size: int) -> str:
    """Return the usual characters of blank, 1, 2 and so on for a size.

    >>> alphabet(4), alphabet(16)
    ('.1234', '.123456789ABCDEFG')
    """
    return "." + DIGITS[:size]


def symbols(chars: Sequence[str], size: int) -> str:
    """Return the alphabet of a grid from the characters of its cells: its own blank first, then its digits.

    Grids above 9x9 are written with 1-9 and letters from A on, or with 0-9 and letters: with 0 for the first digit if
    0 occurs beside another character for a blank, or exactly as often as in a full grid. A 25x25 grid without any of
    1-9 is written in the letters A-Y.
    """
    used = {char.upper() for char in chars}
    blanks = [char for char in "._* " if char in used]
    digits = DIGITS[:size]
    if size == len(LETTERS) and used & set(LETTERS) and not used & set("123456789"):
        digits = LETTERS
    # A 0 is a digit if another character is the blank, or if it is there as often as each digit of a full grid. The
    # last letter must then be unused.
    elif size > 9 and (n := chars.count("0")) and (blanks or n == size) and digits[-1] not in used:
        return (blanks[0] if blanks else ".") + "0" + digits[:-1]
    return ([*blanks, "0"][0] if blanks or "0" in used else ".") + digits


def spoken(symbols: str) -> str:
    """Return the digits of an alphabet in words.

    >>> spoken(alphabet(9)), spoken(alphabet(16)), spoken("." + LETTERS)
    ('1-9', '1-9, A-G', 'A-Y')
    """
    if len(symbols) > 10 and symbols[1].isdigit():
        return f"{symbols[1]}-9, A-{symbols[-1]}"
    return f"{symbols[1]}-{symbols[-1]}"
