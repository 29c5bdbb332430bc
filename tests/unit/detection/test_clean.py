import json

import pytest

from sumun.detection import Detector


@pytest.mark.parametrize(
    "raw",
    [
        b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
        b'{"text":"line one\\nline \\"two\\" with \\\\ in it"}',
        '{"text":"안녕하세요, 반갑습니다"}'.encode(),
        b'{"token_type": 1, "id": "550e8400-e29b-41d4-a716-44f6c5c4abcd"}',
    ],
)
def test_clean_json_is_known_without_parsing(detector, raw):
    assert detector.is_clean(raw)
    assert detector.scan_json(json.loads(raw)) == []


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":"john@example.com"}',
        b'{"a":"john\\u0040example.com"}',
        b'{"a":"https:\\/\\/u:pw1234@host"}',
        b'{"phone":1.012345678e9}',
        b'{"n\\u0061me":"Jane Doe"}',
        b'{"name" :\n "Jane Doe"}',
        b'{"name":["x","Jane Doe"]}',
        b'{"name":" \\"Jane Doe"}',
        b'{"a":"{\\"name\\": \\"Jane Doe\\"}"}',
        b'{"password"\t: "hunter22"}',
        '{"성명":"김철수"}'.encode(),
        '{"a":"john\u200b@example.com"}'.encode(),
        '{"a":"010\u20131234\u20135678"}'.encode(),
        '{"a":"john@example.com"}'.encode("utf-16"),
    ],
)
def test_what_holds_something_is_never_called_clean(detector, raw):
    assert detector.scan_json(json.loads(raw))
    assert not detector.is_clean(raw)


def test_only_wanted_entities_count():
    assert Detector(["CREDIT_CARD"]).is_clean(b'{"a":"john@example.com"}')
