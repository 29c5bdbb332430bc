"""Credentials within URLs, connection strings and command lines."""

import base64
import binascii
import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.secrets.form import PLACEHOLDER, STRUCTURED

_IN_URL = 0.97
_PLACEHOLDER_SCORE = 0.3


def _password(match: re.Match[str]) -> float:
    return _PLACEHOLDER_SCORE if PLACEHOLDER.search(match["password"]) else _IN_URL


def _variable_or_password(match: re.Match[str]) -> float:
    value = match["value"]
    stands_for = value[0] in "$%{<[(" or value.isalpha() or PLACEHOLDER.search(value)
    return 0.0 if stands_for else STRUCTURED


def _user_and_password(match: re.Match[str]) -> float:
    try:
        decoded = base64.b64decode(match["value"], validate=True)
    except binascii.Error:
        return 0.0
    return STRUCTURED if b":" in decoded and decoded.isascii() else 0.0


RECOGNIZERS: tuple[Recognizer, ...] = (
    # postgresql, mysql, mongodb+srv, redis, amqp, ftp, https …: any scheme.
    PatternRecognizer(
        name="url_userinfo",
        entity_type="URL_CREDENTIALS",
        trigger=rb"://[^/@]*@",
        pattern=re.compile(
            r"(?<![A-Za-z0-9])(?P<value>[A-Za-z][A-Za-z0-9+.-]{1,20}://"
            r"[^\s:/@?#'\"<>\x1e\x1f]{0,128}:(?P<password>[^\s/@'\"<>\x1e\x1f]{1,256})@"
            r"[A-Za-z0-9.:-]{1,253})"
        ),
        judge=_password,
    ),
    PatternRecognizer(
        name="oracle_thin_url",
        entity_type="URL_CREDENTIALS",
        trigger=rb"jdbc:oracle:",
        pattern=re.compile(
            r"(?P<value>jdbc:oracle:[a-z]{3,5}:[^\s/@'\"<>\x1e\x1f]{1,128}/"
            r"(?P<password>[^\s@'\"<>\x1e\x1f]{1,256})@[A-Za-z0-9./:-]{1,253})"
        ),
        judge=_password,
    ),
    PatternRecognizer(
        name="curl_user",
        entity_type="PASSWORD",
        trigger=rb"curl ",
        pattern=re.compile(
            r"curl (?:[^\n\x1e\x1fc]|c(?!url )){0,256}?(?:-u|--user)[ =]?[\"']?"
            r"(?P<value>[^\s:\"'$<>{]{1,128}:[^\s\"'$<>{]{3,256})"
        ),
        judge=_variable_or_password,
    ),
    PatternRecognizer(
        name="netrc_password",
        entity_type="PASSWORD",
        trigger=rb"machine ",
        pattern=re.compile(
            r"machine [^\s]{1,253}\s{1,8}login [^\s]{1,128}\s{1,8}"
            r"password (?P<value>[^\s\x1e]{3,256})"
        ),
        judge=_variable_or_password,
    ),
    PatternRecognizer(
        name="docker_registry_auth",
        entity_type="AUTHORIZATION_HEADER",
        trigger=rb"_?auth[\"']?\s*[:=\x1f]",
        pattern=re.compile(
            r"(?<![A-Za-z0-9])_?auth[\"']?[ \t]{0,4}[:=\x1f][ \t]{0,4}[\"']?"
            r"(?P<value>[A-Za-z0-9+/]{8,1024}={0,2})(?![A-Za-z0-9+/=])"
        ),
        judge=_user_and_password,
    ),
)
