import pytest

from sumun.detection.finding import Finding
from sumun.detection.tree import Leaf, LeafFindings
from sumun.protection import Action, InvalidToken, KeyCollision, Rejected


def whole(container, key, *, is_key=False, entity_type="EMAIL_ADDRESS"):
    text = str(key if is_key else container[key])
    return LeafFindings(
        Leaf(container, key, text, is_key, ""), [Finding(entity_type, 0, len(text), 1.0, "x")]
    )


def mask(_finding):
    return Action.MASK


def tokenize(_finding):
    return Action.TOKENIZE


def test_a_leaf_is_written_into_its_container(protector, scope):
    emails = ["john@example.com", "other"]
    protector.protect_leaf(whole(emails, 0), mask, scope=scope)
    assert emails == ["j***@example.com", "other"]


def test_a_number_becomes_the_text_that_stands_for_it(protector, scope):
    card = {"number": 4111111111111234}
    protector.protect_leaf(whole(card, "number", entity_type="CREDIT_CARD"), mask, scope=scope)
    assert card == {"number": "************1234"}


def test_an_allowed_number_stays_a_number(protector, scope):
    card = {"number": 4111111111111234}
    protector.protect_leaf(whole(card, "number"), lambda _finding: Action.ALLOW, scope=scope)
    assert card == {"number": 4111111111111234}


@pytest.mark.parametrize(
    "action", [Action.MASK, Action.REDACT, Action.HASH, Action.TOKENIZE, Action.ENCRYPT]
)
def test_a_coordinate_that_is_a_number_stays_one_and_tells_less(protector, scope, action):
    place = {"latitude": 37.566535, "longitude": -126.977969}
    for key in place:
        leaf = whole(place, key, entity_type="COORDINATES")
        protector.protect_leaf(leaf, lambda _finding: action, scope=scope)
    assert place == {"latitude": 37.6, "longitude": -127.0}


def test_a_coordinate_is_rejected_where_policy_says_so(protector, scope):
    place = {"latitude": 37.566535}
    with pytest.raises(Rejected):
        protector.protect_leaf(
            whole(place, "latitude", entity_type="COORDINATES"),
            lambda _finding: Action.REJECT,
            scope=scope,
        )
    assert place == {"latitude": 37.566535}


def test_keys_are_renamed_in_place_and_kept_apart(protector, scope):
    roles = {"first": 0, "john@x.com": 1, "jane@x.com": 2, "j***@x.com": 3, "last": 4}
    leaves = [whole(roles, key, is_key=True) for key in ("john@x.com", "jane@x.com")]
    protector.protect_tree(leaves, mask, scope=scope)
    assert list(roles.items()) == [
        ("first", 0),
        ("j***@x.com (2)", 1),
        ("j***@x.com (3)", 2),
        ("j***@x.com", 3),
        ("last", 4),
    ]


def test_a_key_and_its_value_can_both_be_protected(protector, scope):
    contacts = {"john@x.com": "jane@x.com"}
    leaves = [whole(contacts, "john@x.com", is_key=True), whole(contacts, "john@x.com")]
    protector.protect_tree(leaves, mask, scope=scope)
    assert contacts == {"j***@x.com": "j***@x.com"}


def test_a_rejection_changes_nothing(protector, scope):
    emails = ["john@x.com", "jane@x.com"]
    actions = iter([Action.MASK, Action.REJECT])
    with pytest.raises(Rejected):
        protector.protect_tree(
            [whole(emails, 0), whole(emails, 1)], lambda _finding: next(actions), scope=scope
        )
    assert emails == ["john@x.com", "jane@x.com"]


def test_many_keys_that_become_one_take_linear_time(protector, scope):
    roles = {f"j{number}@x.com": number for number in range(20_000)}
    protector.protect_tree([whole(roles, key, is_key=True) for key in roles], mask, scope=scope)
    assert list(roles.values()) == list(range(20_000))
    assert list(roles)[-1] == "j***@x.com (20000)"


def test_a_tree_is_restored_keys_and_all(protector, scope):
    original = {"to": ["john@x.com", "cc"], "john@x.com": {"note": "mail john@x.com"}, "n": 1}
    token = protector.replace(Action.TOKENIZE, "EMAIL_ADDRESS", "john@x.com", scope=scope)
    tree = {"to": [token, "cc"], token: {"note": f"mail {token}"}, "n": 1}
    restored, count = protector.restore_tree(tree, scope=scope)
    assert (restored, count) == (original, 3)
    assert restored is tree
    assert list(restored) == list(original)


def test_a_bare_text_is_a_tree(protector, scope):
    token = protector.replace(Action.TOKENIZE, "EMAIL_ADDRESS", "john@x.com", scope=scope)
    assert protector.restore_tree(token, scope=scope) == ("john@x.com", 1)


def test_a_key_that_may_be_a_value_is_not_named(protector, scope):
    with pytest.raises(InvalidToken) as caught:
        protector.restore_tree([{"john@x.com": "<PERSON:invented>"}], scope=scope)
    assert caught.value.path == "$[0].*"


@pytest.mark.parametrize("value", [None, True, 3, 1.5, [], {}])
def test_what_holds_no_text_is_returned(protector, scope, value):
    assert protector.restore_tree(value, scope=scope) == (value, 0)


def test_a_bad_token_is_named_by_path_and_nothing_is_changed(protector, scope):
    token = protector.replace(Action.TOKENIZE, "EMAIL_ADDRESS", "john@x.com", scope=scope)
    tree = {"a": token, "to": [{"mail": "x <PERSON:invented>"}]}
    with pytest.raises(InvalidToken) as caught:
        protector.restore_tree(tree, scope=scope)
    assert (caught.value.path, caught.value.position) == ("$.to[0].mail", 2)
    assert "invented" not in str(caught.value)
    assert tree["a"] == token


def test_keys_that_would_become_one_are_refused(protector, scope):
    token = protector.replace(Action.TOKENIZE, "EMAIL_ADDRESS", "john@x.com", scope=scope)
    with pytest.raises(KeyCollision):
        protector.restore_tree({token: 1, "john@x.com": 2}, scope=scope)


def test_depth_is_no_danger(protector, scope):
    token = protector.replace(Action.TOKENIZE, "EMAIL_ADDRESS", "john@x.com", scope=scope)
    tree = leaf = []
    for _ in range(50_000):
        leaf.append([])
        leaf = leaf[0]
    leaf.append(token)
    protector.restore_tree(tree, scope=scope)
    assert leaf == ["john@x.com"]
