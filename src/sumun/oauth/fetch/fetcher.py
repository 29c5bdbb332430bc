"""One request to an address somebody else chose: bounded in every direction."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from sumun.oauth.fetch.addresses import Network, may_connect
from sumun.oauth.fetch.refused import FetchRefused
from sumun.oauth.fetch.urls import check_url

JSON: Final = ("application/json", "application/*+json")
"""The media types of JSON: the general one, and every specific one by its suffix."""

_BODY_LIMIT: Final = 5 * 1024
_HEADER_LIMIT: Final = 8 * 1024
_PATIENCE: Final = 3.0
_AT_ONCE: Final = 8
_OK: Final = 200
_REDIRECTS: Final = range(300, 400)

T = TypeVar("T")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses of a host, as text; raises ``OSError`` if there are none."""


class Fetched(NamedTuple):
    """What came: the body as it was sent, and the headers in small letters."""

    body: bytes
    media_type: str
    headers: Mapping[str, str]
    status: int = 200


class Fetcher:
    """Makes requests to public addresses, and only to those.

    The host is resolved once, every address it has is judged, and the connection goes to one of
    these very addresses: a name that resolves differently the next moment gains nothing. No
    redirect is followed, nothing is decompressed, no proxy is used, no connection is kept.

    Parameters
    ----------
    allowed:
        Networks that count as public: loopback while developing.
    resolve:
        Replaces DNS.
    tls:
        Which certificates are trusted; by default those the system trusts.
    patience:
        Seconds for the whole exchange, waiting for a turn included.
    plain_localhost:
        Whether ``http://localhost`` will do, which only the operator's own choice may be.

    """

    def __init__(
        self,
        *,
        allowed: Sequence[Network] = (),
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        patience: float = _PATIENCE,
        plain_localhost: bool = False,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or _Dns()
        self._tls = tls
        self._patience = patience
        self._plain_localhost = plain_localhost
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def check(self, url: str) -> None:
        """Decide on the text of a URL alone whether it may be asked at all.

        Raises
        ------
        FetchRefused
            If it may not.

        """
        check_url(url, plain_localhost=self._plain_localhost)

    async def get(
        self,
        url: str,
        *,
        media_types: Collection[str] = JSON,
        limit: int = _BODY_LIMIT,
    ) -> Fetched:
        """Fetch a document.

        Parameters
        ----------
        media_types:
            What is acceptable; ``*`` stands for any characters.
        limit:
            Bytes the body may have.

        Raises
        ------
        FetchRefused
            If it may not be fetched, cannot be, or is not acceptable.

        """
        read = partial(_read, media_types=media_types, limit=limit)
        return await self._exchange("GET", url, None, media_types, read)

    async def post(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> int:
        """Send a form and return the status of the answer; its body is not read.

        ``headers`` are sent beside the usual.

        Raises
        ------
        FetchRefused
            If it may not be sent, or no answer came.

        """
        return await self._exchange("POST", url, form, (), _status, headers=headers)

    async def submit(
        self,
        url: str,
        form: Mapping[str, str] | bytes,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        statuses: Collection[int] = (_OK,),
        limit: int = _BODY_LIMIT,
    ) -> Fetched:
        """Send a form, or a JSON document, and return the JSON document that answers it.

        Parameters
        ----------
        headers:
            Sent beside the usual.
        statuses:
            What the answer may be.
        limit:
            Bytes the body may have.

        Raises
        ------
        FetchRefused
            If it may not be sent, or the answer is no such document.

        """
        if isinstance(form, bytes):
            headers = {**headers, "Content-Type": JSON[0]}
        read = partial(_read, media_types=JSON, limit=limit, statuses=statuses)
        return await self._exchange("POST", url, form, JSON, read, headers=headers)

    async def _exchange(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | bytes | None,
        accept: Collection[str],
        read: Callable[[aiohttp.ClientResponse], Awaitable[T]],
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> T:
        self.check(url)
        try:
            async with (
                asyncio.timeout(self._patience),
                self._turns,
                self._session() as session,
                session.request(
                    method,
                    URL(url, encoded=True),
                    data=form,
                    allow_redirects=False,
                    headers={**headers, **_usual(accept)},
                ) as response,
            ):
                return await read(response)
        except TimeoutError:
            raise FetchRefused("timeout", f"no answer within {self._patience:g} s") from None
        except (aiohttp.ClientSSLError, ssl.SSLError):
            raise FetchRefused("certificate", "the certificate is not trusted") from None
        except (aiohttp.ClientError, OSError):
            raise FetchRefused("unreachable", "no usable answer came") from None

    def _session(self) -> aiohttp.ClientSession:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        connector = aiohttp.TCPConnector(
            resolver=_Judged(self._resolve, self._allowed),
            use_dns_cache=False,
            ssl=self._tls,
            force_close=True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=_HEADER_LIMIT,
            max_field_size=_HEADER_LIMIT,
            timeout=aiohttp.ClientTimeout(total=self._patience),
            trust_env=False,
        )


class _Judged(AbstractResolver):
    """Resolves a host to addresses that may be connected to, or not at all."""

    def __init__(self, resolve: Resolve, allowed: Sequence[Network]) -> None:
        self._resolve = resolve
        self._allowed = allowed

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - as aiohttp calls it
    ) -> list[ResolveResult]:
        """Return what may be connected to; raise :class:`FetchRefused` if there is nothing."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise FetchRefused("unresolvable", "the host has no address")
        # One address of ours among public ones is how rebinding looks: the whole name is refused.
        if not all(may_connect(address, self._allowed) for address in addresses):
            raise FetchRefused("special_address", "the host has an address that is not public")
        return [_result(host, address, port) for address in addresses]

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class _Dns:
    """Asks the system, in threads of its own: a slow name must hold up nobody else's."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE // 2, "sumun-resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _result(host: str, address: str, port: int) -> ResolveResult:
    return {
        "hostname": host,
        "host": address,
        "port": port,
        "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
        "proto": 0,
        "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    }


def _usual(accept: Collection[str]) -> dict[str, str]:
    return {
        "Accept": ", ".join(each for each in accept if "*" not in each) or "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": "Sumun",
    }


async def _status(response: aiohttp.ClientResponse) -> int:
    return response.status


async def _read(
    response: aiohttp.ClientResponse,
    *,
    media_types: Collection[str],
    limit: int,
    statuses: Collection[int] = (_OK,),
) -> Fetched:
    status = response.status
    if status in _REDIRECTS:
        raise FetchRefused("redirect", f"it answers {status}, and redirects are not followed")
    if status not in statuses:
        raise FetchRefused("status", f"it answers {status}, not {min(statuses)}", status=status)
    headers = {name.lower(): value for name, value in response.headers.items()}
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchRefused("encoded", "it is sent compressed, though nobody asked for that")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not _is_one_of(media_type, media_types):
        raise FetchRefused("media_type", "its Content-Type is not " + " or ".join(media_types))
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > limit:
            raise FetchRefused("too_large", f"it has more than {limit} bytes")
    return Fetched(bytes(body), media_type, headers, status)


def _is_one_of(media_type: str, accepted: Collection[str]) -> bool:
    return any(
        media_type == each or ("*" in each and _matches(media_type, each)) for each in accepted
    )


def _matches(media_type: str, pattern: str) -> bool:
    before, _, after = pattern.partition("*")
    return media_type.startswith(before) and media_type.endswith(after)
