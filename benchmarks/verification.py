"""Verifying an access token in the process that guards a resource, as every call to it does.

A cached token is one whose signature was verified before; time, audience, key and scope are judged
each time. Where the resource shares our database, so is whether it was revoked.
"""

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.load import SERVER_CORE
from benchmarks.result import Result
from sumun.config import Config
from sumun.keys import RootSecret, SealedFiles, SigningKeyring
from sumun.resource import BearerVerifier
from sumun.storage import connect

GOAL = 3.0
CALLS = 2_000
ISSUER = "https://gate.example.com"
SCOPE = "mcp.access"


def run(rounds: int = 15) -> list[Result]:
    """Measure and return the figures."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})
    try:
        with tempfile.TemporaryDirectory(prefix="sumun-bench-") as directory:
            return asyncio.run(_run(Path(directory), rounds))
    finally:
        os.sched_setaffinity(0, allowed)


async def _run(directory: Path, rounds: int) -> list[Result]:
    config = Config(issuer=ISSUER)
    keyring = SigningKeyring.open(SealedFiles(directory / "keys", RootSecret(os.urandom(32))))
    database = connect(f"sqlite:///{directory / 'sumun.db'}")
    await database.open()
    elsewhere = BearerVerifier(config, keyring=keyring, database=None)
    beside_us = BearerVerifier(config, keyring=keyring, database=database)
    try:
        return [
            _result("cached", await _time(elsewhere, keyring, rounds), GOAL),
            _result("cached, revocation looked up", await _time(beside_us, keyring, rounds)),
            _result("new", await _time(elsewhere, keyring, rounds, cached=False)),
        ]
    finally:
        await database.close()


async def _time(
    verifier: BearerVerifier, keyring: SigningKeyring, rounds: int, *, cached: bool = True
) -> float:
    """Return the microseconds one verification takes: the median of rounds."""
    found = []
    for number in range(rounds):
        scopes = [_request(keyring, number)] * CALLS
        if cached:
            await verifier.verify(scopes[0], ISSUER, (SCOPE,))
        else:
            scopes = [_request(keyring, number * CALLS + each) for each in range(CALLS)]
        begun = time.process_time()
        for scope in scopes:
            await verifier.verify(scope, ISSUER, (SCOPE,))
        found.append((time.process_time() - begun) / CALLS * 1e6)
    return statistics.median(found)


def _request(keyring: SigningKeyring, number: int) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": "agent",
        "aud": ISSUER,
        "exp": now + 900,
        "iat": now,
        "jti": f"{number:022}",
        "client_id": "agent",
        "scope": SCOPE,
    }
    token = keyring.active().sign(claims, "at+jwt")
    headers = [
        (b"host", b"gate.example.com"),
        (b"content-type", b"application/json"),
        (b"authorization", f"Bearer {token}".encode()),
    ]
    return {"type": "http", "method": "POST", "headers": headers, "client": ("127.0.0.1", 5000)}


def _result(what: str, microseconds: float, goal: float | None = None) -> Result:
    return Result(
        what=f"verification of a token, {what}",
        ours=microseconds,
        unit="us",
        better="less",
        goal=goal,
    )
