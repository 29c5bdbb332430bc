"""Korean names by kiwipiepy: a proper noun of a name's shape, and what stands beside it.

A shape alone is right six times in ten, a title, a label or a particle of persons beside it nine
times: the first scores below the usual threshold, so that it must be asked for.
"""

import re
from collections.abc import Sequence
from typing import Any

from sumun.detection.gazetteer.korean_names import COMPOUND_SURNAMES, SURNAMES
from sumun.models.protocol import ModelSettings, Span

ALONE = 0.45
"""The score of a proper noun that only looks like a name."""

BESIDE = 0.85
"""The score of one with a title, a label or a particle of persons."""

_SHAPE = re.compile(rf"(?:{COMPOUND_SURNAMES})[가-힣]{{1,2}}|[{SURNAMES}][가-힣]{{1,2}}")
_PROPER = "NNP"
_NOUNS = frozenset({"NNP", "NNG"})
_PARTICLES = frozenset({"에게", "께", "께서", "한테", "에게서", "한테서"})
_TITLES = frozenset(
    (
        "씨", "님", "군", "양", "사장", "회장", "부회장", "대표", "이사", "상무", "전무", "부장",
        "차장", "과장", "대리", "주임", "사원", "팀장", "실장", "국장", "소장", "원장", "교수",
        "박사", "선생", "의원", "장관", "차관", "총리", "대통령", "감독", "선수", "기자", "변호사",
        "검사", "판사", "의사", "간호사", "환자", "고객", "학생", "배우", "가수", "작가", "위원장",
        "위원", "시장", "도지사",
    )
)  # fmt: skip
_LABELS = frozenset(
    (
        "이름", "성명", "성함", "담당자", "신청인", "신청자", "예금주", "수취인", "수령인",
        "보호자", "대표자", "계약자", "고객", "환자", "작성자", "받는이", "보내는이", "직원",
        "사원", "피보험자", "채무자", "원고", "피고", "예약자", "회원",
    )
)  # fmt: skip


def load(settings: ModelSettings) -> "Kiwi":
    """Load kiwipiepy's model: the one it brings, or another of a folder."""
    return Kiwi(settings)


class Kiwi:
    """Proper nouns of Korean that are names of persons."""

    entities = frozenset({"PERSON"})
    languages = frozenset({"ko"})

    def __init__(self, settings: ModelSettings) -> None:
        import kiwipiepy  # noqa: PLC0415 - an extra

        self.name = settings.name
        self._threshold = settings.threshold
        self._kiwi = kiwipiepy.Kiwi(num_workers=1, model_path=settings.path or None)
        self._kiwi.tokenize("가")  # the first text is what makes it read its files

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the names in each text."""
        return [self._names(text) for text in texts]

    def _names(self, text: str) -> list[Span]:
        tokens = self._kiwi.tokenize(text)
        found, done = [], 0
        for first, token in enumerate(tokens):
            if token.tag != _PROPER or token.start < done:
                continue
            last, end = _run(tokens, first)
            if not _SHAPE.fullmatch(text, token.start, end):
                continue
            score = BESIDE if _is_beside(tokens, first, last) else ALONE
            if score >= self._threshold:
                found.append(Span(token.start, end, "PERSON", score))
                done = end
        return found


def _run(tokens: Sequence[Any], first: int) -> tuple[int, int]:
    """Return the last noun of those glued together that are no title, and where it ends."""
    last, end = first, tokens[first].start + tokens[first].len
    for at in range(first + 1, len(tokens)):
        token = tokens[at]
        if token.start != end or token.tag not in _NOUNS or token.form in _TITLES:
            break
        last, end = at, token.start + token.len
    return last, end


def _is_beside(tokens: Sequence[Any], first: int, last: int) -> bool:
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    if after is not None and (after.form in _TITLES or after.form in _PARTICLES):
        return True
    before = [token for token in tokens[max(0, first - 3) : first] if token.tag in _NOUNS]
    return bool(before) and before[-1].form in _LABELS
