"""The revisions of MCP, and what sets their eras apart.

Source: MCP 2026-07-28 basic/versioning ("Terminology": modern, legacy, dual-era), changelog.
"""

from typing import Any, Final

from sumun.gateway.headers import MIRRORING_SINCE

MODERN: Final = MIRRORING_SINCE
"""The one revision whose requests stand for themselves."""
LEGACY: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""The revisions that begin with ``initialize``, oldest first."""

_META: Final = "io.modelcontextprotocol/"
VERSION: Final = f"{_META}protocolVersion"
CLIENT: Final = f"{_META}clientInfo"
CAPABILITIES: Final = f"{_META}clientCapabilities"
LOG_LEVEL: Final = f"{_META}logLevel"
SERVER: Final = f"{_META}serverInfo"
SUBSCRIPTION: Final = f"{_META}subscriptionId"
TASKS: Final = f"{_META}tasks"
"""The extension that tasks became; the tasks of 2025-11-25 are something else."""

TASK_METHODS: Final = frozenset(
    {"tasks/cancel", "tasks/get", "tasks/list", "tasks/result", "tasks/update"}
)
NO_TASKS: Final = "Tasks of one era of MCP are none of the other, which this server speaks"

OWN_NAME: Final = {"name": "sumun", "version": "1"}
"""Who the gateway is where it asks for itself."""

MISSING_CAPABILITY: Final = -32021
UNSUPPORTED_VERSION: Final = -32022

ASKING: Final = {
    "elicitation/create": "elicitation",
    "sampling/createMessage": "sampling",
    "roots/list": "roots",
}
"""What a server asks a client for, and the capability the client declares for it."""
ASKED_DURING: Final = frozenset({"tools/call", "prompts/get", "resources/read"})
"""The requests during which a modern server may ask (MCP 2026-07-28 "Multi Round-Trip")."""

LIST_CHANGES: Final = {
    "notifications/tools/list_changed": "toolsListChanged",
    "notifications/prompts/list_changed": "promptsListChanged",
    "notifications/resources/list_changed": "resourcesListChanged",
}
"""Notifications of a list's change, and how a modern client asks for them."""
UPDATED: Final = "notifications/resources/updated"

LEVELS: Final = (
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
)
"""Levels of log messages (RFC 5424), least severe first."""


def negotiate(wanted: Any) -> str:
    """Return the revision to speak with a legacy client (MCP 2025-11-25 "Version Negotiation")."""
    return wanted if wanted in LEGACY else LEGACY[-1]


def is_severe(level: Any, least: str) -> bool:
    """Whether a log message of ``level`` is at least as severe as ``least``."""
    return level in LEVELS and LEVELS.index(level) >= LEVELS.index(least)
