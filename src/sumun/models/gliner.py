"""GLiNER: types of data named in plain words, found by a model that was not trained on them.

The folder is what GLiNER's ``export_to_onnx`` writes: ``gliner_config.json``, ``tokenizer.json``
and ``model.onnx`` of a model that judges spans (``markerV0``). The steps before and after the
model are GLiNER 0.2's own, so neither ``gliner`` nor ``torch`` is needed.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sumun.models.onnx_folder import open_session, open_tokenizer, read_json
from sumun.models.protocol import ModelSettings, ModelUnusable, Span

LABELS = {
    "person": "PERSON",
    "street address": "LOCATION",
    "organization": "ORGANIZATION",
}
"""What is asked for, and what it is reported as."""

_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")
_INPUTS = frozenset(
    {"input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask"}
)


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def load(settings: ModelSettings) -> "Gliner":
    """Load the model of a folder.

    Raises
    ------
    ModelUnusable
        If the folder does not hold what it takes.

    """
    return Gliner(settings)


class Gliner:
    """A span model of GLiNER; its labels are what it is asked for."""

    def __init__(self, settings: ModelSettings) -> None:
        folder = Path(settings.path)
        config = read_json(folder / "gliner_config.json")
        self.name = settings.name
        self.languages = frozenset(settings.languages)
        types = settings.labels or LABELS
        self.entities = frozenset(types.values())
        self._types = list(types.values())
        self._threshold = settings.threshold
        self._width = int(config.get("max_width", 12))
        self._longest = int(config.get("max_len", 384))
        entity_mark = str(config.get("ent_token", "<<ENT>>"))
        self._prompt = [part for label in types for part in (entity_mark, label)]
        self._prompt.append(str(config.get("sep_token", "<<SEP>>")))
        self._session = open_session(folder)
        self._tokenizer = open_tokenizer(folder)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        if {each.name for each in self._session.get_inputs()} != _INPUTS:
            raise ModelUnusable(f"{folder}: not a GLiNER model that judges spans")
        if config.get("subtoken_pooling", "first") != "first":
            raise ModelUnusable(f"{folder}: only subtoken_pooling 'first' is understood")
        if not 0 < self._width < self._longest:
            raise ModelUnusable(f"{folder}: max_width must be less than max_len")

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans of each text, none overlapping another of the same window."""
        return [
            [span for words in self._windows(text) for span in self._spans(words)] for text in texts
        ]

    def _windows(self, text: str) -> Iterator[list[_Word]]:
        """Yield words as many as the model reads, neighbours sharing what a span may take."""
        words = [_Word(match[0], *match.span()) for match in _WORD.finditer(text)]
        step = self._longest - self._width
        for at in range(0, max(1, len(words) - self._width), step):
            if words[at : at + self._longest]:
                yield words[at : at + self._longest]

    def _spans(self, words: list[_Word]) -> list[Span]:
        scores = self._scores(words)
        sure = []
        for first, width, label in zip(*(scores > self._threshold).nonzero(), strict=True):
            last = int(first + width)
            if last < len(words):
                score = float(scores[first, width, label])
                sure.append(Span(words[first].start, words[last].end, self._types[label], score))
        sure.sort(key=lambda span: -span.score)
        kept: list[Span] = []
        for span in sure:
            if all(span.end <= other.start or other.end <= span.start for other in kept):
                kept.append(span)
        return sorted(kept)

    def _scores(self, words: list[_Word]) -> Any:
        """Return how sure the model is of each span: by first word, further words, and label."""
        import numpy as np  # noqa: PLC0415 - comes with the extra

        encoded = self._tokenizer.encode(
            [*self._prompt, *(word.text for word in words)], is_pretokenized=True
        )
        count, width = len(words), self._width
        firsts = np.repeat(np.arange(count), width)
        lasts = firsts + np.tile(np.arange(width), count)
        feed = {
            "input_ids": np.array([encoded.ids], dtype=np.int64),
            "attention_mask": np.array([encoded.attention_mask], dtype=np.int64),
            "words_mask": np.array([self._marks(encoded.word_ids)], dtype=np.int64),
            "text_lengths": np.array([[count]], dtype=np.int64),
            "span_idx": np.stack([firsts, lasts], axis=-1)[None].astype(np.int64),
            "span_mask": (lasts < count)[None],
        }
        logits = self._session.run(None, feed)[0][0]
        return 1 / (1 + np.exp(-logits))

    def _marks(self, word_ids: list[int | None]) -> list[int]:
        """Return the number of the word that begins at each token, from 1; 0 elsewhere."""
        skipped, last = len(self._prompt), None
        marks = []
        for word in word_ids:
            begins = word is not None and word != last and word >= skipped
            marks.append(word - skipped + 1 if begins and word is not None else 0)
            last = word
        return marks
