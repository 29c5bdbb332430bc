"""Secrets: keys with a known prefix, tokens, key files, and values under a secret-like name.

High entropy alone never decides: identifiers and hashes have it too.
"""

import base64
import binascii
import json
import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.words import NOT_SECRETS

_EDGE = r"(?<![A-Za-z0-9_])"
_STOP = r"(?![A-Za-z0-9_])"


def _key(name: str, prefix: str, body: str, *, trigger: str = "") -> PatternRecognizer:
    """Return the recognizer of keys that begin with a fixed prefix."""
    return PatternRecognizer(
        name=name,
        entity_type="API_KEY",
        trigger=(trigger or prefix).encode(),
        pattern=re.compile(rf"{_EDGE}(?P<value>{prefix}{body}){_STOP}"),
        judge=_not_placeholder,
    )


_PLACEHOLDER = re.compile(
    r"(?i)x{4,}|\*{3,}|example|placeholder|changeme|change[-_]me|your[-_]|<|>|\$\{|\{\{|%\(|dummy"
    r"|redacted|masked|\.{3}|0{8}|1234567890"
)


def _not_placeholder(match: re.Match[str]) -> float:
    return 0.0 if _PLACEHOLDER.search(match["value"]) else 0.95


def _named(match: re.Match[str]) -> float:
    """Score a value under a secret-like name, whatever it looks like, unless it stands for one."""
    if not _secret_name(match):
        return 0.0
    value = match["value"]
    if value.lower() in NOT_SECRETS or _PLACEHOLDER.search(value) or len(set(value)) < 3:  # noqa: PLR2004
        return 0.0
    if value[0] in "$%{[(" or value.endswith(("(", ")", "()")):
        return 0.0  # a variable, a call, a template
    if " " in value:  # a sentence about a password, unless it looks like a passphrase
        return 0.5 if any(not each.isalpha() and each not in " .,'-" for each in value) else 0.35
    if match["quote"]:
        return 0.7
    return 0.6 if any(not each.isalpha() for each in value) else 0.35


_POSITION = re.compile(r"(?i)(?:page|next|sync|continuation|cursor|resume|csrf)[-_ ]?\Z")
"""Tokens that say where to go on reading are nobody's secret."""


def _secret_name(match: re.Match[str]) -> bool:
    name = match["name"].lower().translate(_SQUEEZE)
    before = match.string[max(0, match.start() - 14) : match.start()]
    if name == "key":
        return _KEY_OF_WHAT.search(before) is not None
    return name in _SECRET_NAMES and not _POSITION.search(before)


def _jwt(match: re.Match[str]) -> float:
    header = match["value"].partition(".")[0]
    try:
        decoded = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return 0.0
    return 0.95 if isinstance(decoded, dict) and "alg" in decoded else 0.0


def _basic(match: re.Match[str]) -> float:
    value = match["credentials"]
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except binascii.Error:
        return 0.0
    return 0.9 if b":" in decoded and decoded.isascii() else 0.0


def _bearer(match: re.Match[str]) -> float:
    value = match["credentials"]
    if _PLACEHOLDER.search(value) or value.isalpha():
        return 0.0
    return 0.8


def _userinfo(match: re.Match[str]) -> float:
    return 0.3 if _PLACEHOLDER.search(match["password"]) else 0.97


