import json

import pytest

from sumun.models import ModelUnusable
from sumun.models.gliner import load

LABELS = {"person": "PERSON", "city": "LOCATION"}


def _found(model, text):
    return [(text[span.start : span.end], span.entity_type) for span in model.find([text])[0]]


def test_spans_are_found_with_the_types_of_their_labels(span_model, settings):
    model = load(settings(span_model, labels=LABELS))
    assert model.entities == {"PERSON", "LOCATION"}
    found = _found(model, "Mina Park met him by Park. Seoul met")
    assert found == [("Mina Park", "PERSON"), ("Park", "PERSON"), ("Seoul", "LOCATION")]


def test_scores_are_probabilities(span_model, settings):
    (found,) = load(settings(span_model, labels=LABELS)).find(["Mina"])[0]
    assert found.score == pytest.approx(1 / (1 + 2.718281828**-6), abs=1e-6)


@pytest.mark.parametrize("before", range(24))
def test_a_name_is_found_wherever_it_stands_in_a_long_text(span_model, settings, before):
    text = "met " * before + "Mina Park" + " met" * 20
    assert ("Mina Park", "PERSON") in _found(load(settings(span_model, labels=LABELS)), text)


@pytest.mark.parametrize("text", ["", "   "])
def test_a_text_without_words_holds_nothing(span_model, settings, text):
    assert _found(load(settings(span_model, labels=LABELS)), text) == []


def test_the_usual_labels_are_asked_for_where_none_are_named(span_model, settings):
    assert load(settings(span_model)).entities == {"PERSON", "LOCATION", "ORGANIZATION"}


def test_a_model_that_is_no_span_model_is_refused(span_model, classifier, settings):
    (span_model / "model.onnx").write_bytes((classifier / "model.onnx").read_bytes())
    with pytest.raises(ModelUnusable, match="judges spans"):
        load(settings(span_model))


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"subtoken_pooling": "mean"}, "subtoken_pooling"), ({"max_width": 99}, "max_width")],
)
def test_settings_that_are_not_understood_are_refused(span_model, settings, changed, says):
    file = span_model / "gliner_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))
    with pytest.raises(ModelUnusable, match=says):
        load(settings(span_model))
