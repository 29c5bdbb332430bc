"""``none``: a public client says who it is and proves nothing (RFC 6749 §2.1, RFC 7591 §2)."""

from sumun.oauth.client_authentication.method import Credentials, bare_client_id
from sumun.oauth.clients import Client
from sumun.oauth.form import FormRequest


class NoAuthentication:
    """Only the parameter ``client_id``, which RFC 6749 §3.2.1 lets a public client send."""

    name = "none"
    implicit = True

    def read(self, request: FormRequest) -> Credentials | None:
        """Read ``client_id`` where nothing else could prove it."""
        client_id = bare_client_id(request)
        return Credentials(client_id) if client_id else None

    async def verify(self, client: Client | None, _credentials: Credentials) -> bool:
        """Accept a known client; that it is a public one is the authenticator's check."""
        return client is not None
