"""Establishing which client a request comes from."""

from collections.abc import Sequence

import msgspec

from sumun.oauth.client_authentication.method import ClientAuthentication, Credentials
from sumun.oauth.client_authentication.secret_basic import CHALLENGE
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import Client, is_client_id
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest

_Used = list[tuple[ClientAuthentication, Credentials]]


class Claimed(msgspec.Struct, frozen=True):
    """Who a request claims to come from, and the methods by which it may prove that."""

    client_id: str
    used: _Used

    def used_by(self, client: Client | None) -> tuple[ClientAuthentication, Credentials]:
        """Return the method that this client is registered with, or else the first."""
        if len(self.used) > 1 and client is not None:
            registered = client.metadata.token_endpoint_auth_methods
            for method, credentials in self.used:
                if method.name in registered:
                    return method, credentials
        return self.used[0]


class ClientAuthenticator:
    """Finds the one method a request uses and lets it judge."""

    def __init__(self, directory: ClientDirectory, methods: Sequence[ClientAuthentication]) -> None:
        self._directory = directory
        self._methods = methods
        self._shown = [method for method in methods if not method.implicit]
        self._implicit = [method for method in methods if method.implicit]

    @property
    def method_names(self) -> list[str]:
        """The methods understood here."""
        return [method.name for method in self._methods]

    def identify(self, request: FormRequest) -> Claimed:
        """Read who the request claims to come from; nothing is proven yet.

        Raises
        ------
        OAuthError
            If it uses no method, several, or one in a form that cannot be read.

        """
        # What only the registration tells apart counts where the request shows nothing else.
        used = _used(self._shown, request) or _used(self._implicit, request)
        if not used:
            raise OAuthError(
                "invalid_client",
                "no client credentials came; send client_id and client_secret in the form, "
                "or as HTTP Basic, or a client_assertion",
            )
        # RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each
        # request."
        if len(used) > 1 and not all(method.implicit for method, _ in used):
            raise OAuthError(
                "invalid_request",
                "client credentials came in two ways; send them as HTTP Basic, in the form, "
                "or as client_assertion, and in one way only (RFC 6749 2.3)",
            )
        client_id = used[0][1].client_id
        if request.parameters.get("client_id", client_id) != client_id:
            raise OAuthError(
                "invalid_request", "client_id in the form is not the one of the credentials"
            )
        if not is_client_id(client_id):
            raise self._refusal(request)
        return Claimed(client_id, used)

    async def authenticate(self, request: FormRequest, claimed: Claimed) -> Client:
        """Prove it.

        Raises
        ------
        OAuthError
            ``invalid_client``, the same for every cause, so that nobody learns which clients
            exist.
        StorageUnavailable
            If clients cannot be read.

        """
        client = await self._directory.find(claimed.client_id, request.source)
        method, credentials = claimed.used_by(client)
        proven = await method.verify(client, credentials)
        if (
            client is None
            or not proven
            or client.disabled_at is not None
            # RFC 7591 §2: a client uses the method it is registered with, no weaker one.
            or method.name not in client.metadata.token_endpoint_auth_methods
        ):
            raise self._refusal(request)
        return client

    def _refusal(self, request: FormRequest) -> OAuthError:
        return OAuthError(
            "invalid_client",
            "client authentication failed; check client_id and its secret or key, and that the "
            "client is enabled and uses a method it is registered with",
            # RFC 6749 §5.2: the challenge answers the scheme the client tried.
            headers=() if request.authorization is None else CHALLENGE,
        )


def _used(methods: Sequence[ClientAuthentication], request: FormRequest) -> _Used:
    return [
        (method, credentials)
        for method in methods
        if (credentials := method.read(request)) is not None
    ]
