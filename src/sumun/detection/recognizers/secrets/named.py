"""Values under a name that says they are secret, whatever they look like.

``password: …``, ``API_KEY=…``, ``"client_secret": "…"``, ``비밀번호는 …``. What is written there
instead of a secret, such as a variable, a path or a word of documentation, is left alone.
"""

import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.secrets.form import PLACEHOLDER
from sumun.detection.recognizers.words import NOT_SECRETS

_QUOTED = 0.7
_MIXED = 0.6
_PASSPHRASE = 0.5
_WORD = 0.35
_FEWEST = 3
_LONGEST_COUNT = 8

_PASSWORDS = frozenset(
    (
        *("password", "passwd", "passphrase", "passcode", "pwd"),
        *("비밀번호", "암호", "패스워드", "비번"),
    )
)
_OTHERS = frozenset(
    (
        *("secret", "token", "credential", "credentials"),
        *("인증키", "인증토큰", "시크릿", "시크릿키", "비밀키", "개인키", "접근키", "보안키"),
        *("서비스키", "토큰", "암호키"),
    )
)
_KEY_OF_WHAT = re.compile(
    r"(?i)(?:api|access|private|secret|encryption|signing|account|auth|master|storage)[-_ ]?\Z"
)
_POSITION = re.compile(r"(?i)(?:page|next|sync|continuation|cursor|resume|csrf)[-_ ]?\Z")
"""Tokens that say where to go on reading are nobody's secret."""

_SQUEEZE = str.maketrans("", "", "-_ ")

_STANDS_FOR = re.compile(
    r"[$%{\[(@&*]"  # a variable, a template, a list, an anchor
    r"|(?:\.{0,2}|~)/|[A-Za-z]:\\"  # a path
    r"|https?://|(?ai:file|env|vault|arn|op|ref|secret|projects|ssm)[:/]"  # where it is kept
    r"|ENC\[|!|(?:[A-Za-z_]\w{0,40}\.){1,6}[A-Za-z_]\w{0,40}(?:\Z|\[)"  # sealed, an attribute
    r"|[A-Z][A-Z0-9]{1,30}(?:_[A-Z0-9]{1,30}){1,6}\Z"  # the name of a variable
)

# The last word of the name; see _is_secret for what may stand before it.
_NAME = (
    r"(?P<name>[pPsStTkKcC비암패인시개접보서토키]"
    r"(?ai:ass[-_ ]?(?:word|wd|phrase|code)|wd|ecret|oken|ey|redentials?"
    r"|밀 ?(?:번호|키)|호(?:키)?|스워드|번|증 ?(?:키|토큰)|크릿(?: ?키)?"
    r"|인 ?키|근 ?키|안 ?키|비스 ?키|큰|(?<=키)))"
)
_NAME_BYTES = (
    rb"(?i:pass[-_ ]?(?:word|wd|phrase|code)|pwd|secret|token|key|credentials?)"
    rb"[\"'\])\\]*(?:\s*[:=\x1f]|\xeb\x8a\x94|\xec\x9d\x80)"  # or the topic particle
)
_KOREAN_NAMES = (
    "비밀 ?(?:번호|키)|암호|패스워드|비번|인증 ?(?:키|토큰)|시크릿|토큰"
    "|(?:개인|접근|보안|서비스|API|api|Api)[-_ ]?키"
).encode()


def _is_secret(match: re.Match[str]) -> bool:
    name = match["name"].lower().translate(_SQUEEZE)
    before = match.string[max(0, match.start() - 14) : match.start()]
    if name in {"key", "키"}:
        return _KEY_OF_WHAT.search(before) is not None
    return name in _PASSWORDS or (name in _OTHERS and not _POSITION.search(before))


def _score(match: re.Match[str]) -> float:
    """Score a value under a secret-like name, whatever it looks like, unless it stands for one."""
    if not _is_secret(match):
        return 0.0
    value = match["value"]
    if value.lower() in NOT_SECRETS or PLACEHOLDER.search(value) or len(set(value)) < _FEWEST:
        return 0.0
    if _STANDS_FOR.match(value) or value.endswith(("(", ")", "()")):
        return 0.0
    is_password = match["name"].lower().translate(_SQUEEZE) in _PASSWORDS
    if not is_password and value.isdigit() and len(value) <= _LONGEST_COUNT:
        return 0.0  # how many tokens
    if " " in value:  # a sentence about a password, unless it looks like a passphrase
        mixed = any(not each.isalpha() and each not in " .,'-" for each in value)
        return _PASSPHRASE if mixed else _WORD
    if value.isalpha() and not (is_password and match["quote"]):
        return _WORD
    return _QUOTED if match["quote"] else _MIXED


RECOGNIZERS: tuple[Recognizer, ...] = (
    PatternRecognizer(
        name="named_secret",
        entity_type="PASSWORD",
        trigger=_NAME_BYTES + b"|" + _KOREAN_NAMES,
        pattern=re.compile(
            rf"{_NAME}[\"'\])]{{0,2}}(?:[ \t]{{0,4}}(?:[:=\x1f]|=>|:=)|[는은])[ \t]{{0,4}}"
            r"(?P<quote>[\"'\x1f]?)"
            r"(?P<value>(?<=\x1f)[^\x1e]{4,512}|(?<=[\"'])[^\"'\n\x1e\x1f]{4,512}"
            r"|[^\s\"'`,;<>\x1e\x1f가-힣]{4,512})"
        ),
        judge=_score,
    ),
)
