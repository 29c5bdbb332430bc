"""The clients that are known, as they were seen in the autumn of 2026."""

from typing import Final

from sumun.oauth.presets.preset import Preset

_ALL: Final = (
    Preset(
        name="claude",
        title="Claude",
        document="https://claude.ai/oauth/mcp-oauth-client-metadata",
        redirect_uris=(
            "https://claude.ai/api/mcp/auth_callback",
            "https://claude.com/api/mcp/auth_callback",
        ),
        application_type="web",
        note="Web, Desktop and mobile; connects from Anthropic's network. Takes a client ID under "
        "Advanced settings of a connector.",
    ),
    Preset(
        name="claude-code",
        title="Claude Code",
        document="https://claude.ai/oauth/claude-code-client-metadata",
        redirect_uris=("http://localhost/callback", "http://127.0.0.1/callback"),
        application_type="native",
        note="Listens at a port of its own choosing; --callback-port fixes it.",
    ),
    Preset(
        name="chatgpt",
        title="ChatGPT",
        document="https://chatgpt.com/oauth/client.json",
        redirect_uris=("https://chatgpt.com/connector_platform_oauth_redirect",),
        application_type="web",
        note="Some connectors have a redirect URI of their own, shown in their settings: "
        "https://chatgpt.com/connector/oauth/ID. Add it with --redirect-uri.",
    ),
    Preset(
        name="vscode",
        title="Visual Studio Code",
        document="https://vscode.dev/oauth/client-metadata.json",
        redirect_uris=(
            "http://127.0.0.1:33418/",
            "http://127.0.0.1:33418",
            "https://vscode.dev/redirect",
        ),
        application_type="native",
        note="Asks for a client ID if it can neither be known by its document nor register.",
    ),
    Preset(
        name="cursor",
        title="Cursor",
        document="https://cursor.com/oauth/mcp-client.json",
        redirect_uris=(
            "http://localhost:8787/callback",
            "http://127.0.0.1:8787/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "https://www.cursor.com/bot/mcp/oauth/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback",
        ),
        application_type="native",
        note="Older versions come back through cursor://; registers all its redirect URIs at once.",
    ),
    Preset(
        name="mcp-inspector",
        title="MCP Inspector",
        redirect_uris=(
            "http://localhost:6274/oauth/callback",
            "http://localhost:6274/oauth/callback/debug",
        ),
        application_type="native",
        note="Runs in the browser, on this computer.",
    ),
    Preset(
        name="mcp-remote",
        title="mcp-remote",
        redirect_uris=(
            "http://localhost/oauth/callback",
            "http://127.0.0.1/oauth/callback",
        ),
        application_type="native",
        note="Bridges applications that speak stdio only; shows itself as MCP CLI Proxy.",
    ),
)

PRESETS: Final = {preset.name: preset for preset in _ALL}
"""The clients by name."""
