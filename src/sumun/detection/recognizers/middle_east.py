"""Turkey, Israel, the Gulf and Iran: identity numbers."""

from sumun.detection.checksums import dot, is_birthday, luhn
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import number


def tr_national_id(digits: str) -> bool:
    """T.C. kimlik: not beginning with 0, two check digits, modulus 10."""
    odd, even = sum(map(int, digits[0:9:2])), sum(map(int, digits[1:8:2]))
    return (
        digits[0] != "0"
        and (odd * 7 - even) % 10 == int(digits[9])
        and sum(map(int, digits[:10])) % 10 == int(digits[10])
    )


def il_tz(digits: str) -> bool:
    """Teudat zehut: Luhn."""
    return digits != "0" * 9 and luhn(digits)


def sa_nid(digits: str) -> bool:
    """National ID and iqama of Saudi Arabia: 1 citizen, 2 resident, Luhn."""
    return digits[0] in "12" and luhn(digits)


def ae_eid(digits: str) -> bool:
    """Emirates ID: 784, the year of birth, Luhn."""
    return digits[:3] == "784" and 1900 < int(digits[3:7]) < 2100 and luhn(digits)  # noqa: PLR2004


def kw_civil(digits: str) -> bool:
    """Civil ID of Kuwait: century, birthday, modulus 11."""
    return is_birthday(digits[1:7]) and (
        11 - dot(digits, (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11 == int(digits[11])
    )


def ir_nid(digits: str) -> bool:
    """Kode melli: weights 10 to 2, modulus 11."""
    rest = dot(digits, range(10, 1, -1)) % 11
    return len(set(digits)) > 1 and (rest if rest < 2 else 11 - rest) == int(digits[9])  # noqa: PLR2004


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("tr_national_id", "TR_NATIONAL_ID", r"0{11}", tr_national_id, valid=0.45),
    number("il_tz", "IL_TZ", r"0{8}-?0", il_tz),
    number("sa_nid", "SA_NID", r"0{10}", sa_nid),
    number("ae_eid", "AE_EMIRATES_ID", r"0{15}", ae_eid, valid=0.45),
    number("ae_eid_written", "AE_EMIRATES_ID", r"000[- ]0000[- ]0{7}[- ]0", ae_eid, valid=0.9),
    number("kw_civil", "KW_CIVIL_ID", r"0{12}", kw_civil),
    number("qa_qid", "QA_QID", r"0{11}"),
    number("ir_nid", "IR_NID", r"000-?0{6}-?0", ir_nid),
)
