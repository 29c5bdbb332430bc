import pytest

PASSWORD = "correct horse battery staple"


@pytest.fixture
def minjun(sumun, installed, typed):
    typed(f"{PASSWORD}\n")
    return sumun("user", "add", "minjun", "--locale", "ko", "--json").json


def test_add_and_list(sumun, minjun):
    assert minjun["user_id"].startswith("user-")
    assert (minjun["locale"], minjun["state"]) == ("ko", "enabled")
    assert sumun("user", "list", "--json").json == [minjun]
    assert "minjun" in sumun("user", "list").out


def test_the_password_is_kept_as_a_hash(installed, minjun):
    kept = [path.read_bytes() for path in installed.rglob("*") if path.is_file()]
    assert not any(PASSWORD.encode() in data for data in kept)
    assert any(b"$argon2id$" in data for data in kept)


def test_the_log_knows_people_by_their_id(minjun, events):
    recorded = events()[-1]
    assert recorded["event_type"] == "user_created"
    assert recorded["user_id"] == minjun["user_id"]
    assert "minjun" not in str(recorded)


def test_disable_and_set_password(sumun, minjun, typed, events):
    typed("another long enough one\n")
    assert sumun("user", "set-password", "minjun").status == 0
    assert sumun("user", "disable", "minjun", "--json").json["state"] == "disabled"
    changed = [each["event_type"] for each in events()[-2:]]
    assert changed == ["user_password_changed", "user_disabled"]


@pytest.mark.parametrize("password", ["", "short\n", "x" * 5000])
def test_a_password_must_have_a_sensible_length(sumun, installed, typed, password):
    typed(password)
    ran = sumun("user", "add", "minjun")
    assert ran.status == 2
    assert ran.err.startswith("sumun: password: ")
    assert sumun("user", "list", "--json").json == []


def test_a_name_is_taken_once(sumun, minjun, typed):
    typed(PASSWORD)
    assert "there is one already" in sumun("user", "add", "minjun").err


@pytest.mark.parametrize("verb", ["disable", "set-password"])
def test_nobody_of_that_name(sumun, installed, typed, events, verb):
    typed(PASSWORD)
    ran = sumun("user", verb, "nobody")
    assert ran.status == 2
    assert "there is no such user" in ran.err
    assert [each["event_type"] for each in events()] == ["installed"]
