import io

import pytest

from sumun.corpus.choosing import Choosing
from sumun.corpus.keys import open_keys
from sumun.corpus.places import located
from sumun.corpus.reading import Source
from sumun.corpus.rewriting import protected_values, protecting, restoring, rewritten, words
from sumun.corpus.segments import finding
from sumun.corpus.values import SCOPE, protector_of
from sumun.detection import Detector

KEY = b"0123456789abcdef0123456789abcdef"


class Bytes(io.RawIOBase):
    """Gives a few bytes at a time, as a pipe may."""

    def __init__(self, data, step):
        self._rest = data
        self._step = step

    def readable(self):
        return True

    def read(self, size=-1):
        chunk, self._rest = self._rest[: self._step], self._rest[self._step :]
        return chunk


class Stream:
    """A text as a stream, and what the commands make of it."""

    def __init__(self, text, name="", *, encoding="utf-8", step=1 << 16, **options):
        self.data = text if isinstance(text, bytes) else text.encode(encoding)
        self._open = lambda: Source(Bytes(self.data, step), name, **options)

    @property
    def places(self):
        """Line, column and value of what is found."""
        find = finding(Detector())
        return [(e.line, e.column, e.value) for e in located(self._open().segments(find))]

    def protected(self, action="mask"):
        source = self._open()
        change = protecting(protector_of(open_keys(KEY)), Choosing(action), SCOPE)
        return self._written(source, rewritten(source.segments(finding(Detector())), change))

    def restored(self):
        source = self._open()
        change = restoring(protector_of(open_keys(KEY)), SCOPE)
        pieces = rewritten(source.segments(protected_values, plainly=words), change)
        return self._written(source, pieces)

    def _written(self, source, pieces):
        encoded = [source.encoding.encode(piece) for piece in pieces]
        return source.encoding.mark + b"".join(encoded)


@pytest.fixture
def stream():
    return Stream


@pytest.fixture
def key():
    return KEY
