"""Stand-ins through the gateway: kept or not, in the form a schema asks for, and back again."""

import json
import re

import jsonschema
import pytest

EMAIL = "minjun.kim@example.kr"
PHONE = "010-1234-5678"
CARD = "4111111111111111"
RRN = "900101-1234568"
RESTORE = '[[restore]]\nname = "r"\nserver = "crm"\ntool = "send"\ncategory = {}\nargument = {}\n'
CONTACT = RESTORE.format('["contact", "financial"]', '["to", "list[*].to"]')
VAULT = '[tokens]\nform = "vault"\n'

OBJECT = {"type": "object", "additionalProperties": False}
FORMS = {
    "email": ({"type": "string", "format": "email"}, EMAIL, r"[a-z2-7]{16}@tok\.invalid"),
    "optional email": (
        {"anyOf": [{"type": "string", "format": "email"}, {"type": "null"}]},
        EMAIL,
        r"[a-z2-7]{16}@tok\.invalid",
    ),
    "phone": ({"$ref": "#/$defs/phone"}, "+821012345678", r"\+999[0-9]{7,12}"),
    "card": ({"type": "string", "pattern": "^[0-9]{16}$"}, CARD, r"9[0-9]{15}"),
    "card number": ({"type": "integer"}, int(CARD), r"9[0-9]{15}"),
    "resident": (
        {"type": "string", "pattern": "^[0-9]{6}-[1-4][0-9]{6}$"},
        RRN,
        r"9999[0-9]{2}-[1-4][0-9]{6}",
    ),
}


def tool(schema):
    definitions = {"phone": {"type": "string", "pattern": r"^\+[1-9]\d{9,14}$"}}
    return {**OBJECT, "$defs": definitions, "properties": {"found": schema, "note": True}}


def answers(schema, structured, text=None):
    """An upstream with a tool of this output schema, which finds this."""

    def answer(message):
        if message["method"] == "tools/list":
            return {"tools": [{"name": "find", "inputSchema": {}, "outputSchema": schema}]}
        blocks = [{"type": "text", "text": json.dumps(structured) if text is None else text}]
        return {"content": blocks, "structuredContent": json.loads(json.dumps(structured))}

    return answer


def reached(system):
    """The arguments of the last call that reached the tool."""
    bodies = [json.loads(raw) for _, _, raw in system.upstream.requests if raw]
    calls = [body for body in bodies if body["method"] == "tools/call"]
    return calls[-1]["params"]["arguments"]


@pytest.mark.parametrize("policy", ["", VAULT, "mask"])
@pytest.mark.parametrize("form", FORMS)
async def test_a_result_still_fits_its_output_schema(start, form, policy):
    schema, value, expected = FORMS[form]
    if policy in {"", VAULT}:
        policy += '[defaults]\nresults = "tokenize"\n'
    else:
        policy = '[defaults]\nresults = "hash"\n'
    async with start(policy) as system:
        system.upstream.answer = answers(tool(schema), {"found": value, "note": f"to {value}"})
        result = (await system.call("find")).json()["result"]
        found = result["structuredContent"]["found"]
        assert found != value
        assert re.fullmatch(expected, str(found))
        assert type(found) is type(value)
        jsonschema.validate(result["structuredContent"], tool(schema))
        assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
        assert str(value) not in json.dumps(result)


@pytest.mark.parametrize("form", ["", VAULT])
@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (EMAIL, {"type": "string"}),
        (EMAIL, {"type": "string", "format": "email"}),
        (CARD, {"type": "string", "pattern": "^[0-9]{16}$"}),
        (int(CARD), {"type": "integer"}),
    ],
)
async def test_a_stand_in_comes_back_where_policy_trusts(start, form, value, schema):
    async with start(form + CONTACT + '[defaults]\nresults = "tokenize"\n') as system:
        system.upstream.answer = answers(tool(schema), {"found": value})
        result = (await system.call("find")).json()["result"]
        stand_in = result["structuredContent"]["found"]
        assert stand_in != value
        sent = await system.call("send", {"to": stand_in, "list": [{"to": stand_in}]})
        assert "result" in sent.json(), sent.text
        assert reached(system) == {"to": value, "list": [{"to": value}]}
        assert str(value) not in json.dumps(await system.events())


