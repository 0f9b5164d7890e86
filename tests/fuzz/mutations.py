"""Damage to files: seeded, so that what is found once can be found again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

NUMBERS = (b"0", b"-1", b"1e999", b"NaN", b"99999999999999999999", b"0.5", b"null", b"true", b"4294967296", b"255")
PIECES = (b"[", b"]", b"{", b"}", b'"', b"\\", b",", b"\n", b"\n\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"|",
          b"#", b"+--+", b" ", b"\t", b"S", b"G", b"\xe2\x94\x80", b"\xe2\x96\x88", b"\x1b[2J", b"[/b]", b"\\ud800",
          b"'", b"!", b"=", b":", b"<", b"(", b"0,0", b"1 1 1")  # fmt: skip

Mutation = Callable[[bytes, random.Random], bytes]


def _place(content: bytes, rng: random.Random) -> int:
    return rng.randrange(len(content) + 1)


def _span(content: bytes, rng: random.Random) -> tuple[int, int]:
    start = _place(content, rng)
    return start, min(len(content), start + int(rng.paretovariate(0.7)))


def flip(content: bytes, rng: random.Random) -> bytes:
    """Change one bit."""
    if not content:
        return content
    i = rng.randrange(len(content))
    return content[:i] + bytes([content[i] ^ 1 << rng.randrange(8)]) + content[i + 1 :]


def insert(content: bytes, rng: random.Random) -> bytes:
    """Put in something that means something, up to many times."""
    i = _place(content, rng)
    return content[:i] + rng.choice(PIECES) * min(3000, int(rng.paretovariate(1))) + content[i:]


def delete(content: bytes, rng: random.Random) -> bytes:
    """Cut something out."""
    start, end = _span(content, rng)
    return content[:start] + content[end:]


def repeat(content: bytes, rng: random.Random) -> bytes:
    """Write something several times."""
    start, end = _span(content, rng)
    return content[:end] + content[start:end] * min(500, int(rng.paretovariate(0.8))) + content[end:]


def move(content: bytes, rng: random.Random) -> bytes:
    """Put a part somewhere else."""
    start, end = _span(content, rng)
    rest = content[:start] + content[end:]
    i = _place(rest, rng)
    return rest[:i] + content[start:end] + rest[i:]


def cut(content: bytes, rng: random.Random) -> bytes:
    """Leave out the end."""
    return content[: _place(content, rng)]


def number(content: bytes, rng: random.Random) -> bytes:
    """Put another number, or something that is none, in the place of one."""
    places = [i for i, byte in enumerate(content[:20_000]) if 48 <= byte < 58]
    if not places:
        return content
    start = end = rng.choice(places)
    while end < len(content) and 48 <= content[end] < 58:
        end += 1
    return content[:start] + rng.choice(NUMBERS) + content[end:]


def word(content: bytes, rng: random.Random) -> bytes:
    """Change the value of a key of JSON to one of another type."""
    places = [i for i in range(len(content[:20_000])) if content[i : i + 2] in (b'":', b"':")]
    if not places:
        return content
    start = rng.choice(places) + 2
    end = start
    while end < len(content) and content[end] not in b",}]\n":
        end += 1
    value = rng.choice((*NUMBERS, b"{}", b"[]", b'""', b'"x"', b"[[1]]", b'{"a": 1}'))
    return content[:start] + value + content[end:]


MUTATIONS: tuple[Mutation, ...] = (flip, insert, delete, repeat, move, cut, number, word)


def mutated(samples: Sequence[bytes], seed: int) -> bytes:
    """Return one of the samples with up to four things changed, the same for the same seed."""
    rng = random.Random(seed)
    content = rng.choice(samples)
    for _ in range(rng.randint(1, 4)):
        content = rng.choice(MUTATIONS)(content, rng)
    if rng.random() < 0.05:  # two files in one
        content += rng.choice(samples)
    return content
