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
    assert structure_of_params("tools/call", value).paths == frozenset()
    assert structure_of_result("tools/list", value, None).paths == frozenset()


def test_opaque_values_are_opaque_only_as_texts():
    opaque = {"requestState": "x", "nextCursor": "y"}
    assert structure_of_result("x", opaque, None).opaque == {("requestState",), ("nextCursor",)}
    assert structure_of_result("x", {key: ["x"] for key in opaque}, None).opaque == frozenset()
    params = {"requestState": "x", "cursor": "y"}
    assert structure_of_params("x", params).opaque == {("requestState",), ("cursor",)}
    assert structure_of_params("x", {"requestState": {}, "cursor": 7}).opaque == frozenset()


def test_what_a_server_says_of_its_own_accord_is_never_sealed_so_never_opaque():
    assert structure_of_result("", {"requestState": "x", "nextCursor": "y"}, None).opaque == set()


@pytest.mark.parametrize(
    ("token", "found", "skipped"),
    [("mine", "mine", True), (7, 7, True), ("mine", "yours", False), (None, None, False)],
)
def test_only_the_callers_own_progress_token_comes_back_unseen(token, found, skipped):
    structure = structure_of_result("tools/call", {"progressToken": found}, token)
    assert (("progressToken",) in structure.opaque) is skipped
    assert (("progressToken",) in structure.words) is not skipped


def test_words_are_left_out_of_what_is_read_as_data():
    structure = structure_of_params("tools/call", {"_meta": {"io.modelcontextprotocol/a": 1}})
    assert structure.paths == {"$.name", "$._meta['io.modelcontextprotocol/a']"}


def test_the_callers_own_token():
    assert own_token({"_meta": {"progressToken": "a"}}) == "a"
    assert own_token({"_meta": {"progressToken": ["a"]}}) is None
    assert own_token({"_meta": []}) is None
    assert own_token(None) is None
