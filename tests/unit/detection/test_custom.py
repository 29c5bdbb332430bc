"""What a deployment adds: recognizers, values always or never found, decoys, rules of gitleaks."""

import re
import time

import pytest

from sumun.detection import custom
from sumun.detection.custom import (
    Allowed,
    CustomDetector,
    RulesError,
    UnusablePattern,
    custom_recognizer,
    exact_recognizers,
    read_gitleaks,
)
from sumun.detection.custom.pattern import MAX_LENGTH, bounded
from sumun.detection.entities import canonical, is_entity_type

EMPLOYEE = {"name": "employee", "entity": "CUSTOM_EMPLOYEE_NUMBER", "pattern": r"\bEMP-[0-9]{6}\b"}


def found(detector, text):
    return [(each.entity_type, text[each.start : each.end]) for each in detector.scan_text(text)]


@pytest.mark.parametrize(
    "text", ["EMP-123456", "사번 EMP-123456입니다", '"EMP-123456"', "ＥＭＰ-123456"]
)
def test_a_pattern_is_found(text):
    detector = CustomDetector([custom_recognizer(**EMPLOYEE)], entities=["KR_RRN"])
    ((entity, value),) = found(detector, text)
    assert entity == "CUSTOM_EMPLOYEE_NUMBER"
    assert value.endswith("-123456")
    assert not detector.is_clean(f'{{"a":"{text}"}}'.encode())
    assert detector.scan_text(text)[0].recognizer == "employee"


def test_the_library_s_own_are_still_found():
    detector = CustomDetector([custom_recognizer(**EMPLOYEE)], entities=["email"])
    text = "EMP-123456 kim@example.com"
    assert [entity for entity, _ in found(detector, text)] == [
        "CUSTOM_EMPLOYEE_NUMBER",
        "EMAIL_ADDRESS",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4111111111111111", "card 4111111111111111"),
        ("4111111111111111", "４１１１１１１１１１１１１１１１"),
        ("4111111111111111", "id,card number\n1,4111111111111111\n"),
        ("member@example.com", "mail member@example.com"),
    ],
)
def test_what_was_added_is_reported_where_the_library_finds_the_same(value, text):
    own = custom_recognizer("member", "CUSTOM_MEMBER", value.replace(".", "[.]"), score=0.5)
    assert len(CustomDetector().scan_text(text)) == 1
    (finding,) = CustomDetector([own]).scan_text(text)
    assert (finding.entity_type, finding.recognizer) == ("CUSTOM_MEMBER", "member")
    (finding,) = CustomDetector([own]).scan_json({"이메일 card": text})
    assert finding.entity_type == "CUSTOM_MEMBER"


def test_what_was_added_gives_way_to_longer_and_surer():
    own = custom_recognizer("host", "CUSTOM_HOST", r"example[.]com", score=0.5)
    assert found(CustomDetector([own]), "kim@example.com") == [("EMAIL_ADDRESS", "kim@example.com")]


def test_what_was_added_and_is_not_sure_enough_takes_no_place():
    own = custom_recognizer("member", "CUSTOM_MEMBER", "[0-9]{16}", score=0.3)
    assert [each for each, _ in found(CustomDetector([own]), "card 4111111111111111")] == [
        "CREDIT_CARD"
    ]


def test_entities_chosen_do_not_hide_what_was_added():
    detector = CustomDetector([custom_recognizer(**EMPLOYEE)], entities=["PHONE_NUMBER"])
    assert found(detector, "EMP-123456 kim@example.com") == [
        ("CUSTOM_EMPLOYEE_NUMBER", "EMP-123456")
    ]


def test_a_group_is_the_value():
    recognizer = custom_recognizer("badge", "PASSWORD", r"badge=([0-9]{4,8})")
    assert found(CustomDetector([recognizer]), "badge=123456;") == [("PASSWORD", "123456")]


@pytest.mark.parametrize(
    ("text", "count"), [("badge 1234-A", 1), ("뱃지: 1234-A", 1), ("part 1234-A", 0)]
)
def test_words_beside_it_make_it_surer(text, count):
    recognizer = custom_recognizer(
        "badge", "CUSTOM_BADGE", "[0-9]{4}-[A-Z]", context=["badge", "뱃지"], score=0.3
    )
    detector = CustomDetector([recognizer], entities=[])
    assert len(found(detector, text)) == count
    key, _, value = text.partition(" ")
    assert len(detector.scan_json({key: value})) == count


