"""The vocabulary of findings: entity types, their categories, and the words people put beside them.

Names are Presidio's where it has one. The words are what stands to the left of a value in text, or
as its key in JSON; they raise the score of a candidate and are never needed where the shape of the
value says enough.
"""

import re

from sumun.detection.entity_type import Category, EntityType, words
from sumun.detection.identity_numbers import IDENTITY_NUMBERS

__all__ = ["CATEGORIES", "ENTITIES", "Category", "EntityType", "canonical"]
_TYPES = (
    EntityType(
        "EMAIL_ADDRESS",
        "contact",
        ("email", "email_address", "mail"),
        ("email", "e-mail", "mail"),
        ("이메일", "메일", "전자우편"),
    ),
    EntityType(
        "PHONE_NUMBER",
        "contact",
        ("phone", "phone_number", "korean_phone", "mobile", "telephone"),
        (
            *("phone", "mobile", "cell", "tel", "telephone", "fax", "call", "text me", "contact"),
            *(
                "number is",
                "reach",
                "reachable",
                "answering",
                "calling",
                "messages to",
                "support line",
            ),
            *("whatsapp", "hotline", "dial", "desk", "registered", "ring me", "tele", "handy"),
            *("teléfono", "telefono", "móvil", "movil", "celular", "cellulare", "tél"),
            *("telefon", "mobil", "handynummer", "portable", "puhelin", "telefoon"),
        ),
        ("전화", "연락처", "휴대폰", "핸드폰", "휴대전화", "팩스", "문의", "대표번호", "번호로"),
    ),
    EntityType(
        "PERSON",
        "person",
        ("name", "person", "person_name"),
        ("name",),
        ("성명", "이름", "성함"),
    ),
    EntityType(
        "LOCATION",
        "location",
        ("address", "location", "postal_address"),
        ("address", "street", "ship to", "lives at"),
        ("주소", "거주지", "소재지", "배송지"),
    ),
    EntityType(
        "KR_RRN",
        "government_id",
        ("korean_rrn", "rrn", "resident_registration_number"),
        words("rrn, resident registration, resident number, jumin"),
        ("주민등록", "주민번호", "주민 번호", "주민"),
    ),
    EntityType(
        "KR_FRN",
        "government_id",
        ("korean_frn", "frn", "foreigner_registration_number"),
        words("frn, foreigner registration, alien registration, arc"),
        ("외국인등록", "외국인 등록", "외국인번호", "거소신고"),
    ),
    EntityType(
        "KR_PASSPORT",
        "government_id",
        ("korean_passport", "passport"),
        ("passport",),
        ("여권",),
    ),
    EntityType(
        "KR_DRIVER_LICENSE",
        "government_id",
        ("korean_driver_license", "driver_license", "drivers_license"),
        ("driver", "licence", "license"),
        ("운전면허", "면허"),
    ),
    EntityType(
        "KR_VEHICLE",
        "government_id",
        ("korean_vehicle", "vehicle_number", "license_plate"),
        words("plate, vehicle, car number"),
        ("차량", "차번호", "자동차", "번호판"),
    ),
    EntityType(
        "KR_BRN",
        "government_id",
        ("korean_brn", "brn", "business_registration_number"),
        words("brn, business registration, business number, business license"),
        ("사업자", "사업자등록"),
    ),
    EntityType(
        "KR_CORP",
        "government_id",
        ("korean_corp", "corporate_registration_number"),
        words("corporate registration, corporation number, crn"),
        ("법인등록", "법인번호", "법인 등록", "법인"),
    ),
    EntityType(
        "KR_CUSTOMS_CODE",
        "government_id",
        ("korean_customs_code", "pccc"),
        ("customs code", "customs clearance", "pccc"),
        ("통관", "통관고유부호", "개인통관"),
    ),
    EntityType(
        "KR_MILITARY_NUMBER",
        "government_id",
        ("korean_military_number", "military_number"),
        ("military number", "service number"),
        ("군번",),
    ),
    EntityType(
        "US_SSN",
        "government_id",
        ("ssn", "us_ssn", "social_security_number"),
        ("ssn", "social security", "ss#", "social", "socialnum"),
        ("사회보장",),
    ),
    EntityType(
        "CREDIT_CARD",
        "financial",
        ("credit_card", "card", "card_number"),
        (
            *("credit", "card", "visa", "mastercard", "amex", "debit", "american express"),
            *("discover", "diners", "jcb", "maestro", "unionpay", "cc", "pan"),
        ),
        ("카드",),
    ),
    EntityType(
        "IBAN_CODE",
        "financial",
        ("iban", "iban_code"),
        ("iban", "bank", "account", "transfer", "bic", "swift"),
        ("계좌", "송금"),
    ),
    EntityType(
        "KR_BANK_ACCOUNT",
        "financial",
        ("bank_account", "korean_bank_account", "account_number"),
        words(
            "account number, account no, bank account, acct, bank, deposit account, refund account,"
            " payout account"
        ),
        (
            *("계좌", "은행", "뱅크", "농협", "신협", "수협", "새마을금고", "예금주", "입금"),
            *("이체", "통장", "카카오", "우체국", "환급"),
        ),
    ),
    *IDENTITY_NUMBERS,
    EntityType(
        "ABA_ROUTING_NUMBER",
        "financial",
        ("routing_number",),
        words("routing, aba, rtn, routing transit, transit number"),
    ),
    EntityType(
        "US_BANK_NUMBER",
        "financial",
        ("us_bank_number",),
        words(
            "bank account, account number, account no, account #, acct, checking, savings, account"
        ),
    ),
    EntityType(
        "SWIFT_CODE",
        "financial",
        ("swift",),
        words("swift, bic, swift code, swift/bic, bank identifier"),
    ),
    EntityType(
        "CRYPTO",
        "financial",
        ("crypto_wallet",),
        words("wallet, bitcoin, btc, crypto, ethereum, eth, address"),
        words("지갑, 비트코인, 이더리움"),
    ),
    EntityType(
        "US_NPI",
        "health",
        ("npi",),
        words("npi, national provider, provider identifier, provider id"),
    ),
    EntityType(
        "MEDICAL_LICENSE",
        "health",
        ("dea_number",),
        words("dea, dea number, medical license, certificate number, prescriber"),
    ),
    EntityType("US_MBI", "health", ("mbi",), words("mbi, medicare, beneficiary")),
    EntityType(
        "MEDICAL_RECORD_NUMBER",
        "health",
        ("mrn",),
        words(
            "mrn, medical record, medical records, patient record, patient id, patient number,"
            " chart number"
        ),
        words("의무기록, 환자번호, 차트번호"),
    ),
    EntityType(
        "HEALTH_INSURANCE_ID",
        "health",
        ("health_insurance_id",),
        words("health insurance, insurance number, member id, subscriber id, policy number"),
        words("건강보험, 보험증"),
    ),
    EntityType(
        "DE_HEALTH_INSURANCE",
        "health",
        ("de_health_insurance",),
        words(
            "kvnr, krankenversichertennummer, versichertennummer, egk, krankenkasse,"
            " krankenversicherung"
        ),
    ),
    EntityType("AU_MEDICARE", "health", ("au_medicare",), words("medicare")),
    EntityType("NZ_NHI", "health", ("nz_nhi",), words("nhi, national health index")),
    EntityType(
        "DATE_OF_BIRTH",
        "person",
        ("dob",),
        words("date of birth, dob, birth date, birthdate, birthday, born"),
        words("생년월일, 생일, 출생"),
    ),
    EntityType(
        "ORGANIZATION",
        "person",
        ("organization", "organisation", "company"),
        ("company", "employer"),
        ("회사명", "상호", "기관명"),
    ),
    EntityType(
        "EMPLOYEE_ID",
        "person",
        ("employee_id",),
        words("employee id, employee number, staff number, personnel number"),
        words("사번, 사원번호, 직원번호"),
    ),
    EntityType(
        "STUDENT_ID",
        "person",
        ("student_id",),
        words("student id, student number, matriculation number"),
        words("학번, 학생번호, 수험번호"),
    ),
    EntityType(
        "POSTAL_CODE",
        "location",
        ("postal_code", "zip_code", "zip"),
        words("zip code, postal code, postcode"),
        words("우편번호"),
    ),
    EntityType(
        "COORDINATES",
        "location",
        ("coordinates",),
        words("lat, latitude, lon, lng, longitude, coordinates, gps, location"),
        words("위도, 경도, 좌표"),
    ),
    EntityType(
        "IP_ADDRESS",
        "network",
        ("ip_address", "ip"),
        ("ip", "address", "host", "client", "from", "server"),
        ("아이피", "접속", "주소"),
    ),
    EntityType(
        "MAC_ADDRESS",
        "network",
        ("mac_address", "mac"),
        ("mac", "ethernet", "hardware address", "physical address", "bssid"),
        ("맥 주소", "맥주소"),
    ),
    EntityType(
        "URL_CREDENTIALS",
        "credential",
        ("url_credentials", "connection_string", "url_with_credentials"),
    ),
    EntityType(
        "API_KEY",
        "credential",
        ("api_key", "apikey", "token", "access_key"),
        ("key", "token"),
        ("키", "토큰"),
    ),
    EntityType("PASSWORD", "credential", ("password", "secret"), ("password",), ("비밀번호",)),
    EntityType("PRIVATE_KEY", "credential", ("private_key", "pem")),
    EntityType("JWT", "credential", ("jwt", "json_web_token")),
    EntityType(
        "AUTHORIZATION_HEADER",
        "credential",
        ("authorization_header", "bearer_token", "basic_auth"),
    ),
    EntityType("SESSION_COOKIE", "credential", ("session_cookie", "cookie")),
    EntityType("HONEYTOKEN", "credential", ("honeytoken", "decoy")),
)

