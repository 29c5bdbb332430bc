"""Names of Koreans, where something beside them says so or the name itself leaves no doubt.

A label (``성명: …``), a form of address (``… 과장님``), a number in brackets (``…(010-…``), who
speaks (``…: 네``), or a family name with a given name many people have. What is taken must be
made of the syllables names are made of.
"""

import re
from collections.abc import Callable

from sumun.detection.gazetteer.korean_names import (
    AMBIGUOUS_NAMES,
    COMPOUND_SURNAMES,
    FIRST_SYLLABLES,
    FREQUENT_SURNAMES,
    GIVEN_NAMES,
    LAST_SYLLABLES,
    SURNAMES,
)
from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.person import HANGUL_KEY, LABEL, label_strength
from sumun.detection.recognizers.words import NOT_KOREAN_NAMES

_UNMISTAKABLE = GIVEN_NAMES - AMBIGUOUS_NAMES

Judge = Callable[[re.Match[str]], float]

_LONG = 3
"""A name of three syllables is rarely a word; one of two often is."""

_GIVEN_NAME = 2

_NAME = rf"(?:(?:{COMPOUND_SURNAMES})[가-힣]{{1,2}}|[{SURNAMES}][가-힣]{{1,2}})"
_LONG_NAME = rf"(?:(?:{COMPOUND_SURNAMES})[가-힣]{{1,2}}|[{SURNAMES}][가-힣]{{2}})"
_AFTER = (
    r"(?=[^가-힣]|\Z|[은는이가을를의과와도께](?![가-힣]{2})|이[가는의]|에게|에서|입니다|인데|이고|이며"
    r"|이라|라고|라는|님|씨|으로|로|에|한테|까지|부터|만 |였|이었|이에|예요|하고|이랑|랑)"
)

_LABELS = (
    "성명|이름|성함|고객명|환자명|회원명|수취인|수령인|예금주|담당자|신청인|대표자|작성자"
    "|보호자|성 명|신고인|계약자|피보험자|임차인|임대인|배우자|지원자|의뢰인|직원명|사원명"
    "|받는 ?분|보내는 ?분|대표|받는 ?사람|보내는 ?사람|대표이사|납세의무자|납세자|민원인"
    "|운전자|소유주|소유자|선정자|대상자|보증인|피해자|가해자|진술인|원고|피고|피고인|사업주"
    "|책임자|근로자|환자|고객|고객님|학생|간호사|주치의|담당의|공인중개사|참석자|발표자|담임"
    "|강사|예약자|주문자|구매자|판매자|입금자|입금인|송금인|수령자|상속인|세대주|가입자"
    "|수익자|채무자|채권자|매도인|매수인|기안자|결재자|검토자|승인자|접수자|신고자|참고인"
    "|피의자|증인|변호인|대리인|법정대리인|위임인|수임인|명의자|보낸이|받는이|수신인|발신인"
    "|피상담자|내담자|학생명|아동명|훈련생|수강생|응시자|합격자|당첨자|수상자|후보자|저자"
    "|연구책임자|팀원|직원|사원|대표강사|조합원|거주자|상담원|상담사|상담직원|기사|배달원"
    "|교육생|제 이름|내 이름|배우|가수|감독|선수|작가|래퍼|아나운서|모델|개그맨|개그우먼"
    "|코미디언|방송인|성우|피디"
)
_TITLES = (
    "씨|과장|대리|부장|차장|사원|팀장|대표|이사|교수|선생님|선생|주무관|사무관|의원|원장"
    "|변호사|기자|군|양|책임|선임|수석|주임|실장|본부장|국장|센터장|연구원|간호사|박사|고객님"
    "|회원님|환자|님|여사|옹|감독|선수|배우|가수|작가|대통령|총리|장관|차관|시장|도지사|지사"
    "|군수|구청장|판사|검사|부장판사|코치|위원장|위원|회장|부회장|사장|부사장|전무|상무"
    "|이사장|총장|학장|교장|교감|목사|신부|스님|병장|상병|일병|이병|하사|중사|상사|소위|중위"
    "|대위|소령|중령|대령|경위|경사|경장|순경|경감|대변인|앵커|아나운서|후보|전문의|약사|의사"
    "|교사|강사|간사|계장|서기관|비서관|수사관|행정관|조합장|지점장|소장|매니저|엔지니어"
    "|디자이너|개발자"
)
_GLUED = frozenset(("씨", "님", "고객님", "회원님", "선생님"))
_ROLES = frozenset((*_LABELS.split("|"), *_TITLES.split("|")))
_PARTICLES = frozenset("은는이가을를의과와도로만한할")


def _is_word(value: str) -> bool:
    """Tell a word, with or without a particle behind it, from a name."""
    return (
        value in NOT_KOREAN_NAMES
        or value in _ROLES
        or (value[:2] in NOT_KOREAN_NAMES and value[2:] in _PARTICLES)
    )


