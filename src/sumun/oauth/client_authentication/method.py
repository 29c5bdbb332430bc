"""What a client-authentication method is."""

from typing import NamedTuple, Protocol

from sumun.oauth.clients import Client
from sumun.oauth.form import FormRequest


class Credentials(NamedTuple):
    """What a request claims: who it comes from, and what should prove it."""

    client_id: str
    secret: str


class ClientAuthentication(Protocol):
    """One way for a client to prove who it is.

    Attributes
    ----------
    name:
        Its name in ``token_endpoint_auth_methods_supported``.

    """

    name: str

    def read(self, request: FormRequest) -> Credentials | None:
        """Return the credentials if the request uses this method; ``None`` if it does not.

        Raises
        ------
        OAuthError
            ``invalid_client`` if it uses the method and the credentials cannot be read.

        """

    def verify(self, client: Client | None, credentials: Credentials) -> bool:
        """Say whether they prove it; an unknown client takes as long as a known one."""
