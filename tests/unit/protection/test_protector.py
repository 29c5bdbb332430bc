import pytest

from sumun.detection.finding import Finding
from sumun.protection import (
    Action,
    DecryptionError,
    InvalidText,
    InvalidToken,
    ProtectionKeys,
    Protector,
    Rejected,
    Scope,
)

TEXT = "메일 john@example.com 전화 010-1234-5678."
EMAIL = Finding("EMAIL_ADDRESS", 3, 19, 1.0, "email")
PHONE = Finding("PHONE_NUMBER", 23, 36, 1.0, "phone")


def always(action):
    return lambda _finding: action


def test_findings_are_replaced_and_the_rest_stays(protector, scope):
    protected = protector.protect_text(TEXT, [PHONE, EMAIL], always(Action.MASK), scope=scope)
    assert protected == "메일 j***@example.com 전화 010-****-5678."


def test_each_finding_has_its_own_action(protector, scope):
    actions = {"EMAIL_ADDRESS": Action.REDACT, "PHONE_NUMBER": Action.ALLOW}
    protected = protector.protect_text(
        TEXT, [EMAIL, PHONE], lambda finding: actions[finding.entity_type], scope=scope
    )
    assert protected == "메일 <EMAIL_ADDRESS> 전화 010-1234-5678."


def test_reject_names_the_type_and_not_the_value(protector, scope):
    with pytest.raises(Rejected) as caught:
        protector.protect_text(TEXT, [EMAIL], always(Action.REJECT), scope=scope)
    assert caught.value.entity_type == "EMAIL_ADDRESS"
    assert "john" not in str(caught.value)


@pytest.mark.parametrize("action", [Action.REDACT, Action.HASH, Action.TOKENIZE, Action.ENCRYPT])
def test_no_part_of_the_value_is_left(protector, scope, action):
    protected = protector.replace(action, "EMAIL_ADDRESS", "john@example.com", scope=scope)
    assert "john" not in protected
    assert "example" not in protected


@pytest.mark.parametrize("action", [Action.HASH, Action.TOKENIZE])
def test_equal_values_make_equal_stand_ins_per_type_and_tenant(protector, scope, action):
    first = protector.replace(action, "EMAIL_ADDRESS", "a@example.com", scope=scope)
    assert first == protector.replace(action, "EMAIL_ADDRESS", "a@example.com", scope=scope)
    others = [
        protector.replace(action, "EMAIL_ADDRESS", "b@example.com", scope=scope),
        protector.replace(action, "PERSON", "a@example.com", scope=scope),
        protector.replace(
            action, "EMAIL_ADDRESS", "a@example.com", scope=Scope("other", scope.audience)
        ),
    ]
    bodies = {stand_in.strip("<>").split(":")[-1].split("#")[-1] for stand_in in [first, *others]}
    assert len(bodies) == 4


def test_encrypting_twice_differs_and_decrypts_alike(protector, scope):
    first, second = (
        protector.replace(Action.ENCRYPT, "PERSON", "홍길동", scope=scope) for _ in range(2)
    )
    assert first != second
    assert protector.decrypt(first, scope=scope) == protector.decrypt(second, scope=scope)
    assert protector.open(first, scope=scope).entity_type == "PERSON"


def test_tokens_are_restored_where_they_stand(protector, scope):
    protected = protector.protect_text(TEXT, [EMAIL, PHONE], always(Action.TOKENIZE), scope=scope)
    assert protector.restore_text(protected, scope=scope) == (TEXT, 2)


def test_only_allowed_types_are_restored(protector, scope):
    protected = protector.protect_text(TEXT, [EMAIL, PHONE], always(Action.TOKENIZE), scope=scope)
    restored, count = protector.restore_text(
        protected, scope=scope, allow=lambda entity_type: entity_type == "PHONE_NUMBER"
    )
    assert count == 1
    assert "010-1234-5678" in restored
    assert "<EMAIL_ADDRESS:" in restored


@pytest.mark.parametrize(
    "elsewhere",
    [Scope("other", "http://localhost:8081/mcp/customers"), Scope("acme", "http://elsewhere")],
)
def test_another_tenant_or_audience_gets_nothing(protector, scope, elsewhere):
    token = protector.replace(Action.TOKENIZE, "PERSON", "홍길동", scope=scope)
    envelope = protector.replace(Action.ENCRYPT, "PERSON", "홍길동", scope=scope)
    with pytest.raises(InvalidToken):
        protector.restore_text(token, scope=elsewhere)
    for stand_in in (token, envelope):
        with pytest.raises(DecryptionError):
            protector.open(stand_in, scope=elsewhere)


@pytest.mark.parametrize(
    "bend",
    [
        str.lower,
        lambda token: token[:-1],
        lambda token: token[:-3] + ">",
        lambda token: token.strip("<>"),
        lambda token: token.replace("PERSON", "PHONE_NUMBER"),
        lambda token: token.replace(":k1.", ":k2."),
        lambda _token: "<PERSON:the customer>",
    ],
)
def test_a_bent_token_is_refused_by_position(protector, scope, bend):
    token = protector.replace(Action.TOKENIZE, "PERSON", "홍길동", scope=scope)
    with pytest.raises(InvalidToken) as caught:
        protector.restore_text("to: " + bend(token), scope=scope)
    assert caught.value.position == 4
    assert token[10:] not in str(caught.value)


