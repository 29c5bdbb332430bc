"""Every server upstream that people sign in at: going there, coming back, and their tokens."""

import time
from collections.abc import Callable, Mapping

from sumun.audit import AuditLog
from sumun.config import Config, UpstreamConfig
from sumun.keys import RootSecret, SigningKeyring
from sumun.oauth.fetch.reaching import named_fetcher
from sumun.oauth.upstream.discovery import Discovery
from sumun.oauth.upstream.grant_store import Grant, GrantStore
from sumun.oauth.upstream.links import Links
from sumun.oauth.upstream.own_client import OwnClient
from sumun.oauth.upstream.refused import TokenRefused
from sumun.oauth.upstream.renewal import Renewal
from sumun.oauth.upstream.requests import UpstreamRequests
from sumun.oauth.upstream.sign_in import UpstreamSignIn
from sumun.proof.prover import Prover
from sumun.storage import Database


class NotGranted(Exception):
    """The person has not signed in there, or has not let this client use it."""


class SignIns:
    """What the gateway and the pages need of them.

    Attributes
    ----------
    store:
        What people granted.
    links:
        What takes people to the page where they decide.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        config: Config,
        *,
        database: Database,
        audit: AuditLog,
        root_secret: RootSecret,
        keyring: SigningKeyring,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._database = database
        self._root_secret = root_secret
        self._keyring = keyring
        self._clock = clock
        self.store = GrantStore(database, audit, root_secret, clock)
        self.links = Links(config.issuer, root_secret, clock)
        self._requests = UpstreamRequests(database, root_secret, clock)
        self._renewal = Renewal(self.store, clock)
        self._servers: dict[str, UpstreamSignIn] = {}

    def at(self, name: str, definition: UpstreamConfig) -> UpstreamSignIn:
        """Return how people sign in for a server, as it is defined now.

        Raises
        ------
        KeyMaterialError
            If a secret or a key cannot be read.

        """
        known = self._servers.get(name)
        if known is None or known.definition != definition:
            known = self._servers[name] = self._make(name, definition)
        return known

    async def grant(
        self, name: str, definition: UpstreamConfig, user_id: str, client_id: str
    ) -> Grant:
        """Return a person's grant for a call of a client, with a token that is good.

        Raises
        ------
        NotGranted
            If there is none, or not for this client.
        TokenRefused
            If its tokens cannot be renewed now.
        AuditUnavailable, StorageError
            If its use cannot be recorded.

        """
        grant = await self._find(name, definition, user_id)
        if grant is None or not await self.store.is_approved(user_id, name, client_id):
            raise NotGranted
        fresh = await self._renewal.fresh(self.at(name, definition), grant)
        if fresh is None:
            raise NotGranted
        await self.store.note_use(fresh, client_id)
        return fresh

    async def refused(
        self, name: str, definition: UpstreamConfig, user_id: str, authorization: str
    ) -> bool:
        """Renew a grant whose token was not accepted; return whether to try again.

        Raises
        ------
        AuditUnavailable, StorageError
            If that cannot be recorded.

        """
        grant = await self._find(name, definition, user_id)
        if grant is None or not self._renewal.worth_renewing(grant, authorization):
            return False
        try:
            await self._renewal.fresh(self.at(name, definition), grant, authorization)
        except TokenRefused:
            return False
        return True

    async def is_granted(self, name: str, definition: UpstreamConfig, user_id: str) -> bool:
        """Whether the person has signed in there."""
        return await self._find(name, definition, user_id) is not None

    async def begin(self, name: str, definition: UpstreamConfig, session_id: str) -> str:
        """Return where to send a person, whose answer counts in their session alone.

        Raises
        ------
        TokenRefused
            If the authorization server cannot be reached, or is none that people can sign in at.
        StorageError
            If the request cannot be kept.

        """
        sign_in = self.at(name, definition)
        issuer = (await sign_in.server()).issuer
        state, request = await self._requests.add(_asked(name), "connect", session_id, then=issuer)
        return await sign_in.authorization_url(state, request)

    async def arrive(
        self,
        name: str,
        definition: UpstreamConfig,
        answer: Mapping[str, str],
        *,
        user_id: str,
        session_id: str,
        source: str,
    ) -> None:
        """Take the answer of the authorization server, once, and keep what it gives.

        Raises
        ------
        TokenRefused
            If it answers no request of this session's, or gives nothing.
        AuditUnavailable, StorageError
            If it cannot be recorded.

        """
        state = answer.get("state", "")
        request = await self._requests.find(_asked(name), state)
        if request is None or request.bound_to != session_id:
            raise TokenRefused("unknown_request", "no request of this browser has this state")
        if not await self._requests.use(state):
            raise TokenRefused("unknown_request", "it was answered before")
        sign_in = self.at(name, definition)
        prover = Prover(clock=self._clock) if sign_in.bound else None
        token = await sign_in.redeem(answer, request, prover)
        await self.store.keep(
            user_id,
            name,
            url=definition.url,
            issuer=request.then,
            token=token,
            prover=prover,
            source=source,
        )

    async def withdraw(
        self, name: str, definition: UpstreamConfig | None, user_id: str, *, source: str
    ) -> None:
        """Forget a person's grant, and tell the authorization server.

        Raises
        ------
        AuditUnavailable, StorageError
            If it cannot be recorded.

        """
        grant = await self.store.withdraw(user_id, name, source=source)
        if grant is not None and definition is not None and grant.row.url == definition.url:
            await self.at(name, definition).revoke(grant)

    async def _find(self, name: str, definition: UpstreamConfig, user_id: str) -> Grant | None:
        """Return a grant for the server as it is defined now, not for another of its name."""
        grant = await self.store.find(user_id, name)
        if grant is None or grant.row.url != definition.url:
            return None
        issuer = definition.credential.issuer
        return grant if issuer in {"", grant.row.issuer} else None

    def _make(self, name: str, definition: UpstreamConfig) -> UpstreamSignIn:
        credential = definition.credential
        fetcher = named_fetcher(
            self._config, (credential.issuer, definition.url), credential.networks
        )
        client = OwnClient(
            name,
            credential,
            issuer=self._config.issuer,
            keyring=self._keyring,
            database=self._database,
            root_secret=self._root_secret,
            fetcher=fetcher,
            clock=self._clock,
        )
        return UpstreamSignIn(
            definition, client, Discovery(definition, fetcher), fetcher, self._clock
        )


def _asked(name: str) -> str:
    """Return what a request to a server's authorization server is kept under."""
    return f"server/{name}"
