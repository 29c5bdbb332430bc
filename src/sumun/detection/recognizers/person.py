"""Names of people, only where something beside them says so.

A label (``성명: …``), a title (``Dr. …``), a form of address (``… 과장``) or a name-like JSON key.
Nothing is guessed from capital letters or surnames alone: precision first.
"""

import re
from collections.abc import Callable

from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.words import NOT_KOREAN_NAMES, NOT_WESTERN_NAMES

_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길"
    "연위표명기반왕금옥육인맹제모탁국어은편용"
)
_COMPOUND = "남궁|황보|제갈|사공|선우|서문|독고"
_NAME = rf"(?:(?:{_COMPOUND})[가-힣]{{1,2}}|[{_SURNAMES}][가-힣]{{2}}|[{_SURNAMES}][가-힣])"
_AFTER = r"(?=[^가-힣]|\Z|[은는이가을를의과와도께]|에게|입니다|이고|이며|이라|님|씨|으로|로|에)"
_LABELS = (
    "성명|이름|성함|고객명|환자명|회원명|수취인|수령인|예금주|담당자|신청인|대표자|작성자|보호자|"
    "신고인|계약자|피보험자|임차인|임대인|배우자|지원자|의뢰인|직원명|사원명|받는 ?분|보내는 ?분"
    "|대표|성 명"
)
_TITLES = (
    "씨|과장|대리|부장|차장|사원|팀장|대표|이사|교수|선생님|주무관|사무관|의원|원장|변호사|기자|"
    "책임|선임|수석|주임|실장|본부장|국장|센터장|연구원|간호사|박사|고객님|회원님|환자|님"
)


Judge = Callable[[re.Match[str]], float]


def _is_word(value: str) -> bool:
    """Tell a word, with or without a particle behind it, from a name."""
    return value in NOT_KOREAN_NAMES or (value[:2] in NOT_KOREAN_NAMES and value[2:] in _PARTICLES)


_PARTICLES = frozenset("은는이가을를의과와도로")


def _korean(score: float) -> Judge:
    def judge(match: re.Match[str]) -> float:
        return 0.0 if _is_word(match["value"]) else score

    return judge


def _entitled(match: re.Match[str]) -> float:
    value, title = match["value"], match["title"]
    if value[:2] in NOT_KOREAN_NAMES or value in NOT_KOREAN_NAMES:
        return 0.0
    if value[-1] + title in ("대교수", "당의원", "당대표"):  # of a university, of a party
        return 0.0
    if len(value) == 2:  # noqa: PLR2004 - two syllables are more often a word than a name
        return 0.55 if title == "씨" and match["gap"] else 0.0
    return 0.65


_ENGLISH = (
    r"[A-Z\u00c0-\u00de][A-Za-z'\u2019\u00c0-\u024f-]{1,24}"
    r"(?: (?:[A-Z]\.|(?:van|von|de|der|da|di|del|la|bin|al)(?= )"
    r"|[A-Z\u00c0-\u00de][A-Za-z'\u2019\u00c0-\u024f-]{1,24})){0,4}"
)


def _western(minimum: int) -> Judge:
    def judge(match: re.Match[str]) -> float:
        words = match["value"].split()
        if len(words) < minimum or any(w.lower().strip(".") in NOT_WESTERN_NAMES for w in words):
            return 0.0
        return 0.65

    return judge


# The last word of the label or key; what stands before it is judged afterwards, because a pattern
# that begins with a few possible characters is searched for ten times faster.
_KEYWORD = (
    r"(?P<keyword>[nNhHaApPrRsS](?ai:ame|older|ardholder|pplicant|atient|ecipient|urname|ttn"
    r"|ttention))"
)
_KEYWORD_BYTES = rb"(?i:name|holder|applicant|patient|recipient|attn|attention)"
_ALONE = frozenset(("applicant", "patient", "recipient", "surname", "attn", "attention"))
_QUALIFIED = re.compile(
    r"(?i)(?:full|first|last|middle|given|family|customer|patient|employee|contact|client|member"
    r"|guest|recipient|sender|owner|student|holder|beneficiary|card|account)[-_ ]?\Z"
)
_BEGINS = re.compile(r"(?:\A|[^A-Za-z0-9_ -]|[^A-Za-z0-9_-] )\Z")

_VALUE = r"[\"'\])]{0,2}[ \t]{0,4}[:=\x1f][ \t]{0,4}[\"']?"
_STOP = r"(?![A-Za-z\u00c0-\u024f\x1f])"

# In raw JSON a quotation mark may be escaped, and a value may stand in a list.
_VALUE_BYTES = rb"[\"'\])\\]*\s*[:=\x1f][\s\"'\\]*"
_LATIN_BYTES = _KEYWORD_BYTES + _VALUE_BYTES + rb"(?:\[|[A-Z]|\xc3)"
_HANGUL_BYTES = _KEYWORD_BYTES + _VALUE_BYTES + rb"[\[\xea-\xed]"


def _label_strength(match: re.Match[str]) -> int:
    """Tell whether the label surely names a person (2), may (1), or does not (0)."""
    keyword = match["keyword"].lower()
    before = match.string[max(0, match.start() - 14) : match.start()]
    if keyword in ("name", "holder"):
        if _QUALIFIED.search(before):
            return 2
        return 1 if keyword == "name" and _BEGINS.search(before) else 0
    return 2 if keyword in _ALONE and not before[-1:].isalpha() else 0