@pytest.mark.parametrize(
    "not_one", ["", "plain", "<PERSON>", "<PERSON#abcdefghijklmnop>", "enc:v1:k9:" + "A" * 40]
)
def test_only_tokens_and_envelopes_open(protector, scope, not_one):
    with pytest.raises(DecryptionError):
        protector.open(not_one, scope=scope)


def test_rotated_keys_still_open_what_they_closed(protector, scope):
    token = protector.replace(Action.TOKENIZE, "PERSON", "홍길동", scope=scope)
    envelope = protector.replace(Action.ENCRYPT, "PERSON", "홍길동", scope=scope)
    rotated = Protector(ProtectionKeys("k2", {"k1": b"a" * 32, "k2": b"b" * 32}))
    assert ":k2." in rotated.replace(Action.TOKENIZE, "PERSON", "홍길동", scope=scope)
    assert rotated.restore_text(token, scope=scope) == ("홍길동", 1)
    assert rotated.decrypt(envelope, scope=scope) == "홍길동"
    gone = Protector(ProtectionKeys("k2", {"k2": b"b" * 32}))
    with pytest.raises(InvalidToken):
        gone.restore_text(token, scope=scope)


@pytest.mark.parametrize("action", [Action.MASK, Action.REDACT, Action.HASH, Action.TOKENIZE])
def test_protecting_twice_changes_nothing(protector, scope, action):
    once = protector.protect_text(TEXT, [EMAIL, PHONE], always(action), scope=scope)
    everything = Finding("EMAIL_ADDRESS", 3, once.index(" 전화"), 1.0, "greedy")
    assert protector.protect_text(once, [everything], always(action), scope=scope) == once


def test_a_finding_inside_an_envelope_is_dropped_and_one_around_it_is_clipped(protector, scope):
    envelope = protector.replace(Action.ENCRYPT, "PERSON", "홍길동", scope=scope)
    text = f"abc {envelope} def"
    inside = Finding("API_KEY", 8, 30, 1.0, "entropy")
    around = Finding("API_KEY", 0, len(text), 1.0, "greedy")
    redact = always(Action.REDACT)
    assert protector.protect_text(text, [inside], redact, scope=scope) == text
    protected = protector.protect_text(text, [around], redact, scope=scope)
    assert protected == f"<API_KEY>{envelope}<API_KEY>"


def test_a_value_dressed_as_an_envelope_is_protected(protector, scope):
    dressed = "enc:v1:k1:900101-1234567-900101-1234567-900101-1234567"
    finding = Finding("KR_RRN", 10, 24, 1.0, "rrn")
    assert protector.opaque_spans(dressed, scope=scope) == []
    protected = protector.protect_text(dressed, [finding], always(Action.REDACT), scope=scope)
    assert protected.startswith("enc:v1:k1:<KR_RRN>")


def test_a_token_under_no_key_of_ours_is_not_opaque(protector, scope):
    text = "<PERSON:01012345678.abcdefghijklmnopqrstuvwxyz>"
    assert protector.opaque_spans(text, scope=scope) == []


def test_opaque_spans_are_those_of_stand_ins(protector, scope):
    token = protector.replace(Action.TOKENIZE, "PERSON", "홍길동", scope=scope)
    assert protector.opaque_spans(f"a {token}", scope=scope) == [(2, 2 + len(token))]
    assert protector.opaque_spans("nothing", scope=scope) == []


def test_of_overlapping_findings_no_character_is_left(protector, scope):
    overlapping = [Finding("PERSON", 0, 8, 1.0, "a"), Finding("EMAIL_ADDRESS", 3, 19, 1.0, "b")]
    protected = protector.protect_text(TEXT, overlapping, always(Action.REDACT), scope=scope)
    assert protected == "<PERSON><EMAIL_ADDRESS> 전화 010-1234-5678."


@pytest.mark.parametrize("action", [Action.HASH, Action.TOKENIZE, Action.ENCRYPT])
def test_a_lone_surrogate_is_refused_where_bytes_are_needed(protector, scope, action):
    with pytest.raises(InvalidText):
        protector.replace(action, "PERSON", "\ud83d", scope=scope)


def test_many_stand_ins_and_findings_take_linear_time(protector, scope):
    text = "<PERSON> ab " * 20_000
    findings = [Finding("PERSON", at + 9, at + 11, 1.0, "x") for at in range(0, len(text), 12)]
    protected = protector.protect_text(text, findings, always(Action.REDACT), scope=scope)
    assert protected == "<PERSON> <PERSON> " * 20_000


def test_findings_in_what_only_looks_like_an_envelope_take_linear_time(protector, scope):
    text = "enc:v1:k1:" + "900101-1234567-" * 20_000
    findings = [Finding("KR_RRN", at, at + 14, 1.0, "x") for at in range(10, len(text), 15)]
    protected = protector.protect_text(text, findings, always(Action.REDACT), scope=scope)
    assert protected == "enc:v1:k1:" + "<KR_RRN>-" * 20_000
