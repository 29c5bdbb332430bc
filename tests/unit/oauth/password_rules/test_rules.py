"""Which passwords people may choose (NIST SP 800-63B-4 §3.1.1.2)."""

import hashlib

import pytest

from sumun.config import Config, PeopleConfig
from sumun.oauth.password_rules import PasswordRules
from sumun.oauth.password_rules.well_known import is_common, keys_of


def rules(**people):
    return PasswordRules(Config(issuer="https://gate.acme.example", people=PeopleConfig(**people)))


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "Password123!",
        "PASSWORD2026",
        "P@ssw0rd",
        "p@$$w0rd1!",
        "passwordpassword",
        "password1password1",
        "pass word",
        "letmein123456",
        "iloveyou",
        "Summer2026!",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "121212121212121",
        "123456789012345",
        "987654321098765",
        "qwertyuiopasdfg",
        "qwertyuiop123456",
        "poiuytrewq09876",
        "1q2w3e4r5t6y7u8i",
        "1qaz2wsx3edc4rfv",
        "abcdefghijklmnop",
        "!@#$%^&*()!@#$%",
        "비밀번호비밀번호",
        "대한민국1234",
        "qlalfqjsgh",
        "qlalfqjsgh1234!",
        "dkssudgktpdy",
        "eogksalsrnr1",
        "tkfkdgodytkfkdgody",
        "가나다라마바사아",
        "ㅂㅈㄷㄱㅅㅛㅕㅑ",
        "열려라 참깨",
        "ＰＡＳＳＷＯＲＤ",
    ],
)
def test_what_is_tried_first_is_known(password):
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "quiet-otter-paints-tuesday",
        "the password of my aunt is a fish",
        "tractor violin 38 lemon",
        "zD4k!vQ8s#Lm",
        "파란 코끼리가 노래를 부른다",
        "vkfksdkfznfl tkejfl",
        "3.14159 26535 89793 x",
        "passwordsarehardtoremember",
        "sevenmonkeystypinghamlet",
        "1029384756019283",
        "rksk다라마바사아",
    ],
)
def test_whole_passwords_are_judged_and_not_their_parts(password):
    assert not is_common(password)


@pytest.mark.parametrize(
    ("korean", "keys"),
    [
        ("비밀번호", "qlalfqjsgh"),
        ("안녕하세요", "dkssudgktpdy"),
        ("대한민국", "eogksalsrnr"),
        ("왜 의 쀍", "dho dml Qnpfr"),
        ("값 닭 넋", "rkqt ekfr sjrt"),
        ("hi 2", "hi 2"),
    ],
)
def test_korean_on_an_english_keyboard(korean, keys):
    assert keys_of(korean) == keys


@pytest.mark.parametrize(
    "password",
    [
        "minjun.kim@corp.example",
        "minjun.kim2026!!",
        "MinjunKim1",
        "sumun-sumun-sumun",
        "acme2026acme2026",
    ],
)
def test_ones_own_name_and_the_services_are_known(password):
    assert rules(shortest_password=8).known(password, "google:minjun.kim@corp.example") == "common"


@pytest.mark.parametrize(
    ("length", "second_factor", "weakness"),
    [(14, False, "short"), (15, False, None), (7, True, "short"), (8, True, None)],
)
def test_length_counts(length, second_factor, weakness):
    password = "tZ7%kd2 민wq*0Lmr"[:length]
    found = rules().weakness(password, "kim", second_factor=second_factor)
    assert found == weakness


def test_nothing_else_counts():
    for password in (
        "lowercase words only",
        "0284 7719 3350 62",
        "맑은 아침 산책길에 만난 새끼 여우",
    ):
        assert rules().weakness(password, "kim", second_factor=False) is None


def test_too_long_is_too_long():
    assert rules().weakness("tZ7%" * 257, "kim", second_factor=False) == "long"


def test_a_second_factor_never_asks_for_more():
    demanding = rules(shortest_password=10, shortest_with_second_factor=12)
    assert demanding.shortest(second_factor=True) == 10


def test_breached_ones_are_known(tmp_path):
    listed = tmp_path / "list"
    digest = hashlib.sha1(b"tractor violin 38 lemon").hexdigest().upper()
    listed.write_text(f"{digest}:2\n")
    made = rules(breached_passwords=str(listed))
    assert made.weakness("tractor violin 38 lemon", "kim", second_factor=False) == "breached"
    assert made.weakness("tractor violin 39 lemon", "kim", second_factor=False) is None
    listed.unlink()
    assert made.weakness("tractor violin 39 lemon", "kim", second_factor=False) == "unknown"


@pytest.mark.parametrize(
    "password", ["a" * 1024, "ab" * 512, "1234567890" * 102, "tZ7%" * 256, "민" * 1024]
)
def test_long_ones_are_judged_in_no_time(password):
    is_common(password, {"minjun"})
