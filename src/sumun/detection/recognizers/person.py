"""Names in Latin letters, where something beside them says so or the name leaves no doubt.

A label, a name-like JSON key, a title (``Dr. …``), a greeting, a signature, an address in brackets
(``… (jane@…``), or a given name many people have before a family name. Nothing is guessed from
capital letters alone: precision first. Dates of birth stand here too.
"""

import re
from collections.abc import Callable

from sumun.detection.gazetteer.english_names import FAMILY_NAMES, GIVEN_NAMES
from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.identity import labelled
from sumun.detection.recognizers.words import ALSO_WORDS, NOT_FAMILY_NAMES, NOT_WESTERN_NAMES

Judge = Callable[[re.Match[str]], float]


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


_WORD = r"[A-Z\u00c0-\u00de](?:(?!['\u2019]s(?![A-Za-z]))[A-Za-z'\u2019\u00c0-\u024f-]){1,24}"
_FAMILY = rf"(?:{_WORD}|(?:[A-Z]\.? ){_WORD}|(?:van|von|de|der|da|di|del|la|bin|al|St\.) {_WORD})"


def _full(match: re.Match[str]) -> float:
    """Score a given name many people have, by the words around it."""
    given, *middle, family = match["value"].split()
    if any(word.lower().strip(".") in NOT_WESTERN_NAMES for word in (*middle, family)):
        return 0.0
    if family in NOT_FAMILY_NAMES or family.isupper() or not NOT_FAMILY_NAMES.isdisjoint(middle):
        return 0.0
    if _NAMES_A_PLACE.search(match.string[max(0, match.start() - 12) : match.start()]):
        return 0.0
    if family in FAMILY_NAMES:
        return 0.7
    return 0.0 if given in ALSO_WORDS else 0.6


_NAMES_A_PLACE = re.compile(
    r"(?:[0-9]|(?i:rua|rue|avenue|avenida|via|calle|c/|vila|villa|plaza|place|san|santa|saint|st\.?"
    r"|street|strasse|ulica|ul\.|fort|port|lake|mount|the)) \Z"
)

_LETTERS = 4
# Names of three letters, and of four without the space, would make the presence pass half as fast.
_SHORT_GIVEN = "|".join(sorted(name for name in GIVEN_NAMES if len(name) == _LETTERS))
_LONG_GIVEN = "|".join(sorted(name for name in GIVEN_NAMES if len(name) > _LETTERS))
_GIVEN = f"{_LONG_GIVEN}|{_SHORT_GIVEN}"

_CLOSINGS = (
    "(?:[Kk]ind |[Bb]est |[Ww]arm )?[Rr]egards|Sincerely(?: yours)?|Yours (?:sincerely|truly"
    "|faithfully)|Best(?: wishes)?|Cheers|Respectfully|Many thanks|Thanks(?: a lot)?|Thank you"
)


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
HANGUL_KEY = _KEYWORD_BYTES + _VALUE_BYTES + rb"[\[\xea-\xed]"
"""The trigger of a name in Korean letters behind a label or key in Latin ones."""

LABEL = _KEYWORD + _VALUE
"""The pattern of a label or key in Latin letters, to its value."""


def label_strength(match: re.Match[str]) -> int:
    """Tell whether the label surely names a person (2), may (1), or does not (0)."""
    keyword = match["keyword"].lower()
    before = match.string[max(0, match.start() - 14) : match.start()]
    if keyword in ("name", "holder"):
        if _QUALIFIED.search(before):
            return 2
        return 1 if keyword == "name" and _BEGINS.search(before) else 0
    return 2 if keyword in _ALONE and not before[-1:].isalpha() else 0


