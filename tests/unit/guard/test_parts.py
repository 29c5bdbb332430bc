import pytest

from sumun.guard.parts import (
    has_binary,
    own_token,
    structure_of_params,
    structure_of_result,
)

BLOCK = {"type": "image", "data": "x"}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"content": [BLOCK]}, True),
        ({"content": [{"type": "audio", "data": "x"}]}, True),
        ({"content": BLOCK}, True),
        ({"contents": [{"blob": "x"}]}, True),
        ({"content": [{"type": "resource", "resource": {"blob": "x"}}]}, True),
        ({"messages": [{"content": [BLOCK]}]}, True),
        ({"content": [{"type": "tool_result", "content": [BLOCK]}]}, True),
        ({"inputRequests": {"a": {"params": {"messages": [{"content": BLOCK}]}}}}, True),
        ({"content": [{"type": "text", "text": "image"}]}, False),
        ({"structuredContent": BLOCK}, False),
        ({"content": [{"type": ["image"]}, None, 7]}, False),
        ({"content": "image", "messages": {"content": None}}, False),
        (None, False),
        ("image", False),
    ],
)
def test_content_that_cannot_be_inspected(result, expected):
    assert has_binary(result) is expected


@pytest.mark.parametrize("value", [None, 7, "x", []])
def test_what_is_no_object_has_no_structure(value):
    assert structure_of_params("tools/call", value) == frozenset()
    assert structure_of_result("tools/list", value, None) == frozenset()


def test_opaque_values_are_structure_only_as_texts():
    opaque = {"requestState": "x", "nextCursor": "y", "ttlMs": 10**7}
    assert structure_of_result("x", opaque, None) == {"$.requestState", "$.nextCursor", "$.ttlMs"}
    assert structure_of_result("x", {key: ["x"] for key in opaque}, None) == frozenset()
    assert structure_of_params("x", {"requestState": "x", "cursor": "y"}) == {
        "$.requestState",
        "$.cursor",
    }
    assert structure_of_params("x", {"requestState": {}, "cursor": 7}) == frozenset()


@pytest.mark.parametrize(
    ("token", "found", "skipped"),
    [("mine", "mine", True), (7, 7, True), ("mine", "yours", False), (None, None, False)],
)
def test_only_the_callers_own_progress_token_comes_back_unseen(token, found, skipped):
    structure = structure_of_result("tools/call", {"progressToken": found}, token)
    assert ("$.progressToken" in structure) is skipped


def test_the_callers_own_token():
    assert own_token({"_meta": {"progressToken": "a"}}) == "a"
    assert own_token({"_meta": {"progressToken": ["a"]}}) is None
    assert own_token({"_meta": []}) is None
    assert own_token(None) is None
