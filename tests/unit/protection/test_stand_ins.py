import time

import pytest

from sumun.protection.stand_ins import (
    find_stand_ins,
    find_token_attempts,
    from_base32,
    from_base64url,
    parse_stand_in,
    to_base32,
    to_base64url,
)

BODY = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.mark.parametrize(
    ("text", "kind", "entity_type"),
    [
        ("<EMAIL_ADDRESS>", "redaction", "EMAIL_ADDRESS"),
        ("<KR_RRN#abcdefghijklmnop>", "hash", "KR_RRN"),
        (f"<EMAIL_ADDRESS:k1.{BODY}>", "token", "EMAIL_ADDRESS"),
        ("enc:v1:k1:" + "A" * 40, "envelope", ""),
    ],
)
def test_each_kind_is_found_where_it_stands(text, kind, entity_type):
    (found,) = find_stand_ins(f"이메일은 {text} 입니다")
    assert (found.kind, found.entity_type) == (kind, entity_type)
    assert (found.start, found.end) == (5, 5 + len(text))
    assert parse_stand_in(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "plain text",
        "<NO_SUCH_TYPE>",
        f"<NO_SUCH_TYPE:k1.{BODY}>",
        "<EMAIL_ADDRESS#short>",
        "<EMAIL_ADDRESS:k1.short>",
        "<email_address>",
        "enc:v1:k1:tooshort",
        "enc:v2:k1:" + "A" * 40,
    ],
)
def test_what_is_not_written_as_a_stand_in_is_text(text):
    assert list(find_stand_ins(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "<EMAIL_ADDRESS:customer>",
        f"<email_address:k1.{BODY}>",
        f"<EMAIL_ADDRESS:k1.{BODY}",
        f"<EMAIL_ADDRESS:k1.{BODY[:20]}>",
        f"EMAIL_ADDRESS:k1.{BODY}",
        rf"<EMAIL\_ADDRESS:k1.{BODY}>",
        f"&lt;EMAIL_ADDRESS:k1.{BODY}&gt;",
        f"<EMAIL_ADDRESS:K1.{BODY}>",
    ],
)
def test_a_token_that_was_bent_is_still_seen_as_one(text):
    (attempt,) = find_token_attempts(f"to {text} now")
    assert attempt.token is None
    assert attempt.entity_type == "EMAIL_ADDRESS"


@pytest.mark.parametrize(
    "text",
    ["<http://example.com>", "<soap:Envelope>", "a: b", "List<T:int>", "12:30", "EMAIL_ADDRESS: x"],
)
def test_ordinary_text_is_no_attempt(text):
    assert list(find_token_attempts(text)) == []


@pytest.mark.parametrize("size", range(24))
def test_bodies_go_there_and_back(size):
    data = bytes(range(200, 200 + size))
    assert from_base32(to_base32(data) or "a" * 0) == data if size else to_base32(data) == ""
    assert from_base64url(to_base64url(data)) == data


@pytest.mark.parametrize("body", ["ab", "a", "abc", "aaaaab"])
def test_base32_that_no_bytes_are_written_as_is_refused(body):
    with pytest.raises(ValueError, match="canonical"):
        from_base32(body)


@pytest.mark.parametrize("body", ["AB", "AAAB="])
def test_base64url_that_no_bytes_are_written_as_is_refused(body):
    with pytest.raises(ValueError, match=r"canonical|padding"):
        from_base64url(body)


@pytest.mark.parametrize(
    "unit",
    ["<", "A", "<A", "<A:", "aa:", "<EMAIL_ADDRESS:", "enc:v1:", "enc:v1:k:A", "<EMAIL_ADDRESS#a"],
)
def test_hostile_repetition_takes_linear_time(unit):
    text = unit * (400_000 // len(unit))
    started = time.process_time()
    list(find_stand_ins(text))
    list(find_token_attempts(text))
    assert time.process_time() - started < 2
