"""The parameters of an authorization request, each judged by itself; all raise ``OAuthError``."""

import re
from typing import Final

from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.errors import OAuthError

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_THUMBPRINT: Final = _CHALLENGE
_PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})
_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_TEXT_LIMIT: Final = 1024
_LIST_LIMIT: Final = 16


def check_once(parameters: Parameters) -> None:
    """Refuse parameters that came twice (RFC 6749 §3.1)."""
    # RFC 6749 §3.1: "Request and response parameters MUST NOT be included more than once."
    if parameters.repeated:
        raise OAuthError(
            "invalid_request",
            f"the parameter {parameters.repeated[0][:64]} was sent twice; send it once",
        )


def check_response_type(parameters: Parameters) -> None:
    """Refuse every answer but a code."""
    response_type = parameters.get("response_type")
    if not response_type:
        raise OAuthError("invalid_request", "response_type is missing; send response_type=code")
    if response_type != "code":
        raise OAuthError(
            "unsupported_response_type", "this server answers with a code only (OAuth 2.1)"
        )


def check_unsupported(parameters: Parameters) -> None:
    """Refuse what would be fetched, and other ways to answer."""
    if parameters.get("request_uri"):
        raise OAuthError(
            "request_uri_not_supported", "nothing is fetched; push the request (RFC 9126)"
        )
    if parameters.get("response_mode") not in {"", "query"}:
        raise OAuthError("invalid_request", "response_mode can only be query; leave it out")


def challenge_of(parameters: Parameters) -> str:
    """Return the challenge (RFC 7636 §4.3)."""
    challenge = parameters.get("code_challenge")
    if not challenge:
        raise OAuthError(
            "invalid_request",
            "code_challenge is missing; every client uses PKCE here (OAuth 2.1 4.1.1)",
        )
    if parameters.get("code_challenge_method") != "S256":
        # RFC 7636 §4.3 makes plain the default; OAuth 2.1 §7.5.2 forbids it where S256 works.
        raise OAuthError(
            "invalid_request", "code_challenge_method must be S256 and be sent (RFC 7636 4.3)"
        )
    if not _CHALLENGE.fullmatch(challenge):
        raise OAuthError(
            "invalid_request",
            "code_challenge must be the 43 characters of an unpadded base64url SHA-256 "
            "(RFC 7636 4.2)",
        )
    return challenge


def thumbprint_of(parameters: Parameters) -> str:
    """Return the key the code is to be bound to (RFC 9449 §10)."""
    thumbprint = parameters.get("dpop_jkt")
    if thumbprint and not _THUMBPRINT.fullmatch(thumbprint):
        raise OAuthError(
            "invalid_request", "dpop_jkt must be a SHA-256 thumbprint of a key (RFC 9449 10)"
        )
    return thumbprint


def prompt_of(parameters: Parameters) -> tuple[str, ...]:
    """Return what the person is to be asked (OIDC Core §3.1.2.1)."""
    prompt = list_of(parameters, "prompt")
    if not _PROMPTS.issuperset(prompt):
        raise OAuthError("invalid_request", "prompt may be none, login, consent or select_account")
    if "none" in prompt and len(prompt) > 1:
        raise OAuthError("invalid_request", "prompt=none goes with no other value")
    return prompt


def max_age_of(parameters: Parameters) -> int | None:
    """Return how long ago the person may have signed in, in seconds."""
    text = parameters.get("max_age")
    if not text:
        return None
    if not _SECONDS.fullmatch(text):
        raise OAuthError("invalid_request", "max_age must be a number of seconds")
    return int(text)


def text_of(parameters: Parameters, name: str) -> str:
    """Return a parameter that is any text."""
    text = parameters.get(name)
    if len(text) > _TEXT_LIMIT or not text.isprintable():
        raise OAuthError(
            "invalid_request", f"{name} must be printable, at most {_TEXT_LIMIT} characters"
        )
    return text


def list_of(parameters: Parameters, name: str) -> tuple[str, ...]:
    """Return a parameter that is words, each once."""
    values = tuple(dict.fromkeys(text_of(parameters, name).split()))
    if len(values) > _LIST_LIMIT:
        raise OAuthError("invalid_request", f"{name} may have at most {_LIST_LIMIT} values")
    return values
