"""What nobody should send is protected or refused by the guard: nothing passes uninspected."""

import json
import math

import pytest

from sumun.action import Action
from sumun.guard import Refusal

EMAIL = "minjun.kim@example.kr"
PROTECTING = [each for each in Action if each not in {Action.ALLOW, Action.REJECT}]


def nested(depth, *, kind):
    value = EMAIL
    for _ in range(depth):
        value = {"a": value} if kind is dict else [value]
    return value


REFUSED = {
    "100 000 lists": lambda: nested(100_000, kind=list),
    "100 000 objects": lambda: nested(100_000, kind=dict),
    "a string of 100 MB": lambda: "x" * 100_000_000,
    "strings of 100 MB together": lambda: ["x" * 1_000_000] * 100,
    "bytes": EMAIL.encode,
    "a set": lambda: {EMAIL},
    "a tuple": lambda: (EMAIL,),
    "a key that is no text": lambda: {1: EMAIL},
    "a key that is none": lambda: {None: EMAIL},
    "a complex number": lambda: 1j,
}

PROTECTED = {
    "NUL before": f"\x00{EMAIL}",
    "NUL between": f"a\x00b {EMAIL}\x00",
    "the separators of a tree": f"\x1e\x1f{EMAIL}\x1f\x1e",
    "a lone surrogate before": f"\ud800 {EMAIL}",
    "a lone surrogate behind": f"{EMAIL} \udfff",
    "half a pair": f"\udc00\ud800 {EMAIL}",
    "not a character": f"\ufffe\uffff {EMAIL}",
    "a byte order mark": f"\ufeff{EMAIL}",
    "the last plane": f"\U0010ffff {EMAIL}",
    "JSON nested deeply, in text": '{"a":' * 100_000 + f'"{EMAIL}"',
    "JSON that is broken, in text": f'{{"a":"{EMAIL}",',
    "JSON with NaN, in text": f'{{"a":NaN,"b":"{EMAIL}"}}',
    "JSON with a lone surrogate, in text": f'{{"a":"\\ud800","b":"{EMAIL}"}}',
    "JSON with a key twice, in text": f'{{"a":"{EMAIL}","a":"b"}}',
}

NUMBERS = [math.nan, math.inf, -math.inf, 2**64 + 1, -(2**63), 10**400, 5e-324, -0.0]


@pytest.mark.parametrize("what", REFUSED)
async def test_what_cannot_be_inspected_is_refused_both_ways(bench, what):
    value = REFUSED[what]()
    assert (await bench.admit({"x": value})).reason == "unscannable"
    assert (await bench.release({"structuredContent": {"x": value}})).reason == "unscannable"
    recorded = [each["reason"] for each in await bench.events() if "reason" in each]
    assert recorded.count("unscannable") == 2


@pytest.mark.parametrize("action", PROTECTING)
@pytest.mark.parametrize("what", PROTECTED)
async def test_odd_characters_hide_nothing(bench, what, action):
    bench.set(f'defaults = {{results = "{action}", arguments = "{action}"}}')
    arguments = {"x": PROTECTED[what]}
    result = {"content": [{"type": "text", "text": PROTECTED[what]}]}
    await bench.admit(arguments)
    await bench.release(result)
    assert EMAIL not in str(arguments)
    assert EMAIL not in str(result)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1,\n "b": "\\uac00", "c": 1e0}',
        '{"a":{"a":1},"b":[{"a":1},{"a":1}]}',
        '[ 1.0, "x\\/y" ]',
        '{"a":1}',
    ],
)
async def test_json_in_text_that_hides_nothing_stays_as_it_was_written(bench, text):
    result = {"content": [{"type": "text", "text": text}]}
    await bench.release(result)
    assert result["content"][0]["text"] == text


@pytest.mark.parametrize("action", PROTECTING)
async def test_secrets_with_lone_surrogates_do_not_pass(bench, action):
    bench.set(f'defaults = {{results = "{action}", arguments = "{action}"}}')
    result = {"structuredContent": {"password": "s3cr3t\ud800v4lue"}}
    answer = await bench.release(result)
    assert isinstance(answer, Refusal) or "s3cr3t" not in str(result)


@pytest.mark.parametrize("number", NUMBERS, ids=str)
async def test_numbers_nobody_can_write_down_hide_nothing_beside_them(bench, number):
    arguments = {"n": number, "phone": number, "to": EMAIL}
    assert not isinstance(await bench.admit(arguments), Refusal)
    assert EMAIL not in str(arguments)
    assert arguments["n"] == number or math.isnan(number)


async def test_one_in_a_million_keys_is_found(bench):
    result = {f"k{n}": n % 7 for n in range(1_000_000)} | {"last": EMAIL}
    await bench.release(result)
    assert EMAIL not in result["last"]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"to":"\xff minjun.kim@example.kr"}',
        b'{"to":"minjun.kim@example.kr","to":"b"}',
        json.dumps({"to": EMAIL}).encode("utf-16"),
        b'{"to":"minjun.kim\\u0040example.kr"}',
    ],
    ids=["invalid UTF-8", "a key twice", "UTF-16", "an escape"],
)
async def test_odd_bytes_are_never_passed_on_as_they_came(bench, raw):
    released = await bench.release({"to": EMAIL}, raw)
    assert not released.verbatim
    assert EMAIL not in str(released.result)
