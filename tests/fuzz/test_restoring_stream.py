"""However a text is cut, restoring it piece by piece is restoring it whole."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sumun.protection import (
    Action,
    InvalidToken,
    ProtectionKeys,
    Protector,
    RestoringStream,
    Rows,
    Scope,
)

PROTECTOR = Protector(ProtectionKeys("k1", {"k1": b"a" * 32}))
SCOPE = Scope("acme", "crm")
ROWS: Rows = {}


def made(action, entity_type, value, rows=None):
    return PROTECTOR.replace(action, entity_type, value, scope=SCOPE, rows=rows)


def shaped(entity_type, value):
    return PROTECTOR.shape(
        Action.TOKENIZE, entity_type, value, scope=SCOPE, rows=ROWS, fits=lambda _: True
    )


KEPT = made(Action.TOKENIZE, "PHONE_NUMBER", "010-1234-5678", ROWS)
SHAPES = [
    shaped("EMAIL_ADDRESS", "kim@example.com"),
    shaped("CREDIT_CARD", "4111 1111 1111 1111"),
    shaped("PHONE_NUMBER", "010-1234-5678"),
    shaped("KR_RRN", "900101-1234568"),
    shaped("IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
    shaped("DATE_OF_BIRTH", "1990-01-02"),
    shaped("IP_ADDRESS", "10.1.2.3"),
]
TOKENS = [
    made(Action.TOKENIZE, "EMAIL_ADDRESS", "kim@example.com"),
    made(Action.TOKENIZE, "PERSON", "홍길동 " * 30),
    made(Action.ENCRYPT, "EMAIL_ADDRESS", "kim@example.com"),
    KEPT,
    *SHAPES,
]
BENT = ["<EMAIL_ADDRESS:", "EMAIL_ADDRESS:k1.aaaa", KEPT[:-2], KEPT[1:-1], "<PERSON:x>", "enc:v1:"]
words = st.one_of(
    st.sampled_from(TOKENS),
    st.text(max_size=12),
    st.sampled_from([" ", "\n", ",", "a" * 300, "0" * 300, "A_" * 200, "<PERSON>", "홍길동" * 90]),
)
texts = st.lists(words, max_size=8).map("".join)
maybe_bent = st.lists(st.one_of(words, st.sampled_from(BENT)), max_size=8).map("".join)
cuts = st.lists(st.integers(0, 4000), max_size=30)
fuzz = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def find(ids):
    return {row_id: ROWS[row_id] for row_id in ids if row_id in ROWS}


def whole(text, *, kept):
    return PROTECTOR.restore_text(text, scope=SCOPE, rows=ROWS if kept else None)[0]


def piece_by_piece(text, cuts, *, kept):
    stream = RestoringStream(PROTECTOR, scope=SCOPE, find=find if kept else None)
    ends = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    pieces = [stream.feed(text[a:b]) for a, b in pairwise(ends)]
    return "".join(pieces) + stream.close()


def outcome(run, *args, **options):
    try:
        return run(*args, **options)
    except InvalidToken:
        return InvalidToken


@fuzz
@given(maybe_bent, cuts, st.booleans())
@example("x" * 400 + KEPT + "y" * 400, [3, 410, 420, 430], True)
def test_the_cuts_change_nothing(text, cuts, kept):
    expected = outcome(whole, text, kept=kept)
    assert outcome(piece_by_piece, text, cuts, kept=kept) == expected


@fuzz
@given(texts)
def test_one_character_at_a_time_holds_back_no_more_than_a_token(text):
    stream = RestoringStream(PROTECTOR, scope=SCOPE, find=find)
    longest = max(map(len, TOKENS))
    try:
        for character in text:
            stream.feed(character)
            assert stream.held <= longest
    except InvalidToken:
        assert outcome(whole, text, kept=True) is InvalidToken


@pytest.mark.parametrize("text", ["Hello there, ", "안녕하세요", "a = b; ", "(x) "])
def test_what_cannot_begin_a_token_leaves_at_once(text):
    stream = RestoringStream(PROTECTOR, scope=SCOPE)
    assert stream.feed(text) == text


def test_what_is_restored_is_counted_and_what_is_not_allowed_stays():
    stream = RestoringStream(PROTECTOR, scope=SCOPE, allow=lambda kind: kind == "PERSON")
    said = stream.feed(f"{TOKENS[0]} {TOKENS[1]} ") + stream.close()
    assert said == f"{TOKENS[0]} {'홍길동 ' * 30} "
    assert stream.count == 1


def test_a_token_without_end_is_refused():
    stream = RestoringStream(PROTECTOR, scope=SCOPE)
    stream.feed("ok <PERSON:k1.")
    stream.feed("a" * 60_000)
    with pytest.raises(InvalidToken, match="character 3"):
        stream.feed("a" * 6_000)


def test_an_error_says_where_in_the_stream():
    stream = RestoringStream(PROTECTOR, scope=SCOPE)
    stream.feed("one two ")
    with pytest.raises(InvalidToken, match="character 8"):
        stream.feed("<PERSON:bad> ")
