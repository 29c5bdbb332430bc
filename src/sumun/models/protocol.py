"""What a model is to Sumun, whatever library it runs on."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from sumun.detection import Unscannable


class Span(NamedTuple):
    """What a model found: a half-open span in code points, a type of data, a score of 0 to 1."""

    start: int
    end: int
    entity_type: str
    score: float


class TextModel(Protocol):
    """Reads texts and says where personal data stands in them.

    A model is called from one thread at a time, never from the event loop.

    Attributes
    ----------
    name:
        What findings name as their recognizer.
    entities:
        The types it can report.
    languages:
        The languages it reads (ISO 639-1); none means all.

    """

    @property
    def name(self) -> str: ...  # noqa: D102 - said above

    @property
    def entities(self) -> frozenset[str]: ...  # noqa: D102 - said above

    @property
    def languages(self) -> frozenset[str]: ...  # noqa: D102 - said above

    def find(self, texts: Sequence[str]) -> Sequence[Sequence[Span]]:
        """Return what is in each of the texts, in their order."""
        ...


class ModelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a model is loaded with.

    Attributes
    ----------
    name:
        What findings name as their recognizer.
    path:
        The folder it is read from; empty where what the library brings is enough.
    labels:
        What the model's own labels are reported as; empty means what its kind usually does.
    languages:
        The languages it shall read (ISO 639-1).
    threshold:
        Below what score nothing is reported, 0 to 1.

    """

    name: str
    path: str = ""
    labels: Mapping[str, str] = {}
    languages: Sequence[str] = ()
    threshold: float = 0.5


Load = Callable[[ModelSettings], TextModel]
"""Loads a model. It may take its time; it must not use the network."""


class ModelUnusable(Exception):
    """A model cannot be what the settings ask for; the message says what would help."""


class ModelFailed(Unscannable):
    """A model did not say what is in a text: it cannot be loaded, is too slow, or broke."""
