"""Short tokens: what they look like, whom they open for, and what their rows give away."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sumun.protection import Action, InvalidToken, ProtectionKeys, Protector, Scope

KEYS = {"k1": b"a" * 32, "k2": b"b" * 32}
SCOPE = Scope("acme", "crm")
values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def protector(*key_ids, salts=None):
    return Protector(ProtectionKeys(key_ids[0], {each: KEYS[each] for each in key_ids}, salts))


def tokenize(value, scope=SCOPE, by=None, entity_type="PERSON"):
    rows = {}
    by = by or protector("k1")
    return by.replace(Action.TOKENIZE, entity_type, value, scope=scope, rows=rows), rows


@given(values)
def test_a_kept_value_comes_back(value):
    token, rows = tokenize(value)
    assert len(token) == len("<PERSON:>") + 16
    assert token == tokenize(value)[0]
    assert protector("k1").restore_text(token, scope=SCOPE, rows=rows) == (value, 1)
    (row,) = rows.values()
    assert value == "\0" or value.encode() not in row.sealed or len(value) < 4


@pytest.mark.parametrize(
    "scope", [Scope("other", "crm"), Scope("acme", "hr"), Scope("acme", "crm", "kim")]
)
def test_it_opens_in_its_scope_only(scope):
    token, rows = tokenize("Kim")
    with pytest.raises(InvalidToken):
        protector("k1").restore_text(token, scope=scope, rows=rows)
    assert protector("k1").row_ids(token, scope=scope) == []
    assert tokenize("Kim", scope)[0] != token


def test_after_a_rotation_it_still_opens():
    token, rows = tokenize("Kim")
    rotated = protector("k2", "k1")
    assert rows.keys() <= set(rotated.row_ids(token, scope=SCOPE))
    assert rotated.restore_text(token, scope=SCOPE, rows=rows) == ("Kim", 1)
    with pytest.raises(InvalidToken):
        protector("k2").restore_text(token, scope=SCOPE, rows=rows)


def test_without_the_tenant_s_secret_it_does_not_open():
    ours = protector("k1", salts={"acme": b"s" * 32})
    token, rows = tokenize("Kim", by=ours)
    assert ours.restore_text(token, scope=SCOPE, rows=rows) == ("Kim", 1)
    for salts in ({}, {"acme": b"t" * 32}):
        with pytest.raises(InvalidToken):
            protector("k1", salts=salts).restore_text(token, scope=SCOPE, rows=rows)


def test_an_altered_row_does_not_open():
    token, rows = tokenize("Kim")
    (row,) = rows.values()
    _, others = tokenize("Lee")
    (its_row,) = others.values()
    for sealed in (b"", row.sealed[:-1] + b"x", its_row.sealed):
        bent = {row.row_id: msgspec.structs.replace(row, sealed=sealed)}
        with pytest.raises(InvalidToken):
            protector("k1").restore_text(token, scope=SCOPE, rows=bent)


@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16))
def test_an_invented_one_is_refused_before_anybody_looks(body):
    token = f"<PERSON:{body}>"
    for text in (token, token.upper(), token.replace("<", "\\<"), token[:-1], token[1:-1]):
        with pytest.raises(InvalidToken):
            protector("k1").restore_text(text, scope=SCOPE, rows={})


def test_what_is_a_token_is_not_tokenized_again():
    token, _ = tokenize("Kim")
    assert protector("k1").opaque_spans(f"to {token}", scope=SCOPE) == [(3, 3 + len(token))]
    assert protector("k1").opaque_spans("<PERSON:kimminsookimmins>", scope=SCOPE) == []


def test_a_value_is_found_however_it_is_written():
    ours = protector("k1")
    assert ours.subjects("010-1234-5678", tenant="acme") == ours.subjects(
        "01012345678", tenant="acme"
    )
    assert ours.subjects("A@b.kr", tenant="acme") == ours.subjects("a@B.KR", tenant="acme")
    assert ours.subjects("a", tenant="acme") != ours.subjects("a", tenant="other")
