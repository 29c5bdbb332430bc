"""Organisations, by their legal form, by what they are called behind their name, or by a label."""

import re

from sumun.detection.gazetteer.korean_organisations import BANKS, NOT_PROPER
from sumun.detection.recognizer import PatternRecognizer, Recognizer

_FORMS = "주식회사|㈜|\\(주\\)|유한회사|유한책임회사|재단법인|사단법인|의료법인|학교법인"
_KOREAN = "[가-힣A-Za-z0-9&]{2,20}"
_PARTICLES = "은|는|이|가|을|를|의|에|와|과|도|로|으로|에서|에게|입니다|이며|이고|이다"
_KINDS = "대학교|대학원대학교|대학병원|병원|한의원|은행"
_LATIN = r"[A-Z][A-Za-z0-9&'\u2019.-]{0,24}"
_SUFFIX = r"(?:Inc|LLC|Ltd|Limited|Corp|Corporation|GmbH|PLC|LLP|Pty|AG|S\.A\.|B\.V\.|N\.V\.)"


def _by_kind(match: re.Match[str]) -> float:
    name, kind = match["name"], match["kind"]
    if kind == "은행":
        return 0.6 if name in BANKS else 0.0
    return 0.0 if name in NOT_PROPER else 0.6


RECOGNIZERS: tuple[Recognizer, ...] = (
    PatternRecognizer(
        name="kr_organisation",
        entity_type="ORGANIZATION",
        trigger=rf"(?:{_FORMS})".encode(),
        pattern=re.compile(
            rf"(?P<value>(?:{_FORMS}) ?{_KOREAN}?(?=(?:{_PARTICLES})?(?:[^가-힣A-Za-z0-9]|\Z))"
            rf"|(?<![가-힣A-Za-z0-9]){_KOREAN} ?(?:{_FORMS})"
            rf"(?!(?!(?:{_PARTICLES})(?:[^가-힣A-Za-z0-9]|\Z))[가-힣A-Za-z0-9]))"
        ),
        judge=0.7,
    ),
    PatternRecognizer(
        name="kr_organisation_by_kind",
        entity_type="ORGANIZATION",
        trigger=rf"(?:{_KINDS})".encode(),
        pattern=re.compile(
            rf"(?<![가-힣A-Za-z0-9])(?P<value>(?P<name>[가-힣]{{1,8}}?)(?P<kind>{_KINDS}))"
        ),
        judge=_by_kind,
    ),
    PatternRecognizer(
        name="organisation",
        entity_type="ORGANIZATION",
        trigger=rb"(?:[A-Za-z0-9.,]) (?:Inc|LLC|Ltd|Limited|Corp|GmbH|PLC|LLP|Pty|S\.A\.|B\.V\.)",
        pattern=re.compile(
            r"(?<![A-Za-z0-9.'-])(?P<value>"
            rf"{_LATIN}(?:,? (?:and |of |& )?{_LATIN}){{0,4}},? {_SUFFIX})"
            r"(?![A-Za-z])"
        ),
        judge=0.65,
    ),
    PatternRecognizer(
        name="organisation_by_kind",
        entity_type="ORGANIZATION",
        trigger=rb"[A-Za-z] (?:University|Hospital|Foundation)|University of [A-Z]",
        pattern=re.compile(
            r"(?<![A-Za-z0-9.'-])(?P<value>"
            rf"University of {_LATIN}(?: {_LATIN}){{0,2}}"
            rf"|(?!The ){_LATIN}(?: {_LATIN}){{0,3}} (?:University|Hospital|Foundation))"
            r"(?![A-Za-z])"
        ),
        judge=0.6,
    ),
    PatternRecognizer(
        name="organisation_labelled",
        entity_type="ORGANIZATION",
        trigger=rb"(?i:company|employer|organi[sz]ation)(?i:[ _]?name)?[\"'\\\])]*\s*[:=\x1f]",
        pattern=re.compile(
            r"(?<![A-Za-z])(?i:company|employer|organi[sz]ation)(?i:[ _]?name)?[\"'\])]{0,2}"
            r"[ \t]{0,3}[:=\x1f][ \t]{0,3}[\"']?"
            rf"(?P<value>{_LATIN}(?: (?:& )?{_LATIN}){{0,4}})"
            r"(?=[\x1e\"'\n,;|<]|\Z)"
        ),
        judge=0.6,
        labelled=True,
    ),
    PatternRecognizer(
        name="kr_organisation_labelled",
        entity_type="ORGANIZATION",
        trigger="(?:회사명|상호(?:명)?|기관명|업체명|법인명|근무처|직장명)".encode(),
        pattern=re.compile(
            r"(?:회사명|상호명?|기관명|업체명|법인명|근무처|직장명)[\"'\])]{0,2}[ \t]{0,3}"
            rf"[:=\x1f\uff1a][ \t]{{0,3}}[\"']?(?P<value>{_KOREAN}(?: {_KOREAN})?)"
            r"(?=[\x1e\"'\n,;|/(<]|\Z)"
        ),
        judge=0.65,
        labelled=True,
    ),
)