def _western_labelled(match: re.Match[str]) -> float:
    strength = _label_strength(match)
    return _western(3 - strength)(match) if strength else 0.0


def _korean_labelled(match: re.Match[str]) -> float:
    return 0.75 if _label_strength(match) and not _is_word(match["value"]) else 0.0


_MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = (
    r"(?:18|19|20)[0-9]{2}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|년 ?[0-9]{1,2}월 ?[0-9]{1,2}일"
    r"|[0-9]{4})"
    r"|(?:18|19|20)[0-9]{2}\. ?[0-9]{1,2}\. ?[0-9]{1,2}\.?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:(?:18|19|20)?[0-9]{2})"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?[ -](?:of )?{_MONTH},?[ -](?:18|19|20)[0-9]{{2}}"
    rf"|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? (?:18|19|20)[0-9]{{2}}"
    r"|[0-9]{6}"
)
_NUMBERS = re.compile(r"[0-9]+")


def _birth_date(match: re.Match[str]) -> float:
    """Score a date that a label announces; numbers that cannot be one are left."""
    numbers = _NUMBERS.findall(match["value"])
    if len(numbers) == 3:  # noqa: PLR2004 - year, month and day in some order
        year, *rest = sorted(map(int, numbers), reverse=True)
        return 0.8 if year <= 99 or (max(rest) <= 31 and min(rest) <= 12) else 0.0  # noqa: PLR2004
    if len(numbers) == 2:  # noqa: PLR2004 - the month is a word
        return 0.8
    month, day = int(numbers[0][-4:-2]), int(numbers[0][-2:])
    return 0.7 if 1 <= month <= 12 and 1 <= day <= 31 else 0.0  # noqa: PLR2004


RECOGNIZERS: tuple[Recognizer, ...] = (
    PatternRecognizer(
        name="kr_name_labelled",
        entity_type="PERSON",
        trigger=rb"(?:" + _LABELS.encode() + rb")",
        pattern=re.compile(
            rf"(?:{_LABELS})(?:[은는이]|\([^()\n]{{1,10}}\))?[\"'\])*]{{0,3}}"
            rf"[ \t]{{0,3}}(?:[:=\x1f\uff1a|/-][ \t]{{0,3}}|[ \t])[\"'*]{{0,2}}"
            rf"(?P<value>{_NAME}){_AFTER}"
        ),
        judge=_korean(0.7),
    ),
    PatternRecognizer(
        name="kr_name_key",
        entity_type="PERSON",
        trigger=_HANGUL_BYTES,
        pattern=re.compile(rf"{_KEYWORD}{_VALUE}(?P<value>{_NAME})(?![가-힣])"),
        judge=_korean_labelled,
    ),
    PatternRecognizer(
        name="kr_name_entitled",
        entity_type="PERSON",
        trigger=rb"[\xea-\xed][\x80-\xbf]{2} ?(?:" + _TITLES.encode() + rb")",
        pattern=re.compile(
            rf"(?<![가-힣])(?P<value>[{_SURNAMES}][가-힣]{{1,2}}|(?:{_COMPOUND})[가-힣]{{1,2}})"
            rf"(?P<gap> ?)(?P<title>{_TITLES}){_AFTER}"
        ),
        judge=_entitled,
    ),
    PatternRecognizer(
        name="name_labelled",
        entity_type="PERSON",
        trigger=_LATIN_BYTES,
        pattern=re.compile(rf"{_KEYWORD}{_VALUE}(?P<value>{_ENGLISH}){_STOP}"),
        judge=_western_labelled,
    ),
    PatternRecognizer(
        name="name_titled",
        entity_type="PERSON",
        trigger=rb"(?:Mrs?|Ms|Miss|Dr|Prof)\.? (?:[A-Z]|\xc3)",
        pattern=re.compile(
            rf"[MDP](?<![A-Za-z]\w)(?:rs?|s|iss|rof)\.? (?P<value>{_ENGLISH})(?![A-Za-z])"
        ),
        judge=_western(1),
    ),
    PatternRecognizer(
        name="name_told",
        entity_type="PERSON",
        trigger=rb"(?i:y name is|ame's) (?:[A-Z]|\xc3)",
        pattern=re.compile(rf"[mMnN](?ai:y name is|ame's) (?P<value>{_ENGLISH})(?![A-Za-z])"),
        judge=_western(1),
    ),
    PatternRecognizer(
        name="birth_date",
        entity_type="DATE_OF_BIRTH",
        trigger=rb"(?i:birth|dob|born|d\.o\.b)|" + "생년|생일|출생".encode(),
        pattern=re.compile(
            r"(?i:date[ _]?of[ _]?birth|birth[ _-]?(?:date|day)|"
            r"(?<![A-Za-z])d\.?o\.?b(?![A-Za-z])\.?|(?<![A-Za-z])born(?: on)?(?![A-Za-z])"
            r"|생년월일|생일|출생(?:일|년월일)?)"
            r"[^0-9A-Z\n\x1e]{0,16}(?:(?:It's|It is|is|was) )?"
            rf"(?P<value>{_DATE})(?![0-9A-Za-z]|[-/.][0-9])"
        ),
        judge=_birth_date,
    ),
)
