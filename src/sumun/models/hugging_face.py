"""Token classification by a model saved for ONNX Runtime, as Hugging Face's Optimum saves it.

The folder holds ``config.json`` (``id2label``), ``tokenizer.json`` and ``model.onnx``. Neither
``transformers`` nor ``torch`` is needed.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sumun.models.onnx_folder import open_session, open_tokenizer, read_json
from sumun.models.protocol import ModelSettings, ModelUnusable, Span

LABELS = {
    "PER": "PERSON",
    "PERSON": "PERSON",
    "PS": "PERSON",
    "LOC": "LOCATION",
    "LOCATION": "LOCATION",
    "GPE": "LOCATION",
    "LC": "LOCATION",
    "ORG": "ORGANIZATION",
    "ORGANIZATION": "ORGANIZATION",
    "OG": "ORGANIZATION",
}
"""What the labels of common data sets (CoNLL, OntoNotes, KLUE) are reported as."""

_LONGEST = 512
_OVERLAP = 32
"""Tokens that neighbouring windows share; each is judged where it stands further from an end."""

_PADDED = frozenset({"roberta", "xlm-roberta", "camembert", "longformer"})
"""Architectures that count positions from two."""


class _Token(NamedTuple):
    start: int
    end: int
    label: str
    begins: bool
    score: float


def load(settings: ModelSettings) -> "HuggingFace":
    """Load the model of a folder.

    Raises
    ------
    ModelUnusable
        If the folder does not hold what it takes.

    """
    return HuggingFace(settings)


class HuggingFace:
    """A token classifier; labels may be plain or say where a name begins (``B-``, ``I-``)."""

    def __init__(self, settings: ModelSettings) -> None:
        folder = Path(settings.path)
        config = read_json(folder / "config.json")
        self.name = settings.name
        self.languages = frozenset(settings.languages)
        self._types = settings.labels or LABELS
        self._labels = _labels(config, folder)
        self.entities = frozenset(
            self._types[label] for label, _ in self._labels if label in self._types
        )
        if not self.entities:
            labels = ", ".join(sorted({label for label, _ in self._labels}))
            raise ModelUnusable(f"{folder}: no label of the model has a type; it has {labels}")
        self._threshold = settings.threshold
        self._tokenizer = open_tokenizer(folder)
        self._tokenizer.no_padding()
        longest = min(_LONGEST, int(config.get("max_position_embeddings", _LONGEST)))
        longest -= 2 * (config.get("model_type") in _PADDED)
        self._overlap = min(_OVERLAP, longest // 4)
        self._tokenizer.enable_truncation(longest, stride=self._overlap)
        self._session = open_session(folder)
        self._inputs = {each.name for each in self._session.get_inputs()}

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the names in each text."""
        return [list(self._spans(text)) for text in texts]

    def _spans(self, text: str) -> Iterator[Span]:
        for start, end, label, score in _joined(self._tokens(text), text):
            entity_type = self._types.get(label)
            if entity_type and score >= self._threshold:
                yield Span(start, end, entity_type, score)

    def _tokens(self, text: str) -> Iterator[_Token]:
        first = self._tokenizer.encode(text)
        windows = [first, *first.overflowing]
        for number, window in enumerate(windows):
            places = [at for at, special in enumerate(window.special_tokens_mask) if not special]
            if number:
                places = places[self._overlap // 2 :]
            if number < len(windows) - 1:
                places = places[: len(places) - (self._overlap - self._overlap // 2)]
            scores = self._scores(window)
            for at in places:
                best = int(scores[at].argmax())
                start, end = window.offsets[at]
                label, begins = self._labels[best]
                yield _Token(start, end, label, begins, float(scores[at][best]))

    def _scores(self, window: Any) -> Any:
        """Return the probability of every label for every token."""
        import numpy as np  # noqa: PLC0415 - comes with the extra

        given = {
            "input_ids": window.ids,
            "attention_mask": window.attention_mask,
            "token_type_ids": window.type_ids,
        }
        feed = {
            name: np.array([values], dtype=np.int64)
            for name, values in given.items()
            if name in self._inputs
        }
        logits = self._session.run(None, feed)[0][0]
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)


def _labels(config: Mapping[str, Any], folder: Path) -> list[tuple[str, bool]]:
    """Return each class's label without its prefix, and whether it begins a name."""
    named = config.get("id2label")
    if not isinstance(named, dict) or not named:
        raise ModelUnusable(f"{folder}/config.json has no id2label: no token classifier")
    labels = []
    for number in range(len(named)):
        label = str(named.get(str(number), "O"))
        prefix, dash, rest = label.partition("-")
        if dash and prefix in ("B", "I", "E", "S", "L", "U"):
            labels.append((rest, prefix in ("B", "S", "U")))
        else:
            labels.append((label, False))
    return labels


def _joined(tokens: Iterator[_Token], text: str) -> Iterator[tuple[int, int, str, float]]:
    """Yield names: neighbouring tokens of one label, with their mean score."""
    run: list[_Token] = []
    for token in tokens:
        inside = bool(run) and token.start == run[-1].end  # the rest of a word begins nothing
        if run and (token.label != run[-1].label or (token.begins and not inside)):
            yield from _trimmed(run, text)
            run = []
        run.append(token)
    if run:
        yield from _trimmed(run, text)


def _trimmed(run: list[_Token], text: str) -> Iterator[tuple[int, int, str, float]]:
    start, end = run[0].start, run[-1].end
    value = text[start:end]
    start += len(value) - len(value.lstrip())
    end -= len(value) - len(value.rstrip())
    if start < end:
        yield start, end, run[0].label, sum(each.score for each in run) / len(run)
