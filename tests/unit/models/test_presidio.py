import socket

import pytest
import spacy

from sumun.models.presidio import load


@pytest.fixture(scope="module")
def model():
    from sumun.models import ModelSettings

    return load(ModelSettings(name="presidio"))


def _found(model, text):
    return [(text[span.start : span.end], span.entity_type) for span in model.find([text])[0]]


def test_its_patterns_find_what_they_are_for(model):
    text = "Write to mina@example.com, card 4111 1111 1111 1111"
    assert set(_found(model, text)) >= {
        ("mina@example.com", "EMAIL_ADDRESS"),
        ("4111 1111 1111 1111", "CREDIT_CARD"),
    }


def test_the_network_is_left_alone(monkeypatch, settings):
    def connect(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    assert _found(load(settings()), "mina@example.co.uk")[0] == (
        "mina@example.co.uk",
        "EMAIL_ADDRESS",
    )


def test_only_types_that_are_known_or_named_are_asked_for(settings):
    model = load(settings(labels={"EMAIL_ADDRESS": "PERSON"}))
    assert model.entities == {"PERSON"}
    assert _found(model, "mina@example.com 4111 1111 1111 1111") == [("mina@example.com", "PERSON")]


def test_a_spacy_model_of_a_folder_finds_names(tmp_path, settings):
    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Mina Park"}])
    pipeline.to_disk(tmp_path / "spacy")
    model = load(settings(tmp_path / "spacy"))
    assert ("Mina Park", "PERSON") in _found(model, "Yesterday Mina Park called")
