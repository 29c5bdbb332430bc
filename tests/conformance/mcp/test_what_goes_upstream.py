"""What of a request reaches the server behind the gateway (MCP authorization, token handling)."""

import base64

import pytest

MODERN = "2026-07-28"
EMAIL = "minjun.kim@example.kr"


def modern(name="echo", method="tools/call"):
    return [
        ("MCP-Protocol-Version", MODERN),
        ("Mcp-Method", method),
        ("Mcp-Name", name),
    ]


def encoded(text):
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="


async def test_the_callers_credentials_stay_here(system):
    token = await system.token()
    answer = await system.call(
        arguments={"text": "hello"},
        headers=[
            ("Cookie", "session=abc"),
            ("Proxy-Authorization", "Basic eA=="),
            ("X-Forwarded-For", "10.0.0.1"),
            ("X-Api-Key", "key"),
            ("Forwarded", "for=10.0.0.1"),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ],
    )
    assert answer.status_code == 200
    headers, _ = system.upstream.last
    assert headers["authorization"] == "Bearer the-gateway's-own-credential"
    assert token not in str(system.upstream.requests)
    assert set(headers) == {
        "host",
        "authorization",
        "accept",
        "accept-encoding",
        "user-agent",
        "content-type",
        "content-length",
        "traceparent",
    }


async def test_the_encoding_of_the_body_is_the_gateways_word(system):
    answer = await system.call(
        arguments={"text": "hello"}, content_type="application/json; charset=utf-16"
    )
    assert answer.status_code == 200
    assert system.upstream.last[0]["content-type"] == "application/json"


async def test_arguments_are_protected_on_their_way(system):
    answer = await system.call(arguments={"to": EMAIL, EMAIL: 1})
    assert EMAIL not in system.upstream.requests[-1][2].decode()
    assert "<EMAIL_ADDRESS:" in system.upstream.last[1]["params"]["arguments"]["to"]
    assert EMAIL not in answer.text


@pytest.mark.parametrize(
    "message",
    [
        {"id": 1, "method": "tools/call", "params": {"name": "echo"}, "extra": EMAIL},
        {"id": 1, "method": "tools/call", "params": {"name": "echo"}, "result": {"x": EMAIL}},
        {"id": 1, "method": "tools/call", "params": {"name": "echo"}, "error": {"x": EMAIL}},
        {"id": 1, "result": {}, "params": {"name": EMAIL}},
        {"id": 1, "result": {"text": EMAIL}},
        {"id": 1, "result": EMAIL},
        {"id": 1, "error": [EMAIL]},
        {"id": 1, "error": {"code": 1, "message": EMAIL}},
        {"method": "notifications/cancelled", "params": {"reason": EMAIL}},
    ],
)
async def test_no_member_of_a_message_goes_by_unseen(system, message):
    await system.send({"jsonrpc": "2.0", **message})
    assert EMAIL not in str(system.upstream.requests)


HEAD = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":'


@pytest.mark.parametrize(
    ("params", "seen"),
    [
        (
            '{"name":"echo","arguments":{"to":"minjun.kim@example.kr","to":"nobody"}}',
            {"name": "echo", "arguments": {"to": "nobody"}},
        ),
        (
            '{"name":"export","arguments":{},"name":"echo"}',
            {"name": "echo", "arguments": {}},
        ),
        ('{"name":"export"},"params":{"name":"echo"}', {"name": "echo"}),
    ],
)
async def test_of_a_key_given_twice_only_the_judged_value_goes_on(system, params, seen):
    answer = await system.send(HEAD + params + "}", client="narrow")
    assert answer.status_code == 200
    assert system.upstream.requests[-1][2].count(b'"name"') == 1
    assert system.upstream.last[1]["params"] == seen


@pytest.mark.parametrize("key", ["Name", "NAME", "nAme"])
async def test_a_name_in_other_letters_could_be_read_as_the_name(system, key):
    """Some decoders ignore the case of keys: they would call what was not judged."""
    params = {"name": "echo", key: "export", "arguments": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = await system.send(message, client="narrow")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == -32602
    assert system.upstream.requests == []


async def test_headers_that_mirror_arguments_stay_in_step_with_them(system):
    arguments = {"to": EMAIL, "region": "서울", "phone": "010-1234-5678", "plain": "EU"}
    answer = await system.call(
        arguments=arguments,
        headers=[
            *modern(),
            ("Mcp-Param-To", EMAIL),
            ("Mcp-Param-Region", encoded("서울")),
            ("Mcp-Param-Phone", encoded("010-1234-5678")),
            ("Mcp-Param-Plain", "EU"),
        ],
    )
    assert answer.status_code == 200
    headers, message = system.upstream.last
    sent = message["params"]["arguments"]
    assert headers["mcp-param-to"] == sent["to"] != EMAIL
    assert headers["mcp-param-phone"] == sent["phone"] != arguments["phone"]
    assert headers["mcp-param-region"] == encoded("서울")
    assert headers["mcp-param-plain"] == "EU"
    assert headers["mcp-name"] == "echo"
    assert headers["mcp-method"] == "tools/call"


async def test_a_number_that_only_its_key_gives_away_is_hidden_in_the_header_too(system):
    await system.call(
        arguments={"card_number": 4111111111111111},
        headers=[*modern(), ("Mcp-Param-Card", "4111111111111111")],
    )
    headers, message = system.upstream.last
    assert headers["mcp-param-card"] == message["params"]["arguments"]["card_number"]
    assert "4111111111111111" not in str(system.upstream.requests)


async def test_a_resource_name_is_protected_in_header_and_body_alike(system):
    uri = f"crm://{EMAIL}"
    message = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": uri}}
    await system.send(message, headers=modern(encoded(uri), "resources/read"))
    headers, sent = system.upstream.last
    assert headers["mcp-name"] == sent["params"]["uri"]
    assert EMAIL not in str(system.upstream.requests)


async def test_a_name_header_that_mirrors_nothing_does_not_go_on(system):
    message = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    await system.send(message, headers=[("Mcp-Name", EMAIL)])
    assert "mcp-name" not in system.upstream.requests[-1][1]
