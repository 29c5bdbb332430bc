"""The bare ASGI app that only signs: what other rates are measured by.

A rate says little about another machine; how it compares with this floor, in the same run, does.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.load import Request, Server, free_port, peer, serving
from benchmarks.ours import TOKEN_PATH, token_request

REFERENCE = 13_000
"""Tokens a second the floor gives where our rates are stated for."""


@contextmanager
def signing_floor() -> Iterator[tuple[Server, Request]]:
    """Run the floor, and give the request it answers."""
    port = free_port()
    with serving(peer("signing_floor", str(port)), port, ready=TOKEN_PATH) as server:
        yield server, token_request(server.url + TOKEN_PATH)
