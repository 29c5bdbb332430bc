"""Every upstream provider: sending people there, and knowing them when they come back."""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple, TypeVar

from sumun.audit import AuditLog, Event
from sumun.config import Config, ProviderConfig
from sumun.keys import RootSecret
from sumun.oauth.fetch import Fetcher
from sumun.oauth.metadata import endpoint_url
from sumun.oauth.providers.id_token import UpstreamPerson
from sumun.oauth.providers.identities import (
    Identity,
    add_linked_user,
    find_identity,
    link_identity,
    list_identities,
    note_identity_use,
    unlink_identity,
)
from sumun.oauth.providers.provider import Provider
from sumun.oauth.providers.refused import UpstreamRefused
from sumun.oauth.upstream.requests import Purpose, UpstreamRequest, UpstreamRequests
from sumun.oauth.users import User, find_user_by_id, new_user_id
from sumun.storage import Conflict, Database, Transaction

CALLBACK_PATH: Final = "/sign-in/callback"

_NAME_LIMIT: Final = 200

_log = logging.getLogger("sumun.oauth")

T = TypeVar("T")

FetcherOf = Callable[[ProviderConfig], Fetcher]


class Arrived(NamedTuple):
    """Somebody came back from a provider, who is known there."""

    provider: Provider
    request: UpstreamRequest
    person: UpstreamPerson


