"""Restoring a text that comes in pieces, cut anywhere."""

import re
from collections.abc import Callable
from typing import Final

from sumun.protection.errors import InvalidToken
from sumun.protection.keys import Scope
from sumun.protection.protector import Protector
from sumun.protection.restoring import Allow
from sumun.protection.vault import Rows

_LONGEST: Final = 65_536
"""Characters a token may have here; what is longer is refused."""

_SPAN: Final = 256
"""Characters anything but a token that holds its value may have."""

_RUN: Final = re.compile(r"[A-Za-z0-9_\\:.<@+%-]*\Z")
_SPACED_DIGITS: Final = re.compile(r"[A-Z0-9+][A-Z0-9 -]{0,48}\Z")
_OPEN: Final = re.compile(
    r"(?:<[A-Za-z0-9_\\]{1,80}:[a-z0-9]{1,16}\.[a-z2-7]*|enc:v1:[a-z0-9]{1,16}:[A-Za-z0-9_-]*)\Z"
)

Find = Callable[[list[str]], Rows]
"""Returns the rows of the vault that are there."""


class RestoringStream:
    """Turns stand-ins in a stream of text back into values, whole ones only.

    What has come is handed on at once, but for an end that could be the beginning of a stand-in:
    never more than a word, a number or a token. Whatever the cuts, the result is that of
    :meth:`Protector.restore_text` for the whole text.

    Parameters
    ----------
    protector:
        What made them, or one with its keys.
    scope:
        For whom they were made.
    allow:
        Which entity types; stand-ins of others stay as they are. ``None`` means all.
    find:
        Reads rows of the vault; without it there are none.

    """

    def __init__(
        self,
        protector: Protector,
        *,
        scope: Scope,
        allow: Allow | None = None,
        find: Find | None = None,
    ) -> None:
        self._protector = protector
        self._scope = scope
        self._allow = allow
        self._find = find
        self._held = ""
        self._passed = 0
        self.count = 0
        """Stand-ins turned back so far."""

    def feed(self, chunk: str) -> str:
        """Take the next piece, and return what is certain now.

        Raises
        ------
        InvalidToken
            As :meth:`Protector.restore_text`; the position is that in the stream. Nothing more
            may be fed then.

        """
        self._held += chunk
        cut = self._cut(self._held)
        if len(self._held) - cut > _LONGEST:
            raise InvalidToken(self._passed + cut)
        return self._restore(cut)

    def close(self) -> str:
        """Return what was still held back: the text has ended.

        Raises
        ------
        InvalidToken
            As :meth:`feed`.

        """
        return self._restore(len(self._held))

    @property
    def held(self) -> int:
        """How many characters are held back now."""
        return len(self._held)

    def _restore(self, end: int) -> str:
        text, self._held = self._held[:end], self._held[end:]
        if not text:
            return ""
        passed, self._passed = self._passed, self._passed + end
        try:
            restored, count = self._protector.restore_text(
                text, scope=self._scope, allow=self._allow, rows=self._rows(text)
            )
        except InvalidToken as error:
            raise InvalidToken(passed + error.position) from None
        self.count += count
        return restored

    def _rows(self, text: str) -> Rows | None:
        if self._find is None:
            return None
        allow = self._allow
        ids = self._protector.row_ids(
            text,
            scope=self._scope,
            allow=None if allow is None else lambda kind, _path: allow(kind),
        )
        return self._find(ids) if ids else {}

    def _cut(self, text: str) -> int:
        """Return up to where nothing that may still come can change what the text means."""
        opened = _last_opened(text)
        if opened == 0:
            return 0
        digits = _SPACED_DIGITS.search(text, max(0, len(text) - _SPAN))
        cut = len(text) if digits is None else digits.start()
        run = _RUN.search(text[max(0, cut - 2 * _SPAN) : cut])
        cut -= 0 if run is None else len(run[0])
        cut = max(cut, len(text) - _SPAN)
        return self._before_places(text, cut if opened is None else min(cut, opened))

    def _before_places(self, text: str, cut: int) -> int:
        """Move a cut before any stand-in it would go through."""
        if cut in {0, len(text)}:
            return cut
        spans = self._protector.places(text, kept=self._find is not None)
        for start, end in reversed(spans):
            if start < cut < end:
                cut = start
        return cut


def _last_opened(text: str) -> int | None:
    """Return where a token or envelope begins that has not ended yet."""
    for sign in ("<", "enc:v1:"):
        at = text.rfind(sign)
        if at >= 0 and _OPEN.match(text, at):
            return at
    return None
