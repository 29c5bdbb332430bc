"""How refusals are worded, in English and Korean."""

from sumun.guard.call import Reason

_WORDS: dict[Reason, dict[str, str]] = {
    "insufficient_scope": {
        "en": "This call needs more scope: {detail}",
        "ko": "이 호출에는 더 넓은 권한 범위가 필요합니다: {detail}",
    },
    "approval_required": {
        "en": "A person has to approve this call first; make the same call again later ({detail})",
        "ko": "먼저 사람이 승인해야 하는 호출입니다. 나중에 같은 호출을 다시 하세요 ({detail})",
    },
    "denied": {
        "en": "Policy does not allow this call ({detail})",
        "ko": "정책이 이 호출을 허용하지 않습니다 ({detail})",
    },
    "rejected": {
        "en": "Policy does not let this personal data pass: {detail}",
        "ko": "정책상 통과할 수 없는 개인정보가 있습니다: {detail}",
    },
    "limited": {
        "en": "Too many calls; try again in {detail} s",
        "ko": "호출이 너무 많습니다. {detail}초 뒤에 다시 시도하세요",
    },
    "unscannable": {
        "en": "This content cannot be inspected, so it is not passed: {detail}",
        "ko": "검사할 수 없는 내용이라 통과시키지 않습니다: {detail}",
    },
    "unfit": {
        "en": "What stands for personal data does not fit the tool's output schema: {detail}",
        "ko": "개인정보를 대신할 값이 도구의 출력 스키마에 맞지 않습니다: {detail}",
    },
    "held": {
        "en": "{detail} describes this in words nobody approved; its operator has to look at them",
        "ko": "{detail} 서버의 설명이 승인된 것과 달라 보류했습니다. 운영자가 확인해야 합니다",
    },
    "unrecorded": {
        "en": "The audit log cannot be written, so calls are refused: {detail}",
        "ko": "감사 기록을 쓸 수 없어 호출을 거부합니다: {detail}",
    },
}


def word(reason: Reason, locale: str, detail: str) -> str:
    """Return the sentence for ``reason`` in ``locale``."""
    words = _WORDS[reason]
    return words.get(locale, words["en"]).format(detail=detail)
