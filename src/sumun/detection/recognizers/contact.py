"""E-mail addresses."""

import re
from collections.abc import Iterator

from sumun.detection.recognizer import FunctionRecognizer, Recognizer
from sumun.detection.recognizers.words import NOT_TOP_LEVEL_DOMAINS

_DOMAIN = re.compile(
    r"@(?P<name>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24})(?![A-Za-z0-9])"
)
_LOCAL_BACKWARDS = re.compile(r"[A-Za-z0-9_%+&-](?:\.?[A-Za-z0-9_%+&'-]){0,63}")


def _emails(text: str) -> Iterator[tuple[int, int, float]]:
    """Start at the at sign: it is rare, and letters are not."""
    for match in _DOMAIN.finditer(text):
        at = match.start()
        local = _LOCAL_BACKWARDS.match(text[max(0, at - 64) : at][::-1])
        if not local:
            continue
        start = at - local.end()
        if text[start] == "'":  # a quotation mark, not a part of the name
            start += 1
        yield start, match.end(), _email(text[start:at], match["name"])


def _email(local: str, domain: str) -> float:
    labels = domain.lower().split(".")
    if labels[-1] in NOT_TOP_LEVEL_DOMAINS:
        return 0.0
    if any(label[0] == "-" or label[-1] == "-" for label in labels):
        return 0.0
    return 0.3 if local == "git" else 0.95


AT = rb"[A-Za-z0-9_%+&'-]@[A-Za-z0-9]"
"""The trigger of an e-mail address, and of what only stands beside one."""

RECOGNIZERS: tuple[Recognizer, ...] = (
    FunctionRecognizer(
        name="email",
        entity_type="EMAIL_ADDRESS",
        trigger=AT,
        find=_emails,
    ),
)
