"""Which encoding a text has: UTF-8, UTF-16 with or without a mark, UTF-32 with one, or else Latin-1 as on Windows."""

from __future__ import annotations

import codecs
import re

MARKS = {
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF32_LE: "UTF-32LE",
    codecs.BOM_UTF32_BE: "UTF-32BE",
    codecs.BOM_UTF16_LE: "UTF-16LE",
    codecs.BOM_UTF16_BE: "UTF-16BE",
}
"""Byte-order marks and their encodings; the longer ones come first, as a shorter one may begin like them."""
LATIN_1 = "Windows-1252"
HEAD = 1000
"""Bytes of a text that are looked at for zeros."""
CONTROL = re.compile("[\0-\x08\x0e-\x19\x1b-\x1f\x7f-\x9f]")
"""Characters that show that bytes are no text; the character 1a ends texts of DOS."""


def encoding(head: bytes) -> tuple[str, bytes]:
    r"""Return the encoding that the first bytes of a text show, by their mark or by every second byte being zero.

    The mark is returned too, which is b"" if there is none.

    >>> encoding(b"5\x003\x00"), encoding(b"53")
    (('UTF-16LE', b''), ('UTF-8', b''))
    """
    for mark, name in MARKS.items():
        if head.startswith(mark):
            return name, mark
    even, odd = head[:HEAD:2], head[1:HEAD:2]
    if 2 * odd.count(0) > len(odd) and 0 not in even:
        return "UTF-16LE", b""
    if 2 * even.count(0) > len(even) and 0 not in odd:
        return "UTF-16BE", b""
    return "UTF-8", b""


class Decoder:
    """Decodes a text that arrives in pieces."""

    def __init__(self) -> None:
        self._encoding = ""
        self._rest = b""
        self._n_bytes = 0
        self._is_ascii = True

    def decode(self, piece: bytes, final: bool = False) -> str:
        """Return the characters that a piece completes; raise a ValueError that says which byte is none.

        A text that is not UTF-8 is Latin-1, unless it began as UTF-8.
        """
        # Bytes of a character, or of a mark, that is not complete wait for the next piece.
        content = self._rest + piece
        if not self._encoding:
            if len(content) < 4 and not final:
                self._rest = content
                return ""
            self._encoding, mark = encoding(content)
            self._n_bytes, content = len(mark), content[len(mark) :]
            self._is_ascii = not mark
        try:
            text = self._decoded(content, final)
        except UnicodeDecodeError as error:
            if self._encoding != "UTF-8" or not (self._is_ascii and content[: error.start].isascii()):
                raise ValueError(f"byte {self._n_bytes + error.start} is not {self._encoding}") from None
            self._encoding = LATIN_1
            text = self._decoded(content, final)
        self._is_ascii = self._is_ascii and content.isascii()
        self._n_bytes += len(content) - len(self._rest)
        return text

    def _decoded(self, content: bytes, final: bool) -> str:
        """Return the characters of bytes, but for the rest that begins another; raise an error for control characters.

        Any bytes may be characters of these encodings by chance, but then there are strange ones among them.
        """
        decoder = codecs.getincrementaldecoder(self._encoding)()
        try:
            text = decoder.decode(content, final)
        except UnicodeDecodeError as error:
            if self._encoding != LATIN_1:
                raise
            raise ValueError(f"byte {self._n_bytes + error.start} is neither UTF-8 nor {LATIN_1}") from None
        if self._encoding != "UTF-8" and (strange := CONTROL.search(text)):
            at = self._n_bytes + len(text[: strange.start()].encode(self._encoding))
            raise ValueError(f"byte {at} is no character of a text in {self._encoding}")
        self._rest = decoder.getstate()[0]
        return text
