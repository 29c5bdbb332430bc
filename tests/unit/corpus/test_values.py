import copy

import pytest

import sumun
from sumun import Detector, Policy, create_key_file, protect, restore
from sumun.corpus import KeyNeeded
from sumun.protection import InvalidToken, Rejected, Scope

MAIL = "minji@example.com"
CUSTOMER = {
    "mail": MAIL,
    "phones": ["010-1234-5678"],
    "card": 4111111111111111,
    MAIL: ["k@example.com"],
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv("SUMUN_DATA_KEY", raising=False)
    monkeypatch.delenv("SUMUN_DATA_KEY_FILE", raising=False)


def test_a_text_is_masked_without_a_key():
    assert protect(f"to {MAIL}") == "to m***@example.com"
    assert protect(f"to {MAIL}", action="redact") == "to <EMAIL_ADDRESS>"


def test_json_is_protected_and_the_original_left_alone():
    before = copy.deepcopy(CUSTOMER)
    assert protect(CUSTOMER) == {
        "mail": "m***@example.com",
        "phones": ["010-****-5678"],
        "card": "************1111",
        "m***@example.com": ["***@example.com"],
    }
    assert before == CUSTOMER


@pytest.mark.parametrize("action", ["tokenize", "encrypt"])
@pytest.mark.parametrize("value", [f"to {MAIL}, 010-1234-5678!", {"mail": MAIL, MAIL: ["x", None]}])
def test_what_was_tokenized_or_encrypted_comes_back(action, value, key):
    protected = protect(value, action=action, key=key)
    assert MAIL not in str(protected)
    assert restore(protected, key=key) == value


def test_masked_text_stays_as_it_is(key):
    assert restore("to m***@example.com", key=key) == "to m***@example.com"


def test_actions_by_type_category_and_for_all_others():
    text = f"{MAIL}, 010-1234-5678, 4111-1111-1111-1111"
    actions = {"contact": "redact", "email": "allow", "*": "mask"}
    assert protect(text, action=actions) == f"{MAIL}, <PHONE_NUMBER>, ****-****-****-1111"
    assert protect(text, action={"email": "redact"}).endswith(
        ", 010-****-5678, ****-****-****-1111"
    )


def test_a_policy_decides_by_its_rules_for_results():
    policy = Policy.parse(
        'version = 1\nmode = "observe"\n[defaults]\narguments = "allow"\nresults = "redact"\n'
        '[[rule]]\nname = "mail"\nentity = "EMAIL_ADDRESS"\naction = "mask"\n'
        '[[rule]]\nname = "elsewhere"\nserver = "crm"\naction = "reject"\n'
    )
    assert protect(f"{MAIL} 010-1234-5678", action=policy) == "m***@example.com <PHONE_NUMBER>"


def test_what_is_rejected_does_not_pass():
    with pytest.raises(Rejected):
        protect(MAIL, action="reject")


@pytest.mark.parametrize("action", ["shred", {"email": "shred"}, {"shoe_size": "mask"}])
def test_an_action_that_is_none(action):
    with pytest.raises(ValueError, match=r"shred|shoe_size"):
        protect("x", action=action)


def test_a_detector_says_what_is_looked_for():
    only = Detector(["phone"])
    assert protect(f"{MAIL} 010-1234-5678", detector=only) == f"{MAIL} 010-****-5678"


def test_only_what_is_allowed_comes_back(key):
    for action in ("tokenize", "encrypt"):
        protected = protect(f"{MAIL} 010-1234-5678", action=action, key=key)
        part = restore(protected, key=key, allow=lambda name: name == "PHONE_NUMBER")
        assert MAIL not in part
        assert "010-1234-5678" in part


def test_a_stand_in_opens_only_in_its_scope(key):
    token = protect(MAIL, action="tokenize", key=key, scope=Scope("acme", "crm"))
    with pytest.raises(InvalidToken):
        restore({"a": {"b": [token]}}, key=key)
    assert restore(token, key=key, scope=Scope("acme", "crm")) == MAIL


def test_an_altered_token_is_refused_where_it_is(key):
    envelope = protect(MAIL, action="encrypt", key=key)
    token = protect(MAIL, action="tokenize", key=key)
    altered = f"{envelope} {token[:-6]}aaaaa>"
    with pytest.raises(InvalidToken) as refused:
        restore(altered, key=key)
    assert refused.value.position == len(envelope) + 1


class TestKeys:
    def test_a_file(self, tmp_path):
        path = tmp_path / "data.key"
        create_key_file(path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert restore(protect(MAIL, action="tokenize", key=path), key=path) == MAIL
        with pytest.raises(FileExistsError):
            create_key_file(path)

    def test_a_file_with_an_older_key_too(self, tmp_path, key):
        path = tmp_path / "keys"
        path.write_bytes(b"n" * 32 + b"\n" + key + b"\n")
        old = protect(MAIL, action="tokenize", key=key)
        assert restore(old, key=path) == MAIL
        assert protect(MAIL, action="tokenize", key=path) != old

    def test_the_environment(self, monkeypatch, key, tmp_path):
        expected = protect(MAIL, action="tokenize", key=key)
        monkeypatch.setenv("SUMUN_DATA_KEY", key.decode())
        assert protect(MAIL, action="tokenize") == expected
        monkeypatch.delenv("SUMUN_DATA_KEY")
        (tmp_path / "k").write_bytes(key)
        monkeypatch.setenv("SUMUN_DATA_KEY_FILE", str(tmp_path / "k"))
        assert restore(expected) == MAIL

    def test_none(self):
        with pytest.raises(KeyNeeded, match="SUMUN_DATA_KEY"):
            protect(MAIL, action="tokenize")
        with pytest.raises(KeyNeeded, match="SUMUN_DATA_KEY"):
            restore("x")

    @pytest.mark.parametrize("content", [b"", b" \n", b"short", b"x" * 70_000])
    def test_a_file_that_will_not_do(self, tmp_path, content):
        path = tmp_path / "k"
        path.write_bytes(content)
        with pytest.raises(KeyNeeded):
            protect(MAIL, action="tokenize", key=path)

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(KeyNeeded, match="No such file"):
            restore("x", key=tmp_path / "gone")


class TestHostileJson:
    def test_deep(self):
        deep = leaf = []
        for _ in range(100_000):
            leaf.append([])
            leaf = leaf[0]
        from sumun.detection import TooDeep

        with pytest.raises(TooDeep):
            protect(deep)

    def test_shared_and_within_itself(self):
        shared = {"mail": MAIL}
        value = [shared, shared]
        value.append(value)
        protected = protect(value)
        assert protected[0] is protected[1]
        assert protected[0] == {"mail": "m***@example.com"}
        assert protected[2] is protected

    def test_a_value_that_is_no_container(self):
        assert protect(4111111111111111) == "************1111"
        assert protect(None) is None


def test_what_stands_in_the_package_by_name():
    assert {"Detector", "protect", "restore"} <= set(dir(sumun))
    for name in sumun.__all__:
        assert getattr(sumun, name) is not None
    with pytest.raises(AttributeError, match="nosuch"):
        sumun.nosuch  # noqa: B018 - asking is the point
