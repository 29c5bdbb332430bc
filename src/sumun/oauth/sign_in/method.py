"""What a way to sign in is."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol

from sumun.oauth.users import User

Refusal = Literal["wrong", "too_many", "busy", "elsewhere"]


class Attempt(NamedTuple):
    """What a person sent.

    Attributes
    ----------
    form:
        The fields of the method's part of the page.
    ticket:
        The pending request, to which a challenge can be bound.
    user:
        Whom an earlier factor has proven; ``None`` at the first.
    source:
        The address it came from.

    """

    form: Mapping[str, str]
    ticket: str
    user: User | None
    source: str


class Proven(NamedTuple):
    """Who it is, and how that is known (RFC 8176).

    Attributes
    ----------
    auth_time:
        Unix seconds when it was proven elsewhere; ``None`` for now.
    known:
        Whether others know the password it was proven with.

    """

    user: User
    amr: tuple[str, ...]
    auth_time: int | None = None
    known: bool = False


class SentElsewhere(NamedTuple):
    """The person goes on at another site, which sends them back."""

    url: str


class SignInRefused(Exception):
    """It is not proven; the reason is for the page, and the same for every person.

    Attributes
    ----------
    wait:
        Seconds after which another try makes sense.
    why:
        More, for the operator; nothing secret.

    """

    def __init__(self, reason: Refusal, wait: int = 0, why: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.why = why


class SignInMethod(Protocol):
    """One way to prove who one is, with a template ``sign_in/{name}.html`` for its fields.

    Attributes
    ----------
    name:
        The value of the form field ``method``.
    second_factor:
        Whether it comes after another method has said who it is, for those who have set it up.

    """

    name: str
    second_factor: bool

    async def offered_to(self, user: User | None) -> bool:
        """Say whether the page should offer it: to anybody, or to that person."""

    async def describe(self, ticket: str, user: User | None) -> Mapping[str, object]:
        """Return what its template needs: a challenge, say."""

    def account(self, attempt: Attempt) -> str:
        """Return whose account is tried, for the brake on guessing; empty if it is not said."""

    async def prove(self, attempt: Attempt) -> Proven | SentElsewhere:
        """Find out who it is.

        Raises
        ------
        SignInRefused
            If it is not proven.
        StorageError
            If people cannot be looked up.

        """
