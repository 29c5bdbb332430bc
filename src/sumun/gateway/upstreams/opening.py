"""Which way leads to a server."""

import ssl
from collections.abc import Callable

import aiohttp

from sumun.config import UpstreamConfig
from sumun.gateway.credentials.credential import Credential
from sumun.gateway.upstreams.http import HttpUpstream
from sumun.gateway.upstreams.multiplexed import MultiplexedUpstream
from sumun.gateway.upstreams.process import ServerProcess, start_process
from sumun.gateway.upstreams.sse import SseLink
from sumun.gateway.upstreams.upstream import Transport
from sumun.guard import Principal


def local_server(
    name: str,
    definition: UpstreamConfig,
    started: Callable[[ServerProcess], object] = lambda _: None,
) -> Transport:
    """Return the way to a command on this machine; ``started`` is told of each process."""

    async def dial(_principal: Principal | None) -> ServerProcess:
        process = await start_process(definition)
        started(process)
        return process

    return MultiplexedUpstream(name, definition, dial, private=definition.per_principal)


def remote_server(
    name: str,
    definition: UpstreamConfig,
    session: aiohttp.ClientSession,
    credential: Credential,
    tls: ssl.SSLContext | None = None,
) -> Transport:
    """Return the way to a server at a URL.

    Over HTTP+SSE, a server knows a session by its stream, so each principal has one of their own.
    """
    if definition.transport == "http":
        return HttpUpstream(definition, session, credential, tls)

    async def dial(principal: Principal | None) -> SseLink:
        link = SseLink(definition, session, credential, principal, tls)
        await link.open()
        return link

    return MultiplexedUpstream(name, definition, dial, private=True, both_eras=False)
