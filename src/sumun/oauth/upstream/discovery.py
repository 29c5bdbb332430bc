"""Which authorization server guards a server upstream, and where its endpoints are.

The server names it in its metadata (RFC 9728), it describes itself in its own (RFC 8414, OpenID
Connect Discovery), each kept for a while. Every URL among them is somebody else's choice.
"""

from collections.abc import Iterator
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from sumun.config import UpstreamConfig
from sumun.oauth.fetch import Fetcher, FetchRefused, Kept
from sumun.oauth.upstream.refused import TokenRefused

_SIZE_LIMIT: Final = 64 * 1024
_OAUTH: Final = "/.well-known/oauth-authorization-server"
_OPENID: Final = "/.well-known/openid-configuration"
_RESOURCE: Final = "/.well-known/oauth-protected-resource"

_Url = Annotated[str, msgspec.Meta(max_length=2048)]
_Names = Annotated[list[str], msgspec.Meta(max_length=256)]

T = TypeVar("T")


class ServerMetadata(msgspec.Struct, frozen=True):
    """The members of an authorization server's metadata that matter here (RFC 8414 §2)."""

    issuer: str
    token_endpoint: _Url
    authorization_endpoint: _Url = ""
    registration_endpoint: _Url = ""
    revocation_endpoint: _Url = ""
    token_endpoint_auth_methods_supported: _Names | None = None
    code_challenge_methods_supported: _Names | None = None
    authorization_response_iss_parameter_supported: bool = False
    client_id_metadata_document_supported: bool = False


class ResourceMetadata(msgspec.Struct, frozen=True):
    """The members of a protected resource's metadata that matter here (RFC 9728 §2)."""

    resource: _Url
    authorization_servers: Annotated[list[_Url], msgspec.Meta(min_length=1, max_length=16)]


class Discovery:
    """Finds the authorization server of one server upstream.

    Parameters
    ----------
    definition:
        The server; what its credential names is not looked for.
    fetcher:
        How URLs that others chose are reached.

    """

    def __init__(self, definition: UpstreamConfig, fetcher: Fetcher) -> None:
        self._url = definition.url
        self._credential = definition.credential
        self._fetcher = fetcher
        self._resource = Kept(self._fetch_resource, TokenRefused)
        self._server = Kept(self._fetch_server, TokenRefused)

    async def server(self) -> ServerMetadata:
        """Return what is known of the authorization server.

        Raises
        ------
        TokenRefused
            If it cannot be had, or is not as it must be.

        """
        credential = self._credential
        if credential.token_endpoint:
            issuer = credential.issuer or credential.token_endpoint
            return ServerMetadata(issuer, credential.token_endpoint)
        return await self._server.get()

    async def resource(self) -> str:
        """Return what the server upstream is called at its authorization server (RFC 8707).

        Raises
        ------
        TokenRefused
            As :meth:`server`.

        """
        credential = self._credential
        if credential.resource:
            return credential.resource
        if credential.issuer or credential.token_endpoint:
            return self._url
        return (await self._resource.get()).resource

    async def _fetch_resource(self) -> ResourceMetadata:
        found = await self._first(_resource_documents(self._url), ResourceMetadata)
        if not _is_within(self._url, found.resource):
            # RFC 9728 §3.3: else a token for another server would be asked for, and sent here.
            raise TokenRefused("metadata", f"{self._url}: its metadata is of another resource")
        return found

    async def _fetch_server(self) -> ServerMetadata:
        issuer = self._credential.issuer
        if not issuer:
            issuer = (await self._resource.get()).authorization_servers[0]
        found = await self._first(_server_documents(issuer), ServerMetadata)
        # RFC 8414 §3.3: to the letter, or somebody speaks for somebody else.
        if found.issuer != issuer:
            raise TokenRefused("issuer", f"{issuer}: its metadata is that of another issuer")
        for endpoint in (
            found.token_endpoint,
            found.authorization_endpoint,
            found.registration_endpoint,
            found.revocation_endpoint,
        ):
            self._check(endpoint)
        return found

    def _check(self, endpoint: str) -> None:
        try:
            if endpoint:
                self._fetcher.check(endpoint)
        except FetchRefused as refused:
            raise TokenRefused("metadata", f"{endpoint}: {refused}") from None

    async def _first(self, urls: Iterator[str], kind: type[T]) -> T:
        """Return the first of the documents that can be had."""
        problem = ""
        for url in urls:
            try:
                fetched = await self._fetcher.get(url, limit=_SIZE_LIMIT)
                return msgspec.json.decode(fetched.body, type=kind)
            except FetchRefused as refused:
                problem = problem or f"{url}: {refused}"
            except (msgspec.DecodeError, RecursionError):
                problem = problem or f"{url}: is not such metadata"
        raise TokenRefused("unreachable", problem)


def _server_documents(issuer: str) -> Iterator[str]:
    """Yield where the metadata of an issuer may be (RFC 8414 §3.1; MCP authorization)."""
    origin, path = _split(issuer)
    yield f"{origin}{_OAUTH}{path}"
    yield f"{origin}{_OPENID}{path}"
    if path:
        yield f"{origin}{path}{_OPENID}"


def _resource_documents(url: str) -> Iterator[str]:
    """Yield where the metadata of a resource may be (RFC 9728 §3.1)."""
    origin, path = _split(url)
    yield f"{origin}{_RESOURCE}{path}"
    if path:
        yield f"{origin}{_RESOURCE}"


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")


def _is_within(url: str, resource: str) -> bool:
    """Whether ``url`` is the resource, or a path below it."""
    origin, path = _split(url)
    of_resource, above = _split(resource)
    return origin == of_resource and (path == above or path.startswith(f"{above}/"))
