"""Explanations say what the detector found, and why it found nothing else."""

import pytest

from sumun.detection import Detector
from sumun.detection.custom import Allowed, CustomDetector, custom_recognizer
from sumun.detection.explanation import Explainer

TEXTS = [
    "",
    "The quick brown fox jumps over 42 lazy dogs.",
    "Customer info: John Doe (john@example.com, 010-1234-5678)",
    "연락처는 010-1234-5678이고 메일은 john@example.com으로, 주민번호 900101-1234568입니다.",
    "card 4111 1111 1111 1112, NHS number 943 476 5919, IBAN DE89 3704 0044 0532 0130 00",
    "mail kim%40example.com, 공일공 일이삼사 오육칠팔, a@b.co " * 20,
    "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE password=hunter2-Z9!q \ud800 010-1234-5678",
]
VALUES = [
    {"customer": {"ssn": "078-05-1120", "phones": ["+82 10-1234-5678", 821012345678]}},
    {"kim@example.com": "kim@example.com", "n": 4111111111111111},
    ["a@b.co", ["a@b.co"], "plain"],
    "kim@example.com",
    4111111111111111,
    None,
]


@pytest.fixture(scope="module")
def explain():
    explainer = Explainer(Detector())
    return explainer.explain_text


def of(told, entity_type):
    return [each for each in told if each.finding.entity_type == entity_type]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("least", [0.0, 0.5, 0.9])
def test_what_is_kept_is_what_a_scan_finds(text, least):
    detector = Detector(min_score=least)
    told = Explainer(detector).explain_text(text)
    assert [each.finding for each in told.kept] == detector.scan_text(text)
    assert all(each.kept for each in told.kept)
    assert not any(each.kept for each in told.dropped)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_the_same_in_json(value):
    detector = Detector()
    told = Explainer(detector).explain_json(value)
    assert [each.finding for each in told.kept] == detector.scan_json(value)
    for each in told.kept:
        finding = each.finding
        assert 0 <= finding.start < finding.end <= len(each.leaf.text)
        assert each.base > 0


def test_explaining_leaves_the_detector_as_it_was():
    detector = Detector()
    before = detector.scan_text(TEXTS[4])
    Explainer(detector).explain_text(TEXTS[4])
    assert detector.scan_text(TEXTS[4]) == before


def test_a_check_digit_is_seen_to_be_right_or_wrong(explain):
    right = of(explain("번호 4111 1111 1111 1111").kept, "CREDIT_CARD")[0]
    wrong = of(explain("card 4111 1111 1111 1112").kept, "CREDIT_CARD")[0]
    assert (right.check, wrong.check) == ("passed", "failed")
    assert of(explain("john@example.com").kept, "EMAIL_ADDRESS")[0].check == "none"


def test_a_word_beside_the_value_is_named_where_it_counted(explain):
    assert of(explain("card 4111 1111 1111 1112").kept, "CREDIT_CARD")[0].word == "card"
    assert of(explain("사업자등록 번호 214-81-12345").kept, "KR_BRN")[0].word == "사업자등록"
    assert of(explain("010-1234-5678").kept, "PHONE_NUMBER")[0].word == ""


def test_too_little_is_weak_and_says_how_much_was_missing(explain):
    weak = of(explain("value 4111 1111 1111 1112").dropped, "CREDIT_CARD")[0]
    assert weak.reason == "weak"
    assert 0 < weak.finding.score < 0.5


def test_what_its_own_check_refuses_is_told(explain):
    assert of(explain("no 2148112345").dropped, "KR_BRN")[0].reason == "check"


def test_placeholders_are_told(explain):
    told = explain("token ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
    assert of(told.dropped, "API_KEY")[0].reason == "placeholder"


def test_who_lost_to_whom_is_told(explain):
    told = explain("4111 1111 1111 1111")
    assert {each.lost_to.entity_type for each in told.dropped} == {"CREDIT_CARD"}
    surer = Explainer(Detector(min_score=0.2)).explain_text("4111 1111 1111 1111")
    assert "overlap" in {each.reason for each in surer.dropped}


def test_what_is_on_the_allow_list_is_told():
    allowed = Allowed({"EMAIL_ADDRESS": ["help@example.com"]})
    detector = CustomDetector(allowed=[allowed])
    told = Explainer(detector).explain_text("help@example.com, john@example.com")
    assert [each.finding.start for each in told.kept] == [18]
    assert of(told.dropped, "EMAIL_ADDRESS")[0].reason == "allowed"


def test_what_was_written_in_another_form_is_told(explain):
    told = of(explain("mail kim%40example.com").kept, "EMAIL_ADDRESS")[0]
    assert (told.form, told.base) == ("decoded", 0.0)


def test_hostile_text_is_bounded(explain):
    assert len(explain("0123456789 " * 1800).dropped) <= 300


def test_what_a_deployment_adds_is_explained_too():
    added = custom_recognizer(
        "asset", "CUSTOM_ASSET", r"\b[0-9]{4}-[A-Z]{2}\b", context=["자산번호"], score=0.3
    )
    explainer = Explainer(CustomDetector([added]))
    told = explainer.explain_text("자산번호 1234-AB")
    assert [each.finding.recognizer for each in told.kept] == ["asset"]
    assert of(explainer.explain_text("part 1234-AB").dropped, "CUSTOM_ASSET") != []
