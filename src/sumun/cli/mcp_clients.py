"""What applications that speak MCP call their servers, and where they keep their settings."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

Entry = dict[str, Any]


class Launch(msgspec.Struct, frozen=True):
    """A command an application starts to speak to a server over standard input and output."""

    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = {}


class McpClient(msgspec.Struct, frozen=True):
    """An application that speaks MCP.

    Attributes
    ----------
    title:
        What people call it.
    member:
        Under which member of its settings servers are.
    files:
        Where its settings are, by ``sys.platform``; ``""`` for every other platform. None at all
        where servers are added by hand.
    remote, local:
        How it writes a server it reaches by URL, and one it starts itself; ``None`` if it cannot.

    """

    title: str
    member: str = "mcpServers"
    files: Mapping[str, str] = {}
    remote: Callable[[str], Entry] | None = None
    local: Callable[[Launch], Entry] | None = None

    def file(self, platform: str) -> str:
        """Return where the settings are on a platform; empty if there are none."""
        return self.files.get(platform, self.files.get("", ""))


def _launch(launch: Launch) -> Entry:
    entry: Entry = {"command": launch.command, "args": list(launch.args)}
    return {**entry, "env": dict(launch.env)} if launch.env else entry


def _typed_launch(launch: Launch) -> Entry:
    return {"type": "stdio", **_launch(launch)}


def _opencode_launch(launch: Launch) -> Entry:
    entry: Entry = {"type": "local", "command": [launch.command, *launch.args], "enabled": True}
    return {**entry, "environment": dict(launch.env)} if launch.env else entry


def _bridge(url: str) -> Entry:
    """Return how an application that only starts commands reaches a URL (npm: mcp-remote)."""
    return _launch(Launch("npx", ("-y", "mcp-remote", url)))


CLIENTS: Final[Mapping[str, McpClient]] = {
    "claude-code": McpClient(
        "Claude Code",
        files={"": ".mcp.json"},
        remote=lambda url: {"type": "http", "url": url},
        local=_typed_launch,
    ),
    "claude-desktop": McpClient(
        "Claude Desktop",
        files={
            "darwin": "~/Library/Application Support/Claude/claude_desktop_config.json",
            "win32": "~/AppData/Roaming/Claude/claude_desktop_config.json",
            "": "~/.config/Claude/claude_desktop_config.json",
        },
        remote=_bridge,
        local=_launch,
    ),
    "claude-web": McpClient("Claude (web: Settings, Connectors, Add custom connector)"),
    "chatgpt": McpClient("ChatGPT (Settings, Apps and connectors, Create)"),
    "vscode": McpClient(
        "VS Code",
        member="servers",
        files={"": ".vscode/mcp.json"},
        remote=lambda url: {"type": "http", "url": url},
        local=_typed_launch,
    ),
    "cursor": McpClient(
        "Cursor",
        files={"": "~/.cursor/mcp.json"},
        remote=lambda url: {"url": url},
        local=_launch,
    ),
    "windsurf": McpClient(
        "Windsurf",
        files={"": "~/.codeium/windsurf/mcp_config.json"},
        remote=lambda url: {"serverUrl": url},
        local=_launch,
    ),
    "gemini-cli": McpClient(
        "Gemini CLI",
        files={"": "~/.gemini/settings.json"},
        remote=lambda url: {"httpUrl": url},
        local=_launch,
    ),
    "codex": McpClient(
        "Codex",
        member="mcp_servers",
        files={"": "~/.codex/config.toml"},
        remote=lambda url: {"url": url},
        local=_launch,
    ),
    "opencode": McpClient(
        "OpenCode",
        member="mcp",
        files={"": "opencode.json"},
        remote=lambda url: {"type": "remote", "url": url, "enabled": True},
        local=_opencode_launch,
    ),
    "mcp-remote": McpClient("Any application that only starts commands", remote=_bridge),
}
