"""What HTTP carries to prove who calls: tokens, headers, cookies."""

import base64
import binascii
import json
import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.secrets.form import PLACEHOLDER, STRUCTURED, is_placeholder

_BASIC = 0.9
_BEARER = 0.8
_HEADER = 1024
_COOKIES = re.compile(r"(?i)cookie")


def _jwt(match: re.Match[str]) -> float:
    header = match["value"].partition(".")[0]
    try:
        decoded = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return 0.0
    return STRUCTURED if isinstance(decoded, dict) and "alg" in decoded else 0.0


def _basic(match: re.Match[str]) -> float:
    value = match["credentials"]
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except binascii.Error:
        return 0.0
    return _BASIC if b":" in decoded and decoded.isascii() else 0.0


def _bearer(match: re.Match[str]) -> float:
    value = match["credentials"]
    return 0.0 if PLACEHOLDER.search(value) or value.isalpha() else _BEARER


def _cookie(match: re.Match[str]) -> float:
    """Score a session's value; a name that programs use for much else must stand in a header."""
    if is_placeholder(match["value"]) or match["value"].isalpha():
        return 0.0
    if match["plain"]:
        before = match.string[max(0, match.start() - _HEADER) : match.start()]
        line = before[max(before.rfind("\n"), before.rfind("\x1e")) + 1 :]
        return _BASIC if _COOKIES.search(line) else 0.0
    return _BASIC


RECOGNIZERS: tuple[Recognizer, ...] = (
    PatternRecognizer(
        name="jwt",
        entity_type="JWT",
        trigger=rb"eyJ[A-Za-z0-9_-]{8}",
        pattern=re.compile(
            r"(?<![A-Za-z0-9_-])(?P<value>eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{2,16384}"
            r"(?:\.[A-Za-z0-9_-]{0,16384}){1,3})"
        ),
        judge=_jwt,
    ),
    PatternRecognizer(
        name="bearer_header",
        entity_type="AUTHORIZATION_HEADER",
        trigger=rb"[Bb](?:earer|EARER)[ \t]",
        pattern=re.compile(
            r"[Bb](?<![A-Za-z0-9_][Bb])(?:earer|EARER)[ \t]{1,4}"
            r"(?P<value>(?P<credentials>[A-Za-z0-9._~+/-]{16,4096}={0,2}))(?![A-Za-z0-9])"
        ),
        judge=_bearer,
    ),
    PatternRecognizer(
        name="basic_header",
        entity_type="AUTHORIZATION_HEADER",
        trigger=rb"[Bb](?:asic|ASIC)[ \t]",
        pattern=re.compile(
            r"[Bb](?<![A-Za-z0-9_][Bb])(?:asic|ASIC)[ \t]{1,4}"
            r"(?P<value>(?P<credentials>[A-Za-z0-9+/]{6,1024}={0,2}))(?![A-Za-z0-9+/=])"
        ),
        judge=_basic,
    ),
    PatternRecognizer(
        name="session_cookie",
        entity_type="SESSION_COOKIE",
        trigger=(
            rb"(?i:sess(?:ion)?(?:id[a-z]{0,16}|_id)?|connect\.sid|aspxauth|aspnetcore[a-z0-9.]{0,41}"
            rb"|__(?:host|secure)-[a-z0-9_.-]{1,40}|remember_token|logged_in_[a-f0-9]{32})"
            rb"[\"']?\s*[:=\x1f]"
        ),
        pattern=re.compile(
            r"(?<![A-Za-z0-9_.-])(?ai:JSESSIONID|PHPSESSID|ASPSESSIONID[A-Z]{0,16}|ASP\.NET_SessionId"
            r"|connect\.sid|laravel_session|(?P<plain>sessionid|session|_[a-z0-9_]{1,32}_session"
            r"|_session_id|user_session)|\.ASPXAUTH|\.AspNetCore\.[A-Za-z0-9.]{1,40}|__(?:Host|Secure)-[A-Za-z0-9_.-]{1,40}"
            r"|wordpress_logged_in_[a-f0-9]{32}|remember_token)"
            r"[=\x1f](?P<value>[A-Za-z0-9._~+/%:|-]{16,4096}={0,2})(?![A-Za-z0-9])"
        ),
        judge=_cookie,
    ),
)