@pytest.mark.parametrize(
    ("checksum", "right", "wrong"),
    [
        ("luhn", "79927398713", "79927398710"),
        ("mod97", "GB82WEST12345698765432", "GB82WEST12345698765433"),
        ("mod11", "0306406152", "0306406153"),
        ("verhoeff", "2363", "2364"),
    ],
)
def test_a_checksum_makes_sure_or_unsure(checksum, right, wrong):
    recognizer = custom_recognizer("x", "CUSTOM_X", "~([A-Z0-9]{4,30})~", checksum=checksum)
    detector = CustomDetector([recognizer], entities=[])
    assert [each.score for each in detector.scan_text(f"~{right}~")] == [1.0]
    assert detector.scan_text(f"~{wrong}~") == []
    with pytest.raises(UnusablePattern, match="checksum"):
        custom_recognizer("x", "CUSTOM_X", "a", checksum="crc")


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+b", "(a|aa)+b", "(?:a*)*c", r"(\w+\s?)*$", r"(a)\1", "(?=a)b", "(?<!a)b", "x*"),
        *("", "(", "[", "a{2000,1000000}b" * 3, "x" * (MAX_LENGTH + 1), "[a-z]*[a-z]*[a-z]*x"),
        *("(?>a+)b", "a++b", "(?P<n>a)(?P=n)", "(" * 500 + "a" + ")" * 500),
    ],
    ids=lambda each: each[:20] or "empty",
)
def test_patterns_that_could_take_long_are_refused(pattern):
    with pytest.raises(UnusablePattern):
        bounded(pattern)


ROUND = [
    (r"[가-힣]{2}-[0-9]{3}", "부서 영업-123"),
    (r"[^x]{3}END", "가나다END"),
    (r".{2}끝", "중간끝"),
    (r"(?i)proj-[a-z]{4}", "PROJ-ABCD"),
    (r"\W{2}[a-z]", "가 a"),
    (r"a(?:b|c)?d{1,}e*f", "acdddf"),
    (r"[[:digit:]]{3}\z", "abc123"),
    (r"ab(?i)cd", "abCD"),
    (r"^id:[^\s]{3,9}$", "id:가나다라"),
    (r"\$\{[A-Z]{3}\}", "x ${ABC} y"),
    (r"[\]\-^\\]{2}q", "x]-q"),
]


@pytest.mark.parametrize(("pattern", "text"), ROUND, ids=[pattern for pattern, _ in ROUND])
def test_the_trigger_shows_wherever_the_pattern_matches(pattern, text):
    rule = bounded(pattern)
    assert rule.pattern.search(text)
    assert re.search(rule.trigger, text.encode())
    detector = CustomDetector([custom_recognizer("x", "CUSTOM_X", pattern)], entities=[])
    assert [each.recognizer for each in detector.scan_text(text)] == ["x"]


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "EMP-", "EMP-1\ud80023456", "가" * 50])
def test_nothing_breaks_it(text):
    detector = CustomDetector([custom_recognizer(**EMPLOYEE)], entities=["KR_RRN"])
    assert detector.scan_text(text) == []


def test_hostile_text_takes_linear_time():
    slow = custom_recognizer("x", "CUSTOM_X", "[a-z]{1,60}[0-9a-z]{1,60}-x")
    detector = CustomDetector([slow], entities=[])
    detector.scan_text("warm")
    spent = []
    for length in (250_000, 500_000):
        text = "ab1-x " + "a" * length
        begun = time.process_time()
        detector.scan_text(text)
        spent.append(time.process_time() - begun)
    assert spent[1] < 1.0


def test_values_are_always_found():
    detector = CustomDetector(
        exact_recognizers("deny", "CUSTOM_PROJECT", ["Bluebird", "파랑새", "a@b.kr"]),
        entities=["email"],
    )
    assert found(detector, "Bluebird와 파랑새는 a@b.kr") == [
        ("CUSTOM_PROJECT", "Bluebird"),
        ("CUSTOM_PROJECT", "파랑새"),
        ("CUSTOM_PROJECT", "a@b.kr"),
    ]
    assert found(detector, "Bluebirds bluebird xBluebird") == []
    assert detector.scan_json({"x": ["the Bluebird"]})[0].path == "$.x[0]"
    assert not detector.is_clean('{"x":"파랑새"}'.encode())
    assert detector.scan_text("Bluebird")[0].score == 1.0


def test_a_decoy_outranks_what_it_looks_like():
    value = "decoy.customer@example.com"
    detector = CustomDetector(
        exact_recognizers("honeytoken", "HONEYTOKEN", [value]),
        allowed=[Allowed({"*": [value]})],
    )
    text = f"contact: https://u:pw1@{value} or {value}"
    assert ("HONEYTOKEN", value) in found(detector, text)
    assert found(detector, f"email {value}") == [("HONEYTOKEN", value)]


def test_many_values_and_their_bounds():
    values = [f"customer-{number:05}" for number in range(5_000)]
    detector = CustomDetector(exact_recognizers("deny", "CUSTOM_C", values), entities=[])
    assert found(detector, "x customer-04999 y") == [("CUSTOM_C", "customer-04999")]
    assert detector.is_clean(b'{"a":"customer-05000"}')
    for wrong in (["ab"], ["x" * 600], [str(number).zfill(5) for number in range(10_001)]):
        with pytest.raises(UnusablePattern) as raised:
            list(exact_recognizers("deny", "CUSTOM_C", wrong))
        assert wrong[0] not in str(raised.value)


