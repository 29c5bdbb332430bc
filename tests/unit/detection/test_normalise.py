import unicodedata
from base64 import b64decode, b64encode

import pytest

from sumun.detection.normalise import plain


@pytest.mark.parametrize(
    ("hidden", "value"),
    [
        ("０１０－１２３４－５６７８", "010-1234-5678"),
        ("010\u20131234\u20135678", "010-1234-5678"),
        ("010\u00a01234\u00a05678", "010 1234 5678"),
        ("٠١٠-١٢٣٤-٥٦٧٨", "010-1234-5678"),
        ("john\u200b@exa\u00admple.com", "john@example.com"),
        ("john%40example.com", "john@example.com"),
        ("john%2540example.com", "john@example.com"),
        ("john&#64;example.com", "john@example.com"),
        ("john&#x40;example.com", "john@example.com"),
        (r"john\u0040example.com", "john@example.com"),
        ("john＠example．com", "john@example.com"),
        ("900101%2D1234568", "900101-1234568"),
        ("\U0001d7ce10-1234-5678", "010-1234-5678"),
        ("⓪①⓪-①②③④-⑤⑥⑦⑧", "010-1234-5678"),
        ("공일공 일이삼사 오육칠팔", "010 1234 5678"),
        ("공일공에 일이삼사에 오육칠팔", "010-1234-5678"),
        ("john (at) example (dot) com", "john@example.com"),
        ("john [at] example.com", "john@example.com"),
        ("john 골뱅이 example 닷컴", "john@example.com"),
        ("j o h n @ e x a m p l e . c o m", "john@example.com"),
        ("0 1 0 - 1 2 3 4 - 5 6 7 8", "010-1234-5678"),
        ("am9obkBleGFtcGxlLmNvbQ==", "john@example.com"),
    ],
)
def test_a_hidden_value_is_found_where_it_stands(detector, hidden, value):
    text = f"가나다 {hidden}는 끝 %41%zz &#1114112; &#x110000; \\ud800"
    layers = plain(text)
    assert any(value in layer.text for layer in layers)
    [finding] = detector.scan_text(text)
    assert text[finding.start : finding.end] == hidden


def test_a_label_may_be_hidden_too(detector):
    text = "%EC%84%B1%EB%AA%85%3A%20%EA%B9%80%EC%B2%A0%EC%88%98"  # 성명: 김철수
    [finding] = detector.scan_text(text)
    assert finding.entity_type == "PERSON"
    assert text[finding.start : finding.end] == "%EA%B9%80%EC%B2%A0%EC%88%98"


def test_of_text_in_base64_the_quartets_that_carry_the_value_are_found(detector):
    text = b64encode(b'{"phone": "010-1234-5678", "mail": "john@example.com"}').decode()
    findings = detector.scan_text(f"data: {text}")
    inside = [b64decode(f"data: {text}"[each.start : each.end]) for each in findings]
    assert [each.entity_type for each in findings] == ["PHONE_NUMBER", "EMAIL_ADDRESS"]
    assert b"010-1234-5678" in inside[0]
    assert b"john@example.com" in inside[1]


def test_base64_in_base64_is_found(detector):
    text = b64encode(b64encode(b"the mail of john is john@example.com")).decode()
    assert [each.entity_type for each in detector.scan_text(text)] == ["EMAIL_ADDRESS"]


def test_decomposed_hangul_is_read(detector):
    text = unicodedata.normalize("NFD", "성명: 김철수")
    [finding] = detector.scan_text(text)
    assert unicodedata.normalize("NFC", text[finding.start : finding.end]) == "김철수"


@pytest.mark.parametrize(
    "text", ["", "plain", "한글", "100%", "50%25", "a & b", "\\n", "%zz%4", "—a"]
)
def test_every_span_of_a_plain_text_maps_into_the_original(text):
    for layer in plain(text):
        for start in range(len(layer.text)):
            for end in range(start + 1, len(layer.text) + 1):
                first, last = layer.original(start, end)
                assert 0 <= first < last <= len(text)


def test_plain_text_has_no_layers():
    assert plain("plain 한글 100% & \\n") == []


def test_control_characters_stay_encoded():
    assert plain("a%1Eb%00c&#30;\\u001f") == []


def test_bytes_that_are_not_utf8_stay_encoded():
    assert plain("%FF%C3%28 %E0%80%80")[0].text == "%FF%C3( %E0%80%80"