def _sounds_like_name(value: str) -> bool:
    """Tell whether the syllables behind the family name are those of given names."""
    given = value[2:] if value[:2] in COMPOUND_SURNAMES and len(value) > _LONG else value[1:]
    if given in GIVEN_NAMES:
        return True
    return given[-1] in LAST_SYLLABLES and (len(given) < _GIVEN_NAME or given[0] in FIRST_SYLLABLES)


def _is_known(value: str) -> bool:
    return value[1:] in _UNMISTAKABLE


def _named(score: float) -> Judge:
    def judge(match: re.Match[str]) -> float:
        value = match["value"]
        return score if _sounds_like_name(value) and not _is_word(value) else 0.0

    return judge


def _labelled(match: re.Match[str]) -> float:
    """Score what a label announces; without a colon a word is as likely as a name."""
    value = match["value"]
    if not _sounds_like_name(value) or _is_word(value):
        return 0.0
    if match["sign"].strip():
        return 0.7
    return 0.65 if (len(value) >= _LONG and value[-1] not in "은이의") or _is_known(value) else 0.0


def _entitled(match: re.Match[str]) -> float:
    value, title = match["value"], match["title"]
    if value[:2] in NOT_KOREAN_NAMES or value in NOT_KOREAN_NAMES or not _sounds_like_name(value):
        return 0.0
    if value[-1] + title in ("대교수", "당의원", "당대표"):  # of a university, of a party
        return 0.0
    if len(value) < _LONG:
        return 0.55 if title == "씨" and match["gap"] else 0.0
    if not match["gap"] and title not in _GLUED and not _is_known(value):
        return 0.0
    return 0.65


def _keyed(match: re.Match[str]) -> float:
    return 0.75 if label_strength(match) and not _is_word(match["value"]) else 0.0


def _known(match: re.Match[str]) -> float:
    return 0.6 if _is_known(match["value"]) and not _is_word(match["value"]) else 0.0


_HANGUL = rb"[\xea-\xed][\x80-\xbf]{2}"

RECOGNIZERS: tuple[Recognizer, ...] = (
    PatternRecognizer(
        name="kr_name_labelled",
        entity_type="PERSON",
        trigger=rb"(?:" + _LABELS.encode() + rb")",
        pattern=re.compile(
            rf"(?:{_LABELS})(?:님|[은는이]|\([^()\n]{{1,10}}\))?[\"'\])*]{{0,3}}"
            r"(?P<sign>[ \t]{0,3}(?:[:=\x1f\uff1a|/-][ \t]{0,3}|[ \t]))[\"'*]{0,2}"
            rf"(?!{_LABELS})(?P<value>{_LONG_NAME}|{_NAME}){_AFTER}"
        ),
        judge=_labelled,
    ),
    PatternRecognizer(
        name="kr_name_key",
        entity_type="PERSON",
        trigger=HANGUL_KEY,
        pattern=re.compile(rf"{LABEL}(?P<value>{_LONG_NAME}|{_NAME})(?![가-힣])"),
        judge=_keyed,
    ),
    PatternRecognizer(
        name="kr_name_entitled",
        entity_type="PERSON",
        trigger=_HANGUL + rb" ?(?:" + _TITLES.encode() + rb")",
        pattern=re.compile(
            rf"(?<![가-힣])(?P<value>{_LONG_NAME}|{_NAME})(?P<gap> ?)(?P<title>{_TITLES}){_AFTER}"
        ),
        judge=_entitled,
    ),
    PatternRecognizer(
        name="kr_name_numbered",
        entity_type="PERSON",
        trigger=_HANGUL + rb" ?\((?:" + "만 ?|남|여|[+]|".encode() + rb")[0-9,)]",
        pattern=re.compile(
            rf"(?<![가-힣])(?P<value>{_LONG_NAME}) ?"
            r"\((?:[0-9]{6} ?-|0[0-9]{1,3}[-)]|\+82|만 ?[0-9]|[0-9]{2}(?:세|·|,|\))|[남여][,)])"
        ),
        judge=_named(0.7),
    ),
    PatternRecognizer(
        name="kr_name_speaker",
        entity_type="PERSON",
        trigger=_HANGUL + rb" ?: ",
        pattern=re.compile(rf"(?:\A|[\n\x1e\x1f])(?P<value>[{FREQUENT_SURNAMES}][가-힣]{{2}}) ?: "),
        judge=_named(0.6),
    ),
    PatternRecognizer(
        name="kr_name_told",
        entity_type="PERSON",
        trigger="(?:저는|나는|이름은|저 ) ?".encode() + _HANGUL,
        pattern=re.compile(
            rf"(?:저는|나는|이름은|저) ?(?P<value>{_LONG_NAME})"
            r"(?:입니다|이고|이며|이라|라고|이에요|예요|이야|인데|님입)"
        ),
        judge=_named(0.65),
    ),
    PatternRecognizer(
        name="kr_name_known",
        entity_type="PERSON",
        trigger=f"(?:{'|'.join(FREQUENT_SURNAMES)})(?:{'|'.join(sorted(_UNMISTAKABLE))})".encode(),
        pattern=re.compile(rf"(?<![가-힣])(?P<value>[{FREQUENT_SURNAMES}][가-힣]{{2}}){_AFTER}"),
        judge=_known,
    ),
)
