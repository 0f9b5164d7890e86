"""What programs in other languages write differently in the literals of their grids, and the same in plain brackets."""

from __future__ import annotations

import re
import textwrap

BARRED = re.compile(r"\[\s*\|([^\[\]{}()]*?)\|\s*\]")
"""An array of MiniZinc, `[|1, 2|3, 4|]`, or one of OCaml, `[|1; 2|]`."""
TYPED = re.compile(r"(?:\[\d*\])+\w+(?=[({])")
"""The type before a literal of Go, as in `[][]string{...}` and `[]byte("...")`."""
MAYBE = re.compile(r"\b(?:Just|Some)\b\s*(?:(\d{1,2})|\((\d{1,2})\))")
"""A digit of a language in which a cell may hold nothing: `Just 5`, `Some(5)`."""
METHOD = re.compile(r"""(?<=["'`])\.\w{1,20}\((?:""|'')?\)""")
"""What is made of a string: `"#S#".toCharArray()`, `"#S#".split("")`."""
MATRIX = re.compile(r"\[([\d.\s;-]*;[\d.\s;-]*)\]")
"""A matrix of MATLAB, Octave or Julia, with spaces between cells and semicolons between rows."""
HOLES = re.compile(r"\[([\d\s,]*)\]")
"""An array of numbers, where JavaScript may leave out items, as in `[5,3,,,7,,,,]`."""
WORDS = re.compile(r"@(?=[\[\d])|(?<=\() ?(?:list|vector|append)(?=\s+['(#\d])|#\d+[aA](?=\()|#(?=\((?:\d+ \d|#?\())")
"""Characters and words of Objective-C and Lisp before a list or a number: `@[@5]`, `(list 1 2)`, `#2a((1 2))`."""
GO_ON = re.compile(r"(?m)(?<=[(,]) _(?=[ \t\r]*$)")
"""The character of Visual Basic at the end of a line that goes on."""
BLOCK = "|".join((
    r'\br(?P<hashes>\#*)"[^"]*\n[^"]*"(?P=hashes)', r'"{3}.*?"{3}', r"'{3}.*?'{3}",
    r"(?:(?<=[=(,:+])|(?<=[=(,:+]\s))`[^`]*\n[^`]*`", r'"[ \t]*\n[^"]{0,5000}"',
))  # fmt: skip
"""A string of several lines, in Python, Java, Kotlin, JavaScript, Go or Rust."""
INSIDE = re.compile(r"(?:r\#*)?(\"{3}|'{3}|`|\")\\?(.*?)\1\#*", re.DOTALL)


RUN = re.compile(r'(?m)(?:^[ \t]*(?:[\w .:\[\]<>]{1,60}= ?)?\(?"[^"\n]+"[ \t]*\+?[ \t]*\\?\)?;?[ \t]*(?:\n|\Z)){3,}')
"""Strings on lines of their own that are joined, as in `"####\\n" +`."""


def runs(text: str) -> list[tuple[str, list[str], int]]:
    """Return the rows of joined strings, each list with an empty name and the line on which it begins.

    >>> runs('"##"\\n"#S"\\n"##"')
    [('', ['##', '#S', '##'], 1)]
    """
    found = []
    for match in RUN.finditer(text) if '"' in text else ():
        rows = [re.sub(r"(?:\\n|\\\\)$", "", row) for row in re.findall(r'"([^"\n]+)"', match[0])]
        found.append(("", rows, text.count("\n", 0, match.start()) + 1))
    return found


def plain(text: str) -> str:
    """Return the text of a program with its literals as most languages write them; lines stay where they are.

    >>> plain("[|1, 2|3, 4|]"), plain("[][]int{{1}}"), plain("[Just 1, Nothing]"), plain("A = [1 0; ...\\n 0 1]")
    ('[[1, 2],[3, 4]]', '{{1}}', '[1, Nothing]', 'A = [[1 0],[0 1]]')
    >>> plain("[5,,3,]"), plain("@[@[@1, @2]]"), plain("(list (list 1 2))"), plain("x '((1 2))")
    ('[5,null,3,null]', '[[1, 2]]', '( ( 1 2))', 'x  ((1 2))')
    """
    text = GO_ON.sub("", WORDS.sub("", text))
    text = METHOD.sub("", text) if "(" in text else text
    if "[" not in text:
        return MAYBE.sub(_digit, re.sub(r"(?<![\w'])'(?=\((?!'))", " ", text))
    text = HOLES.sub(_filled, text)
    text = BARRED.sub(_listed, re.sub(r"([;,=] ?)\.{3}(?=[ \t\r]*\n)", r"\1", text))
    text = re.sub(r"\[\||\|\]", lambda match: match[0].strip("|"), text)
    return MATRIX.sub(_rows, MAYBE.sub(_digit, TYPED.sub("", text)))


def block(token: str) -> str:
    """Return the text of a BLOCK, without its quotes and the indentation of all lines.

    >>> block('\"\"\"\\n  ##\\n  #S\\n  \"\"\"')
    '##\\n#S'
    """
    match = INSIDE.fullmatch(token)
    return textwrap.dedent(match[2] if match else token).strip("\r\n")


def _filled(match: re.Match[str]) -> str:
    items = match[1].split(",")
    # A comma at the end alone leaves out nothing.
    if all(map(str.strip, items[:-1])):
        return match[0]
    return f"[{','.join(item if item.strip() else item + 'null' for item in items)}]"


def _digit(match: re.Match[str]) -> str:
    return match[1] or match[2]


def _listed(match: re.Match[str]) -> str:
    if ";" in match[1] and "|" not in match[1]:
        return f"[{match[1]}]"
    return f"[[{match[1].replace('|', '],[')}]]"


def _rows(match: re.Match[str]) -> str:
    rows = match[1].strip("; \n").split(";")
    lengths = {len(row.split()) for row in rows}
    return f"[[{'],['.join(map(str.strip, rows))}]]" if len(lengths) == 1 and min(lengths) > 1 else match[0]
