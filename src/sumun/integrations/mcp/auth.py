"""A server of the MCP SDK as a protected resource of a Sumun elsewhere."""

from collections.abc import Mapping, Sequence

from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings

from sumun.integrations.access_token import described
from sumun.integrations.remote import RemoteVerifier
from sumun.resource import Challenged, InsufficientScope


class SumunAuth:
    """The SDK's token verifier, by the issuer's published keys; the audience is never optional.

    Give it as ``token_verifier``, and its :attr:`settings` as ``auth``.

    Parameters
    ----------
    issuer:
        The issuer identifier, exactly as the issuer writes it.
    resource:
        The URL of the MCP endpoint as clients use it: the audience its tokens must have.
    scopes:
        What every request needs; scopes that include one of these will do.
    scope_hierarchy:
        Which scope includes which patterns.
    verifier:
        Instead of the one made of ``issuer`` and ``resource``.

    Raises
    ------
    ValueError
        If one of the URLs is none, or plain http to another machine.

    """

    def __init__(
        self,
        *,
        issuer: str,
        resource: str,
        scopes: Sequence[str] = ("mcp.access",),
        scope_hierarchy: Mapping[str, list[str]] | None = None,
        verifier: RemoteVerifier | None = None,
    ) -> None:
        self._verifier = verifier or RemoteVerifier(
            issuer, resource, scope_hierarchy=scope_hierarchy
        )
        self._scopes = tuple(scopes)

    @property
    def settings(self) -> AuthSettings:
        """What the SDK asks for beside the verifier."""
        # As texts, for URLs of their own kind would gain a slash at the end.
        members = {
            "issuer_url": self._verifier.issuer,
            "resource_server_url": self._verifier.resource,
            "required_scopes": list(self._scopes),
            "validate_token_resource": False,  # the verifier does, to the letter
        }
        return AuthSettings.model_validate(members)

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return what a token of ours says, and ``None`` for every other.

        The SDK asks for each required scope by name, and knows no scope that includes another: to
        a token whose scopes include them, they are added here.
        """
        required: tuple[str, ...] = self._scopes
        try:
            try:
                principal = await self._verifier.verify_token(token, required)
            except InsufficientScope:
                required = ()
                principal = await self._verifier.verify_token(token)
        except Challenged:
            return None
        access = AccessToken.model_validate(described(token, principal, self._verifier.issuer))
        access.scopes = sorted({*access.scopes, *required})
        return access
