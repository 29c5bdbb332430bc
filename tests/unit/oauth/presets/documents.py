"""What real clients publish and send, as far as it is public.

Documents marked "as fetched" are quoted, member by member, from public notes of people who
fetched them on the date given. The others are built from facts, which are named: nobody's
complete document or request could be had.
"""

CLAUDE = "https://claude.ai/oauth/mcp-oauth-client-metadata"
CLAUDE_CODE = "https://claude.ai/oauth/claude-code-client-metadata"
CHATGPT = "https://chatgpt.com/oauth/client.json"
VSCODE = "https://vscode.dev/oauth/client-metadata.json"
CURSOR = "https://cursor.com/oauth/mcp-client.json"

DOCUMENTS = {
    # As fetched, 2026-09-08.
    "claude-code": {
        "client_id": CLAUDE_CODE,
        "client_name": "Claude Code",
        "client_uri": "https://claude.ai",
        "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    },
    # As fetched, 2026-09-08.
    "chatgpt": {
        "client_id": CHATGPT,
        "client_uri": "https://chatgpt.com/",
        "redirect_uris": ["https://chatgpt.com/connector_platform_oauth_redirect"],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_name": "ChatGPT",
        "logo_uri": "https://persistent.oaistatic.com/sonic/misc/openai-logo.png",
        "token_endpoint_auth_signing_alg": "RS256",
        "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
    },
    # As fetched, 2026-09-08.
    "vscode": {
        "client_name": "Visual Studio Code",
        "logo_uri": "https://code.visualstudio.com/assets/branding/code-stable.png",
        "grant_types": [
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "application_type": "native",
        "client_id": VSCODE,
        "client_uri": "https://vscode.dev/product",
        "redirect_uris": ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
    },
    # Built: the identifier, the redirect URI and the method are as fetched on 2026-09-24; that it
    # declares jwt-bearer, too, is from the same note; the name is the one Anthropic documents.
    "claude": {
        "client_id": CLAUDE,
        "client_name": "Claude",
        "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"],
        "grant_types": [
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    },
    # Built: identifier, name, method and the Cursor callbacks are from a test that quotes the
    # shared document; the rest is what public clients have.
    "cursor": {
        "client_id": CURSOR,
        "client_name": "Cursor",
        "token_endpoint_auth_method": "none",
        "redirect_uris": [
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "https://www.cursor.com/bot/mcp/oauth/callback",
            "https://grok.com/connectors-oauth-exchange-code/",
            "http://localhost:8787/callback",
            "http://127.0.0.1:8787/callback",
        ],
    },
}

REGISTRATIONS = {
    # Built: redirect URIs as Cursor 3.20 registers them together, with application_type web.
    "cursor": {
        "client_name": "Cursor",
        "redirect_uris": [
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "https://www.cursor.com/bot/mcp/oauth/callback",
            "http://localhost:8787/callback",
            "grokbot://mcp/oauth/callback",
        ],
        "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    },
    # From the source of the inspector's OAuth provider.
    "mcp-inspector": {
        "redirect_uris": ["http://localhost:6274/oauth/callback"],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_name": "MCP Inspector",
        "client_uri": "https://github.com/modelcontextprotocol/inspector",
        "scope": "",
    },
    # From the source and the tests of mcp-remote 0.1.
    "mcp-remote": {
        "redirect_uris": ["http://localhost:3334/oauth/callback"],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_name": "MCP CLI Proxy",
        "client_uri": "https://github.com/modelcontextprotocol/mcp-cli",
        "software_id": "2e6dc280-f3c3-4e01-99a7-8181dbd1d23d",
        "software_version": "0.1.38",
        "scope": "openid email profile",
    },
    # Built: name and callback are the ones Anthropic documents for connectors.
    "claude": {
        "client_name": "Claude",
        "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    },
    # Built from the document above, which VS Code's documentation says the same of.
    "vscode": {
        "client_name": "Visual Studio Code",
        "client_uri": "https://code.visualstudio.com",
        "grant_types": [
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "response_types": ["code"],
        "redirect_uris": ["http://127.0.0.1:33418", "https://vscode.dev/redirect"],
        "application_type": "native",
        "token_endpoint_auth_method": "none",
    },
}
