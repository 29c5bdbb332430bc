import array
import dataclasses
import enum
import sqlite3
import types
import uuid
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AnyUrl, BaseModel, ConfigDict

from sumun.detection import Detector, Unscannable
from sumun.integrations.plain import from_plain, to_plain

Point = namedtuple("Point", "x y")  # noqa: PYI024 - the untyped one is used out there, too


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Shouting(str):
    __slots__ = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    name: Any
    tags: Any = ()
    seen: int = dataclasses.field(default=0, init=False)


@dataclasses.dataclass
class Checked:
    email: Any

    def __post_init__(self):
        if not isinstance(self.email, str) or "@" not in self.email:
            raise ValueError("no address")


class Record(msgspec.Struct, frozen=True):
    text: Any


class Model(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    text: Any


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary().filter(_is_text)
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
    | st.uuids()
    | st.sampled_from([Colour.RED, Level.HIGH, PurePosixPath("/a/b"), ip_address("::1")])
    | st.builds(Shouting, st.text())
)


keys = st.text() | st.integers() | st.dates() | st.tuples(st.text()) | st.just(Colour.RED)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.lists(inner).map(deque)
        | st.sets(st.text() | st.integers())
        | st.frozensets(st.text() | st.tuples(st.text()))
        | st.dictionaries(keys, inner)
        | st.dictionaries(st.text(), inner).map(OrderedDict)
        | st.dictionaries(st.text(), inner).map(types.MappingProxyType)
        | st.builds(Point, inner, inner)
        | st.builds(Person, inner, st.lists(inner))
        | st.builds(Record, inner)
        | st.builds(Model, text=inner, other=inner)
    )


values = st.recursive(leaves, containers, max_leaves=12)


@given(values)
def test_unchanged_values_come_back_as_the_very_same(value):
    assert from_plain(value, to_plain(value)) is value


@given(values)
def test_what_is_plain_is_json_that_can_be_scanned(value):
    plain = to_plain({"value": value}, whole=True)
    assert msgspec.json.encode(plain) is not None
    Detector().scan_tree(plain)


def marked(plain: Any) -> Any:
    """Every text with a mark: what the guard might have done."""
    if isinstance(plain, str):
        return plain + "!"
    if isinstance(plain, list):
        return [marked(item) for item in plain]
    if isinstance(plain, dict):
        return {key: marked(item) for key, item in plain.items()}
    return plain


def _without_order(plain: Any) -> Any:
    """Sets come back in an order of their own."""
    if isinstance(plain, list):
        return sorted((_without_order(item) for item in plain), key=repr)
    if isinstance(plain, dict):
        return {key: _without_order(item) for key, item in plain.items()}
    return plain


@given(values)
def test_changed_values_keep_their_shape(value):
    plain = marked(to_plain(value))
    changed = from_plain(value, plain)
    assert _without_order(to_plain(changed)) == _without_order(plain)
    if not isinstance(value, str | Decimal | types.MappingProxyType) and plain is not None:
        assert type(changed) is type(value) or isinstance(changed, str)


class TestShapes:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ({"a", "b"}, {"a!", "b!"}),
            (Point("a", 1), Point("a!", 1)),
            (deque(["a"], maxlen=3), deque(["a!"], maxlen=3)),
            (
                {1: "a", "k": ["b"], date(2026, 1, 1): 2},
                {1: "a!", "k": ["b!"], date(2026, 1, 1): 2},
            ),
            (defaultdict(list, a=["x"]), defaultdict(list, a=["x!"])),
            (Person("kim", ["a"]), Person("kim!", ["a!"])),
            (Checked("a@b"), Checked("a@b!")),
            (Record(["a"]), Record(["a!"])),
            (Model(text="a", more="b"), Model(text="a!", more="b!")),
            (b"a", b"a!"),
            (bytearray(b"a"), bytearray(b"a!")),
            (memoryview(b"a"), b"a!"),
            (PurePosixPath("/a"), PurePosixPath("/a!")),
            (Decimal("1.5"), "1.5!"),
            (ip_address("127.0.0.1"), "127.0.0.1!"),
            (AnyUrl("https://a.example/"), "https://a.example/!"),
            (Shouting("a"), "a!"),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_change(self, value, expected):
        changed = from_plain(value, marked(to_plain(value)))
        assert changed == expected
        assert type(changed) is type(expected)

    def test_original_is_left_alone(self):
        inner = {"a": ["x"]}
        person = Person("kim", inner)
        from_plain(person, marked(to_plain(person)))
        assert person == Person("kim", {"a": ["x"]})

    def test_only_what_changed_is_made_anew(self):
        value = {"changed": ["x"], "same": [object()]}
        plain = to_plain(value)
        plain["changed"][0] = "y"
        rebuilt = from_plain(value, plain)
        assert rebuilt["changed"] == ["y"]
        assert rebuilt["same"] is value["same"]

    def test_a_number_may_become_text(self):
        assert from_plain({"card": 4111111111111111}, {"card": "****1111"}) == {"card": "****1111"}

    def test_a_renamed_key(self):
        value = {"kim@example.com": [1], "other": 2}
        assert from_plain(value, {"<KEY>": [1], "other": 2}) == {"<KEY>": [1], "other": 2}
        mixed = {"kim@example.com": [1], 2: 3}
        assert from_plain(mixed, [{"<KEY>": [1]}, 3]) == {"<KEY>": [1], 2: 3}

    def test_values_the_program_wrote_itself(self):
        value = [
            Colour.RED,
            Level.HIGH,
            datetime.now(UTC),
            timedelta(1),
            uuid.uuid4(),
            range(3),
            int,
        ]
        assert to_plain(value, whole=True) == [None] * len(value)
        assert from_plain(value, to_plain(value)) is value


class TestRefused:
    @pytest.mark.parametrize(
        "value",
        [
            b"\xff",
            (number for number in range(3)),
            iter([1]),
            map(str, [1]),
            {"a": 1}.values(),
            array.array("b", [1]),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_even_as_an_argument(self, value):
        with pytest.raises(Unscannable):
            to_plain([value])

    def test_a_coroutine(self):
        async def later():
            return 1

        waiting = later()
        with pytest.raises(Unscannable, match="coroutine"):
            to_plain(waiting)
        waiting.close()

    def test_an_opaque_object_as_a_result(self):
        connection = sqlite3.connect(":memory:")
        assert to_plain(connection) is None
        assert from_plain(connection, None) is connection
        with pytest.raises(Unscannable, match="Connection"):
            to_plain(connection, whole=True)
        connection.close()

    def test_what_contains_itself(self):
        value: list[Any] = []
        value.append(value)
        with pytest.raises(Unscannable):
            to_plain(value)

    def test_what_refers_to_the_same_twice_over_and_over(self):
        value: Any = "x"
        for _ in range(90):
            value = [value, value]
        with pytest.raises(Unscannable):
            to_plain(value)

    def test_counters_keep_counting(self):
        counted = Counter({"kim@example.com": 3})
        assert from_plain(counted, {"<KEY>": 3}) == Counter({"<KEY>": 3})
