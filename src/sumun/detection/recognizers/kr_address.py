"""Korean addresses: a road or town with its number, and before it what the gazetteer knows."""

import re
from collections.abc import Iterator

from sumun.detection.gazetteer.korean_places import (
    BUILDINGS,
    CITIES,
    DISTRICTS,
    NOT_PLACES,
    PROVINCES,
    ROADS,
    WITHOUT_DISTRICTS,
)
from sumun.detection.recognizer import FunctionRecognizer, Recognizer, context_score

_KNOWN_PLACE = 0.85
_KNOWN_ROAD = 0.6
_LOT = 0.6
_TOWN_ALONE = 0.7
_LABELLED = 0.25
"""What a word that says address must be worth, for a road nobody knows."""

_LEFT = 60
_LONGEST_NAME = 12
_MOST_PLACES = 6

_COUNTERS = (
    "명|개|년|월|원|억|만|천|백|시간|분|초|%|퍼센트|회|차|건|세|살|위|대|권|장|마리|배|편|점|팀"
    "|kg|km|cm|mm"
)

_NUMBERED = re.compile(
    r"(?P<kind>[로길동리가읍면])(?:(?<=[가-힣].)|(?<=[가-힣][0-9].)|(?<=[가-힣][0-9]{2}.))"
    r"(?: ?[0-9]{1,4}[가나다라]?(?:번|안)?길)?"
    r"(?: ?산| ?지하)? ?(?P<number>[0-9]{1,5}(?:-[0-9]{1,5}){0,2})"
    r"(?:번지|번(?![가-힣]))?(?P<lot>(?<=번지))?"
    rf"(?![0-9]|[.,:/][0-9]| ?(?:{_COUNTERS})| [0-9](?![0-9]{{0,3}}(?:동|호|층))|-[0-9])"
)
_OUTSIDE = re.compile(r"[^가-힣0-9·., -]|\. |  ")
_TOWN = re.compile(r"[가-힣]{1,5}[0-9]{0,2}(?:읍|면|동|리|가)(?:[0-9]가)?")
_PARTICLE = (
    "에서|에|으로|로|의|은|는|이|가|을|를|와|과|및|또는|부터|까지|인근|근처|소재|쪽|일대|거주|방면"
)
_UNITS = re.compile(
    r"(?:,? {0,2}(?:"
    rf"(?!(?:{_PARTICLE})(?![가-힣]))[가-힣A-Za-z0-9]{{0,14}}(?:{BUILDINGS})(?![가-힣])"
    rf"|(?:(?!(?:{_PARTICLE})(?![가-힣]))[가-힣A-Za-z]{{1,14}} )?"
    r"제?(?:[0-9]{1,4}|[A-Z가나다라]) ?(?:동|호|층|관|단지|블록)(?:실)?(?![가-힣]{3})"
    r"|지하 ?[0-9]{1,2}층|B[0-9]{1,2}층?(?![0-9A-Za-z])"
    r"|(?<=, )[0-9]{1,4}-[0-9]{1,5}(?![0-9-])"
    r")){0,5}"
    r"(?: {0,2}\([가-힣0-9]{1,8}(?:동|가|리|읍|면)(?:[0-9]가)?(?:, ?[가-힣A-Za-z0-9 ]{1,20})?\))?"
)

_SHORT_PROVINCES = "|".join(sorted({each[:2] for each in PROVINCES}))
_ENDS = "(?=[^가-힣]|\\Z|에|의|은|는|이|가|을|를|로|와|과|소재|일대)"
_PLAIN = re.compile(
    rf"(?P<value>(?P<province>{'|'.join(sorted(PROVINCES, key=len, reverse=True))}) "
    r"(?:(?P<district>[가-힣]{1,5}[시군구]) (?:[가-힣]{1,4}구 )?)?"
    r"(?P<town>[가-힣]{1,4}(?:[0-9]{0,2}(?:읍|면|동|리)|[0-9]가)(?: [가-힣]{1,4}리)?))"
    rf"(?:\([^()]{{1,20}}\))?{_ENDS}"
)


def _before(text: str, kind: int) -> tuple[int, float, str]:
    """Return where the address begins, how sure that is, and the name of its road or town."""
    window = text[max(0, kind - _LEFT) : kind]
    first = 0
    for broken in _OUTSIDE.finditer(window):
        first = broken.end()
    places = window[first:].split(" ")
    name = places.pop() + text[kind]
    start = kind - len(name) + 1
    if not _is_name(name):
        return start, 0.0, name
    score = 0.0
    for place in reversed(places[-_MOST_PLACES:]):
        bare = place.rstrip(",")
        if bare in DISTRICTS or bare in PROVINCES:
            score = _KNOWN_PLACE
        elif bare in CITIES:
            score = max(score, _TOWN_ALONE)
        elif not _TOWN.fullmatch(bare) or bare in NOT_PLACES:
            break
        start -= len(place) + 1
        if bare in PROVINCES:
            break
    return start, score, name


def _is_name(name: str) -> bool:
    return (
        1 < len(name) <= _LONGEST_NAME
        and "가" <= name[0] <= "힣"
        and name not in NOT_PLACES
        and not name.endswith("으로")
        and name[:-1] not in DISTRICTS
        and name[:-1] not in PROVINCES
        and name[:-1] not in CITIES
    )


def _numbered(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield what ends in a road or town with its number, and the units behind it."""
    done = 0
    for match in _NUMBERED.finditer(text):
        if match.start() < done:
            continue
        start, score, name = _before(text, match.start())
        if not score and name in ROADS:
            score = _KNOWN_ROAD
        if not score and name[-1] in "동리" and match["lot"] is not None:
            score = _LOT
        if not score and _is_name(name) and context_score("LOCATION", text, start) > _LABELLED:
            score = _LOT
        if not score:
            continue
        units = _UNITS.match(text, match.end())
        done = units.end() if units else match.end()
        yield start, done, score


def _in_word(text: str, start: int) -> bool:
    return start > 0 and "가" <= text[start - 1] <= "힣"


def _plain(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield towns that stand behind their province and district, without a number."""
    position = 0
    while match := _PLAIN.search(text, position):
        if _in_word(text, match.start()):
            position = match.start() + 1
            continue
        position = match.end()
        district, town = match["district"], match["town"]
        if town in NOT_PLACES:
            continue
        if district in DISTRICTS or (not district and match["province"] in WITHOUT_DISTRICTS):
            yield match.start(), match.end("value"), _TOWN_ALONE


RECOGNIZERS: tuple[Recognizer, ...] = (
    FunctionRecognizer(
        name="kr_address",
        entity_type="LOCATION",
        trigger=rb"[\xea-\xed][\x80-\xbf]{2} ?[0-9]",
        find=_numbered,
    ),
    FunctionRecognizer(
        name="kr_address_unnumbered",
        entity_type="LOCATION",
        trigger=rb"(?:" + _SHORT_PROVINCES.encode() + rb")",
        find=_plain,
    ),
)