class Providers:
    """The providers of the configuration, in its order.

    Parameters
    ----------
    fetcher_of:
        How each is reached.
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
        fetcher_of: FetcherOf,
        clock: Callable[[], float],
    ) -> None:
        self.by_name = {
            name: Provider(
                name,
                provider,
                redirect_uri=endpoint_url(config.issuer, f"{CALLBACK_PATH}/{name}"),
                fetcher=fetcher_of(provider),
                clock=clock,
            )
            for name, provider in config.oauth.providers.items()
        }
        self._database = database
        self._audit = audit
        self._requests = UpstreamRequests(database, root_secret, clock)
        self._clock = clock

    async def begin(
        self, name: str, purpose: Purpose, bound_to: str, *, then: str = "", again: bool = False
    ) -> str:
        """Return where to send the person.

        Raises
        ------
        UpstreamRefused
            If there is no such provider, or it cannot be reached.
        StorageError
            If the request cannot be kept.

        """
        provider = self.by_name.get(name)
        if provider is None:
            raise UpstreamRefused("unknown_request", "there is no such provider")
        state, request = await self._requests.add(name, purpose, bound_to, then=then, again=again)
        try:
            return await provider.authorization_url(state, request)
        except UpstreamRefused as refused:
            _log.warning("provider %s: %s", name, refused)
            raise

    async def waiting(self, name: str, state: str) -> UpstreamRequest:
        """Return the request that is answered; it is not used up yet.

        Raises
        ------
        UpstreamRefused
            If none waits.

        """
        request = await self._requests.find(name, state)
        if request is None:
            raise UpstreamRefused("unknown_request", "no request of ours has this state")
        return request

    async def arrive(
        self, name: str, state: str, answer: Mapping[str, str], *, source: str
    ) -> Arrived:
        """Use the request up, and find out who came back.

        To be called only in the browser that the request was made in.

        Raises
        ------
        UpstreamRefused
            If it was answered before, or it is not shown who it is.
        AuditUnavailable, StorageError
            If it cannot be recorded or looked up.

        """
        request = await self.waiting(name, state)
        if not await self._requests.use(state):
            raise UpstreamRefused("unknown_request", "it was answered before")
        provider = self.by_name[name]
        return await self._noted(
            name, source, self._arrived(provider, request, provider.answered(answer, request))
        )

    async def user_of(self, arrived: Arrived, *, source: str) -> User:
        """Return the person here, registering them if the configuration lets that happen.

        Raises
        ------
        UpstreamRefused
            If nobody here is linked with that account, or is let in no longer.
        AuditUnavailable, StorageError
            If it cannot be recorded or looked up.

        """
        return await self._noted(arrived.provider.name, source, self._user_of(arrived, source))

    async def link(self, arrived: Arrived, user: User, *, source: str) -> None:
        """Let the person sign in with that account from now on.

        Raises
        ------
        UpstreamRefused
            If somebody else does already.
        AuditUnavailable, StorageError
            If it cannot be recorded.

        """
        person = arrived.person
        known = await self._database.read(find_identity, person.issuer, person.subject)
        if known is not None and known.user_id == user.user_id:
            return
        try:
            await self._audit.write(
                [_event(user.user_id, "linked", arrived.provider.name, source)],
                link_identity,
                person.issuer,
                person.subject,
                user.user_id,
                now=int(self._clock()),
            )
        except Conflict:
            raise UpstreamRefused("linked_elsewhere") from None

    async def of(self, user: User) -> list[Identity]:
        """Return the person's accounts elsewhere."""
        return await self._database.read(list_identities, user.user_id)

    async def unlink(
        self, user: User, issuer: str, subject: str, *, other_ways: bool, source: str
    ) -> None:
        """Let nobody sign in with that account any more.

        ``other_ways`` is whether the person has a password or a passkey.

        Raises
        ------
        UpstreamRefused
            If the person could not sign in at all then.
        AuditUnavailable, StorageError
            If it cannot be recorded.

        """

        def intent(tx: Transaction) -> None:
            unlink_identity(tx, issuer, subject, user.user_id)
            if not other_ways and not list_identities(tx, user.user_id):
                raise UpstreamRefused("last")

        event = _event(user.user_id, "unlinked", self.name_of(issuer), source)
        await self._audit.write([event], intent)

    def name_of(self, issuer: str) -> str:
        """Return what the configuration calls an issuer; the issuer, if nothing any more."""
        for name, provider in self.by_name.items():
            if provider.issuer == issuer:
                return name
        return issuer

    async def _arrived(
        self, provider: Provider, request: UpstreamRequest, answered: Awaitable[UpstreamPerson]
    ) -> Arrived:
        return Arrived(provider, request, await answered)

    async def _user_of(self, arrived: Arrived, source: str) -> User:
        person = arrived.person
        now = int(self._clock())
        known = await self._database.read(find_identity, person.issuer, person.subject)
        if known is None:
            if not _may_sign_up(arrived):
                raise UpstreamRefused("unlinked")
            return await self._sign_up(arrived, source, now)
        user = await self._database.read(find_user_by_id, known.user_id)
        if user is None or user.disabled_at is not None:
            raise UpstreamRefused("disabled")
        await self._database.write(note_identity_use, person.issuer, person.subject, now=now)
        return user

    async def _sign_up(self, arrived: Arrived, source: str, now: int) -> User:
        """Register the person, under a name that says where they come from.

        No name of ours can be taken that way, whatever a provider lets people call themselves.
        """
        person = arrived.person
        base = f"{arrived.provider.name}:{person.email or person.name or person.subject}"
        mark = hashlib.sha256(person.subject.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        for username in (base[:_NAME_LIMIT], f"{base[:_NAME_LIMIT]}#{mark}"):
            user = User(user_id=new_user_id(), username=username, password_hash="", created_at=now)
            event = Event(
                event_type="user_created",
                user_id=user.user_id,
                action_taken="created",
                method=arrived.provider.name,
                source=source,
            )
            try:
                await self._audit.write(
                    [event], add_linked_user, user, person.issuer, person.subject, now=now
                )
            except Conflict:
                continue
            return user
        raise UpstreamRefused("unlinked", "the user name is taken")

    async def _noted(self, name: str, source: str, outcome: Awaitable[T]) -> T:
        """Record a refusal before it is told."""
        try:
            return await outcome
        except UpstreamRefused as refused:
            _log.warning("provider %s: %s", name, refused)
            await self._audit.record(
                Event(
                    event_type="sign_in_refused",
                    action_taken="rejected",
                    method=name,
                    reason=refused.reason,
                    source=source,
                )
            )
            raise


def _may_sign_up(arrived: Arrived) -> bool:
    config = arrived.provider.config
    if not config.sign_up:
        return False
    if not config.email_domains:
        return True
    domains = {each.lower() for each in config.email_domains}
    return arrived.provider.vouches_for(arrived.person, domains)


def _event(user_id: str, action: str, provider: str, source: str) -> Event:
    return Event(
        event_type="identity",
        user_id=user_id,
        action_taken=action,
        method=provider,
        source=source,
    )
