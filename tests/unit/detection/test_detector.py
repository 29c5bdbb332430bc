from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from sumun.detection import Detector, TooLarge
from sumun.detection.overlaps import without_overlaps

ENGLISH = "Customer info: John Doe (john@example.com, 010-1234-5678)"
KOREAN = "연락처는 010-1234-5678이고 메일은 john@example.com으로, 주민번호 900101-1234568입니다."


def test_the_english_example_yields_name_email_and_phone(found):
    assert found(ENGLISH) == [
        ("PERSON", "John Doe"),
        ("EMAIL_ADDRESS", "john@example.com"),
        ("PHONE_NUMBER", "010-1234-5678"),
    ]


def test_korean_particles_do_not_hide_a_value(found):
    assert found(KOREAN) == [
        ("PHONE_NUMBER", "010-1234-5678"),
        ("EMAIL_ADDRESS", "john@example.com"),
        ("KR_RRN", "900101-1234568"),
    ]


@pytest.mark.parametrize(
    "particle", ["은", "는", "이", "가", "을", "를", "으로", "입니다", "까지", "에게"]
)
@pytest.mark.parametrize(
    "value", ["010-1234-5678", "john@example.com", "900101-1234568", "214-81-12345", "192.168.3.4"]
)
def test_any_value_may_be_followed_by_any_particle(found, value, particle):
    assert [each for _, each in found(f"사업자 주민 번호{value}{particle} 확인")] == [value]


def test_clean_text_yields_nothing(found):
    assert found("The quick brown fox jumps over 42 lazy dogs. 빠른 갈색 여우가 뛴다.") == []


def test_spans_count_code_points_beyond_the_basic_plane(found):
    assert found("😀😀 john@example.com 😀") == [("EMAIL_ADDRESS", "john@example.com")]


def test_lone_surrogates_are_text_like_any_other(found):
    assert found("\ud800 john@example.com") == [("EMAIL_ADDRESS", "john@example.com")]


def test_findings_are_sorted_and_do_not_overlap(detector):
    text = f"{KOREAN} {ENGLISH} postgres://u:pw12@john@example.com/db 4111 1111 1111 1111"
    findings = detector.scan_text(text)
    assert all(a.end <= b.start for a, b in pairwise(findings))


def test_only_the_wanted_entities_are_found():
    detector = Detector(["email"])
    assert [each.entity_type for each in detector.scan_text(KOREAN)] == ["EMAIL_ADDRESS"]


def test_an_unknown_entity_is_refused_by_name():
    with pytest.raises(KeyError, match="shoe_size"):
        Detector(["shoe_size"])


def test_min_score_decides():
    text = "see 214-81-12345"  # the shape of a business number, without checksum or label
    assert Detector().scan_text(text) == []
    assert [each.entity_type for each in Detector(min_score=0.4).scan_text(text)] == ["KR_BRN"]


def test_scores_are_between_zero_and_one():
    findings = Detector(min_score=0.0).scan_text(f"{KOREAN} {ENGLISH} call +82 10 1234 5678")
    assert findings
    assert all(0 < each.score <= 1 for each in findings)


def test_a_text_over_the_limit_is_refused():
    detector = Detector(max_length=10)
    assert detector.scan_text("x" * 10) == []
    with pytest.raises(TooLarge):
        detector.scan_text("x" * 11)


def test_threads_share_a_detector(detector):
    texts = [f"{n} {KOREAN} {'x' * n}" for n in range(200)]
    expected = [detector.scan_text(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(detector.scan_text, texts * 5)) == expected * 5


def _finding(start: int, end: int, score: float) -> tuple[int, int, float, str, str]:
    return start, end, score, "PHONE_NUMBER", "test"


def test_the_better_of_two_overlapping_findings_is_kept():
    assert without_overlaps([_finding(0, 10, 0.6), _finding(5, 12, 0.9)]) == [_finding(5, 12, 0.9)]


def test_the_longer_of_two_equally_sure_findings_is_kept():
    assert without_overlaps([_finding(0, 4, 0.9), _finding(0, 9, 0.9)]) == [_finding(0, 9, 0.9)]


def test_a_finding_beaten_only_by_a_loser_is_kept():
    first, middle, last = _finding(0, 10, 0.6), _finding(8, 20, 0.7), _finding(18, 30, 0.8)
    assert without_overlaps([first, middle, last]) == [first, last]


def test_a_long_finding_hides_two_short_ones():
    whole, left, right = _finding(0, 30, 0.9), _finding(0, 5, 0.8), _finding(20, 25, 0.8)
    assert without_overlaps([left, whole, right]) == [whole]