def test_values_allowed_are_not_reported():
    allowed = Allowed(
        {"EMAIL_ADDRESS": ["help@acme.io"], "*": ["010-1234-5678"]},
        {"email": [r"[a-z]{1,20}@example\.com"]},
    )
    detector = CustomDetector(allowed=[allowed], entities=["email", "phone"])
    assert found(detector, "help@acme.io 010-1234-5678 a@example.com") == []
    assert found(detector, "xhelp@acme.io a1@example.com") == [
        ("EMAIL_ADDRESS", "xhelp@acme.io"),
        ("EMAIL_ADDRESS", "a1@example.com"),
    ]
    assert detector.scan_json({"a": "help@acme.io"}) == []
    with pytest.raises(UnusablePattern, match="SHOE_SIZE"):
        Allowed({"SHOE_SIZE": ["42"]})


def test_types_of_one_s_own():
    assert canonical("CUSTOM_EMPLOYEE_NUMBER") == "CUSTOM_EMPLOYEE_NUMBER"
    assert is_entity_type("CUSTOM_X1")
    for wrong in ("CUSTOM_", "CUSTOM_x", "EMPLOYEE", "CUSTOM_" + "X" * 60):
        assert not is_entity_type(wrong)
        with pytest.raises(KeyError):
            canonical(wrong)


RULES = r"""
title = "ours"
[extend]
useDefault = true
[allowlist]
stopwords = ["sandbox"]

[[rules]]
id = "acme-token"
description = "a token of Acme"
regex = '''\b(acme_(?i)[a-z0-9]{20})(?:[\x60'"\s;]|\\[nr]|$)'''
entropy = 3
keywords = ["acme_"]
[[rules.allowlists]]
regexes = ['''^acme_0+''']

[[rules]]
id = "named-secret-of-widget"
regex = '''(?i)[\w.-]{0,50}?widget[\w-]{0,9}[\s'"]{0,3}(?:=|:)['"\s]{0,5}([a-z0-9]{32})(?:'|$)'''
keywords = ["widget"]
secretGroup = 1

[[rules]]
id = "own-private-key"
regex = '''-----BEGIN ACME KEY-----[\s\S-]{8,200}?END'''

[[rules]]
id = "only-a-path"
path = '''\.pem$'''
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use acme_9f8A7b6C5d4E3f2G1h0j now", [("API_KEY", "acme_9f8A7b6C5d4E3f2G1h0j")]),
        ("acme_9f8A7b6C5d4E3f2G1h0j", [("API_KEY", "acme_9f8A7b6C5d4E3f2G1h0j")]),
        ("acme_aaaaaaaaaaaaaaaaaaaa", []),  # too little entropy
        ("acme_00000000009f8a7b6c5d", []),  # its own allow-list
        ("acme_sandbox9f8A7b6C5d4E3", []),  # the file's
        (
            "WIDGET_ID = '0123456789abcdef0123456789abcdeX'",
            [("API_KEY", "0123456789abcdef0123456789abcdeX")],
        ),
        ("-----BEGIN ACME KEY-----\nabcdefgh\nEND", [("PRIVATE_KEY", None)]),
        ("acme_short", []),
    ],
)
def test_rules_of_gitleaks(text, expected):
    detector = CustomDetector(read_gitleaks(RULES), entities=[])
    assert found(detector, text) == [(entity, value or text) for entity, value in expected]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[[rules]]\nid='a'\nregex='('",
            "rules.toml:1: rule 'a': regex is not a regular expression",
        ),
        (
            "\n\n[[rules]]\nid='a'\nregex='(a+)+b'",
            "rules.toml:3: rule 'a': regex can be matched in",
        ),
        ("[[rules]]\nid='a'\nregex='(x)'\nsecretGroup=2", "secretGroup: the regex has 1"),
        ("[[rules]]\nid='a'\nregex='x'\nentropy=99", "entropy: must be 0 to 8"),
        ("[[rules]]\nregex='x'", "rules.toml:1: rule 1: must be a table with an id"),
        ("a = 1\nb = ", "rules.toml:2: not TOML"),
        ("[extend]\npath='x.toml'", "detection.gitleaks"),
        ("rules = 1", "must be a list"),
        ("[[rules]]\nid='a'\nregex='x'\nkeywords='a'", "keywords: must be a list"),
    ],
)
def test_rules_that_cannot_be_used_are_named_with_their_line(text, problem):
    with pytest.raises(RulesError) as raised:
        read_gitleaks(text, "rules.toml")
    assert problem in str(raised.value)


def test_what_is_public():
    assert set(custom.CHECKSUMS) == {"luhn", "mod97", "mod11", "verhoeff"}