ENTITIES: dict[str, EntityType] = {entity.name: entity for entity in _TYPES}
"""Every entity type by its canonical name."""

CATEGORIES: dict[str, tuple[str, ...]] = {
    category: tuple(entity.name for entity in _TYPES if entity.category == category)
    for category in dict.fromkeys(entity.category for entity in _TYPES)
}
"""The entity types of each category that has any."""

_BY_ALIAS = {alias: entity.name for entity in _TYPES for alias in (*entity.aliases, entity.name)}


def is_custom(name: str) -> bool:
    """Tell whether this is a type of a deployment's own (``CUSTOM_EMPLOYEE_NUMBER``).

    Such types belong to no category, and their recognizers come from the configuration.
    """
    return _CUSTOM.fullmatch(name) is not None


def is_entity_type(name: str) -> bool:
    """Tell whether something can be called so, by the library or by a deployment."""
    return name in ENTITIES or is_custom(name)


_CUSTOM = re.compile(r"CUSTOM_[A-Z][A-Z0-9_]{0,56}")


def canonical(name: str) -> str:
    """Return the canonical entity type for a name or an alias, in any case.

    Raises
    ------
    KeyError
        If no entity type is called that; the message lists those there are.

    """
    found = _BY_ALIAS.get(name) or _BY_ALIAS.get(name.lower()) or _BY_ALIAS.get(name.upper())
    if found is None and is_custom(name):
        return name
    if found is None:
        known = ", ".join(sorted(ENTITIES))
        raise KeyError(f"unknown entity type {name!r}; known: {known}")
    return found
