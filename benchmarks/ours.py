"""Sumun as its users start it, with a data directory of its own."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import CannotMeasure, Request, Server, free_port, serving

COMMAND = str(Path(sys.executable).with_name("sumun"))
TOKEN_PATH = "/oauth2/token"
CREDENTIALS = {
    "grant_type": "client_credentials",
    "client_id": "mcp-client",
    "client_secret": "secret",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


Run = Callable[..., str]
"""Runs a command of ours, given its arguments and what it reads, and returns what it prints."""


@contextmanager
def sumun(
    prepare: Callable[[Run], None] = lambda _: None,
    settings: Mapping[str, str] | None = None,
    **servers: str,
) -> Iterator[Server]:
    """Run Sumun in development mode, with ``servers`` (name and URL) behind its gateway.

    ``prepare`` may run commands before it starts; ``settings`` are environment variables.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="sumun-bench-") as directory:
        command, environ = invocation(port, directory, servers)
        environ |= settings or {}

        def run(*arguments: str, stdin: str = "") -> str:
            done = subprocess.run(
                [COMMAND, *arguments],
                env={**os.environ, "SUMUN_MODE": "development", **environ},
                input=stdin,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise CannotMeasure(f"sumun {' '.join(arguments)}: {done.stderr}")
            return done.stdout

        prepare(run)
        with serving(command, port, environ=environ, ready="/readyz") as server:
            yield server


def invocation(
    port: int, directory: str, servers: dict[str, str]
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts Sumun, and its environment."""
    environ = {
        "SUMUN_ISSUER": f"http://127.0.0.1:{port}",
        "SUMUN_DATA_DIR": directory,
        "SUMUN_OAUTH__DEMO_CLIENT": "true",
        **{f"SUMUN_SERVERS__{name.upper()}__URL": url for name, url in servers.items()},
    }
    return [COMMAND, "serve", "--dev", "--port", str(port)], environ


def token_request(url: str, **more: str) -> Request:
    """Return the request for an access token at the token endpoint ``url``."""
    parameters = {**CREDENTIALS, "scope": "mcp.access", **more}
    return Request(url, headers=FORM, body=urllib.parse.urlencode(parameters))


def access_token(server: Server, **more: str) -> str:
    """Get an access token."""
    answer = json.loads(token_request(server.url + TOKEN_PATH, **more).send())
    return str(answer["access_token"])
