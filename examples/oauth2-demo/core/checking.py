"""What the checks share: a server to ask, and a way to tell what they did."""

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import cache

import httpx2
from core.oauth2_common import CONFIG_FILE, ISSUER, ROOT, configuration

_START_SECONDS = 20.0


def say(korean: str, english: str) -> None:
    """Print one line of what was done."""
    print(f"  ✓ {korean} — {english}", flush=True)


def run_as_script(checks: dict[str, object]) -> None:
    """Run every ``test_`` function in order, and exit with 1 if one fails."""
    failed = 0
    for name, check in list(checks.items()):
        if name.startswith("test_") and isinstance(check, Callable):
            print(name, flush=True)
            try:
                check()
            except Exception:  # noqa: BLE001 - each failure is shown, and the rest still runs
                failed += 1
                traceback.print_exc()
    print("실패 failed:" if failed else "모두 통과 all passed", failed or "", flush=True)
    sys.exit(1 if failed else 0)


@cache
def server_url() -> str:
    """Return this demo's server if it runs already, or start one on a free port until we exit."""
    if _published_kids(ISSUER) & _our_kids():
        return ISSUER
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    place = tempfile.TemporaryDirectory(prefix="oauth2-demo-")
    settings = {
        "SUMUN_ISSUER": url,
        "SUMUN_SERVER__HOST": "127.0.0.1",
        "SUMUN_SERVER__PORT": str(port),
        "SUMUN_DATA_DIR": place.name,
        "SUMUN_KEYS__DIRECTORY": f"{place.name}/keys",
        "SUMUN_AUDIT__LOG_FILE": f"{place.name}/security_audit.log",
    }
    os.environ.update(settings)  # so that whatever else we start works with the same keys and log
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "core" / "mcp_oauth2_server.py")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def stop() -> None:
        server.terminate()
        server.wait(_START_SECONDS)
        place.cleanup()

    atexit.register(stop)
    deadline = time.monotonic() + _START_SECONDS
    while not _published_kids(url):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the demo server does not start; run core/mcp_oauth2_server.py")
        time.sleep(0.05)
    print(f"  (서버를 시작했습니다 — started a server at {url})", flush=True)
    return url


def _published_kids(url: str) -> set[str]:
    """Return the ids of the keys that the server at ``url`` signs with; none if there is none."""
    try:
        keys = httpx2.get(f"{url}/.well-known/jwks.json", timeout=2, trust_env=False).json()["keys"]
        return {key["kid"] for key in keys}
    except (httpx2.HTTPError, ValueError, LookupError, TypeError):
        return set()


def _our_kids() -> set[str]:
    config = configuration()
    places = {
        "SUMUN_DATA_DIR": config.data_dir,
        "SUMUN_KEYS__DIRECTORY": config.keys.directory,
    }
    listed = subprocess.run(
        [sys.executable, "-m", "sumun.cli", "--config", CONFIG_FILE, "--json", "key", "list"],
        env={**os.environ, **places},
        capture_output=True,
        check=False,
    )
    return {key["kid"] for key in json.loads(listed.stdout)} if listed.returncode == 0 else set()
