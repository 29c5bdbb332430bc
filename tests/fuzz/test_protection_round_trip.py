"""Whatever the text: what is made here comes back, and what was altered never does."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sumun.detection.entities import ENTITIES
from sumun.detection.finding import Finding
from sumun.protection import (
    Action,
    DecryptionError,
    InvalidToken,
    ProtectionKeys,
    Protector,
    Scope,
)
from sumun.protection.masks import mask

PROTECTOR = Protector(ProtectionKeys("k1", {"k1": b"a" * 32}))
SCOPE = Scope("acme", "http://localhost/mcp/customers")

unicode_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
any_texts = st.text(st.characters(), max_size=80)
any_character = st.one_of(st.characters(), st.sampled_from("abcXYZ234_\\:.<>"))
entity_types = st.sampled_from(sorted(ENTITIES))
fuzz = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@fuzz
@given(entity_types, unicode_texts)
def test_a_token_comes_back(entity_type, value):
    token = PROTECTOR.replace(Action.TOKENIZE, entity_type, value, scope=SCOPE)
    assert PROTECTOR.restore_text(token, scope=SCOPE) == (value, 1)
    assert PROTECTOR.open(token, scope=SCOPE).value == value


@fuzz
@given(entity_types, unicode_texts)
def test_an_envelope_comes_back(entity_type, value):
    envelope = PROTECTOR.replace(Action.ENCRYPT, entity_type, value, scope=SCOPE)
    opened = PROTECTOR.open(envelope, scope=SCOPE)
    assert (opened.entity_type, opened.value) == (entity_type, value)


@fuzz
@given(entity_types, any_texts)
def test_masking_what_is_masked_changes_nothing(entity_type, value):
    once = mask(entity_type, value)
    assert mask(entity_type, once) == once


@fuzz
@given(unicode_texts, st.data())
def test_a_token_with_one_other_character_never_restores(value, data):
    token = PROTECTOR.replace(Action.TOKENIZE, "EMAIL_ADDRESS", value, scope=SCOPE)
    at = data.draw(st.integers(len("<EMAIL_ADDRESS:k1."), len(token) - 1))
    character = data.draw(
        st.sampled_from("abcdefghijklmnopqrstuvwxyz234567A189>.: <").filter(
            lambda drawn: drawn != token[at]
        )
    )
    with pytest.raises(InvalidToken):
        PROTECTOR.restore_text(token[:at] + character + token[at + 1 :], scope=SCOPE)


@fuzz
@given(unicode_texts, st.data())
def test_a_token_with_any_other_character_anywhere_gives_nothing_away(value, data):
    token = PROTECTOR.replace(Action.TOKENIZE, "EMAIL_ADDRESS", value, scope=SCOPE)
    at = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(any_character.filter(lambda drawn: drawn != token[at]))
    bent = token[:at] + character + token[at + 1 :]
    try:
        outcome = PROTECTOR.restore_text(bent, scope=SCOPE)
    except InvalidToken:
        return
    assert outcome == (bent, 0)


@fuzz
@given(unicode_texts, st.data())
def test_an_envelope_with_one_other_character_never_opens(value, data):
    envelope = PROTECTOR.replace(Action.ENCRYPT, "PERSON", value, scope=SCOPE)
    at = data.draw(st.integers(0, len(envelope) - 1))
    character = data.draw(st.characters().filter(lambda drawn: drawn != envelope[at]))
    with pytest.raises(DecryptionError):
        PROTECTOR.open(envelope[:at] + character + envelope[at + 1 :], scope=SCOPE)


@fuzz
@given(any_texts)
def test_any_text_restores_or_is_refused_as_documented(text):
    try:
        restored, count = PROTECTOR.restore_text(text, scope=SCOPE)
    except InvalidToken:
        return
    assert (restored, count) == (text, 0)


@fuzz
@given(
    unicode_texts,
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20), entity_types), max_size=6),
)
def test_protecting_a_text_is_undone_by_restoring_it(text, spans):
    if "<" in text or ":" in text:
        return
    findings = [Finding(kind, start, start + size, 1.0, "x") for start, size, kind in spans]
    protected = PROTECTOR.protect_text(text, findings, lambda _: Action.TOKENIZE, scope=SCOPE)
    assert PROTECTOR.restore_text(protected, scope=SCOPE)[0] == text


@fuzz
@given(
    unicode_texts,
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20), entity_types), max_size=6),
    st.sampled_from([Action.REDACT, Action.HASH, Action.TOKENIZE]),
)
def test_a_finding_within_what_was_protected_changes_nothing(text, spans, action):
    findings = [Finding(kind, start, start + size, 1.0, "x") for start, size, kind in spans]
    once = PROTECTOR.protect_text(text, findings, lambda _: action, scope=SCOPE)
    inside = [
        Finding("API_KEY", at, end, 1.0, "x")
        for start, end in PROTECTOR.opaque_spans(once, scope=SCOPE)
        for at in (start, start + 2)
    ]
    assert PROTECTOR.protect_text(once, inside, lambda _: action, scope=SCOPE) == once


@fuzz
@given(any_texts, st.integers(0, 90), st.integers(0, 90))
def test_a_span_that_is_not_in_the_text_harms_nothing(text, start, size):
    finding = Finding("PERSON", start, start + size, 1.0, "x")
    protected = PROTECTOR.protect_text(text, [finding], lambda _: Action.REDACT, scope=SCOPE)
    kept = text[:start] + text[start + size :]
    assert protected.replace("<PERSON>", "") == kept
