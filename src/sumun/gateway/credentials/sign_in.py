"""Access tokens of each person, who signed in where the server is guarded."""

from collections.abc import Mapping

from sumun.audit import AuditUnavailable
from sumun.config import UpstreamConfig
from sumun.gateway.credentials.access_tokens import (
    UNAUTHORIZED,
    UNRECORDED,
    learnt,
    presented,
    shown,
    told,
)
from sumun.gateway.credentials.credential import Presented
from sumun.gateway.sign_in_needed import SignInNeeded
from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.guard import Principal
from sumun.oauth.upstream.refused import TokenRefused
from sumun.oauth.upstream.sign_ins import NotGranted, SignIns
from sumun.storage import StorageError


class SignedIn:
    """Shows the token of whoever calls, and to nobody another's.

    Parameters
    ----------
    server:
        The name of the server.

    """

    def __init__(self, server: str, definition: UpstreamConfig, sign_ins: SignIns) -> None:
        self._server = server
        self._definition = definition
        self._sign_ins = sign_ins
        self._host = sign_ins.at(server, definition).host

    async def present(self, method: str, principal: Principal | None) -> Presented:
        """Return the person's token as a header."""
        person = _person(principal)
        try:
            grant = await self._sign_ins.grant(
                self._server, self._definition, person.subject, person.client_id
            )
        except NotGranted:
            link = self._sign_ins.links.make(self._server, person.subject, person.client_id)
            raise SignInNeeded(self._server, self._host, link) from None
        except TokenRefused as refused:
            raise UpstreamFailed(told(refused)) from None
        except (AuditUnavailable, StorageError):
            raise UpstreamFailed(UNRECORDED) from None
        return presented(grant.token, method, self._definition.url, grant.prover)

    async def answered(
        self,
        presented: Presented,
        status: int,
        headers: Mapping[str, str],
        principal: Principal | None,
    ) -> bool:
        """Learn the nonce; have a token that was not accepted renewed, if that may help."""
        if status != UNAUTHORIZED and "dpop-nonce" not in headers:
            return False
        user_id = _person(principal).subject
        try:
            grant = await self._sign_ins.store.find(user_id, self._server)
            prover = grant.prover if grant else None
            if learnt(prover, self._definition.url, status, headers):
                return True
            return status == UNAUTHORIZED and await self._sign_ins.refused(
                self._server, self._definition, user_id, shown(presented)
            )
        except (AuditUnavailable, StorageError):
            raise UpstreamFailed(UNRECORDED) from None


def _person(principal: Principal | None) -> Principal:
    """Return the principal, if it can be a person: only people sign in."""
    if principal is None or principal.subject == principal.client_id:
        raise UpstreamFailed("it is for people who sign in there, and nobody did")
    return principal
