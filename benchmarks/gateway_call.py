"""One ``tools/call`` through our gateway: token verified, policy, detection both ways, recorded.

The peers are the same call made directly, and through FastMCP's ``create_proxy``, which checks and
protects nothing. All of them share one minimal upstream, on the core of the load.
"""

import json
from contextlib import ExitStack
from functools import partial

from benchmarks.load import (
    LOAD_CORE,
    CannotMeasure,
    Request,
    Server,
    alternate,
    free_port,
    measure,
    peer,
    serving,
)
from benchmarks.ours import access_token, sumun
from benchmarks.result import Result

CONNECTIONS = (1, 16)
PROXY_GOAL = 25.0
TEXT = "The invoice of 2026-03-01 was sent to the customer; please write to {} when it is paid."
CLEAN = TEXT.format("the office")
PERSONAL = TEXT.format("kim.minji@example.com")


def run(rounds: int = 3, seconds: float = 2.0) -> list[Result]:
    """Measure and return the ratios."""
    with ExitStack() as stack:
        upstream_port, proxy_port = free_port(), free_port()
        upstream = stack.enter_context(
            serving(peer("mcp_minimal", str(upstream_port)), upstream_port, core=LOAD_CORE)
        )
        ours = stack.enter_context(sumun(echo=f"{upstream.url}/mcp"))
        proxy = stack.enter_context(
            serving(peer("fastmcp_proxy", str(proxy_port), f"{upstream.url}/mcp"), proxy_port)
        )
        resource = f"{ours.url}/mcp/echo"
        token = access_token(ours, resource=resource)
        contenders: dict[str, tuple[Server, Request]] = {
            "clean": (ours, call(resource, CLEAN, token)),
            "personal": (ours, call(resource, PERSONAL, token)),
            "direct": (upstream, call(f"{upstream.url}/mcp", CLEAN)),
            "proxy": (proxy, call(f"{proxy.url}/mcp", CLEAN)),
        }
        for name, (_, request) in contenders.items():
            _check(name, request)
        results = []
        for connections in CONNECTIONS:
            loads = alternate(
                {
                    name: partial(measure, server, request, connections, seconds)
                    for name, (server, request) in contenders.items()
                },
                rounds,
            )
            for kind in ("clean", "personal"):
                for name, peer_name in (("proxy", "FastMCP create_proxy"), ("direct", "direct")):
                    mine, theirs = loads[kind], loads[name]
                    results.append(
                        Result(
                            what=f"gateway tools/call, {kind} text, {connections} connections",
                            ours=mine.rate,
                            peer=theirs.rate,
                            peer_name=peer_name,
                            unit="calls/s",
                            goal=PROXY_GOAL if name == "proxy" and connections > 1 else None,
                            note=f"{mine.cpu:.0f} us cpu, p50 {mine.p50:.2f} p99 {mine.p99:.1f} ms",
                        )
                    )
        return results


def call(url: str, text: str, token: str = "") -> Request:
    """Return a ``tools/call`` of ``echo``."""
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25",
    }
    if token:
        headers["Authorization"] = f"Bearer {token}"
    params = {"name": "echo", "arguments": {"text": text}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return Request(url, headers=headers, body=json.dumps(body))


def _check(name: str, request: Request) -> None:
    """What is measured must be right: the echo arrives, and no personal data behind ours."""
    answer = json.loads(request.send())
    text = answer.get("result", {}).get("content", [{}])[0].get("text", "")
    right = "kim.minji" not in text and "invoice" in text if name == "personal" else text == CLEAN
    if not right:
        raise CannotMeasure(f"{name} answered {answer}")
