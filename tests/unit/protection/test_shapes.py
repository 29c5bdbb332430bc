"""Stand-ins in the form of a value: never anybody's, known again, one to one."""

import ipaddress
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sumun.detection import Detector
from sumun.protection import Action, InvalidToken, ProtectionKeys, Protector, Scope
from sumun.protection.shapes import find_shapes, name_of

PROTECTOR = Protector(ProtectionKeys("k1", {"k1": b"a" * 32}))
SCOPE = Scope("acme", "crm")
DETECTOR = Detector()

VALUES = {
    "EMAIL_ADDRESS": ("kim@example.com", r"[a-z2-7]{16}@tok\.invalid"),
    "PHONE_NUMBER": ("010-1234-5678", r"\+999[0-9]{12}"),
    "CREDIT_CARD": ("4111-1111-1111-1111", r"9[0-9]{3}(-[0-9]{4}){3}"),
    "IBAN_CODE": ("DE89 3704 0044 0532 0130 00", r"DE00( [0-9]{4}){4} [0-9]{2}"),
    "KR_RRN": ("900101-1234568", r"9999[0-9]{2}-[0-9]{7}"),
    "KR_FRN": ("900101-5234563", r"9999[0-9]{2}-[0-9]{7}"),
    "KR_BRN": ("220-81-62517", r"000-[0-9]{2}-[0-9]{5}"),
    "KR_CORP": ("110111-1234567", r"0000[0-9]{2}-[0-9]{7}"),
    "US_SSN": ("536-22-1234", r"000-[0-9]{2}-[0-9]{4}"),
    "DATE_OF_BIRTH": ("1990-01-02", r"[7-9][0-9]{3}-[0-9]{2}-[0-9]{2}"),
    "IP_ADDRESS": ("10.1.2.3", r"2[45][0-9](\.[0-9]{1,3}){3}"),
}


def shape(entity_type, value, action=Action.TOKENIZE, rows=None, fits=lambda _: True, **options):
    rows = {} if rows is None else rows
    protector = options.get("protector", PROTECTOR)
    scope = options.get("scope", SCOPE)
    return protector.shape(action, entity_type, value, scope=scope, rows=rows, fits=fits)


@pytest.mark.parametrize("entity_type", VALUES)
def test_the_form_stays_and_the_value_comes_back(entity_type):
    value, form = VALUES[entity_type]
    rows = {}
    made = shape(entity_type, value, rows=rows)
    assert re.fullmatch(form, made)
    assert made == shape(entity_type, value)
    assert PROTECTOR.restore_text(f"to {made}.", scope=SCOPE, rows=rows) == (f"to {value}.", 1)
    assert rows.keys() <= set(PROTECTOR.row_ids({"a": [made]}, scope=SCOPE))


@pytest.mark.parametrize("entity_type", VALUES)
def test_another_scope_and_another_key_make_another(entity_type):
    value, _ = VALUES[entity_type]
    others = [
        shape(entity_type, value),
        shape(entity_type, value, scope=Scope("acme", "hr")),
        shape(entity_type, value, scope=Scope("acme", "crm", "kim")),
        shape(entity_type, value, protector=Protector(ProtectionKeys("k2", {"k2": b"b" * 32}))),
    ]
    assert len(set(others)) == 4


@pytest.mark.parametrize("action", [Action.MASK, Action.HASH, Action.REDACT])
@pytest.mark.parametrize("entity_type", VALUES)
def test_what_cannot_be_turned_back_has_no_row_and_another_form(entity_type, action):
    value, form = VALUES[entity_type]
    rows = {}
    made = shape(entity_type, value, action, rows)
    assert re.fullmatch(form, made)
    assert rows == {}
    assert made != shape(entity_type, value)


@pytest.mark.parametrize("entity_type", VALUES)
def test_one_that_is_not_in_the_vault_is_refused(entity_type):
    made = shape(entity_type, VALUES[entity_type][0])
    with pytest.raises(InvalidToken):
        PROTECTOR.restore_text(made, scope=SCOPE, rows={})
    kept = PROTECTOR.restore_text(made, scope=SCOPE, rows={}, allow=lambda _: False)
    assert kept == (made, 0)


@given(st.from_regex(r"[2-6][0-9]{12,18}", fullmatch=True))
def test_no_card_is_live(digits):
    made = shape("CREDIT_CARD", digits)
    assert len(made) == len(digits)
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(made))]
    assert sum(n - 9 * (n > 9) for n in doubled) % 10 == 5


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_nobody_was_born_then(born):
    assert date.fromisoformat(shape("DATE_OF_BIRTH", born.isoformat())).year >= 7000


@given(st.ip_addresses())
def test_no_address_is_anybody_s(address):
    made = ipaddress.ip_address(shape("IP_ADDRESS", str(address)))
    assert made.version == address.version
    reserved = "240.0.0.0/4" if made.version == 4 else "2001:db8::/32"
    assert made in ipaddress.ip_network(reserved)


@settings(deadline=None)  # the first scan compiles the patterns
@given(st.from_regex(r"[0-9]{13}", fullmatch=True))
def test_no_number_is_taken_for_an_identity_number(digits):
    made = shape("KR_RRN", digits)
    assert "KR_RRN" not in {found.entity_type for found in DETECTOR.scan_text(f"주민번호 {made}")}


def test_two_values_have_two_stand_ins():
    made = {shape("US_SSN", f"123-45-{number:04}") for number in range(2000)}
    assert len(made) == 2000


def test_the_first_that_fits_is_taken_or_none():
    made = shape("KR_RRN", "900101-1234568", fits=re.compile(r"\d{6}-[1-4]\d{6}").fullmatch)
    assert made[7] in "1234"
    assert shape("KR_RRN", "900101-1234568", fits=lambda _: False) is None


@pytest.mark.parametrize(
    ("entity_type", "value"),
    [
        ("PERSON", "홍길동"),
        ("API_KEY", "ghp_x"),
        ("CREDIT_CARD", "411"),
        ("CREDIT_CARD", "４１１１１１１１１１１１１１１１"),
        ("DATE_OF_BIRTH", "2 January 1990"),
        ("IP_ADDRESS", "10.1"),
        ("IBAN_CODE", "DE89"),
    ],
)
def test_what_has_no_form_has_none(entity_type, value):
    assert shape(entity_type, value) is None


@given(st.text(max_size=60))
def test_any_text_is_looked_through(text):
    for found in find_shapes(text, lambda _: True):
        assert 0 <= found.start < found.end <= len(text)
        assert found.name == name_of(found.entity_type, text[found.start : found.end])
