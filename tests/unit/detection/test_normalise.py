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
