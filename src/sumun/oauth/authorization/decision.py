"""What stands between a request and its code: a sign-in, a decision, or nothing."""

from collections.abc import Sequence
from enum import StrEnum

from sumun.oauth.authorization.consents import Consent, fingerprint
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.sessions import ACR_VALUES, Session
from sumun.oauth.clients import Client
from sumun.oauth.redirects import redirect_kind


class Step(StrEnum):
    """What comes next.

    ``UNMET`` is the end: the person has signed in, and not in a way that is good enough.
    """

    SIGN_IN = "sign_in"
    CONSENT = "consent"
    GRANT = "grant"
    UNMET = "unmet"


def next_step(
    request: AuthorizationRequest,
    client: Client,
    session: Session | None,
    consent: Consent | None,
    *,
    signed_in_for: str | None,
    now: float,
) -> Step:
    """Decide.

    Parameters
    ----------
    consent:
        What the session's person let this client do at this resource.
    signed_in_for:
        The identifier of the session that was signed in for this very request, if one was.
    now:
        Unix seconds.

    """
    if session is None or needs_sign_in(request, session, signed_in_for=signed_in_for, now=now):
        return Step.SIGN_IN
    if acr_of_answer(request, session.acr) is None:
        return Step.UNMET
    return Step.CONSENT if needs_consent(request, client, consent) else Step.GRANT


def needs_sign_in(
    request: AuthorizationRequest, session: Session, *, signed_in_for: str | None, now: float
) -> bool:
    """Say whether the session is not enough (OIDC Core §3.1.2.1)."""
    if session.auth_time is None:
        # Half signed in is not signed in: a second factor is still to come.
        return True
    if signed_in_for == session.session_id:
        return False
    return (
        not {"login", "select_account"}.isdisjoint(request.prompt)
        or (request.max_age is not None and now - session.auth_time > request.max_age)
        or not _strong_enough(request.acr_values, session.acr)
        or acr_of_answer(request, session.acr) is None
    )


def acr_of_answer(request: AuthorizationRequest, acr: str) -> str | None:
    """Return what the client is told a sign-in of class ``acr`` amounts to; ``None`` if too little.

    Where it needs one of several classes it is told one of these, also of a sign-in that is
    stronger (OIDC Core §5.5.1.1: the value returned "matches one of the requested values").
    """
    if not request.acr_needed or acr in request.acr_needed:
        return acr
    reached = ACR_VALUES[: ACR_VALUES.index(acr) + 1] if acr in ACR_VALUES else ()
    return next((each for each in reversed(reached) if each in request.acr_needed), None)


def needs_consent(request: AuthorizationRequest, client: Client, consent: Consent | None) -> bool:
    """Say whether the person must be asked, now."""
    return (
        "consent" in request.prompt
        or consent is None
        or not consent.covers(request.scopes, fingerprint(client.metadata))
        or not is_identity_assured(client, request.redirect_uri)
    )


def is_identity_assured(client: Client, redirect_uri: str) -> bool:
    """Say whether the answer can only reach the client it is meant for.

    RFC 8252 §8.6: without that, a request must not be answered without a person, even one who
    has agreed before. A loopback port or a private-use scheme may be taken by any program; only
    a secret that the client proves at the token endpoint makes up for it.
    """
    return redirect_kind(redirect_uri) == "web" or not client.is_public


def _strong_enough(wanted: Sequence[str], acr: str) -> bool:
    known = [ACR_VALUES.index(value) for value in wanted if value in ACR_VALUES]
    return not known or (acr in ACR_VALUES and ACR_VALUES.index(acr) >= min(known))
