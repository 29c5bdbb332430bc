"""Sumun's own tools, as an MCP server."""

import asyncio
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from sumun import __version__
from sumun.guard import Asked, Revealer
from sumun.guard.revealing import LENGTH_LIMIT, TOKENS_LIMIT
from sumun.oauth.errors import OAuthError
from sumun.tools import revealing, security
from sumun.tools.caller import caller
from sumun.tools.flow_guide import flow_guide
from sumun.tools.setup_check import SCOPE, Step, run_flow
from sumun.tools.trial_client import trial_client
from sumun.tools.workbench import Report, Workbench

Language = Literal["en", "ko"]
Scenario = Literal[
    "all",
    "exfiltration",
    "enumeration",
    "credential_guessing",
    "scope_probing",
    "honeytoken",
    "token_replay",
]
Text = Annotated[str, Field(max_length=100_000)]

TEST_CLIENT = "mcp-client"


def build(workbench: Workbench) -> MCPServer:
    """Make the server over ``workbench``."""
    server: MCPServer = MCPServer(
        "sumun",
        title="Sumun",
        instructions=(
            "Checks and demonstrates this authorization and data-protection gateway."
            " 이 인증·개인정보 보호 게이트웨이를 점검하고 시연합니다."
        ),
        version=__version__,
        log_level="WARNING",
    )
    _add_oauth_tools(server, workbench)
    _add_security_tools(server, workbench)
    if workbench.revealer is not None:
        _add_reveal(server, workbench.revealer)
    return server


def _add_oauth_tools(server: MCPServer, workbench: Workbench) -> None:
    config = workbench.config

    @server.tool()
    async def get_oauth2_server_status() -> dict[str, Any]:
        """Check the server: mode, keys, storage, log. OAuth2 서버 상태를 확인합니다."""
        return await security.status(workbench)

    @server.tool()
    async def create_oauth2_test_token(
        scope: Annotated[str, Field(max_length=1000)] = "mcp.access",
        resource: Annotated[str, Field(max_length=2000)] = "",
    ) -> dict[str, Any]:
        """Make a test access token (development mode only). 시험용 액세스 토큰을 만듭니다."""
        return await _test_token(workbench, scope, resource)

    @server.tool()
    async def get_oauth2_flow_guide(language: Language = "en") -> dict[str, Any]:
        """Explain how to obtain and use a token here. OAuth2 흐름을 안내합니다."""
        return flow_guide(config, language)

    @server.tool()
    async def validate_oauth2_setup() -> dict[str, Any]:
        """Run the whole flow against the live server. 전체 OAuth2 흐름을 검증합니다."""
        async with trial_client(workbench, SCOPE) as (client_id, secret):
            steps = await run_flow(config, client_id, secret)
        return {"ok": all(step.ok for step in steps), "steps": [_plain(step) for step in steps]}


def _add_security_tools(server: MCPServer, workbench: Workbench) -> None:
    @server.tool()
    async def test_pii_detection(text: Text) -> dict[str, Any]:
        """Find and mask personal data in a text. 글에서 개인정보를 찾아 가립니다."""
        return security.detection(workbench, text)

    @server.tool()
    async def test_encryption(text: Text) -> dict[str, Any]:
        """Encrypt a text, decrypt it, compare. 글을 암호화하고 복호화해 비교합니다."""
        return security.encryption(workbench, text)

    @server.tool()
    async def get_security_audit_log(
        limit: Annotated[int, Field(ge=1, le=1000)] = 50,
        event_type: Annotated[str, Field(max_length=64)] = "",
    ) -> dict[str, Any]:
        """Read the newest audit events and verify the log. 보안 감사 기록을 봅니다."""
        return await security.audit_log(workbench, limit, event_type)

    @server.tool()
    async def simulate_data_breach_detection(
        scenario: Scenario = "all",
    ) -> dict[str, Any]:
        """Feed a scripted burst to the real detectors, sandboxed. 유출 탐지를 모의합니다."""
        return await asyncio.to_thread(security.breach_simulation, scenario)

    @server.tool()
    async def generate_security_report(language: Language = "en") -> dict[str, Any]:
        """Report on the audit log's events. 실제 감사 기록으로 보안 보고서를 만듭니다."""
        return await security.report(workbench, language)


def _add_reveal(server: MCPServer, revealer: Revealer) -> None:
    one_of_them = Field(json_schema_extra={"enum": [*revealer.purposes]})

    @server.tool()
    async def reveal(
        tokens: Annotated[
            list[Annotated[str, Field(max_length=LENGTH_LIMIT)]],
            Field(min_length=1, max_length=TOKENS_LIMIT),
        ],
        purpose: Annotated[str, one_of_them],
        ctx: Context[Any, Any],
        server: Annotated[str, Field(max_length=64)] = "",
    ) -> dict[str, Any]:
        """Turn tokens such as <EMAIL_ADDRESS:…> back into their values, for a stated purpose.

        Needs a person's consent, and is recorded. 대체 값을 실제 값으로 되돌립니다. 사람의 동의가
        필요하고 기록됩니다.
        """
        asked = Asked(tokens=tuple(tokens), purpose=purpose, server=server)
        return await revealing.reveal(revealer, caller(ctx), asked)


async def _test_token(workbench: Workbench, scope: str, resource: str) -> Report:
    if workbench.config.mode != "development":
        raise ToolError(
            "Test tokens are made in development mode only; in production ask the token endpoint."
        )
    try:
        return await workbench.authorization_server.mint(
            client_id=TEST_CLIENT,
            scope=scope,
            resource=resource,
            purpose="create_oauth2_test_token",
        )
    except OAuthError as error:
        raise ToolError(f"{error.error}: {error.description}") from None


def _plain(step: Step) -> dict[str, Any]:
    return {"step": step.step, "ok": step.ok, "detail": step.detail}
