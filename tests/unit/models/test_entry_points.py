import sys
from importlib import invalidate_caches

import pytest

from sumun.models import ModelUnusable, prepare

MODULE = """
class Shouting:
    entities = frozenset({"PERSON"})
    languages = frozenset()

    def __init__(self, settings):
        self.name = settings.name

    def find(self, texts):
        return [[(0, len(text), "PERSON", 1.0)] if text.isupper() else [] for text in texts]
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "shouting_names.py").write_text(MODULE)
    info = tmp_path / "shouting_names-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting-names\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[sumun.recognizers]\nshouting = shouting_names:Shouting\ngone = not_there:Gone\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    yield
    sys.modules.pop("shouting_names", None)


@pytest.mark.usefixtures("package")
def test_a_package_adds_a_kind_by_its_entry_point(settings):
    model = prepare("shouting", settings(name="loud"))()
    assert model.name == "loud"
    assert model.find(["MINA", "Mina"]) == [[(0, 4, "PERSON", 1.0)], []]


@pytest.mark.usefixtures("package")
def test_an_entry_point_that_leads_nowhere_is_told(settings):
    with pytest.raises(ModelUnusable, match="gone cannot be imported"):
        prepare("gone", settings())


def test_an_unknown_kind_names_those_there_are(settings):
    with pytest.raises(ModelUnusable, match="gliner, hugging_face, kiwi, presidio"):
        prepare("magic", settings())


def test_nothing_is_read_before_it_is_needed(classifier, settings):
    (classifier / "model.onnx").write_text("broken")
    load = prepare("hugging_face", settings(classifier))
    with pytest.raises(ModelUnusable, match="cannot be run"):
        load()


def test_a_folder_is_needed_and_must_be_there(settings, tmp_path):
    with pytest.raises(ModelUnusable, match="needs path"):
        prepare("gliner", settings())
    with pytest.raises(ModelUnusable, match="never downloaded"):
        prepare("hugging_face", settings(tmp_path / "nothing"))


@pytest.mark.parametrize(
    ("kind", "extra"),
    [("presidio", "presidio"), ("gliner", "gliner"), ("hugging_face", "hf"), ("kiwi", "kiwi")],
)
def test_a_missing_package_is_named_with_the_command_that_brings_it(
    monkeypatch, settings, kind, extra
):
    monkeypatch.setattr("sumun.models.entry_points.find_spec", lambda _: None)
    with pytest.raises(ModelUnusable, match=rf"pip install 'sumun\[{extra}\]'"):
        prepare(kind, settings())