def _western_labelled(match: re.Match[str]) -> float:
    strength = label_strength(match)
    return _western(3 - strength)(match) if strength else 0.0


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
        name="name_labelled",
        entity_type="PERSON",
        trigger=_LATIN_BYTES,
        pattern=re.compile(rf"{LABEL}(?P<value>{_ENGLISH}){_STOP}"),
        judge=_western_labelled,
    ),
    PatternRecognizer(
        name="name_titled",
        entity_type="PERSON",
        trigger=rb"(?:Mrs?|Ms|Miss|Dr|Prof|Mister|Mstr|Madame|Professor)\.? (?:[A-Z]|\xc3)",
        pattern=re.compile(
            r"[MDP](?<![A-Za-z]\w)(?:rs?|s|iss|rof(?:essor)?|ister|str|adame)\.? "
            rf"(?P<value>{_ENGLISH})(?![A-Za-z])"
        ),
        judge=_western(1),
    ),
    PatternRecognizer(
        name="name_told",
        entity_type="PERSON",
        trigger=rb"(?i:y name is|ame's|call me|calls me) (?:[A-Z]|\xc3)",
        pattern=re.compile(
            rf"[mMnNcC](?ai:y name is|ame's|alls? me) (?P<value>{_ENGLISH})(?![A-Za-z])"
        ),
        judge=_western(1),
    ),
    PatternRecognizer(
        name="name_greeted",
        entity_type="PERSON",
        trigger=rb"(?:Dear|Hello|Hi|Hey|Good (?:morning|afternoon|evening)) (?:[A-Z]|\xc3)",
        pattern=re.compile(
            r"(?<![A-Za-z])(?:Dear|Hello|Hi|Hey|Good (?:morning|afternoon|evening)),? "
            rf"(?P<value>{_WORD}(?: {_FAMILY})?)(?=[,!:\n\x1e]|\Z| ?[-\u2013] )"
        ),
        judge=_western(1),
    ),
    PatternRecognizer(
        name="name_signed",
        entity_type="PERSON",
        trigger=rb"egards|incerely|est wishes|heers|espectfully|aithfully|hanks,|Best,|k you,",
        pattern=re.compile(
            rf"(?:{_CLOSINGS})[,.!]?[ \r]{{0,3}}\n[ \r\n]{{0,4}}"
            rf"(?P<value>{_WORD}(?: {_FAMILY}){{0,2}})(?=[ \r]{{0,3}}(?:[\n,|\x1e]|\Z))"
        ),
        judge=_western(1),
    ),
    PatternRecognizer(
        name="name_addressed",
        entity_type="PERSON",
        trigger=rb"[(<][A-Za-z0-9._%+-]{1,40}@",
        pattern=re.compile(
            rf"(?<![A-Za-z.'-])(?P<value>{_WORD}(?: {_FAMILY}){{1,2}}) ?"
            r"[(<][A-Za-z0-9._%+-]{1,40}@"
        ),
        judge=_western(2),
    ),
    PatternRecognizer(
        name="name_known",
        entity_type="PERSON",
        trigger=rb"(?:" + _LONG_GIVEN.encode() + rb")|(?:" + _SHORT_GIVEN.encode() + rb") ",
        pattern=re.compile(
            r"(?<![A-Za-z\u00c0-\u024f'\u2019.@/_-])"
            rf"(?P<value>(?:{_GIVEN})(?: {_WORD})? {_FAMILY})"
            r"(?![A-Za-z\u00c0-\u024f]|-[A-Z]| [0-9]| & | (?:Inc|Ltd|LLC|Street|Road|Suite|Apt))"
        ),
        judge=_full,
        anchored=True,
    ),
    labelled(
        "employee_id",
        "EMPLOYEE_ID",
        r"(?:employee|staff|personnel)[ _-]?(?:id|number|no|#)",
        r"(?=[A-Z0-9-]{0,8}[0-9]{3})[A-Z0-9][A-Z0-9-]{3,17}[0-9A-Z]",
    ),
    labelled(
        "student_id",
        "STUDENT_ID",
        r"(?:student|matriculation)[ _-]?(?:id|number|no|#)",
        r"(?=[A-Z0-9-]{0,8}[0-9]{3})[A-Z0-9][A-Z0-9-]{3,17}[0-9A-Z]",
    ),
    PatternRecognizer(
        name="birth_date",
        entity_type="DATE_OF_BIRTH",
        trigger=rb"(?i:date[ _]?of[ _]?birth|birth|d\.?o\.?b|born)|" + "생년|생일|출생".encode(),
        pattern=re.compile(
            r"(?i:date[ _]?of[ _]?birth|birth[ _-]?(?:date|day)|"
            r"(?<![A-Za-z])d\.?o\.?b(?![A-Za-z])\.?|(?<![A-Za-z])born(?: on)?(?![A-Za-z])"
            r"|생년월일|생일|출생(?:일|년월일)?)"
            r"[^0-9A-Z\n\x1e]{0,16}(?:(?:It's|It is|is|was) )?"
            rf"(?P<value>{_DATE})(?![0-9A-Za-z]|[-/.][0-9])"
        ),
        judge=_birth_date,
        labelled=True,
    ),
)
