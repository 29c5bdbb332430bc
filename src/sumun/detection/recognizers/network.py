"""IP and MAC addresses."""

import ipaddress
import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer

_NAMES = "version|revision|release|build|firmware|assembly|§|버전|릴리스|펌웨어|조항"
_SHORT_NAMES = "ver|rev|sdk|section|sect|clause|chapter|article|paragraph|para|appendix|step|oid"
_NOT_ADDRESSES = re.compile(
    rf"(?i)(?:(?:{_NAMES}|(?<![a-z])(?:{_SHORT_NAMES}))"
    r"[\"'\])\\]{0,3}[ :=\x1f.]{0,3}[\"'\\]{0,2}v?|(?<![a-z])v)\Z"
)
"""What stands before four numbers that are a version or a place in a document."""

_BETWEEN = "\"'])\\ :=\x1f.vV"
_ENDS = tuple(name.rstrip("v") for name in f"{_NAMES}|{_SHORT_NAMES}".split("|"))
_COLONS = 7
_LOOK_BACK = 24
_DIGIT = re.compile("[0-9]")


def _is_numbered(text: str, start: int) -> bool:
    """Tell whether a word stands before that makes of four numbers a version or a place."""
    first = max(0, start - _LOOK_BACK)
    before = text[first:start]
    if before[-1:] not in ("v", "V") and not before.rstrip(_BETWEEN).lower().endswith(_ENDS):
        return False
    return _NOT_ADDRESSES.search(text, first, start) is not None


def _ipv4(match: re.Match[str]) -> float:
    value = match["value"]
    first, second, third, fourth = map(int, value.split("."))
    if first > 255 or second > 255 or third > 255 or fourth > 255:  # noqa: PLR2004
        return 0.0
    if value != f"{first}.{second}.{third}.{fourth}":  # 010.1.2.3
        return 0.0
    if _is_numbered(match.string, match.start()):
        return 0.0
    if first in (0, 127) or first == second == third == fourth == 255:  # noqa: PLR2004
        return 0.3  # everybody's own address
    return 0.6 if len(value) == 7 else 0.85  # noqa: PLR2004 - single digits


def _ipv6(match: re.Match[str]) -> float:
    value = match["value"]
    if value in {"::", "::1"}:
        return 0.3  # nobody's, and everybody's own
    compressed = "::" in value
    if compressed and not _DIGIT.search(value):
        return 0.0  # dead::beef is as often a qualified name
    if not compressed and value.count(":") != _COLONS and "." not in value:
        return 0.0
    try:
        address = ipaddress.IPv6Address(value)
    except ValueError:
        return 0.0
    if address.is_loopback or address.is_unspecified:
        return 0.3
    return 0.8 if compressed and len(value) < 8 else 0.9  # noqa: PLR2004


def _mac(match: re.Match[str]) -> float:
    """Score by how many different digits there are: all zeros and all ones are nobody's."""
    return 0.85 if len(set(match["value"].upper())) > 2 else 0.0  # noqa: PLR2004


RECOGNIZERS: tuple[Recognizer, ...] = (
    PatternRecognizer(
        name="ipv4",
        entity_type="IP_ADDRESS",
        trigger=rb"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}",
        pattern=re.compile(
            r"(?<![A-Za-z0-9_.-])(?P<value>[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})"
            r"(?![A-Za-z0-9_]|[.-][A-Za-z0-9])"
        ),
        judge=_ipv4,
    ),
    PatternRecognizer(
        name="ipv6",
        entity_type="IP_ADDRESS",
        trigger=rb"::|:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:",
        pattern=re.compile(
            r"(?<![A-Za-z0-9_:.])(?P<value>(?=[0-9A-Fa-f:])[0-9A-Fa-f]{0,4}"
            r"(?::[0-9A-Fa-f]{0,4}){2,8}(?:\.[0-9]{1,3}){0,3})(?![A-Za-z0-9_:])"
        ),
        judge=_ipv6,
    ),
    PatternRecognizer(
        name="mac",
        entity_type="MAC_ADDRESS",
        trigger=rb"[0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-]",
        pattern=re.compile(
            r"(?<![0-9A-Za-z:_-])(?P<value>[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}"
            r"(?:\2[0-9A-Fa-f]{2}){4})(?![0-9A-Za-z:_]|-[0-9A-Za-z])"
        ),
        judge=_mac,
        anchored=True,
    ),
    PatternRecognizer(
        name="mac_dotted",
        entity_type="MAC_ADDRESS",
        trigger=rb"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
        pattern=re.compile(
            r"(?<![0-9A-Za-z._-])(?P<value>[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2})(?![0-9A-Za-z._])"
        ),
        judge=0.3,
        ceiling=0.3,
        context=True,
    ),
)
