"""Words beside a candidate: found once in the whole text, asked for by place.

Everything here counts bytes of the UTF-8 form, because the words are looked for there.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from sumun.detection.entities import ENTITIES
from sumun.detection.presence import WORD_BITS, Engine
from sumun.detection.recognizer import CONTEXT_BOOST, FADE, SHORT_WORD, WINDOW

_HANGUL = re.compile("[가-힣]")
_NUMBER = (1 << WORD_BITS) - 1
_END = b"\x1e"
_CAPITALS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_WIDEST = 3 * WINDOW
"""Hangul takes three bytes a character."""

Boosts = dict[str, float]
"""What the words left of a place add to the score of a candidate, by entity type."""

_NO_BOOSTS: Boosts = {}


class _Word:
    __slots__ = ("entity_types", "is_english", "is_short", "length", "width")

    def __init__(self, word: str, entity_types: tuple[str, ...]) -> None:
        self.entity_types = entity_types
        self.length = len(word)
        self.width = len(word.encode())
        self.is_english = not _HANGUL.search(word)
        self.is_short = self.is_english and len(word) < SHORT_WORD


class Vocabulary:
    """The context words of all entity types, compiled."""

    def __init__(self, engine: Engine, entity_types: Iterable[str] = ENTITIES) -> None:
        meanings: dict[str, list[str]] = {}
        for name in entity_types:
            for word in (*ENTITIES[name].english, *ENTITIES[name].korean):
                for form in _forms(word):
                    meanings.setdefault(form, []).append(name)
        self.words = [_Word(word, tuple(types)) for word, types in meanings.items()]
        self.find = engine.words([word.encode() for word in meanings])

    def speaks(self, name: str) -> bool:
        """Tell whether a context word is in a name."""
        return bool(self.find(name.encode("utf-8", "surrogatepass")))


def _forms(word: str) -> set[str]:
    """Return how a word may be written, as far as the engine does not know: it folds ASCII only."""
    if word.isascii():
        return {word.lower()}
    return {_fold_ascii(form) for form in (word.lower(), word.upper(), word.capitalize())}


def _fold_ascii(word: str) -> str:
    return "".join(each.lower() if each.isascii() else each for each in word)


class Context:
    """One text, its UTF-8 form, and the context words in it.

    Nothing is looked for until the first question is asked.

    Attributes
    ----------
    text, data:
        The text and its UTF-8 form.
    ascii_only:
        Whether a character is a byte, so that places in the two are the same.

    """

    def __init__(self, vocabulary: Vocabulary, text: str, data: bytes) -> None:
        self.text = text
        self.data = data
        self.ascii_only = len(text) == len(data)
        self._vocabulary = vocabulary
        self._width = WINDOW if self.ascii_only else _WIDEST
        self._hits: list[int] | None = None
        self._asked = -1
        self._boosts = _NO_BOOSTS

    def near(self, start: int) -> Boosts:
        """Return what the words left of ``start`` say; in a tree, its value and key alone."""
        if start == self._asked:
            return self._boosts
        self._asked = start
        hits = self._found()
        if not hits:
            return _NO_BOOSTS
        at = bisect_right(hits, start << WORD_BITS | _NUMBER) - 1
        lowest = max(0, start - self._width)
        if at < 0 or hits[at] >> WORD_BITS <= lowest:
            self._boosts = _NO_BOOSTS
            return _NO_BOOSTS
        lowest = self.data.rfind(_END, lowest, start) + 1 or lowest
        boosts: Boosts = {}
        self._boosts = boosts
        words = self._vocabulary.words
        while at >= 0 and (end := hits[at] >> WORD_BITS) > lowest:
            word = words[hits[at] & _NUMBER]
            at -= 1
            if end - word.width < lowest or not self._stands_alone(word, end, lowest, start):
                continue
            away = self._characters(end, start)
            if away + word.length > WINDOW:
                continue
            boost = CONTEXT_BOOST - FADE * away / WINDOW
            for entity_type in word.entity_types:
                if boosts.get(entity_type, 0.0) < boost:
                    boosts[entity_type] = boost
        return boosts

    def reach(self, start: int) -> int:
        """Return up to where something may be near a word that ends at ``start`` or before."""
        hits = self._found()
        if not hits:
            return 0
        at = bisect_right(hits, start << WORD_BITS | _NUMBER) - 1
        return (hits[at] >> WORD_BITS) + self._width if at >= 0 else 0

    def words(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield where words end, ascending, and which entity types each speaks of."""
        words = self._vocabulary.words
        length = len(self.data)
        for hit in self._found():
            end, word = hit >> WORD_BITS, words[hit & _NUMBER]
            if self._stands_alone(word, end, 0, length):
                yield end, word.entity_types

    def _found(self) -> list[int]:
        if self._hits is None:
            self._hits = self._vocabulary.find(self.data)
        return self._hits

    def _stands_alone(self, word: _Word, end: int, lowest: int, highest: int) -> bool:
        """Tell whether this is the word: two letters more make another of it.

        Short words begin where they begin; longer ones may end a compound.
        """
        if not word.is_english:
            return True
        data = self.data
        if (
            end + 1 < highest
            and data[end] in _LETTERS
            and data[end + 1] in _LETTERS
            and not (data[end] in _CAPITALS and data[end - 1] not in _CAPITALS)  # bsnNumber
        ):
            return False
        begin = end - word.width
        return not (
            word.is_short
            and begin > lowest
            and data[begin - 1] in _LETTERS
            and not (data[begin] in _CAPITALS and data[begin - 1] not in _CAPITALS)  # customerBsn
        )

    def _characters(self, start: int, end: int) -> int:
        if self.ascii_only:
            return end - start
        return len(self.data[start:end].decode("utf-8", "surrogatepass"))
