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
        ("PERSON", "홍길동", "홍**"),
        ("PERSON", "John Doe", "J*** D**"),
        ("PERSON", "김 A", "* *"),
        ("KR_PASSPORT", "M12345678", "*********"),
        ("API_KEY", "sk-live-1234", "********"),
        ("PASSWORD", "a", "********"),
        ("NEVER_HEARD_OF", "ab-12", "**-**"),
    ],
)
def test_the_shape_stays_and_the_rest_is_hidden(entity_type, value, masked):
    assert mask(entity_type, value) == masked
    assert mask(entity_type, masked) == masked


def test_every_rule_is_for_an_entity_type_or_category_that_exists():
    assert set(_BY_TYPE) <= set(ENTITIES)
    assert set(_BY_CATEGORY) <= {entity.category for entity in ENTITIES.values()}
