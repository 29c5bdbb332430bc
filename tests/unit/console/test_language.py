import pytest
from starlette.requests import Request

from sumun.console.language import COOKIE, choose


def request(query="", **headers):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("en;q=0.5, ko;q=0.7", "ko"),
        ("en, ko", "en"),
        ("fr, de", "en"),
        ("ko;q=0", "en"),
        ("ko;q=x", "en"),
        ("ko;q=2", "en"),
        ("ko;level=1", "en"),
        ("KO", "ko"),
        ("," * 1000, "en"),
        ("x" * 10_000 + ",ko", "en"),
    ],
)
def test_by_what_the_browser_reads(header, language):
    assert choose(request(accept_language=header)) == language


def test_the_client_knows_better_than_the_browser():
    assert choose(request(accept_language="en"), ("fr", "ko-KR")) == "ko"
    assert choose(request(accept_language="ko"), ("fr",)) == "ko"


def test_the_person_knows_best():
    cookie = f"{COOKIE}=ko"
    assert choose(request(accept_language="en", cookie=cookie), ("en",)) == "ko"
    assert choose(request("lang=en", cookie=cookie), ("ko",)) == "en"
    assert choose(request("lang=xx", cookie=f"{COOKIE}=<script>")) == "en"
