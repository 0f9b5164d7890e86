"""Rows of cells with marks around them, as in web pages, LaTeX, prompts and games, and the same rows without these."""

from __future__ import annotations

import re
from itertools import pairwise

from trm_cli.domains.written import untagged

LONGEST = 200_000
"""Longest text that is looked at, in characters; data sets are longer, and have no such marks."""
LATEX = re.compile(r"[^&%]*(?:&[^&]*){2,}\\\\.*")
"""A row of a table or matrix in LaTeX."""
GROUPS = re.compile(r"\s*\\[A-Za-z]+\s*(?:\{.?\}\s*){4,}")
"""A row whose cells are the arguments of a command of LaTeX, `\\setrow {5}{ }{3}...`."""
NAMED = re.compile(r"(?im)^[ \t]*(?:row|line|zeile|ligne|fila|riga)[ _#]{0,2}(\d{1,2})[ \t]*[:.)=|]+[ \t]?")
"""The name of a row, `Row 1:`."""
BRACKETED = re.compile(r"[ \t]*(?:\[[^\[\]\n]\][ \t]*){3,}")
"""A row with every cell in brackets, `[#][ ][S]`."""


def unmarked(text: str) -> str:
    """Return a text with its rows of cells as they would stand alone; other texts are unchanged. Lines stay in place.

    >>> unmarked("\\\\hline\\n1 & & 2 \\\\\\\\ \\\\hline\\n & 3 & \\\\\\\\\\n4 & & \\\\\\\\")
    '\\n1,,2\\n,3,\\n4,,'
    >>> unmarked("Row 1: #S#\\nRow 2: # #\\nRow 3: #G#\\nRow 4: ###"), unmarked("[#][S][#]\\n[#][ ][G]")
    ('#S#\\n# #\\n#G#\\n###', '#S#\\n# G')
    """
    text = untagged(text)
    if len(text) > LONGEST:
        return text
    lines = text.splitlines()
    if "\\" in text and (rows := _of_latex(lines)):
        return "\n".join(rows)
    if (
        "[" in text
        and sum(map(bool, map(str.strip, lines))) > 1
        and all(BRACKETED.fullmatch(line) for line in lines if line.strip())
    ):
        return re.sub(r"\[([^\[\]\n])\][ \t]*", r"\1", text)
    # Names count up from 0 or from 1, perhaps several times.
    numbers = [int(match[1]) for match in NAMED.finditer(text)]
    is_counted = len(numbers) > 3 and all(b in (a + 1, numbers[0]) for a, b in pairwise(numbers))
    return NAMED.sub("", text) if is_counted and numbers[0] < 2 else text


def _of_latex(lines: list[str]) -> list[str]:
    """Return lines with the rows of a table in LaTeX as cells with commas between; none without at least three rows."""
    rows: list[str] = []
    n_rows = 0
    for line in lines:
        cells = None
        if GROUPS.fullmatch(line):
            cells = re.findall(r"\{(.?)\}", line)
        elif LATEX.fullmatch(line):
            cells = [re.sub(r"\\[A-Za-z]+|[{}$~]", "", cell) for cell in line.split("\\\\")[0].split("&")]
        # Cells of several characters are words of another table.
        if cells and all(len(cell.strip()) < 3 for cell in cells):
            rows.append(",".join(map(str.strip, cells)))
            n_rows += 1
        else:
            rows.append("" if line.lstrip().startswith("\\") else line)
    return rows if n_rows > 2 else []
