"""Runs a model in a thread of its own: loaded when first needed, within a time, remembered."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from itertools import islice
from typing import Literal

from sumun.models.cache import Cache
from sumun.models.gate import MAX_LENGTH, is_worth_reading
from sumun.models.protocol import ModelFailed, Span, TextModel

_log = logging.getLogger("sumun.models")

OnFailure = Literal["policy", "refuse", "pass"]

_TOGETHER = 8
"""Texts that a model is given at once."""

CACHE_BYTES = 4 * 1024 * 1024
LOADING = 60.0
"""Seconds that the call which needs a model first waits for it to be loaded."""


class ModelRunner:
    """A model as calls see it.

    Parameters
    ----------
    name:
        What findings and the log know it by.
    load:
        Loads the model; called once, when a text first needs it.
    entities:
        The types to report; none means all.
    languages:
        As the model's, to tell before it is loaded which texts are worth its time.
    threshold:
        Below what score nothing is reported.
    timeout, loading:
        Seconds that one value may take, and the first one more until the model is loaded.
    on_failure:
        What happens to a value the model could not read: it is refused, it passes with what the
        rules find, or the policy tells which (it is refused where a type the model reports is
        rejected).
    cache_bytes:
        How much the answers that are remembered may take.

    """

    def __init__(
        self,
        name: str,
        load: Callable[[], TextModel],
        *,
        entities: Collection[str] = (),
        languages: Collection[str] = (),
        threshold: float = 0.5,
        timeout: float = 1.0,
        loading: float = LOADING,
        on_failure: OnFailure = "policy",
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self.name = name
        self.on_failure = on_failure
        self._load = load
        self._asked = frozenset(entities)
        self._languages = frozenset(languages)
        self._threshold = threshold
        self._timeout = timeout
        self._loading = loading
        self._cache = Cache(cache_bytes)
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"model-{name}")
        self._model: Future[TextModel] | None = None

    @property
    def entities(self) -> frozenset[str]:
        """The types it may report; none while nobody asked and it is not loaded."""
        if self._asked or self._model is None or not self._model.done():
            return self._asked
        return frozenset() if self._model.exception() else self._model.result().entities

    def reads(self, text: str) -> bool:
        """Tell whether the model has to see a text."""
        return is_worth_reading(text, self._languages)

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Return what is in each of the texts.

        Raises
        ------
        ModelFailed
            If that cannot be told in time. What was read until then is remembered.

        """
        if any(len(text) > MAX_LENGTH for text in texts):
            raise ModelFailed(f"{self.name}: a text is longer than {MAX_LENGTH} characters")
        keys = [Cache.key(text) for text in texts]
        with self._lock:
            known = {key: spans for key in keys if (spans := self._cache.get(key)) is not None}
        unread = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if unread:
            known.update(self._within_time(unread))
        return [known[key] for key in keys]

    def close(self) -> None:
        """Let go of the thread; what it is reading is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _within_time(self, texts: dict[bytes, str]) -> dict[bytes, tuple[Span, ...]]:
        model = self._loaded()
        expired = threading.Event()
        try:
            reading = self._thread.submit(self._read, model, texts, expired)
            return reading.result(self._timeout)
        except TooSlow:
            raise ModelFailed(f"{self.name}: no answer within {self._timeout:g} s") from None
        except ModelFailed:
            raise
        except Exception as error:  # noqa: BLE001 - a library's own; its text may quote the data
            raise ModelFailed(f"{self.name}: {type(error).__name__}") from None
        finally:
            expired.set()

    def _read(
        self, model: TextModel, texts: dict[bytes, str], expired: threading.Event
    ) -> dict[bytes, tuple[Span, ...]]:
        """Read a few texts at a time, so that nothing is read for long that nobody waits for."""
        found: dict[bytes, tuple[Span, ...]] = {}
        pending = iter(texts.items())
        while (some := dict(islice(pending, _TOGETHER))) and not expired.is_set():
            answers = model.find(list(some.values()))
            if len(answers) != len(some):
                raise ModelFailed(f"{self.name}: answered for {len(answers)} of {len(some)} texts")
            for (key, text), answer in zip(some.items(), answers, strict=True):
                found[key] = tuple(self._sound(text, answer))
            with self._lock:
                for key in some:
                    self._cache.put(key, found[key])
        return found

    def _loaded(self) -> TextModel:
        with self._lock:
            if self._model is None:
                self._model = self._thread.submit(self._load_or_say_why)
        try:
            return self._model.result(self._loading)
        except TooSlow:
            raise ModelFailed(f"{self.name}: not loaded within {self._loading:g} s") from None
        except Exception:  # noqa: BLE001 - whatever a library raises; it may name the operator's files
            raise ModelFailed(f"{self.name}: cannot be loaded") from None

    def _load_or_say_why(self) -> TextModel:
        try:
            return self._load()
        except Exception as error:
            _log.warning("the model %s cannot be loaded: %s", self.name, error)
            raise

    def _sound(self, text: str, spans: Sequence[Span]) -> list[Span]:
        return [
            Span(start, end, entity_type, min(1.0, score))
            for start, end, entity_type, score in spans
            if 0 <= start < end <= len(text)
            and score >= self._threshold
            and (not self._asked or entity_type in self._asked)
        ]
