import pytest

from sumun.models import ModelSettings
from sumun.models.kiwi import ALONE, BESIDE, load


@pytest.fixture(scope="module")
def model():
    return load(ModelSettings(name="kiwi", threshold=0.4))


def _found(model, text):
    return [(text[span.start : span.end], span.score) for span in model.find([text])[0]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("담당자 김민수 부장님께 전달했습니다.", "김민수"),
        ("어제 홍길동 씨가 다녀갔다", "홍길동"),
        ("이 일은 홍길동에게 맡겼다", "홍길동"),
    ],
)
def test_a_name_beside_a_title_a_label_or_a_particle_is_sure(model, text, name):
    assert (name, BESIDE) in _found(model, text)


def test_a_proper_noun_of_a_names_shape_is_less_sure(model):
    assert _found(model, "오늘 홍길동은 집에 있다") == [("홍길동", ALONE)]


def test_what_is_no_name_is_not_found(model):
    assert _found(model, "정부는 오늘 한국은행 발표를 기다렸다. price 42 apples") == []


def test_the_usual_threshold_asks_for_names_with_something_beside_them():
    model = load(ModelSettings(name="kiwi"))
    assert _found(model, "오늘 홍길동은 집에 있다") == []
