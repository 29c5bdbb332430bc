"""Postal addresses by street and label, and coordinates; those of Korea are elsewhere."""

import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer

_STREETS = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq"
    "|Terrace|Crescent|Close|Highway|Hwy|Parkway|Pkwy"
)
_SIDE = r"(?: (?:[NS][EW]?|[EW])\b\.?)?"
_UNIT = r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|#)\.? ?[A-Za-z0-9-]{1,6})?"
_PLACE = (
    r"(?:, ?[A-Z][a-z'.-]{1,20}(?: [A-Z][a-z'.-]{1,20}){0,3}){0,3}"
    r"(?:,? ?[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?)?"
)
_POSTCODE = r"(?:,? [A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})?"


def _coordinates(match: re.Match[str]) -> float:
    """Score a pair: two decimals are as often anything else, so a word or a side must say so."""
    if abs(float(match["latitude"])) > 90 or abs(float(match["longitude"])) > 180:  # noqa: PLR2004
        return 0.0
    return 0.7 if match["side"] else 0.28


RECOGNIZERS: tuple[Recognizer, ...] = (
    PatternRecognizer(
        name="street_address",
        entity_type="LOCATION",
        trigger=rb"[0-9][A-Za-z]{0,2} [A-Z]",
        pattern=re.compile(
            r"(?<![0-9A-Za-z.,:/-])(?P<value>[0-9]{1,5}[A-Za-z]? "
            r"(?:(?:[A-Z][A-Za-z'-]{1,20}|[NSEW]\.?|[0-9]{1,3}(?:st|nd|rd|th)) ){1,4}"
            rf"(?:{_STREETS})\b{_SIDE}(?! [A-Z])\.?{_UNIT}{_PLACE}{_POSTCODE})"
        ),
        judge=0.65,
        context=True,
    ),
    PatternRecognizer(
        name="address_labelled",
        entity_type="LOCATION",
        trigger=rb"(?i:addr|address|street)[\"'\])\\]*\s*[:=\x1f][\s\"'\\]*[0-9A-Z]",
        pattern=re.compile(
            r"(?i:addr|address|street)[\"'\])]{0,2}[ \t]{0,4}[:=\x1f][ \t]{0,4}[\"']?"
            r"(?P<value>(?=[^\x1e\"\n]{0,60}[0-9])(?=[^\x1e\"\n]{0,60}[A-Za-z]{3})"
            r"(?:[0-9]{1,6}[A-Za-z]?[ ,]|[A-Z][a-z])[A-Za-z0-9 .,'#/-]{4,100})(?=[\x1e\"\n;]|\Z)"
        ),
        judge=0.7,
    ),
    PatternRecognizer(
        name="post_box",
        entity_type="LOCATION",
        trigger=rb"(?i:p\.? ?o\.? ?box|post office box) [0-9]|" + "사서함".encode(),
        pattern=re.compile(
            r"(?P<value>(?<![A-Za-z])[Pp](?:\.? ?[Oo]\.? ?[Bb](?:ox|OX)|(?ai:ost office box)) "
            rf"[0-9]{{1,6}}{_PLACE}{_POSTCODE}|사서함 ?(?:제 ?)?[0-9]{{1,5}}(?:-[0-9]{{1,4}})?호?)"
            r"(?![0-9A-Za-z])"
        ),
        judge=0.7,
    ),
    PatternRecognizer(
        name="kr_address_romanised",
        entity_type="LOCATION",
        trigger=rb"-(?:gu|si|gun|do)[ ,.\"\\\x1e\n]|-(?:gu|si|gun|do)$",
        pattern=re.compile(
            r"(?<![A-Za-z0-9-])(?P<value>(?:[A-Za-z0-9 -]{1,30}, ?)?"
            r"[0-9]{1,5}(?:-[0-9]{1,4})?,? ?[A-Z][A-Za-z0-9-]{1,24}[- ]?(?:ro|daero|gil|dong|ga)"
            r"(?:[ ,]{1,2}[0-9]{1,4}(?:beon)?-?gil)?"
            r"(?:, ?[A-Z][a-z]{1,15}-(?:gu|si|gun|eup|myeon|dong|do)){1,4}"
            r"(?:, ?[A-Z][a-z]{1,15}){0,2}(?:,? [0-9]{5}(?![0-9]))?)"
        ),
        judge=0.75,
    ),
    PatternRecognizer(
        name="postal_code",
        entity_type="POSTAL_CODE",
        trigger=rb"(?i:zip|postal|post[ _-]?code)|" + "우편 ?번호|\\(우".encode(),
        pattern=re.compile(
            r"(?:(?i:(?<![a-z])(?:zip(?:[ _-]?code)?|postal(?:[ _-]?code)?|post[ _-]?code))"
            r"|우편 ?번호[은는가]?|(?<=\()우\)?)[\"'\])]{0,2}[ \t]{0,3}"
            r"(?:is )?(?:[:=#\x1f\uff1a][ \t]{0,3})?[\"'(]?"
            r"(?P<value>[0-9]{5}(?:-[0-9]{4})?|[0-9]{3}-[0-9]{3}|[0-9]{4}(?: ?[A-Z]{2})?|[0-9]{6}"
            r"|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])"
            r"(?![0-9A-Za-z]|[-.][0-9])"
        ),
        judge=0.7,
        labelled=True,
    ),
    PatternRecognizer(
        name="coordinates",
        entity_type="COORDINATES",
        trigger=rb"[0-9]\.[0-9]{3,15}[^0-9.]{1,20}[0-9]{1,3}\.[0-9]{3}",
        pattern=re.compile(
            r"(?<![0-9A-Za-z.-])(?P<value>(?P<latitude>[-+]?[0-9]{1,2}\.[0-9]{3,15})\u00b0? ?[NS]?"
            r" ?[,;/ ] ?(?:(?i:lon|lng|long|longitude)[:= ]{1,2})?"
            r"(?P<longitude>[-+]?[0-9]{1,3}\.[0-9]{3,15})(?P<side>\u00b0? ?[EW](?![A-Za-z]))?)"
            r"(?![0-9A-Za-z]|\.[0-9])"
        ),
        judge=_coordinates,
        context=True,
    ),
    PatternRecognizer(
        name="coordinate_labelled",
        entity_type="COORDINATES",
        trigger=(
            rb"(?i:lat|lon|lng|latitude|longitude|" + "위도|경도".encode() + rb")"
            rb"[\"'\\\]]*\s*[:=\x1f]"
        ),
        pattern=re.compile(
            r"(?i:(?<![a-z])(?:lat(?:itude)?|lon(?:g|gitude)?|lng|위도|경도))"
            r"[\"']{0,2}[ \t]{0,2}[:=\x1f][ \t]{0,2}[\"']?"
            r"(?P<value>[-+]?[0-9]{1,3}\.[0-9]{3,15})(?![0-9A-Za-z]|\.[0-9])"
        ),
        judge=0.65,
        labelled=True,
    ),
    PatternRecognizer(
        name="coordinates_sexagesimal",
        entity_type="COORDINATES",
        trigger=rb"[0-9]{1,3}\xc2\xb0 ?[0-9]{1,2}",
        pattern=re.compile(
            r"(?<![0-9])(?P<value>[0-9]{1,2}\u00b0 ?[0-9]{1,2}['\u2032\u2019] ?"
            r"(?:[0-9]{1,2}(?:\.[0-9]{1,6})?(?:[\"\u2033\u201d]|'') ?)?[NS][, ]{1,3}"
            r"[0-9]{1,3}\u00b0 ?[0-9]{1,2}['\u2032\u2019] ?"
            r"(?:[0-9]{1,2}(?:\.[0-9]{1,6})?(?:[\"\u2033\u201d]|'') ?)?[EW])"
        ),
        judge=0.85,
    ),
)
