"""Authentication and data protection together: MCP over HTTP, the decorator, the audit log."""

import asyncio
import json
import sys
import time
from pathlib import Path

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.checking import run_as_script, say, server_url
from core.oauth2_common import configuration, get_token
from security.security_common import CallRefused, get_encryption_service, secure_tool

FIELDS = {
    "timestamp",
    "event_type",
    "tool_name",
    "user_id",
    "client_id",
    "contains_pii",
    "action_taken",
}
EMAIL = "customer@company.com"


def test_mcp_needs_a_token_for_mcp() -> None:
    resource = f"{server_url()}/mcp"
    ask = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    with httpx2.Client(trust_env=False) as http:
        refused = http.post(resource, json=ask)
        assert refused.status_code == httpx2.codes.UNAUTHORIZED
        assert "resource_metadata=" in refused.headers["www-authenticate"]
        say("토큰 없이는 401", "401, and the challenge says where to get a token")
        elsewhere = {"Authorization": f"Bearer {get_token(server_url())}"}
        refused = http.post(resource, json=ask, headers=elsewhere)
        assert refused.status_code == httpx2.codes.UNAUTHORIZED
        say("다른 대상의 토큰은 401", "401 for a token made for another resource")


def test_tools_over_http() -> None:
    async def run() -> None:
        resource = f"{server_url()}/mcp"
        headers = {"Authorization": f"Bearer {get_token(server_url(), resource=resource)}"}
        async with (
            httpx2.AsyncClient(headers=headers, trust_env=False, timeout=30) as http,
            Client(streamable_http_client(resource, http_client=http)) as client,
        ):
            names = [tool.name for tool in (await client.list_tools()).tools]
            say("/mcp의 도구", f"{len(names)} tools over /mcp")
            result = await client.call_tool("test_pii_detection", {"text": f"Mail {EMAIL}"})
            assert result.structured_content
            assert result.structured_content["by_type"] == {"EMAIL_ADDRESS": 1}
            assert EMAIL not in result.model_dump_json()
            say("결과에서 개인정보 보호", result.structured_content["masked_text"])

    asyncio.run(run())


def test_decorated_function() -> None:
    server_url()  # first, so that both have the same keys and log
    seen = []

    @secure_tool(requires_encryption=True, log_access=True, pii_policy="encrypt")
    async def process_customer_data(customer_info: str, client_id: str, user_id: str) -> dict:
        seen.append(customer_info)
        assert (client_id, user_id) == ("mcp-client", "user123")
        return {"status": "processed", "data": customer_info}

    given = f"Customer email: {EMAIL}"
    answer = asyncio.run(process_customer_data(given, client_id="mcp-client", user_id="user123"))
    assert EMAIL not in seen[0]
    assert EMAIL not in str(answer)
    assert get_encryption_service().decrypt(answer["data"]) == given
    say("데코레이터가 암호화", f"the function saw {seen[0][:48]}…")

    @secure_tool(pii_policy="reject")
    def refuse(customer_info: str) -> str:
        return customer_info

    try:
        refuse(given)
    except CallRefused as refused:
        say("거부 정책", str(refused))
    else:
        raise AssertionError("personal data passed a function that rejects it")


def test_audit_log_has_the_access_and_no_data() -> None:
    before = len(_accesses())
    test_decorated_function()
    # The server writes the file for all of us, and looks what we added every second.
    deadline = time.monotonic() + 10
    while len(_accesses()) == before and time.monotonic() < deadline:
        time.sleep(0.1)
    *_, access = _accesses()[before:]
    assert access.keys() >= FIELDS
    assert access["action_taken"] == "executed_with_encryption"
    assert access["contains_pii"] is True
    assert EMAIL not in _log()
    say("감사 기록", json.dumps({name: access[name] for name in sorted(FIELDS)}))


def _accesses() -> list[dict]:
    events = [json.loads(line) for line in _log().splitlines()]
    sought = {"event_type": "tool_access", "tool_name": "process_customer_data"}
    return [event for event in events if sought.items() <= event.items()]


def _log() -> str:
    return configuration().audit_log_path.read_text(encoding="utf-8")


if __name__ == "__main__":
    run_as_script(globals())