# The last word of the name; see _secret_name for what may stand before it.
_NAME = (
    r"(?P<name>[pPsStTkKcC비암패인시](?ai:ass[-_ ]?(?:word|wd|phrase|code)|wd|ecret|oken|ey"
    r"|redentials?|밀 ?번호|호|스워드|번|증 ?키|크릿))"
)
_NAME_BYTES = (
    rb"(?i:pass[-_ ]?(?:word|wd|phrase|code)|pwd|secret|token|key|credentials?)"
    rb"[\"'\])\\]*(?:\s*[:=\x1f]|\xeb\x8a\x94|\xec\x9d\x80)"  # or the topic particle
)
_SECRET_NAMES = frozenset(
    (
        *("password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "credential"),
        *("credentials", "비밀번호", "암호", "패스워드", "비번", "인증키", "시크릿"),
    )
)
_KEY_OF_WHAT = re.compile(
    r"(?i)(?:api|access|private|secret|encryption|signing|account|auth|master|storage)[-_ ]?\Z"
)
_SQUEEZE = str.maketrans("", "", "-_ ")

RECOGNIZERS: tuple[Recognizer, ...] = (
    _key("aws_access_key", r"(?:AKIA|ASIA|ABIA|ACCA)", r"[A-Z2-7]{16}"),
    _key("github_token", r"gh[pousr]_", r"[A-Za-z0-9]{36,255}"),
    _key("github_fine_grained", r"github_pat_", r"[A-Za-z0-9_]{36,255}"),
    _key("gitlab_token", r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat)-", r"[A-Za-z0-9_.-]{20,300}"),
    _key("slack_token", r"xox[abeoprs]-", r"[A-Za-z0-9-]{10,250}"),
    _key("slack_app_token", r"xapp-[0-9]-", r"[A-Za-z0-9-]{10,250}"),
    _key(
        "slack_webhook",
        r"https://hooks\.slack\.com/(?:services|workflows)/",
        r"[A-Za-z0-9+/]{30,100}",
        trigger=r"hooks\.slack\.com/",
    ),
    _key("stripe_key", r"(?:sk|rk)_(?:live|test)_", r"[A-Za-z0-9]{16,255}"),
    _key("stripe_webhook_secret", r"whsec_", r"[A-Za-z0-9+/=]{24,100}"),
    _key("anthropic_key", r"sk-ant-", r"[A-Za-z0-9_-]{24,255}"),
    _key("openai_key", r"sk-(?:proj-|svcacct-|admin-)?", r"[A-Za-z0-9_-]{32,255}", trigger="sk-"),
    _key("google_api_key", r"AIza", r"[A-Za-z0-9_-]{35}"),
    _key("google_oauth_secret", r"GOCSPX-", r"[A-Za-z0-9_-]{28}"),
    _key("huggingface_token", r"hf_", r"[A-Za-z]{34}"),
    _key("npm_token", r"npm_", r"[A-Za-z0-9]{36}"),
    _key("pypi_token", r"pypi-AgE", r"[A-Za-z0-9_-]{50,300}"),
    _key("sendgrid_key", r"SG\.", r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    _key("twilio_key", r"SK", r"[0-9a-f]{32}", trigger=r"SK[0-9a-f]{32}"),
    _key("telegram_bot_token", r"[0-9]{8,10}:AA", r"[A-Za-z0-9_-]{33}", trigger=r"[0-9]{8}:AA"),
    _key("digitalocean_token", r"do[opr]_v1_", r"[0-9a-f]{64}"),
    PatternRecognizer(
        name="private_key",
        entity_type="PRIVATE_KEY",
        trigger=rb"-----BEGIN ",
        pattern=re.compile(
            r"(?P<value>-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:[^-\x1e\x1f]|-(?!----)){0,16384}"
            r"(?:-----END (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----)?)"
        ),
        judge=0.98,
    ),
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
        name="url_userinfo",
        entity_type="URL_CREDENTIALS",
        trigger=rb"://[^/@]*@",
        pattern=re.compile(
            r"(?<![A-Za-z0-9])(?P<value>[A-Za-z][A-Za-z0-9+.-]{1,20}://"
            r"[^\s:/@?#'\"<>\x1e\x1f]{0,128}:(?P<password>[^\s/@'\"<>\x1e\x1f]{1,256})@"
            r"[A-Za-z0-9.:-]{1,253})"
        ),
        judge=_userinfo,
    ),
    PatternRecognizer(
        name="named_secret",
        entity_type="PASSWORD",
        trigger=_NAME_BYTES + "|비밀 ?번호|암호|패스워드|비번|인증 ?키|시크릿".encode(),
        pattern=re.compile(
            rf"{_NAME}[\"'\])]{{0,2}}(?:[ \t]{{0,4}}(?:[:=\x1f]|=>|:=)|[는은])[ \t]{{0,4}}"
            r"(?P<quote>[\"'\x1f]?)"
            r"(?P<value>(?<=\x1f)[^\x1e]{4,512}|(?<=[\"'])[^\"'\n\x1e\x1f]{4,512}"
            r"|[^\s\"'`,;<>\x1e\x1f가-힣]{4,512})"
        ),
        judge=_named,
    ),
)
