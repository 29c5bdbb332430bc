"""What a grant is."""

from collections.abc import Awaitable
from typing import Protocol

from sumun.oauth.access_tokens import Issued
from sumun.oauth.clients import Client
from sumun.oauth.form import FormRequest


class Grant(Protocol):
    """Turns an authenticated request into a token.

    Attributes
    ----------
    grant_type:
        The value of the parameter ``grant_type``.
    for_public_clients:
        Whether a client without a secret may use it.

    """

    grant_type: str
    for_public_clients: bool

    def issue(self, client: Client, request: FormRequest) -> Awaitable[Issued]:
        """Check what is asked for and issue it.

        The client is authenticated and registered for this grant.

        Raises
        ------
        OAuthError
            If what is asked for is refused.
        AuditUnavailable
            If the token could not be recorded; there is none then.

        """