@pytest.mark.parametrize("form", ["", VAULT])
async def test_not_in_another_argument_tool_or_server(start, form):
    async with start(form + CONTACT) as system:
        system.upstream.answer = answers(OBJECT, {"found": EMAIL}, "")
        token = (await system.call("find")).json()["result"]["structuredContent"]["found"]
        await system.call("send", {"body": token})
        assert reached(system) == {"body": token}
        await system.call("echo", {"to": token})
        assert reached(system) == {"to": token}
        await system.call("send", {"to": token}, server="hr")
        assert reached(system) == {"to": token}
        await system.call("send", {"to": EMAIL, "body": EMAIL})
        assert reached(system)["to"] == EMAIL
        assert reached(system)["body"] == token


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.replace(token[20], "a" if token[20] != "a" else "b"),
        lambda token: token[:-3] + ">",
        lambda token: token.upper(),
        lambda _: "<EMAIL_ADDRESS:aaaaaaaaaaaaaaaa>",
        lambda _: "aaaaaaaaaaaaaaaa@tok.invalid",
        lambda _: "somebody@TOK.invalid",
    ],
)
async def test_an_altered_or_invented_one_reaches_no_tool(start, change):
    async with start(VAULT + CONTACT) as system:
        system.upstream.answer = answers(OBJECT, {"found": EMAIL})
        token = (await system.call("find")).json()["result"]["structuredContent"]["found"]
        assert re.fullmatch(r"<EMAIL_ADDRESS:[a-z2-7]{16}>", token)
        before = len(system.upstream.requests)
        refused = (await system.call("send", {"to": change(token)})).json()
        assert refused["error"]["data"] == {"reason": "rejected"}
        assert len(system.upstream.requests) == before


@pytest.mark.parametrize("scope", ["session", "principal", "tenant"])
async def test_tokens_are_equal_within_their_scope(start, scope):
    async with start(f'[tokens]\nform = "vault"\nscope = "{scope}"\n') as system:
        system.upstream.answer = answers(OBJECT, {"found": EMAIL})
        system.upstream.headers = {"mcp-session-id": "one"}
        first = await system.call("find")
        system.upstream.headers = {"mcp-session-id": "two"}
        second = await system.call("find")
        sessions = [each.headers["mcp-session-id"] for each in (first, second)]
        seen = {}
        for client in ("mcp-client", "other"):
            for session in sessions if client == "mcp-client" else [None]:
                header = [("Mcp-Session-Id", session)] if session else []
                answer = await system.call("find", client=client, headers=header)
                found = answer.json()["result"]["structuredContent"]["found"]
                seen[client, session] = found
        expected = {"session": 3, "principal": 2, "tenant": 1}
        assert len(set(seen.values())) == expected[scope]


NO_FORM = {
    "enum": {"enum": [EMAIL]},
    "too short": {"type": "string", "maxLength": 21, "format": "email"},
    "its domain": {"type": "string", "pattern": r"@example\.kr$"},
    "backtracking": {"type": "string", "pattern": r"(?=a)b\1"},
    "no schema": {"type": "nonsense"},
    "endless": {"$ref": "#/properties/found"},
    "elsewhere": {"$ref": "https://schemas.example/email.json"},
}


@pytest.mark.parametrize("form", NO_FORM)
async def test_where_no_form_fits_the_result_is_refused(start, form):
    async with start() as system:
        system.upstream.answer = answers(tool(NO_FORM[form]), {"found": EMAIL})
        answer = await system.call("find")
        assert answer.json()["error"]["data"] == {"reason": "unfit"}
        assert EMAIL not in answer.text
        (event,) = await system.events("access_refused")
        assert (event["reason"], event["direction"]) == ("unfit", "results")


async def test_a_schema_that_would_take_for_ever_ends(start):
    deep = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    schema = {**OBJECT, "$defs": {**deep, "d40": True}}
    schema["properties"] = {"found": {"$ref": "#/$defs/d0"}}
    async with start() as system:
        system.upstream.answer = answers(schema, {"found": EMAIL})
        assert (await system.call("find")).json()["error"]["data"] == {"reason": "unfit"}


async def test_what_did_not_fit_before_is_its_server_s_own(start):
    async with start() as system:
        schema = {**tool({"type": "string"}), "required": ["missing"]}
        system.upstream.answer = answers(schema, {"found": EMAIL})
        result = (await system.call("find")).json()["result"]
        assert result["structuredContent"]["found"].startswith("<EMAIL_ADDRESS:")


async def test_an_error_promises_nothing(start):
    async with start() as system:
        make = answers(tool({"type": "integer"}), {"found": EMAIL})
        system.upstream.answer = lambda message: {**make(message), "isError": True}
        result = (await system.call("find")).json()["result"]
        assert result["structuredContent"]["found"].startswith("<EMAIL_ADDRESS:")


async def test_what_is_kept_is_kept_before_the_answer_leaves(start):
    async with start(VAULT) as system:
        system.upstream.answer = answers(OBJECT, {"found": EMAIL, "again": EMAIL, "phone": PHONE})
        result = (await system.call("find")).json()["result"]["structuredContent"]
        assert result["found"] == result["again"]

        def rows(tx):
            return tx.fetch_one("count_vault_rows", tenant="default")[0]

        assert await system.rooms.database.read(rows) == 2
        await system.call("find")
        assert await system.rooms.database.read(rows) == 2
