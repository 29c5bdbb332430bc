"""Text with a form, taken apart into values as it comes in."""

from collections.abc import Callable, Iterator
from typing import Final, Protocol

from sumun.corpus.segments import Find, Read, Segment, Value

LONGEST: Final = 8 * 1024 * 1024
"""Characters of the longest value that is held; what is longer is read as plain text."""


class NotOfThisForm(Exception):
    """From here on the text is something else."""


class Lexer(Protocol):
    """Takes a text of one form apart."""

    def take(self, text: str, *, final: bool) -> tuple[list[Value], int]:
        """Return the values that are complete, and how much of the text they take up.

        Raises
        ------
        NotOfThisForm
            If the text is not of the form at its beginning.

        """


def structured_segments(
    read: Read,
    lexer: Lexer,
    find: Find,
    otherwise: Callable[[Read], Iterator[Segment]],
    *,
    longest: int = LONGEST,
) -> Iterator[Segment]:
    """Yield a text piece by piece, none of which ends within a value.

    What is not of the form after all, or holds a value that is too long, is left to ``otherwise``
    from there on: nothing stays unread.
    """
    text = ""
    ended = False
    while not ended:
        more = read()
        ended = not more
        text += more
        try:
            values, done = lexer.take(text, final=ended)
        except NotOfThisForm:
            break
        if done:
            yield Segment(text[:done], find(values))
            text = text[done:]
        if len(text) > longest:
            break
    if text:
        yield from otherwise(_followed(text, read))


def _followed(text: str, read: Read) -> Read:
    first = [text]
    return lambda: first.pop() if first else read()
