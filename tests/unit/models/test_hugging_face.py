import json

import pytest

from sumun.models import ModelUnusable
from sumun.models.hugging_face import load


def _found(model, *texts):
    return [
        [(text[span.start : span.end], span.entity_type) for span in spans]
        for text, spans in zip(texts, model.find(texts), strict=True)
    ]


def test_names_are_found_with_the_types_of_their_labels(classifier, settings):
    model = load(settings(classifier))
    assert model.entities == {"PERSON", "LOCATION"}
    assert _found(model, "Mina Park met Johanna in Seoul", "met in") == [
        [("Mina Park", "PERSON"), ("Johanna", "PERSON"), ("Seoul", "LOCATION")],
        [],
    ]


def test_a_korean_particle_is_no_part_of_a_name(classifier, settings):
    found = _found(load(settings(classifier)), "김민수가 서울시에 was")
    assert found == [[("김민수", "PERSON"), ("서울시", "LOCATION")]]


def test_a_label_that_begins_a_name_ends_the_one_before(classifier, settings):
    found = _found(load(settings(classifier)), "Mina Mina Park")
    assert found == [[("Mina", "PERSON"), ("Mina Park", "PERSON")]]


def test_a_text_longer_than_the_model_is_read_in_windows(classifier, settings):
    text = "met " * 24 + "Mina Park " + "met " * 60 + "Seoul"
    found = load(settings(classifier)).find([text])[0]
    assert [(text[each.start : each.end], each.entity_type) for each in found] == [
        ("Mina Park", "PERSON"),
        ("Seoul", "LOCATION"),
    ]


@pytest.mark.parametrize("before", range(40))
def test_no_name_is_lost_or_cut_where_windows_meet(classifier, settings, before):
    text = "met " * before + "Mina Park" + " met" * 40
    found = _found(load(settings(classifier)), text)
    assert found == [[("Mina Park", "PERSON")]]


def test_labels_of_ones_own_are_reported_as_told(classifier, settings):
    model = load(settings(classifier, labels={"XX": "ORGANIZATION"}))
    assert model.entities == {"ORGANIZATION"}
    assert _found(model, "Mina thing") == [[("thing", "ORGANIZATION")]]


def test_what_is_not_sure_enough_is_not_reported(classifier, settings):
    assert _found(load(settings(classifier, threshold=0.999)), "Mina") == [[]]


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("config.json", "{", "cannot be read"),
        ("config.json", "{}", "no id2label"),
        ("config.json", json.dumps({"id2label": {"0": "O", "1": "B-ODD"}}), "it has O, ODD"),
        ("tokenizer.json", "{}", "cannot be read"),
        ("tokenizer.json", None, "holds no tokenizer.json"),
        ("model.onnx", "nothing", "cannot be run"),
        ("model.onnx", None, "optimum-cli export onnx"),
    ],
)
def test_a_folder_that_lacks_something_is_told_apart(classifier, settings, file, content, says):
    if content is None:
        (classifier / file).unlink()
    else:
        (classifier / file).write_text(content)
    with pytest.raises(ModelUnusable, match=says):
        load(settings(classifier))
