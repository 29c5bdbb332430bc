"""Telephone numbers of the world: numbering plans, national ways of writing, and labels.

Lengths and leading digits are those of the national numbering plans published by the ITU (E.164
supplement); the ways of writing are those people use inside each country.
"""

import re
from collections.abc import Iterable

from sumun.detection.recognizer import NumberRecognizer, PatternRecognizer, Recognizer

_PLANS = {
    country: re.compile(rf"(?:{national})\Z")
    for country, national in {
        "1": r"[2-9]\d\d[2-9]\d{6}",
        "7": r"[3-9]\d{9}",
        "20": r"1[0125]\d{8}|[2-9]\d{7,8}",
        "27": r"[1-8]\d{8}",
        "30": r"2\d{9}|69\d{8}",
        "31": r"[1-9]\d{8}",
        "32": r"4\d{8}|[1-9]\d{7}",
        "33": r"[1-9]\d{8}",
        "34": r"[6-9]\d{8}",
        "36": r"[1-9]\d{7,8}",
        "39": r"3\d{8,9}|0\d{5,10}",
        "40": r"[237]\d{8}",
        "41": r"[1-9]\d{8}",
        "43": r"[1-9]\d{6,12}",
        "44": r"[1237]\d{9}|1\d{8}|8\d{9}",
        "45": r"[2-9]\d{7}",
        "46": r"[1-9]\d{6,9}",
        "47": r"[2-9]\d{7}",
        "48": r"[1-9]\d{8}",
        "49": r"1[567]\d{8,9}|[2-9]\d{6,11}",
        "51": r"9\d{8}|[1-8]\d{7}",
        "52": r"[1-9]\d{9,10}",
        "54": r"9?[1-9]\d{9}",
        "55": r"[1-9]{2}9?\d{8}",
        "56": r"[2-9]\d{8}",
        "57": r"3\d{9}|60\d{8}",
        "58": r"[24]\d{9}",
        "60": r"1\d{8,9}|[3-9]\d{7,8}",
        "61": r"[2-478]\d{8}",
        "62": r"[2-9]\d{7,11}",
        "63": r"9\d{9}|[2-8]\d{7,9}",
        "64": r"2\d{7,9}|[34679]\d{7}",
        "65": r"[3689]\d{7}",
        "66": r"[689]\d{8}|[2-7]\d{7}",
        "81": r"[1-9]\d{8,9}",
        "82": r"1[016789]\d{7,8}|[2-7]\d{7,9}",
        "84": r"[2-9]\d{8,9}",
        "86": r"1[3-9]\d{9}|[2-9]\d{8,10}",
        "90": r"[2-5]\d{9}",
        "91": r"[1-9]\d{9}",
        "92": r"3\d{9}|[2-9]\d{8,9}",
        "94": r"[1-9]\d{8}",
        "98": r"[1-9]\d{9}",
        "212": r"[5-7]\d{8}",
        "234": r"[789]\d{9}|[1-9]\d{6,7}",
        "254": r"[17]\d{8}|[2-6]\d{6,8}",
        "351": r"[29]\d{8}",
        "352": r"[2-9]\d{5,8}",
        "353": r"[1-9]\d{6,8}",
        "354": r"[3-9]\d{6}",
        "358": r"[1-9]\d{5,10}",
        "359": r"[2-9]\d{6,8}",
        "370": r"[3-9]\d{7}",
        "371": r"[26]\d{7}",
        "372": r"[3-9]\d{6,7}",
        "380": r"[3-9]\d{8}",
        "381": r"[1-9]\d{6,9}",
        "385": r"[1-9]\d{6,8}",
        "386": r"[1-7]\d{7}",
        "420": r"[2-9]\d{8}",
        "421": r"[2-9]\d{8}",
        "852": r"[2-9]\d{7}",
        "853": r"[268]\d{7}",
        "880": r"1\d{9}|[2-9]\d{6,9}",
        "886": r"[2-9]\d{7,8}",
        "965": r"[2569]\d{7}",
        "966": r"[15]\d{8}",
        "971": r"[2-9]\d{7,8}",
        "972": r"[2-9]\d{7,8}",
        "974": r"[3-7]\d{7}",
    }.items()
}
"""Country codes and the national numbers behind them, without the trunk prefix."""

