"""E-mail addresses, and telephone numbers that belong to no one country."""

import re
from collections.abc import Iterator

from sumun.detection.recognizer import FunctionRecognizer, NumberRecognizer, Recognizer
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


# E.164: at most 15 digits, country codes never begin with 0.
_COUNTRY_CODES = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42\d|5[09]\d"
    r"|6[789]\d|8[0578]\d|9[679]\d"
)


def _international(digits: str, value: str) -> float:
    if not 8 <= len(digits) <= 15:  # noqa: PLR2004 - E.164
        return 0.0
    if not _COUNTRY_CODES.match(digits):
        return 0.25
    return 0.7 if len(value) > len(digits) + 1 else 0.65


_DATE = re.compile(
    r"(?:19|20)\d\d[-. ]\d\d?[-. ]\d\d?(?: \d\d?)?|\d\d?[-. ]\d\d?[-. ](?:19|20)\d\d"
)


def _labelled(digits: str, value: str) -> float:
    if not 7 <= len(digits) <= 15 or _DATE.fullmatch(value):  # noqa: PLR2004 - E.164
        return 0.0
    return 0.2 if len(value) > len(digits) else 0.16


RECOGNIZERS: tuple[Recognizer, ...] = (
    FunctionRecognizer(
        name="email",
        entity_type="EMAIL_ADDRESS",
        trigger=rb"[A-Za-z0-9_%+&'-]@[A-Za-z0-9]",
        find=_emails,
    ),
    NumberRecognizer(
        name="phone_international",
        entity_type="PHONE_NUMBER",
        shape=r"\+0{1,15}(?:[-. ()]{1,3}0{1,12}){0,6}",
        judge=_international,
    ),
    NumberRecognizer(
        name="phone_labelled",
        entity_type="PHONE_NUMBER",
        shape=r"\(?0{1,5}(?:[-. ()]{1,3}0{2,7}){1,5}|0{7,12}",
        judge=_labelled,
    ),
)
