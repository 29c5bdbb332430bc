import pytest

from sumun.console import client as clients
from sumun.console.csrf import Csrf
from sumun.console.readable import readable
from sumun.console.rendering import translator
from sumun.console.scopes import ScopesInWords
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.tools import NoToolLists, Tool, ToolList

ENGLISH = translator("en")
CONTACT = "See as they are: contact details (e-mail addresses, telephone numbers)"


def in_words(asked, language, *, agreed=frozenset(), lists=None):
    return ScopesInWords(lists or NoToolLists()).say(asked, agreed, language)


@pytest.mark.parametrize(
    ("scope", "english", "korean"),
    [
        ("mcp:crm", "Use every tool of crm", "crm의 모든 도구 사용"),
        ("mcp:crm:a:b", "Use the tool “a:b” of crm", "crm의 “a:b” 도구 사용"),
        ("pii:financial", "See as they are: money matters (cards, bank accounts)", "금융정보"),
        (
            "pii:contact:customer_support",
            f"{CONTACT}, to answer a customer's request",
            "고객의 요청에 답하기 위해",
        ),
        (
            "pii:contact:fun",
            f"{CONTACT}, for a purpose unknown here: “fun”",
            "여기에 없는 목적",
        ),
        ("pii:unheard-of", "See personal data of the kind “unheard-of”", "unheard-of"),
        ("offline_access", "Stay connected when you are away, until you end it", "연결 유지"),
        ("custom", "“custom”, as the application calls it", "“custom”"),
        ("{name}", "“{name}”, as the application calls it", "“{name}”"),
    ],
)
def test_scopes(scope, english, korean):
    (said,) = in_words((scope,), "en")
    assert said.text == english
    (said,) = in_words((scope,), "ko")
    assert korean in said.text


class Lists:
    def find(self, server):
        described = Tool("Find\u202e customers", "Reads <b>everything</b> {0}\n" + "x" * 200)
        return ToolList({"find": described, "bare": Tool()}) if server == "crm" else None


def test_a_tool_is_called_what_its_server_calls_it():
    asked = ("mcp:crm:find", "mcp:crm:bare", "mcp:crm:gone", "mcp:hr:find", "mcp:crm")
    said = in_words(asked, "en", lists=Lists())
    assert [each.text for each in said] == [
        "Use the tool “Find customers” of crm",
        "Use the tool “bare” of crm",
        "Use the tool “gone” of crm",
        "Use the tool “find” of hr",
        "Use every tool of crm",
    ]
    words, *others = [each.said for each in said]
    assert words.startswith("crm says of it: “Reads <b>everything</b> {0} xxx")
    assert len(words) < 200
    assert others == [""] * 4
    (korean, *_) = in_words(asked, "ko", lists=Lists())
    assert korean.said.startswith("crm의 설명: “Reads")


def test_which_scopes_can_be_chosen():
    asked = ("mcp:crm", "pii:contact", "pii:person", "openid")
    said = in_words(asked, "en", agreed=frozenset({"pii:person"}))
    assert [each.fixed for each in said] == [False, False, False, True]
    assert [each.ticked for each in said] == [True, False, True, True]
    assert [each.reveals for each in said] == [False, True, True, False]
    (lone, _) = in_words(("mcp:crm", "openid"), "en")
    assert lone.fixed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Plain Name", "Plain Name"),
        ("김민준의 비서", "김민준의 비서"),
        ("  two\n lines\t", "two lines"),
        ("abc\u202ecba\u200b", "abc cba"),
        ("\x00\u2066", ""),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_names_do_not_disguise(name, shown):
    assert readable(name) == shown


@pytest.mark.parametrize(
    ("redirect_uri", "destination", "local"),
    [
        ("https://app.example:8443/cb", "app.example", False),
        ("http://127.0.0.1:5000/cb", "a program on this computer (127.0.0.1:5000)", True),
        ("http://[::1]:5000/cb", "a program on this computer ([::1]:5000)", True),
        ("cursor://x/cb", "the application that opens cursor: links", True),
    ],
)
def test_where_the_answer_goes(redirect_uri, destination, local):
    said = clients.in_words(Client(client_id="app"), redirect_uri, ENGLISH)
    assert (said.destination, said.local) == (destination, local)


def test_a_client_without_a_name_is_called_by_its_identifier():
    client = Client(client_id="app", metadata=ClientMetadata(client_name="\u200b"))
    assert clients.in_words(client, "https://a.example", ENGLISH).name == "app"


def test_the_token_of_a_form_is_bound_to_all_it_names():
    csrf, other = Csrf(b"k" * 32), Csrf(b"o" * 32)
    token = csrf.token("ticket", "browser", "session")
    assert token == csrf.token("ticket", "browser", "session")
    different = {
        csrf.token("ticket", "browser", ""),
        csrf.token("ticket", "browsersession", ""),
        csrf.token("", "browser", "session"),
        other.token("ticket", "browser", "session"),
    }
    assert token not in different
    assert len(different) == 4
