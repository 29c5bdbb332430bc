import base64

import pytest

from sumun.gateway import jsonrpc
from sumun.gateway.headers import (
    Arguments,
    HeaderMismatch,
    Headers,
    accepted,
    check_mirrors,
    forwarded,
)

JSON, STREAM = "application/json", "text/event-stream"


def message(method="tools/call", **params):
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return jsonrpc.parse(jsonrpc.encode(body))


def encoded(text):
    return b"=?base64?" + base64.b64encode(text.encode()) + b"?="


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ([], [JSON, STREAM]),
        ([b""], []),
        ([b"*/*"], [JSON, STREAM]),
        ([b"application/json"], [JSON]),
        ([b"TEXT/Event-Stream; q=0.1"], [STREAM]),
        ([b"application/*"], [JSON]),
        ([b"application/json", b"text/event-stream"], [JSON, STREAM]),
        ([b"text/html, image/*"], []),
        ([b"json"], []),
    ],
)
def test_what_the_caller_takes(accept, expected):
    assert accepted(Headers([(b"accept", value) for value in accept])) == expected


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"mcp-method", b"tools/call"), (b"mcp-name", b"echo")],
        [(b"mcp-name", encoded("echo"))],
        [(b"mcp-protocol-version", b"2025-06-18")],
        [(b"mcp-protocol-version", b"not a date")],
        [(b"x-other", b"1"), (b"x-other", b"2")],
    ],
)
def test_headers_in_step(headers):
    check_mirrors(Headers(headers), message(name="echo"))


def test_names_beyond_ascii_travel_encoded():
    check_mirrors(Headers([(b"mcp-name", encoded("찾기"))]), message(name="찾기"))
    sent = forwarded(Headers([(b"mcp-name", b"x")]), "찾기", {}, str)
    assert ("mcp-name", encoded("찾기").decode()) in sent


def test_a_response_has_no_method_to_mirror():
    response = jsonrpc.parse(b'{"jsonrpc":"2.0","id":1,"result":{}}')
    check_mirrors(Headers([(b"mcp-protocol-version", b"2026-07-28")]), response)
    with pytest.raises(HeaderMismatch):
        check_mirrors(Headers([(b"mcp-method", b"tools/call")]), response)


def test_what_became_of_arguments_is_known_by_value():
    sent = Headers([(b"mcp-param-to", b"a@b.c")])
    call = message(name="x", arguments={"to": "a@b.c", "n": [7654321, {"deep": "same"}], "f": 1.5})
    arguments = Arguments(sent, call)
    inside = call.body["params"]["arguments"]
    inside["to"] = "<1>"
    inside["n"][0] = "<2>"
    assert arguments.changes() == {"a@b.c": "<1>", "7654321": "<2>"}
    assert ("mcp-param-to", "<1>") in forwarded(sent, "x", arguments.changes(), str)


def test_nothing_is_compared_where_nothing_is_mirrored():
    call = message(name="x", arguments={"to": "a"})
    arguments = Arguments(Headers([]), call)
    call.body["params"]["arguments"]["to"] = "b"
    assert arguments.changes() == {}


@pytest.mark.parametrize("arguments", [None, [], "text", 7])
def test_arguments_of_another_kind_mirror_nothing(arguments):
    call = message(name="x", arguments=arguments)
    assert Arguments(Headers([(b"mcp-param-a", b"1")]), call).changes() == {}


def hide(text):
    return text.replace("anna", "<name>").replace("ANNA", "<NAME>")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("accept-language", "anna"),
        ("last-event-id", "anna"),
        ("mcp-method", "tools/anna"),
        ("mcp-protocol-version", "2026-anna"),
        ("traceparent", "00-anna"),
        ("tracestate", "a=anna"),
        ("mcp-param-anna", "x"),
    ],
)
def test_what_holds_data_stays_here(header, value):
    sent = forwarded(Headers([(header.encode(), value.encode())]), "", {}, hide)
    assert header not in dict(sent)


def test_what_only_looks_like_data_goes_on_where_its_form_is_fixed():
    fixed = {
        "mcp-protocol-version": "2026-07-28",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }
    headers = Headers([(name.encode(), value.encode()) for name, value in fixed.items()])
    assert fixed.items() <= dict(forwarded(headers, "", {}, lambda _: "")).items()


def test_what_mirrors_nothing_is_protected_by_itself():
    sent = forwarded(Headers([(b"mcp-param-a", b"anna")]), "", {}, hide)
    assert ("mcp-param-a", "<name>") in sent


@pytest.mark.parametrize("value", ["줄\n바꿈", "a\r\nb", " padded ", "\x7f"])
def test_no_value_breaks_out_of_its_header(value):
    (*_, (_, sent)) = forwarded(Headers([(b"mcp-param-a", b"x")]), "", {"x": value}, str)
    assert sent == encoded(value).decode()
