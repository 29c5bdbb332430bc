"""Text without form: read in windows that overlap, so that nothing is lost where they meet."""

from collections.abc import Iterator
from typing import Final

import msgspec

from sumun.corpus.segments import Find, Found, Read, Segment, Value
from sumun.detection import Finding

WINDOW: Final = 256 * 1024
"""Characters looked at together."""

OVERLAP: Final = 16 * 1024
"""Characters looked at beyond those that are decided: longer than anything that is looked for."""

_CONTEXT: Final = 64


def plain_segments(
    read: Read, find: Find, *, window: int = WINDOW, overlap: int = OVERLAP
) -> Iterator[Segment]:
    """Yield a text piece by piece, none of which ends within a finding.

    A finding that begins in the last part of a window is left to the next one, which sees it
    whole; and sees a little before, for the words that stand before a value.
    """
    text = ""
    begin = 0
    ended = False
    while not ended:
        more = read()
        ended = not more
        text += more
        if not ended and len(text) < window:
            continue
        limit = len(text) if ended else len(text) - overlap
        whole = Value(0, len(text), text)
        findings = [
            each
            for found in find([whole])
            for each in found.findings
            if begin <= each.start < limit
        ]
        cut = max(limit, findings[-1].end) if findings else limit
        yield _segment(text[begin:cut], findings, begin)
        kept = max(cut - _CONTEXT, 0)
        text, begin = text[kept:], cut - kept


def _segment(raw: str, findings: list[Finding], begin: int) -> Segment:
    shifted = [
        msgspec.structs.replace(each, start=each.start - begin, end=each.end - begin)
        for each in findings
    ]
    return Segment(raw, [Found(Value(0, len(raw), raw), shifted)] if shifted else [])
