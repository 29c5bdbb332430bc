import threading
import time

import pytest

from sumun.models import ModelFailed, ModelRunner, Span
from sumun.models.cache import Cache
from sumun.models.gate import MAX_LENGTH


class Finder:
    """Takes every text for a name, and counts what it is asked."""

    name = "finder"
    entities = frozenset({"PERSON"})
    languages = frozenset()

    def __init__(self) -> None:
        self.read = []

    def find(self, texts):
        self.read.extend(texts)
        return [[Span(0, len(text), "PERSON", 0.9)] for text in texts]


class Slow(Finder):
    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def find(self, texts):
        self.go.wait(5)
        return super().find(texts)


class Broken(Finder):
    def find(self, texts):
        raise RuntimeError(f"cannot read {texts}")


def test_a_model_is_loaded_once_and_only_when_a_text_needs_it():
    loaded = []
    runner = ModelRunner("finder", lambda: loaded.append(1) or Finder())
    assert not loaded
    runner.find(["Mina"])
    runner.find(["Park"])
    assert loaded == [1]
    runner.close()


def test_a_text_that_was_read_is_not_read_again():
    finder = Finder()
    runner = ModelRunner("finder", lambda: finder)
    first = runner.find(["Mina", "Park", "Mina"])
    assert runner.find(["Park", "Mina"]) == [first[1], first[0]]
    assert finder.read == ["Mina", "Park"]
    runner.close()


def test_what_takes_too_long_fails_and_is_not_read_on():
    slow = Slow()
    runner = ModelRunner("finder", lambda: slow, timeout=0.05)
    began = time.monotonic()
    with pytest.raises(ModelFailed, match=r"finder: no answer within 0\.05 s"):
        runner.find([f"Mina {number}" for number in range(100)])
    assert time.monotonic() - began < 3
    slow.go.set()
    runner._thread.shutdown()
    assert len(slow.read) == 8


def test_what_was_read_in_time_is_remembered_when_the_rest_was_not():
    slow = Slow()
    slow.go.set()
    runner = ModelRunner("finder", lambda: slow, timeout=0.5)
    runner.find(["Mina"])
    slow.go.clear()
    with pytest.raises(ModelFailed):
        runner.find(["Mina", "Park"])
    assert runner.find(["Mina"]) == [(Span(0, 4, "PERSON", 0.9),)]
    slow.go.set()
    runner.close()


def test_an_error_of_a_model_quotes_nothing_of_the_text():
    runner = ModelRunner("finder", Broken)
    with pytest.raises(ModelFailed) as raised:
        runner.find(["Mina"])
    assert str(raised.value) == "finder: RuntimeError"
    assert raised.value.__cause__ is None
    runner.close()


def test_a_model_that_cannot_be_loaded_fails_and_says_why_to_the_operator_only(caplog):
    def load():
        raise FileNotFoundError("/srv/models/names is gone")

    runner = ModelRunner("finder", load)
    with pytest.raises(ModelFailed, match=r"\Afinder: cannot be loaded\Z"):
        runner.find(["Mina"])
    assert caplog.messages == [
        "the model finder cannot be loaded: /srv/models/names is gone",
    ]
    assert runner.entities == frozenset()
    runner.close()


def test_loading_has_a_time_of_its_own():
    go = threading.Event()
    runner = ModelRunner("finder", lambda: go.wait(5) and Finder(), loading=0.05)
    with pytest.raises(ModelFailed, match="not loaded within"):
        runner.find(["Mina"])
    go.set()
    runner._loading = 5
    assert runner.find(["Mina"])
    runner.close()


@pytest.mark.parametrize(
    "spans",
    [
        [Span(-1, 3, "PERSON", 0.9)],
        [Span(3, 3, "PERSON", 0.9)],
        [Span(0, 5, "PERSON", 0.9)],
        [Span(0, 4, "PERSON", 0.1)],
        [Span(0, 4, "LOCATION", 0.9)],
    ],
)
def test_a_span_outside_of_the_text_or_of_what_is_asked_is_dropped(spans):
    finder = Finder()
    finder.find = lambda _: [spans]
    runner = ModelRunner("finder", lambda: finder, entities=["PERSON"])
    assert runner.find(["Mina"]) == [()]
    runner.close()


def test_an_answer_for_another_number_of_texts_is_a_failure():
    finder = Finder()
    finder.find = lambda _: []
    runner = ModelRunner("finder", lambda: finder)
    with pytest.raises(ModelFailed, match="answered for 0 of 1"):
        runner.find(["Mina"])
    runner.close()


def test_a_text_longer_than_the_window_fails_rather_than_pass_unread():
    runner = ModelRunner("finder", Finder)
    with pytest.raises(ModelFailed, match="longer than"):
        runner.find(["M" * (MAX_LENGTH + 1)])
    runner.close()


def test_the_cache_stays_within_its_bytes_and_forgets_the_oldest():
    cache = Cache(2_000)
    keys = [Cache.key(str(number)) for number in range(100)]
    for key in keys:
        cache.put(key, (Span(0, 1, "PERSON", 0.9),))
        cache.get(keys[0])
    assert cache.size <= 2_000
    assert cache.get(keys[0]) is not None
    assert cache.get(keys[1]) is None
