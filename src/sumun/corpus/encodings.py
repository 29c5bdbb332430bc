"""Bytes in, text out, and every byte back again, whatever the encoding turns out to be."""

import codecs
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ERRORS: Final = {"utf-8": "surrogateescape", "cp949": "surrogateescape"}


def is_binary(beginning: bytes) -> bool:
    """Tell whether a file that begins so is no text."""
    marked = any(beginning.startswith(mark) for mark, name in _MARKS if name != "utf-8")
    return b"\0" in beginning and not marked


class Encoding:
    """The encoding of one text, found out while it is read.

    UTF-8, UTF-16 and UTF-32 by their mark, else UTF-8; and CP949, in which Korean files still
    come, from the first bytes that are not ASCII and not UTF-8. Bytes that fit nowhere become
    lone surrogates (PEP 383) and are written back as they were.
    """

    def __init__(self) -> None:
        self.name = ""
        self._mark = b""
        self._decoder: codecs.IncrementalDecoder
        self._only_ascii = True

    def decode(self, data: bytes, *, final: bool = False) -> str:
        """Return the text of the next bytes."""
        if not self.name:
            data = self._begin(data)
        if not self._only_ascii or self.name != "utf-8":
            return self._decoder.decode(data, final)
        pending = self._decoder.getstate()[0]
        try:
            text = codecs.getincrementaldecoder("utf-8")().decode(pending + data, final)
        except UnicodeDecodeError:
            self._only_ascii = False
            self._use(_likelier(pending + data, final=final))
            return self._decoder.decode(pending + data, final)
        self._only_ascii = text.isascii()
        return self._decoder.decode(data, final)

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text, in the encoding it was read in; without the mark."""
        return text.encode(self.name or "utf-8", _ERRORS.get(self.name, "surrogatepass"))

    @property
    def mark(self) -> bytes:
        """What the bytes began with, if the encoding has a mark."""
        return self._mark

    def _begin(self, data: bytes) -> bytes:
        for mark, name in _MARKS:
            if data.startswith(mark):
                self._mark = mark
                self._use(name)
                self._only_ascii = False
                return data[len(mark) :]
        self._use("utf-8")
        return data

    def _use(self, name: str) -> None:
        self.name = name
        errors = _ERRORS.get(name, "replace")
        self._decoder = codecs.getincrementaldecoder(name)(errors)


def _likelier(data: bytes, *, final: bool) -> str:
    try:
        codecs.getincrementaldecoder("cp949")().decode(data, final)
    except UnicodeDecodeError:
        return "utf-8"
    return "cp949"
