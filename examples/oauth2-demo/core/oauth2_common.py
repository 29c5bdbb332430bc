"""Where the demo keeps its things, and its tokens: common to the server and the tests."""

import os
from pathlib import Path

import httpx2

from sumun.config import Config, load

ROOT = Path(__file__).resolve().parents[1]
CONFIG_FILE = ROOT / "config" / "sumun.toml"

ISSUER = "http://localhost:8081"
CLIENT_ID = "mcp-client"
CLIENT_SECRET = "secret"
SCOPE = "mcp.access"


def configuration(**overrides: object) -> Config:
    """Return the demo's configuration; ``JWT_SECRET_KEY`` and ``SUMUN_*`` are honoured."""
    places = {
        "data_dir": str(ROOT / "data"),
        "keys.directory": str(ROOT / "keys"),
        "audit.log_file": str(ROOT / "logs" / "security_audit.log"),
    }
    given = {name: value for name, value in places.items() if not _is_set(name)}
    return load(CONFIG_FILE, overrides={**given, **overrides})


def get_token(base_url: str, scope: str = SCOPE, resource: str = "") -> str:
    """Obtain an access token with the demo client's credentials."""
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "scope": scope,
        **({"resource": resource} if resource else {}),
    }
    response = httpx2.post(f"{base_url}/oauth2/token", data=form, trust_env=False)
    response.raise_for_status()
    token: str = response.json()["access_token"]
    return token


def _is_set(name: str) -> bool:
    return f"SUMUN_{name.upper().replace('.', '__')}" in os.environ
