import pytest

from sumun.detection.entities import ENTITIES
from sumun.protection.masks import _BY_CATEGORY, _BY_TYPE, mask


@pytest.mark.parametrize(
    ("entity_type", "value", "masked"),
    [
        ("EMAIL_ADDRESS", "john@example.com", "j***@example.com"),
        ("EMAIL_ADDRESS", "j@example.com", "***@example.com"),
        ("EMAIL_ADDRESS", "not an address", "*** ** *******"),
        ("PHONE_NUMBER", "010-1234-5678", "010-****-5678"),
        ("PHONE_NUMBER", "01012345678", "010****5678"),
        ("PHONE_NUMBER", "+82 10-1234-5678", "+82 10-****-5678"),
        ("PHONE_NUMBER", "1588-1234", "****-1234"),
        ("PHONE_NUMBER", "12345", "*****"),
        ("KR_RRN", "900101-1234567", "900101-1******"),
        ("KR_RRN", "9001011234567", "9001011******"),
        ("KR_RRN", "900101-12345678", "******-********"),
        ("KR_FRN", "900101-5234567", "900101-5******"),
        ("US_SSN", "123-45-6789", "***-**-6789"),
        ("CREDIT_CARD", "4111-1111-1111-1234", "****-****-****-1234"),
        ("CREDIT_CARD", "411", "***"),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00", "DE** **** **** **** **30 00"),
        ("KR_BANK_ACCOUNT", "110-123-456789", "***-***-**6789"),
        ("IP_ADDRESS", "192.168.1.5", "192.168.*.*"),
        ("IP_ADDRESS", "2001:db8::1", "2001:db8::*"),
        ("IP_ADDRESS", "unknown.host.name", "*******.****.****"),
        ("MAC_ADDRESS", "00:1a:2b:3c:4d:5e", "00:1a:2b:**:**:**"),
        ("PERSON", "홍길동", "홍*동"),
        ("PERSON", "남궁민수", "남**수"),
        ("PERSON", "이산", "이*"),
        ("PERSON", "王小明", "王*明"),
        ("PERSON", "Kim-Lee Min", "K**-L** M**"),
        ("LOCATION", "서울특별시 강남구 테헤란로 152", "서울특별시 강남구 **** ***"),
        ("LOCATION", "221B Baker Street, London NW1", "**** ***** ******, London ***"),
        ("LOCATION", "Baker Street", "***** ******"),
        ("DATE_OF_BIRTH", "1990-01-02", "1990-**-**"),
        ("DATE_OF_BIRTH", "02/01/1990", "**/**/1990"),
        ("DATE_OF_BIRTH", "19900102", "1990****"),
        ("DATE_OF_BIRTH", "1990년 1월 2일", "1990년 *월 *일"),
        ("DATE_OF_BIRTH", "January 2, 1990", "******* *, 1990"),
        ("COORDINATES", "37.5665, -126.9780", "37.****, -126.****"),
        ("COORDINATES", "37N", "***"),
        ("SWIFT_CODE", "DEUTDEFF500", "DEUT*******"),
        ("CRYPTO", "0x52908400098527886E0F7030069857D2E4169EE7", "0x52" + "*" * 34 + "9EE7"),
        ("KR_VEHICLE", "12가 3456", "12가 ****"),
        ("KR_BRN", "123-45-67890", "123-45-*****"),
        ("KR_CORP", "110111-1234567", "110111-*******"),
        ("IN_AADHAAR", "2341 2341 2346", "**** **** 2346"),
        ("SG_NRIC_FIN", "S1234567D", "*****567D"),
        ("SE_PERSONNUMMER", "811228-9874", "******-**74"),
        ("CN_RIC", "11010519491231002X", "****************2X"),
        ("BR_CPF", "529.982.247-25", "***.***.***-25"),
        ("NATIONAL_ID", "1234567", "*******"),
        ("PERSON", "John Doe", "J*** D**"),
        ("PERSON", "김 A", "* *"),
        ("KR_PASSPORT", "M12345678", "*****5678"),
        ("API_KEY", "sk-live-1234", "sk-live-********"),
        ("API_KEY", "ghp_" + "a" * 36, "ghp_********"),
        ("API_KEY", "AKIAIOSFODNN7EXAMPLE", "AKIA********"),
        ("API_KEY", "summer-2024", "********"),
        ("API_KEY", "ghp_", "********"),
        ("JWT", "eyJhbGciOiJub25lIn0.e30.", "eyJ********"),
        ("AUTHORIZATION_HEADER", "Bearer abc", "Bearer ********"),
        ("URL_CREDENTIALS", "postgresql://kim:secret@db/x", "postgresql://********"),
        ("PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----", "********"),
        ("PASSWORD", "a", "********"),
        ("NEVER_HEARD_OF", "ab-12", "**-**"),
    ],
)
def test_the_shape_stays_and_the_rest_is_hidden(entity_type, value, masked):
    assert mask(entity_type, value) == masked
    assert mask(entity_type, masked) == masked


@pytest.mark.parametrize("entity_type", sorted(ENTITIES))
def test_of_every_type_something_is_hidden_and_separators_stay(entity_type):
    masked = mask(entity_type, "ab-c4 e6.7h-90")
    assert "7h-90" not in masked or "ab-c4" not in masked
    if ENTITIES[entity_type].category not in {"credential", "network"}:
        assert len(masked) == len("ab-c4 e6.7h-90")
        assert [masked[at] for at in (2, 5, 8, 11)] == ["-", " ", ".", "-"]
        assert masked.count("*") >= 4


def test_every_rule_is_for_an_entity_type_or_category_that_exists():
    assert set(_BY_TYPE) <= set(ENTITIES)
    assert set(_BY_CATEGORY) <= {entity.category for entity in ENTITIES.values()}
