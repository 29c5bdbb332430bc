"""The playground over HTTP, as a browser without scripts sees it, and what it leaves behind."""

import logging
import re
from html import unescape

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from sumun.config import Config, ConsoleConfig
from sumun.console import Csrf, PlaygroundPage
from sumun.console.entity_words import ENTITY_WORDS, entity_in_words
from sumun.console.playground.examples import EXAMPLES
from sumun.console.playground.page import PLAYGROUND_PATH
from sumun.console.playground.play import MAX_TEXT, Choices, Play, policy_of, settings_of
from sumun.detection.entities import ENTITIES
from sumun.policy import Context, Policy
from sumun.protection import Action
from sumun.server.playground import create_app

TEXT = "Customer info: John Doe (john@example.com, 010-1234-5678)"
JSON = '{"customer": {"email": "john@example.com", "card_number": 4539148803436467}}'


@pytest.fixture
def http():
    page = PlaygroundPage(Csrf(b"k" * 32), "http://localhost", "", clock=lambda: 0.0)
    app = Starlette(routes=[Route(PLAYGROUND_PATH, page.answer, methods=["GET", "POST"])])
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost")


def csrf_of(response):
    return re.search(r'name="csrf" value="([0-9a-f]+)"', response.text)[1]


async def send(http, text=TEXT, *, locale="en", **fields):
    page = await http.get(PLAYGROUND_PATH, headers={"accept-language": locale})
    form = {"csrf": csrf_of(page), "text": text, **fields}
    return await http.post(PLAYGROUND_PATH, data=form, headers={"accept-language": locale})


def part(response, name):
    """What a live part of the page says, without its tags."""
    found = re.search(rf'<section[^>]* id="{name}".*?</section>', response.text, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[0]))


@pytest.fixture(scope="module")
def play():
    return Play()


def joined(passages):
    return "".join(each.text for each in passages)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", ["E-mail", "Telephone", "Its form shows what it is", "What the other side sees"]),
        ("ko", ["이메일", "전화번호", "형식만으로 알 수 있습니다", "상대방이 보는 내용"]),
    ],
)
async def test_what_is_pasted_is_shown_with_what_is_found(http, locale, said):
    async with http:
        answer = await send(http, locale=locale)
    assert answer.status_code == 200
    text = unescape(answer.text)
    for each in said:
        assert each in text
    assert "<mark>john@example.com</mark>" in text
    assert "j***@example.com" in part(answer, "written")


async def test_the_page_is_never_empty(http):
    async with http:
        english = await http.get(PLAYGROUND_PATH, headers={"accept-language": "en"})
        korean = await http.get(PLAYGROUND_PATH, headers={"accept-language": "ko"})
    assert "jane.doe@example.com" in english.text
    assert "홍길동" in korean.text
    assert "<mark>" not in english.text  # what only opens the page costs nothing


@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_example_is_one_press_away(http, name):
    async with http:
        answer = await send(http, text="", example=name)
    assert EXAMPLES[name][1].splitlines()[0] in unescape(answer.text)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "nothing"])
def test_every_example_has_something_to_find(play, name):
    assert len(play.round(Choices(EXAMPLES[name][1])).explanation.kept) >= 5


def test_in_what_only_looks_like_data_nothing_is_found(play):
    outcome = play.round(Choices(EXAMPLES["nothing"][1]))
    assert outcome.explanation.kept == []
    assert len(outcome.explanation.dropped) >= 5


async def test_what_is_pasted_stands_in_the_page_as_text_only(http):
    evil = '<script>alert(1)</script>" onmouseover="x a@b.co </textarea><img src=x>'
    async with http:
        answer = await send(http, evil)
    assert "<script>alert" not in answer.text
    assert "<img src=x>" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_pasted_is_logged_or_set(http, caplog):
    caplog.set_level(logging.DEBUG)
    async with http:
        answer = await send(http, "zebra@example.com")
    assert "zebra" not in caplog.text
    assert "zebra" not in str(answer.headers)
    assert "zebra" not in str(answer.url)


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"csrf": "0" * 64}, {}),
        ({}, {"sec-fetch-site": "cross-site"}),
    ],
    ids=["another token", "another site"],
)
async def test_only_its_own_form_is_taken(http, fields, headers):
    async with http:
        page = await http.get(PLAYGROUND_PATH)
        form = {"csrf": csrf_of(page), "text": TEXT, **fields}
        answer = await http.post(PLAYGROUND_PATH, data=form, headers=headers)
    assert answer.status_code == 403
    assert "john@example.com" not in answer.text


async def test_the_token_is_worth_nothing_in_another_browser(http):
    async with http:
        token = csrf_of(await http.get(PLAYGROUND_PATH))
        http.cookies.clear()
        answer = await http.post(PLAYGROUND_PATH, data={"csrf": token, "text": TEXT})
    assert answer.status_code == 403


async def test_a_text_in_the_address_is_not_looked_at(http):
    async with http:
        answer = await http.get(PLAYGROUND_PATH, params={"text": "zebra@example.com"})
    assert "zebra" not in answer.text


async def test_too_long_a_text_is_said_to_be(http):
    async with http:
        answer = await send(http, "a@b.co " * (MAX_TEXT // 7 + 1))
    assert answer.status_code == 200
    assert "too long" in part(answer, "seen")
    assert "<mark>" not in answer.text


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"text=" + b"x" * (12 * MAX_TEXT), "application/x-www-form-urlencoded", 413),
        (b"text=%ff", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a=1"] * 300), "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 400),
    ],
    ids=["too long", "not UTF-8", "too many fields", "no form"],
)
async def test_what_is_no_form_of_ours_is_refused(http, content, media_type, status):
    async with http:
        answer = await http.post(
            PLAYGROUND_PATH, content=content, headers={"content-type": media_type}
        )
    assert answer.status_code == status


