import pytest

from sumun.detection import Detector
from sumun.detection.custom import Allowed, CustomDetector
from sumun.models import ModelDetector, ModelFailed, ModelRunner, Span


class Names:
    """Finds a few names."""

    name = "names"
    entities = frozenset({"PERSON"})
    languages = frozenset()

    def __init__(self, *known: str, score: float = 0.9) -> None:
        self.known = known
        self.score = score

    def find(self, texts):
        return [
            [
                Span(text.index(name), text.index(name) + len(name), "PERSON", self.score)
                for name in self.known
                if name in text
            ]
            for text in texts
        ]


class Broken(Names):
    def find(self, texts):
        raise OSError


def _detector(model, rules=None, **settings):
    return ModelDetector([ModelRunner("names", lambda: model, **settings)], rules)


def test_findings_of_models_and_rules_stand_side_by_side():
    text = "Yesterday Mina Park wrote from mina@example.com"
    found = _detector(Names("Mina Park")).scan_text(text)
    assert [(text[each.start : each.end], each.recognizer) for each in found] == [
        ("Mina Park", "names"),
        ("mina@example.com", "email"),
    ]


def test_where_both_find_something_the_surer_counts():
    text = "card 4111 1111 1111 1111 Visa"
    found = _detector(Names("4111 1111 1111 1111 Visa", score=0.6)).scan_text(text)
    assert [each.entity_type for each in found] == ["CREDIT_CARD"]


def test_values_of_json_are_read_by_themselves_and_found_at_their_paths():
    value = {"name_of_ship": "Aurora", "crew": [{"note": "Ask Mina Park"}, "Mina Park", 42]}
    leaves = _detector(Names("Mina Park", "Aurora")).scan_tree(value)
    found = {
        (leaf.leaf.path, leaf.leaf.text[each.start : each.end])
        for leaf in leaves
        for each in leaf.findings
    }
    assert found == {
        ("$.name_of_ship", "Aurora"),
        ("$.crew[0].note", "Mina Park"),
        ("$.crew[1]", "Mina Park"),
    }


def test_a_name_is_found_in_a_key():
    (leaf,) = _detector(Names("Mina Park")).scan_tree({"salaries": {"Mina Park": 3}})
    assert leaf.leaf.is_key
    assert leaf.leaf.text == "Mina Park"


def test_what_is_skipped_is_not_read():
    detector = _detector(Names("Mina Park"))
    assert detector.scan_tree({"a": "Mina Park"}, skip=frozenset({"$.a"})) == []


def test_control_characters_of_a_value_move_nothing():
    value = {"a": "x\x1ey Mina Park\x1f Mina", "b": "Mina Park"}
    leaves = _detector(Names("Mina Park")).scan_tree(value)
    assert [leaf.leaf.text[each.start : each.end] for leaf in leaves for each in leaf.findings] == [
        "Mina Park",
        "Mina Park",
    ]


def test_an_allow_list_and_the_least_score_count_for_models_too():
    rules = CustomDetector(allowed=[Allowed({"PERSON": ["Mina Park"]}, {})], min_score=0.7)
    assert _detector(Names("Mina Park"), rules).scan_text("Mina Park") == []
    assert _detector(Names("Omar", score=0.6), rules).scan_text("see Omar") == []


def test_types_that_are_not_looked_for_are_not_found_by_models():
    assert _detector(Names("Omar"), Detector(["EMAIL_ADDRESS"])).scan_text("see Omar") == []


def test_only_bytes_that_no_model_would_read_are_clean():
    detector = _detector(Names())
    assert detector.is_clean(b'{"count": 42}')
    assert not detector.is_clean(b'{"note": "see Omar"}')
    assert not detector.is_clean(b'{"note": "see \\u004fmar"}')


def test_a_failure_is_raised_unless_it_is_to_pass():
    with pytest.raises(ModelFailed, match="names: OSError"):
        _detector(Broken()).scan_text("see Omar")
    passing = _detector(Broken(), on_failure="pass")
    assert [each.entity_type for each in passing.scan_text("Omar a@example.com")] == [
        "EMAIL_ADDRESS"
    ]
    examined = passing.examine({"a": "Omar"}, lambda *_: None)
    assert examined.failed == ("names",)
