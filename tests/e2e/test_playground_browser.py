"""The playground in a real browser, alone and on a server, with and without scripts."""

import re
import subprocess
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import SUMUN
from tests.e2e.pages import (
    assert_accessible,
    chromium_fixture,  # noqa: F401
    listen,
    picture,
    visit_fixture,  # noqa: F401
)


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Iterator[str]:
    """``sumun playground`` in an empty directory; the address it prints."""
    directory = tmp_path_factory.mktemp("playground")
    with subprocess.Popen(
        [SUMUN, "--lang", "en", "playground"], cwd=directory, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        url = process.stdout.readline().strip()
        _warm_up(url)
        yield url
        assert list(directory.iterdir()) == []
        process.terminate()
        assert process.wait(10) == 0


def _warm_up(url: str) -> None:
    """Have it compile what it looks for, which the first round waits for."""
    with httpx2.Client(trust_env=False, timeout=60) as client:
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(url).text)
        assert token is not None
        client.post(url, data={"csrf": token[1], "text": "a@b.co"}).raise_for_status()


def found(page):
    return page.locator("#seen mark").all_inner_texts()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_every_state_is_accessible_and_breaks_no_rule(visit, alone, locale, scheme):
    page = visit(locale=locale, color_scheme=scheme, viewport={"width": 1280, "height": 900})
    wrong, asked = listen(page)
    page.goto(alone)
    name = f"playground-{locale[:2]}-{scheme}"
    expect(page.locator("#seen mark").first).to_be_visible()
    assert_accessible(page)
    picture(page, name)
    for example in ("tool", "nothing"):
        with page.expect_response("**/playground"):
            page.locator(f"button[value={example}]").click()
        page.wait_for_load_state()
        assert_accessible(page)
        picture(page, f"{name}-{example}")
    assert wrong == []
    assert all(url.startswith(alone.removesuffix("/playground")) for url in asked)
    assert not any("?" in url and "static" not in url for url in asked)


def test_what_is_typed_is_seen_at_once(visit, alone):
    page = visit(locale="en-GB")
    page.goto(alone)
    expect(page.get_by_role("button", name="Look", exact=True)).to_be_hidden()
    page.get_by_label("Your text").fill("mail kim@example.com")
    expect(page.locator("#seen mark")).to_have_text(["kim@example.com"])
    expect(page.get_by_label("Your text")).to_be_focused()
    page.get_by_role("radio", name="Tokenize").focus()
    page.keyboard.press("Space")
    expect(page.locator("#written > pre mark")).to_contain_text("<EMAIL_ADDRESS:")
    expect(page.locator("#written summary")).to_have_text("Turned back: all as it was")
    page.locator("#action-EMAIL_ADDRESS").select_option("reject")
    expect(page.locator("#written")).to_contain_text("The call is refused")
    expect(page.locator("#policy")).to_contain_text('entity = ["EMAIL_ADDRESS"]')
    page.get_by_label("How sure").fill("1")
    expect(page.locator("#seen mark")).to_have_count(0)
    assert "?" not in page.url


def test_values_are_shown_when_asked_for(visit, alone):
    page = visit(locale="en-GB")
    page.goto(alone)
    page.get_by_label("Your text").fill("mail kim@example.com")
    expect(page.locator("#seen mark")).to_have_count(1)
    plain = page.locator("#why").get_by_text("kim@example.com")
    expect(plain).to_be_hidden()
    page.get_by_label("Show the values").check()
    expect(plain).to_be_visible()


def test_it_works_without_scripts(visit, alone):
    page = visit(locale="ko-KR", java_script_enabled=False)
    page.goto(alone)
    page.get_by_label("입력").fill("주민등록번호 900101-1234568")
    page.get_by_role("radio", name="암호화").check(force=True)
    page.get_by_role("button", name="살펴보기").click()
    assert found(page) == ["900101-1234568"]
    expect(page.locator("#written > pre mark")).to_contain_text("enc:v1:")
    page.locator("#action-KR_RRN").select_option("redact")
    page.get_by_role("button", name="적용하기").click()
    expect(page.locator("#written > pre mark")).to_have_text("<KR_RRN>")
    page.get_by_role("button", name="비밀이 섞인 로그").click()
    assert len(found(page)) >= 5
    assert "?" not in page.url


def test_what_was_pasted_comes_along_into_the_other_language(visit, alone):
    page = visit(locale="en-GB")
    page.goto(alone)
    page.get_by_label("Your text").fill("mail kim@example.com")
    page.get_by_role("link", name="한국어").click()
    expect(page.get_by_role("heading", name="Sumun의 눈으로 보기")).to_be_visible()
    assert found(page) == ["kim@example.com"]


def test_it_fits_a_telephone(visit, alone):
    page = visit(viewport={"width": 320, "height": 640}, locale="ko-KR")
    page.goto(alone)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    picture(page, "playground-phone")


def test_a_server_may_go_without(at_home):
    home = at_home("no playground", SUMUN_CONSOLE__PLAYGROUND="off")
    with home.running():
        assert httpx2.get(f"{home.url}/playground", trust_env=False).status_code == 404
