"""A file, or whatever gives bytes, as a text of a form."""

import io
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath
from typing import BinaryIO, Final, Literal, get_args

from sumun.corpus.delimited import DelimitedLexer, is_delimited
from sumun.corpus.encodings import Encoding, is_binary
from sumun.corpus.json_text import JsonLexer
from sumun.corpus.plain import plain_segments
from sumun.corpus.segments import Find, Read, Segment
from sumun.corpus.structured import Lexer, structured_segments

Form = Literal["auto", "text", "json", "csv", "tsv"]
FORMS: Final[tuple[str, ...]] = get_args(Form)
"""What a text may be read as; JSON includes JSON lines."""

_CHUNK: Final = 64 * 1024
_BEGINNING: Final = 4 * 1024
"""Bytes that show what a text is."""

_GZIP: Final = b"\x1f\x8b"
_FORMS: Final[dict[str, Form]] = {
    ".csv": "csv",
    ".geojson": "json",
    ".har": "json",
    ".ipynb": "json",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".tab": "tsv",
    ".tsv": "tsv",
}
_LOG_LINE: Final = ('{"', "[{")


class NotText(Exception):
    """The bytes are of something else than text."""


class Damaged(Exception):
    """The bytes are of something that can only be read in part."""


class Source:
    """A text that is read piece by piece, from a file of any size.

    Parameters
    ----------
    file:
        Gives the bytes; gzip is unpacked.
    name:
        What the file is called: says what form it has, unless ``form`` does.
    form:
        What the text is read as.
    progress:
        Told how many bytes were read.

    Raises
    ------
    NotText
        If it is binary.
    Damaged
        If it is packed and cannot be unpacked; also while it is read.

    """

    def __init__(
        self,
        file: BinaryIO | io.RawIOBase,
        name: str = "",
        *,
        form: Form = "auto",
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.encoding = Encoding()
        self._chunks = _unpacked(_chunks(file, progress))
        beginning = b""
        while len(beginning) < _BEGINNING and (chunk := next(self._chunks, b"")):
            beginning += chunk
        if is_binary(beginning):
            raise NotText
        self._first = self.encoding.decode(beginning)
        self.form: Form = _form(name, self._first) if form == "auto" else form

    def read(self) -> str:
        """Return the next part of the text; empty at its end."""
        if self._first:
            first, self._first = self._first, ""
            return first
        for chunk in self._chunks:
            if text := self.encoding.decode(chunk):
                return text
        return self.encoding.decode(b"", final=True)

    def segments(
        self, find: Find, *, plainly: Callable[[Read], Iterator[Segment]] | None = None
    ) -> Iterator[Segment]:
        """Yield the text piece by piece, with the values in it that matter.

        ``plainly`` makes pieces of text without form, if not windows as they are scanned in.
        """
        as_plain = plainly or partial(plain_segments, find=find)
        lexer = _lexer(self.form)
        if lexer is None:
            return as_plain(self.read)
        return structured_segments(self.read, lexer, find, as_plain)


def _lexer(form: Form) -> Lexer | None:
    if form == "json":
        return JsonLexer()
    if form in {"csv", "tsv"}:
        return DelimitedLexer("\t" if form == "tsv" else "")
    return None


def _form(name: str, beginning: str) -> Form:
    path = PurePath(name)
    suffix = PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix
    known = _FORMS.get(suffix.lower())
    if known:
        return known
    if beginning.lstrip().startswith(_LOG_LINE):
        return "json"
    return "csv" if not suffix and is_delimited(beginning) else "text"


def _chunks(
    file: BinaryIO | io.RawIOBase, progress: Callable[[int], None] | None
) -> Iterator[bytes]:
    # What is there is taken at once: a pipe gives less than was asked for.
    read = getattr(file, "read1", file.read)
    while chunk := read(_CHUNK):
        if progress:
            progress(len(chunk))
        yield chunk


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")
    if not first.startswith(_GZIP):
        if first:
            yield first
        yield from chunks
        return
    unpacker = zlib.decompressobj(wbits=31)
    rest = first
    while rest or (rest := next(chunks, b"")):
        try:
            text = unpacker.decompress(rest, _CHUNK)
        except zlib.error:
            raise Damaged from None
        rest = unpacker.unconsumed_tail
        if text:
            yield text
        if unpacker.eof:  # another member may follow (RFC 1952 §2.2)
            rest = unpacker.unused_data or next(chunks, b"")
            if not rest.startswith(_GZIP):
                return
            unpacker = zlib.decompressobj(wbits=31)
    if not unpacker.eof:
        raise Damaged
