"""``client_secret_post``: identifier and secret in the form (RFC 6749 §2.3.1)."""

from sumun.oauth.client_authentication.method import Credentials
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import Client
from sumun.oauth.form import FormRequest


class SecretPost:
    """The client's secret as the parameter ``client_secret``."""

    name = "client_secret_post"
    implicit = False

    def __init__(self, secrets: ClientSecrets) -> None:
        self._secrets = secrets

    def read(self, request: FormRequest) -> Credentials | None:
        """Read ``client_id`` and ``client_secret``."""
        secret = request.parameters.get("client_secret")
        if not secret:
            return None
        return Credentials(request.parameters.get("client_id", ""), secret)

    async def verify(self, client: Client | None, credentials: Credentials) -> bool:
        """Compare the secret with the stored keyed hash."""
        stored = None if client is None else client.secret_hash
        return self._secrets.verify(credentials.client_id, stored, credentials.secret)
