"""The errors of the protocol: what each means, how to mend it, and its answer (RFC 6749 §5.2)."""

import re
from typing import Final, NamedTuple

_DESCRIPTION_LIMIT: Final = 400
_NOT_DESCRIBABLE: Final = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")


class ErrorKind(NamedTuple):
    """An error code: its HTTP status, where it is defined, its meaning and the usual mend."""

    status: int
    source: str
    meaning: str
    mend: str


ERRORS: Final = {
    "invalid_request": ErrorKind(
        400,
        "RFC 6749 §5.2",
        "The request is malformed: a parameter is missing, sent twice, or cannot be read.",
        "Send one POST with Content-Type: application/x-www-form-urlencoded, each parameter once.",
    ),
    "invalid_client": ErrorKind(
        401,
        "RFC 6749 §5.2",
        "The client did not prove who it is.",
        "Check client_id and client_secret, and send them in one way only: HTTP Basic or the form.",
    ),
    "unauthorized_client": ErrorKind(
        400,
        "RFC 6749 §5.2",
        "The client proved who it is, but may not use this grant.",
        "Register the client for the grant, or use one it is registered for.",
    ),
    "invalid_grant": ErrorKind(
        400,
        "RFC 6749 §5.2",
        "The code, refresh token or assertion is wrong, spent, expired, revoked, or not yours.",
        "Start again with an authorization request; send each code once, with its code_verifier.",
    ),
    "unsupported_grant_type": ErrorKind(
        400,
        "RFC 6749 §5.2",
        "This server does not know the grant_type.",
        "Use one of grant_types_supported in the discovery document.",
    ),
    "unsupported_token_type": ErrorKind(
        400,
        "RFC 7009 §2.2.1",
        "A token of this kind cannot be revoked.",
        "Revoke the access token or the refresh token.",
    ),
    "invalid_scope": ErrorKind(
        400,
        "RFC 6749 §5.2",
        "A scope is malformed, unknown, not the client's, or not one of the resource's.",
        "Ask for scopes the client is registered with, separated by single spaces.",
    ),
    "invalid_target": ErrorKind(
        400,
        "RFC 8707 §2",
        "The resource is not known here, is not the client's, or more than one was named.",
        "Send resource once, exactly as the resource's own metadata writes it.",
    ),
    "invalid_authorization_details": ErrorKind(
        400,
        "RFC 9396 §5",
        "authorization_details is malformed, of an unknown type, or more than may be had.",
        "Send a JSON array of objects of the type mcp_tools, with no more than was granted.",
    ),
    "unsupported_response_type": ErrorKind(
        400,
        "RFC 6749 §4.1.2.1",
        "This server answers an authorization request with a code, and with nothing else.",
        "Send response_type=code.",
    ),
    "access_denied": ErrorKind(
        400,
        "RFC 6749 §4.1.2.1",
        "The person, or the operator's policy, said no.",
        "Ask for less, or explain to the person what it is for.",
    ),
    "unmet_authentication_requirements": ErrorKind(
        400,
        "OIDC Core Unmet Authentication Requirements 1.0 §3",
        "The person could not sign in in a way that the client says it needs.",
        "Ask for a class of acr_values_supported that the person can reach, or not as essential.",
    ),
    "login_required": ErrorKind(
        400,
        "OIDC Core §3.1.2.6",
        "Nobody is signed in, and prompt=none forbids asking.",
        "Send the person here again without prompt=none.",
    ),
    "consent_required": ErrorKind(
        400,
        "OIDC Core §3.1.2.6",
        "The person has not agreed to this, and prompt=none forbids asking.",
        "Send the person here again without prompt=none.",
    ),
    "invalid_request_object": ErrorKind(
        400,
        "RFC 9101 §6",
        "The signed request cannot be verified, has expired, or is for or from somebody else.",
        "Sign it with a registered key; set aud to the issuer, client_id to the client, and exp.",
    ),
    "invalid_request_uri": ErrorKind(
        400,
        "RFC 9101 §6",
        "The pushed request is unknown, used, expired, or another client's.",
        "Push the request again, and use its request_uri once and at once.",
    ),
    "request_uri_not_supported": ErrorKind(
        400,
        "OIDC Core §3.1.2.6",
        "This server fetches no request object.",
        "Push the request (RFC 9126), or send its parameters one by one.",
    ),
    "invalid_redirect_uri": ErrorKind(
        400,
        "RFC 7591 §3.2.2",
        "A redirect URI may not be registered.",
        "Use https, http on a loopback address, or a scheme made of a domain name reversed.",
    ),
    "invalid_client_metadata": ErrorKind(
        400,
        "RFC 7591 §3.2.2",
        "What the client says of itself is malformed, contradicts itself, or is not offered.",
        "Mend the member that the description names, and register again.",
    ),
    "invalid_software_statement": ErrorKind(
        400,
        "RFC 7591 §3.2.2",
        "The software statement cannot be read, has expired, or its signature does not hold.",
        "Send the JWT as its issuer made it, or ask the issuer for another.",
    ),
    "unapproved_software_statement": ErrorKind(
        400,
        "RFC 7591 §3.2.2",
        "The software statement is of an issuer that this server does not trust.",
        "Register without it, or ask the operator to trust its issuer.",
    ),
    "invalid_token": ErrorKind(
        401,
        "RFC 6750 §3.1",
        "A registration needs a token, and none came or it is not good for this.",
        "Send Authorization: Bearer with the token you were given for registering.",
    ),
    "invalid_dpop_proof": ErrorKind(
        400,
        "RFC 9449 §5",
        "The DPoP proof is missing, malformed, used before, or of another request or key.",
        "Send one DPoP header, made anew for each request, with htm, htu, iat and jti.",
    ),
    "use_dpop_nonce": ErrorKind(
        400,
        "RFC 9449 §8",
        "The DPoP proof needs a nonce of this server, or a fresher one.",
        "Put the value of the DPoP-Nonce header into the proof and try again.",
    ),
    "authorization_pending": ErrorKind(
        400,
        "RFC 8628 §3.5",
        "The person has not decided yet.",
        "Ask again after the interval.",
    ),
    "slow_down": ErrorKind(
        400,
        "RFC 8628 §3.5",
        "The device asked again before the interval was over.",
        "Wait five seconds longer between two polls from now on.",
    ),
    "expired_token": ErrorKind(
        400,
        "RFC 8628 §3.5",
        "The codes of the device have expired.",
        "Ask for new codes, and show the new one to the person.",
    ),
    "too_many_requests": ErrorKind(
        429,
        "RFC 6585 §4",
        "There were too many failed attempts from here or for this client.",
        "Mend the credentials, wait as long as Retry-After says, and try again.",
    ),
    "temporarily_unavailable": ErrorKind(
        503,
        "RFC 6749 §4.1.2.1",
        "The database or the audit log cannot be reached, and nothing is issued unrecorded.",
        "Try again in a moment; the operator finds the cause with sumun doctor.",
    ),
}


class OAuthError(Exception):
    """A refusal, to be answered as RFC 6749 §5.2 says.

    Parameters
    ----------
    error:
        One of :data:`ERRORS`.
    description:
        What is wrong here and how to mend it. Characters that may not stand in
        ``error_description`` become ``?``.
    status:
        Another HTTP status than the error's usual one.
    headers:
        More headers of the answer.
    why:
        What the caller is not told and the operator may know, without secrets.

    Attributes
    ----------
    grant_id:
        The authorization that was about to be used; empty for none.

    """

    def __init__(
        self,
        error: str,
        description: str,
        *,
        status: int | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        why: str = "",
    ) -> None:
        super().__init__(error)
        self.error = error
        self.description = _NOT_DESCRIBABLE.sub("?", description[:_DESCRIPTION_LIMIT])
        self.status = ERRORS[error].status if status is None else status
        self.headers = headers
        self.why = why
        self.grant_id = ""