async def test_a_flood_is_slowed_down(http):
    async with http:
        statuses = [(await send(http, "x")).status_code for _ in range(61)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_json_is_shown_with_what_becomes_of_it(play):
    outcome = play.round(Choices(JSON))
    assert outcome.is_json
    assert '"card_number": 4539148803436467' in joined(outcome.seen)
    written = joined(outcome.written)
    assert '"email": "j***@example.com"' in written
    assert '"card_number": "************6467"' in written


def test_two_keys_that_become_the_same_are_numbered_apart(play):
    text = '{"ann@example.com": 1, "bob@example.com": 2}'
    outcome = play.round(Choices(text, action=Action.REDACT))
    assert '"<EMAIL_ADDRESS>": 1' in joined(outcome.written)
    assert '"<EMAIL_ADDRESS> (2)": 2' in joined(outcome.written)


@pytest.mark.parametrize("text", [TEXT, JSON, EXAMPLES["korean"][1]], ids=["en", "json", "ko"])
@pytest.mark.parametrize("action", Action)
def test_each_action_does_what_it_says(play, text, action):
    outcome = play.round(Choices(text, action=action))
    values = [value for value, _ in outcome.values]
    written = joined(outcome.written)
    match action:
        case Action.ALLOW:
            assert written == joined(outcome.seen)
        case Action.REJECT:
            assert outcome.refused in ENTITIES
            assert outcome.written == ()
        case _:
            assert not any(value in written for value in values)
    if action in {Action.TOKENIZE, Action.ENCRYPT}:
        assert outcome.same
    else:
        assert outcome.restored == ()


def test_single_types_may_go_another_way(play):
    actions = {"EMAIL_ADDRESS": Action.TOKENIZE}
    outcome = play.round(Choices(TEXT, action=Action.REDACT, actions=actions))
    assert "<EMAIL_ADDRESS:" in joined(outcome.written)
    assert "<PHONE_NUMBER>" in joined(outcome.written)
    assert "john@example.com" in joined(outcome.restored)


def test_only_what_is_asked_for_is_looked_for(play):
    for only in ("contact", "EMAIL_ADDRESS"):
        found = play.round(Choices(f"{TEXT} 192.168.3.4", only=only)).explanation.kept
        assert {each.finding.entity_type for each in found} <= {"EMAIL_ADDRESS", "PHONE_NUMBER"}


def test_the_bound_is_moved(play):
    assert play.round(Choices(TEXT, least=1.0)).explanation.kept == []


@pytest.mark.parametrize(
    "text", ["", "[", "{}", "[]", "[" * 70 + "]" * 70, '{"a": NaN}', "[1e400]"]
)
def test_odd_texts_are_borne(play, text):
    outcome = play.round(Choices(text))
    assert outcome.too_deep or joined(outcome.seen) == text


@pytest.mark.parametrize(
    "choices",
    [
        Choices(),
        Choices(action=Action.TOKENIZE, actions={"US_SSN": Action.REJECT, "JWT": Action.HASH}),
        Choices(action=Action.REDACT, only="contact"),
        Choices(action=Action.REDACT, only="KR_RRN", actions={"KR_RRN": Action.ENCRYPT}),
        Choices(action=Action.ALLOW, only="contact"),
    ],
    ids=["usual", "by type", "a category", "an entity", "nothing"],
)
@pytest.mark.parametrize("direction", ["arguments", "results"])
def test_the_policy_shown_does_what_was_chosen(choices, direction):
    policy = Policy.parse(policy_of(choices))
    resolved = policy.resolve(
        Context(server="any", tool="any", client_id="any", subject="any", scopes=frozenset())
    )
    for name, entity in ENTITIES.items():
        wanted = choices.actions.get(name, choices.action)
        if choices.only not in {"", name, entity.category}:
            wanted = choices.actions.get(name, Action.ALLOW)
        assert resolved.choose(direction, name).action is wanted


def test_the_settings_shown_are_only_what_differs():
    assert settings_of(Choices()) == ""
    assert settings_of(Choices(least=0.65)) == "[detection]\nmin_score = 0.65\n"


def test_every_entity_type_is_called_something_in_both_languages():
    assert set(ENTITY_WORDS) == set(ENTITIES)
    for english, korean in ENTITY_WORDS.values():
        assert english
        assert korean
    assert entity_in_words("KR_RRN", "ko") == "주민등록번호"
    assert entity_in_words("OF_OUR_OWN", "en") == "Of our own"


@pytest.mark.parametrize(
    ("mode", "setting", "there"),
    [
        ("development", "", True),
        ("production", "", False),
        ("production", "on", True),
        ("development", "off", False),
    ],
)
def test_it_is_there_as_the_settings_say(mode, setting, there):
    assert Config(mode=mode, console=ConsoleConfig(playground=setting)).playground is there


async def test_alone_it_answers_this_machine_under_its_own_name():
    app = create_app(Config(mode="development"))
    for host, client, status in [
        ("127.0.0.1:9", "127.0.0.1", 200),
        ("evil.example", "127.0.0.1", 403),
        ("127.0.0.1:9", "192.0.2.7", 403),
    ]:
        transport = httpx2.ASGITransport(app=app, client=(client, 1))
        async with httpx2.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
            assert (await http.get(PLAYGROUND_PATH)).status_code == status
            assert (await http.get("/")).status_code == status