# E.164: at most 15 digits, country codes never begin with 0.
_COUNTRY_CODES = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42\d|5[09]\d"
    r"|6[789]\d|8[0578]\d|9[679]\d"
)
_MILLENNIA = re.compile(
    r"(?:19|20)\d\d[-. ]\d\d?[-. ]\d\d?(?: \d\d?)?|\d\d?[-. ]\d\d?[-. ](?:19|20)\d\d"
)
"""Dates, which are written with the same separators."""


_SERIAL = re.compile(r"\d{4}(?:-\d{4})+|\d{6,}(?:-\d+)+")
"""Groups and dashes as on products and coupons."""


def fits_plan(digits: str) -> bool:
    """Tell whether country code and national number fit a numbering plan that is known."""
    for length in (1, 2, 3):
        plan = _PLANS.get(digits[:length])
        if plan is not None:
            national = digits[length:]
            if plan.match(national):
                return True
            return national[:1] == "0" and plan.match(national[1:]) is not None  # +44 (0)20 …
    return False


def _international(digits: str, value: str) -> float:
    if not 8 <= len(digits) <= 15:  # noqa: PLR2004 - E.164
        return 0.0
    if fits_plan(digits):
        return 0.9 if len(value) > len(digits) + 1 else 0.85
    if not _COUNTRY_CODES.match(digits):
        return 0.3
    return 0.65 if len(value) > len(digits) + 1 else 0.6


def _dialled(digits: str, value: str) -> float:
    """Score a number behind the prefix for dialling abroad."""
    if not digits.startswith("00") or not 10 <= len(digits) <= 17:  # noqa: PLR2004 - 00 and E.164
        return 0.0
    if len(value) == len(digits):
        return 0.35 if fits_plan(digits[2:]) else 0.16
    if _SERIAL.fullmatch(value) or not fits_plan(digits[2:]):
        return 0.4
    return 0.7


def _labelled(digits: str, value: str) -> float:
    if not 7 <= len(digits) <= 15 or _MILLENNIA.fullmatch(value):  # noqa: PLR2004 - E.164
        return 0.0
    return 0.2 if len(value) > len(digits) else 0.16


def _before_label(match: re.Match[str]) -> float:
    value = match["value"]
    digits = sum(map(str.isdigit, value))
    enough = 6 <= digits <= 20  # noqa: PLR2004 - E.164, and an extension
    return 0.6 if enough and not _MILLENNIA.fullmatch(value) else 0.0


_FORMS = (
    # how it is written (0 a digit, - a separator), its digits, how sure
    ("00-00-00-00-00", r"0[1-79]\d{8}", 0.6),  # France
    ("000-0000-0000", r"0[1-9]\d{9}|1[3-9]\d{9}", 0.52),  # Britain, Japan, China
    ("0000-000-0000", r"0[1-9]\d{9}|1800\d{7}", 0.52),  # Britain, the Philippines, Turkey
    ("00000-000000", r"0[1-9]\d{9}", 0.5),  # Britain
    ("00000-000-000", r"0[17]\d{9}", 0.52),
    ("(000)-0000-0000", r"0[1-9]\d{9}", 0.65),
    ("(0000)-000-0000", r"0[1-9]\d{9}", 0.65),
    ("(00)-00000-0000", r"[1-9]{2}9\d{8}", 0.75),  # Brazil
    ("(00)-0000-0000", r"0[2-9]\d{8}|[1-9]{2}[2-5]\d{7}|55\d{8}", 0.6),  # Australia, Brazil, Mexico
    ("00-00000-0000", r"[1-9]{2}9\d{8}", 0.5),
    ("0000-000-000", r"0[1-9]\d{8}", 0.5),  # Australia, Taiwan, New Zealand
    ("000-000-00-00", r"0[1-9]\d{8}", 0.52),  # Switzerland, Sweden
    ("0000-000-00-00", r"0[2-5]\d{9}|8[349]\d{9}", 0.55),  # Turkey, Russia
    ("0000-00-00-00", r"0[1-9]\d{8}", 0.5),  # Belgium
    ("000-000-0000", r"0[1-9]\d{8}", 0.5),  # South Africa, Thailand, Israel
    ("(000)-000-0000", r"0[1-9]\d{8}", 0.55),
    ("00-00000000", r"06\d{8}", 0.52),  # the Netherlands
    ("00000-00000", r"0[1-9]\d{8}|[6-9]\d{9}", 0.32),  # India
    ("000-000-000", r"[6-9]\d{8}", 0.24),  # Spain, Poland
    ("000-00-00-00", r"[6-9]\d{8}", 0.3),
    ("0000-0000000", r"0[1-9]\d{9}", 0.4),  # Germany, Pakistan
    ("0000-00000000", r"01[5-7]\d{9}|0[1-9]\d{10}", 0.42),
    ("00000000000", r"0[5-9]\d{9}|1[3-9]\d{9}", 0.25),  # mobiles of Turkey, Britain, China
    ("000-0000000", r"0[1-9]\d{8}", 0.4),
    ("000-00000000", r"0[1-9]\d{9}", 0.4),
)
_NATIONAL: dict[str, tuple[re.Pattern[str], float]] = {
    form: (re.compile(digits), score) for form, digits, score in _FORMS
}
_ALONE = 0.5
"""National numbers of at least this score need no word beside them."""

