"""The nine MCP tools, called directly over standard input and output."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.checking import run_as_script, say, server_url
from core.oauth2_common import CONFIG_FILE, ROOT

Call = Callable[..., Awaitable[dict[str, Any]]]

TOOLS = {
    "get_oauth2_server_status",
    "create_oauth2_test_token",
    "get_oauth2_flow_guide",
    "validate_oauth2_setup",
    "test_pii_detection",
    "test_encryption",
    "get_security_audit_log",
    "simulate_data_breach_detection",
    "generate_security_report",
}
TEXT = "고객 정보: 홍길동 (hong@example.com, 010-1234-5678)"


def _with_tools(check: Callable[[Client, Call], Awaitable[None]]) -> None:
    server_url()
    places = {
        "SUMUN_DATA_DIR": str(ROOT / "data"),
        "SUMUN_KEYS__DIRECTORY": str(ROOT / "keys"),
        "SUMUN_AUDIT__LOG_FILE": str(ROOT / "logs" / "security_audit.log"),
    }
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "sumun.tools", "--config", str(CONFIG_FILE)],
        env={**places, **os.environ},
    )

    async def run() -> None:
        async with Client(parameters) as client:

            async def call(name: str, **arguments: object) -> dict[str, Any]:
                result = await client.call_tool(name, arguments)
                assert not result.is_error, result.content
                assert isinstance(result.structured_content, dict)
                return result.structured_content

            await check(client, call)

    asyncio.run(run())


def test_all_nine_are_there() -> None:
    async def check(client: Client, _call: Call) -> None:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert names == TOOLS
        say("도구 아홉 개", f"nine tools: {', '.join(sorted(names))}")

    _with_tools(check)


def test_oauth2_tools() -> None:
    async def check(_client: Client, call: Call) -> None:
        status = await call("get_oauth2_server_status")
        assert status["status"] == "running"
        say("서버 상태", f"mode {status['mode']}, issuer {status['issuer']}")
        guide = await call("get_oauth2_flow_guide", language="ko")
        assert guide["endpoints"]["token_endpoint"].endswith("/oauth2/token")
        say("흐름 안내", f"{len(guide['steps'])} lines of guide")
        token = await call("create_oauth2_test_token")
        assert all(token["access_token"].split("."))
        say("시험용 토큰", f"test token for {token['scope']}")
        setup = await call("validate_oauth2_setup")
        assert setup["ok"], setup
        say("전체 흐름 검증", ", ".join(step["step"] for step in setup["steps"]))

    _with_tools(check)


def test_security_tools() -> None:
    async def check(_client: Client, call: Call) -> None:
        found = await call("test_pii_detection", text=TEXT)
        assert {"EMAIL_ADDRESS", "PHONE_NUMBER"} <= found["by_type"].keys()
        assert "hong@example.com" not in json.dumps(found, ensure_ascii=False)
        say("개인정보 탐지", found["masked_text"])
        encrypted = await call("test_encryption", text=TEXT)
        assert encrypted["decrypts_to_the_same"]
        say("암호화와 복호화", f"{encrypted['algorithm']}: {encrypted['ciphertext'][:16]}…")
        log = await call("get_security_audit_log", limit=20)
        assert log["verified"]
        assert log["count"] > 0
        say("감사 기록", f"{log['log_size']} events, verified")
        simulated = await call("simulate_data_breach_detection")
        assert simulated
        say("유출 탐지 모의", "simulated: " + ", ".join(simulated)[:60])
        report = await call("generate_security_report", language="ko")
        assert report["markdown"].startswith("#")
        say("보안 보고서", report["markdown"].splitlines()[0])

    _with_tools(check)


if __name__ == "__main__":
    run_as_script(globals())
