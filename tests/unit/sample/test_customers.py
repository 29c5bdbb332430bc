import re

import pytest

from sumun.sample.customers import CUSTOMERS, ORDERS, find

KOREAN = [c for c in CUSTOMERS.values() if c.language == "ko"]
ENGLISH = [c for c in CUSTOMERS.values() if c.language == "en"]


def luhn(number):
    total = 0
    for place, digit in enumerate(int(c) for c in reversed(number) if c.isdigit()):
        doubled = digit * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10


def test_half_are_korean_and_half_english():
    assert len(KOREAN) == len(ENGLISH) == 12


@pytest.mark.parametrize("customer", KOREAN, ids=lambda c: c.customer_id)
def test_korean_numbers_are_well_formed_and_nobodys(customer):
    assert re.fullmatch(r"010-1\d{3}-\d{4}", customer.phone)
    digits = [int(c) for c in customer.rrn if c.isdigit()]
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    check = (11 - sum(w * d for w, d in zip(weights, digits, strict=False)) % 11) % 10
    assert digits[12] == check
    assert digits[7:9] in ([9, 7], [9, 8], [9, 9]), "a region code that was assigned"


@pytest.mark.parametrize("customer", ENGLISH, ids=lambda c: c.customer_id)
def test_social_security_numbers_were_never_issued(customer):
    # Neither as an SSN (9xx) nor as an ITIN (9xx with 50 or more in the middle).
    assert re.fullmatch(r"9\d\d-[0-4]\d-\d{4}", customer.ssn)


@pytest.mark.parametrize("customer", CUSTOMERS.values(), ids=lambda c: c.customer_id)
def test_contacts_are_reserved_and_accounts_pass_their_checksums(customer):
    assert customer.email.rpartition("@")[2] in {
        "example.com", "example.net", "example.org", "example.kr",
    }  # fmt: skip
    assert luhn(customer.card_number) == 0
    account = customer.bank_account.replace(" ", "")
    if account:
        rearranged = account[4:] + account[:4]
        assert int("".join(str(int(c, 36)) for c in rearranged)) % 97 == 1


def test_orders_belong_to_customers():
    assert {order.customer_id for order in ORDERS.values()} == set(CUSTOMERS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("김민준", ["C-1001"]),
        ("minjun.kim@example.kr", ["C-1001"]),
        ("010-1234-5678", ["C-1001"]),
        ("+82 10 1234 5678", ["C-1001"]),
        ("01012345678", ["C-1001"]),
        ("WHITCOMBE", ["C-2001"]),
        ("202-555-0143", ["C-2001"]),
        ("45", []),
        ("   ", []),
        ("<EMAIL_ADDRESS:9k2m>", []),
    ],
)
def test_find(query, expected):
    assert [customer.customer_id for customer in find(query)] == expected