_FORM = str.maketrans("123456789. ", "000000000--")


def _national(digits: str, value: str) -> float:
    form = value.translate(_FORM).replace(")0", ")-0").replace("--", "-")
    known = _NATIONAL.get(form)
    if known is None or not known[0].fullmatch(digits):
        return 0.0
    return known[1]


def _shape(forms: Iterable[str]) -> str:
    """Return how the forms may be written, as the shape of a number."""
    written = (re.escape(form.replace("-", "_")).replace(r"\)_", r"\)_?") for form in forms)
    return "|".join(written).replace("_", "[-. ]")


RECOGNIZERS: tuple[Recognizer, ...] = (
    NumberRecognizer(
        name="phone_international",
        entity_type="PHONE_NUMBER",
        shape=r"\+0{1,15}(?:[-. ()]{1,3}0{1,12}){0,6}",
        judge=_international,
        ceiling=0.9,
    ),
    NumberRecognizer(
        name="phone_dialled_abroad",
        entity_type="PHONE_NUMBER",
        shape=r"000{1,13}(?:[-. ()]{1,3}0{1,12}){0,6}",
        leads=("00",),
        judge=_dialled,
        ceiling=0.7,
        bare_ceiling=0.35,
    ),
    NumberRecognizer(
        name="phone_national",
        entity_type="PHONE_NUMBER",
        shape=_shape(form for form, (_, score) in _NATIONAL.items() if score >= _ALONE),
        judge=_national,
        ceiling=0.75,
    ),
    NumberRecognizer(
        name="phone_national_labelled",
        entity_type="PHONE_NUMBER",
        shape=_shape(form for form, (_, score) in _NATIONAL.items() if score < _ALONE),
        judge=_national,
        ceiling=0.42,
    ),
    PatternRecognizer(
        name="phone_before_label",
        entity_type="PHONE_NUMBER",
        trigger=rb"[0-9][ -](?i:office|fax|mobile|cell|home|work|phone)",
        pattern=re.compile(
            r"(?<![0-9A-Za-z.+/-])(?P<value>"
            r"\+?\(?[0-9]{1,5}(?:[-. ()]{1,2}[0-9]{2,8}){1,5}(?:x[0-9]{1,5})?)"
            r"[ -](?i:office|fax|mobile|cell|home|work|phone)(?![A-Za-z0-9])"
        ),
        judge=_before_label,
    ),
    NumberRecognizer(
        name="phone_labelled",
        entity_type="PHONE_NUMBER",
        shape=r"\(?0{1,5}(?:[-. ()]{1,3}0{2,7}){1,5}|0{7,12}",
        judge=_labelled,
        ceiling=0.2,
    ),
)
