"""Where the parameters of an authorization request really are: sent, signed, or pushed before."""

from collections.abc import Callable
from typing import Protocol

from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.authorization.pushed import PREFIX, take_pushed_request
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.storage import Database


class SignedRequests(Protocol):
    """Opens request objects (RFC 9101)."""

    async def open(self, client: Client, token: str) -> Parameters:
        """Return the parameters of the object.

        Raises
        ------
        OAuthError
            ``invalid_request_object``.

        """


class Unpacker:
    """Finds the parameters.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(
        self, database: Database, signed: SignedRequests, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._signed = signed
        self._clock = clock

    async def unpack(self, client: Client, sent: Parameters) -> Parameters:
        """Return the parameters that count; what was sent beside them does not (RFC 9101 §6.3).

        Raises
        ------
        OAuthError
            If they cannot be had, or the client must send them in another way.
        StorageUnavailable
            If pushed requests cannot be read.

        """
        if sent.get("request_uri").startswith(PREFIX):
            return await self._take(client, sent)
        if client.metadata.require_pushed_authorization_requests:
            raise OAuthError(
                "invalid_request", "this client must push its requests first (RFC 9126 6)"
            )
        return await self.open(client, sent)

    async def open(self, client: Client, sent: Parameters) -> Parameters:
        """Return the parameters of a request that was not pushed, or is being pushed.

        Raises
        ------
        OAuthError
            As :meth:`unpack`.

        """
        if sent.get("request"):
            if sent.get("request_uri"):
                raise OAuthError("invalid_request", "send request or request_uri, not both")
            return await self._signed.open(client, sent.get("request"))
        if client.metadata.require_signed_request_object:
            raise OAuthError(
                "invalid_request", "this client must sign its requests (RFC 9101 10.5)"
            )
        return sent

    async def _take(self, client: Client, sent: Parameters) -> Parameters:
        if sent.get("request"):
            raise OAuthError("invalid_request", "send request or request_uri, not both")
        taken = await self._database.write(
            take_pushed_request,
            sent.get("request_uri"),
            client.client_id,
            now=int(self._clock()),
        )
        if taken is None:
            raise OAuthError(
                "invalid_request_uri",
                "this request_uri is unknown, used, expired, or another client's; push again",
            )
        return taken
