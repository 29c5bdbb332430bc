"""``client_credentials``: the client acts for itself (RFC 6749 §4.4)."""

from collections.abc import Awaitable, Sequence

from sumun.oauth.access_tokens import AccessTokens, Issued
from sumun.oauth.authorization_details import Details, read_details
from sumun.oauth.clients import Client
from sumun.oauth.form import FormRequest
from sumun.oauth.targets import Targets


class ClientCredentials:
    """A token whose subject is the client itself."""

    grant_type = "client_credentials"
    # RFC 6749 §4.4: "MUST only be used by confidential clients".
    for_public_clients = False

    def __init__(self, targets: Targets, tokens: AccessTokens) -> None:
        self._targets = targets
        self._tokens = tokens

    def issue(self, client: Client, request: FormRequest) -> Awaitable[Issued]:
        """Check resource and scope, in this order, and issue."""
        parameters = request.parameters
        return self.issue_for(
            client,
            request.resources,
            parameters.get("scope", ""),
            request.source,
            details=read_details(client, parameters.get("authorization_details")),
            cnf=request.cnf,
        )

    def issue_for(
        self,
        client: Client,
        resources: Sequence[str],
        scope: str,
        source: str,
        *,
        details: Details = (),
        cnf: dict[str, str] | None = None,
    ) -> Awaitable[Issued]:
        """Issue to a client that is known to be who it is; ``cnf`` is what it is bound to.

        Raises
        ------
        OAuthError, AuditUnavailable
            As :meth:`issue`.

        """
        resource = self._targets.resource(client, resources, details)
        return self._tokens.issue(
            client=client,
            # RFC 9068 §2.2: without a resource owner, sub identifies the client.
            subject=client.client_id,
            audience=resource.identifier,
            scope=self._targets.scope(client, resource, scope, details),
            grant_type=self.grant_type,
            source=source,
            detailed=bool(details),
            cnf=cnf or {},
        )
