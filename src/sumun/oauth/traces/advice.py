"""What to do next, by how far an attempt has come."""

from typing import Final

from sumun.oauth.errors import ERRORS
from sumun.oauth.traces.trace import Stage, Step, Trace

_WAITING: Final[dict[Stage, str]] = {
    "sign_in": (
        "The person was asked to sign in and has not done so. If they say they have: the page is "
        "good for 15 minutes, in one browser, with cookies."
    ),
    "consent": (
        "The person is signed in and was asked to agree. Until they decide, the client gets no "
        "answer."
    ),
    "code": (
        "The client has its code and has not redeemed it. If it never does: its redirect URI may "
        "not be reachable, or it refuses the answer's state or iss."
    ),
}
_REFUSED: Final = {
    "client": (
        "Check client_id: register the client (sumun client add), enable it, or mend the document "
        "its client_id points to."
    ),
    "redirect_uri": (
        "Register the redirect URI exactly as the client sends it; only the port of a loopback "
        "address may differ."
    ),
    "malformed": "Send a query or a form in UTF-8, no longer than the page about errors says.",
    "wrong": "What the person entered is not right. sumun user list shows who may sign in.",
    "too_many": "There were too many attempts. Wait a minute and try again.",
    "busy": "Too many people were signing in at once. Try again in a moment.",
    "elsewhere": (
        "The identity provider cannot be reached from here. Check its issuer in oauth.providers, "
        "its certificate, and oauth.providers.NAME.networks if its address is a private one."
    ),
    "provider_cancelled": "The person did not agree at the identity provider. They may try again.",
    "provider_unknown_request": (
        "The answer came too late, twice, or to another browser than the one it was asked in. "
        "Start again from the client."
    ),
    "provider_issuer": (
        "Somebody else answered than was asked. Set oauth.providers.NAME.issuer to the letter as "
        "the provider's metadata has it; if it is so already, take it for an attack."
    ),
    "provider_refused": (
        "The identity provider does not redeem its code. Check client_id, the secret, and that the "
        "redirect URI registered there is exactly ours."
    ),
    "provider_token": (
        "The identity provider's ID token is not as it must be. Check client_id, both clocks, and "
        "that the provider signs with a key it publishes."
    ),
    "provider_unlinked": (
        "Nobody here is linked with that account. The person links it at /account/providers, or "
        "set oauth.providers.NAME.sign_up."
    ),
    "provider_linked_elsewhere": (
        "Somebody else here is linked with that account. They can unlink it at /account/providers."
    ),
    "provider_unreachable": (
        "The identity provider stopped answering. Look again when its own pages work."
    ),
    "provider_disabled": "The person is disabled here. sumun user list shows who may sign in.",
    "missing_token": "Send the access token in the Authorization header, as Bearer.",
    "insufficient_scope": "Ask for the scopes the challenge names, in one new authorization.",
}
_CALLED: Final = "It works: the client has made its first call."
_ISSUED: Final = (
    "The client has its access token and has not used it. Its calls must go to the resource the "
    "token is for, with Authorization: Bearer."
)
_ELSE: Final = "Start again from the client, and look at the new reference."

ADVICE: Final = (*_WAITING.values(), *_REFUSED.values(), _CALLED, _ISSUED, _ELSE)


def advice(trace: Trace) -> str:
    """Return what whoever looks into the trace should do next."""
    if not trace.steps:
        return _ELSE
    last = trace.steps[-1]
    if last.outcome == "refused":
        return _mend(last)
    if last.outcome == "waiting":
        return _WAITING.get(last.stage, _ELSE)
    return {"call": _CALLED, "token": _ISSUED, "sign_in": _WAITING["consent"]}.get(
        last.stage, _ELSE
    )


def _mend(step: Step) -> str:
    if step.code in _REFUSED:
        return _REFUSED[step.code]
    kind = ERRORS.get(step.code)
    return _ELSE if kind is None else kind.mend
