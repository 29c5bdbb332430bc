"""What a client-authentication method is."""

from typing import Protocol

import msgspec

from sumun.oauth.assertions import Assertion
from sumun.oauth.clients import Client
from sumun.oauth.form import FormRequest


class Credentials(msgspec.Struct, frozen=True):
    """What a request claims: who it comes from, and what should prove it.

    Attributes
    ----------
    secret:
        The secret, where that is to prove it.
    assertion:
        What the client signed, where that is to prove it.
    certificate:
        The certificate the client connected with, where that is to prove it.

    """

    client_id: str
    secret: str = ""
    assertion: Assertion | None = None
    certificate: bytes = b""


class ClientAuthentication(Protocol):
    """One way for a client to prove who it is.

    Attributes
    ----------
    name:
        Its name in ``token_endpoint_auth_methods_supported``.
    implicit:
        Whether nothing in the form shows that it is used, so that the client's registration must.

    """

    name: str
    implicit: bool

    def read(self, request: FormRequest) -> Credentials | None:
        """Return the credentials if the request uses this method; ``None`` if it does not.

        Raises
        ------
        OAuthError
            ``invalid_client`` if it uses the method and the credentials cannot be read.

        """

    async def verify(self, client: Client | None, credentials: Credentials) -> bool:
        """Say whether they prove it; an unknown client takes as long as a known one.

        Raises
        ------
        StorageUnavailable
            If that cannot be known.

        """


def bare_client_id(request: FormRequest) -> str | None:
    """Return ``client_id`` where nothing else in the request could prove it."""
    parameters = request.parameters
    if (
        request.authorization is not None
        or "client_secret" in parameters
        or "client_assertion" in parameters
        or "client_assertion_type" in parameters
    ):
        return None
    return parameters.get("client_id")


def names_client(request: FormRequest) -> bool:
    """Say whether the request claims to come from any client."""
    return (
        bare_client_id(request) is not None
        or request.authorization is not None
        or any(
            name in request.parameters
            for name in ("client_secret", "client_assertion", "client_assertion_type")
        )
    )
