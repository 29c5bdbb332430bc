"""What the figures of a report call for."""

from collections.abc import Callable

import msgspec

from sumun.watch.figures import Figures


class Recommendation(msgspec.Struct, frozen=True):
    """One thing to do, in English and Korean."""

    en: str
    ko: str


def recommend(figures: Figures) -> list[Recommendation]:
    """Return what to do, most urgent first."""
    advice = [found for rule in _RULES if (found := rule(figures)) is not None]
    return advice or [_ALL_WELL]


_ALL_WELL = Recommendation(
    "Nothing in these figures calls for action.",
    "이 수치에서 조치가 필요한 사항은 없습니다.",
)

_REFUSED_TOKENS = 10
_ERRORS = 10
_NAMES_SHOWN = 5


def _empty(figures: Figures) -> Recommendation | None:
    if figures.events:
        return None
    return Recommendation(
        "The log holds no events for this period: make a call (sumun try) and ask again.",
        "이 기간의 감사 기록이 없습니다. 호출을 한 번 실행한 뒤(sumun try) 다시 확인하세요.",
    )


def _incidents(figures: Figures) -> Recommendation | None:
    grave = [
        incident for incident in figures.incidents if incident["severity"] in ("high", "critical")
    ]
    if not grave:
        return None
    due = min((at for incident in grave for at in incident["clock"].values()), default="")
    deadline_en = f" The first notification is due by {due}." if due else ""
    deadline_ko = f" 첫 통지 기한은 {due}입니다." if due else ""
    return Recommendation(
        f"Investigate the {len(grave)} incidents of severity high or critical now.{deadline_en}",
        f"심각도가 높음 이상인 사고 {len(grave)}건을 즉시 조사하세요.{deadline_ko}",
    )


def _unprotected(figures: Figures) -> Recommendation | None:
    passed = figures.unprotected()
    if not passed:
        return None
    names = ", ".join(name for name, _ in passed.most_common(_NAMES_SHOWN))
    total = sum(passed.values())
    return Recommendation(
        f"{total} findings went on unprotected ({names}): add a policy rule for them, "
        'or set mode = "enforce" if the policy only observes.',
        f"{total}건의 탐지 결과가 보호 조치 없이 전달되었습니다({names}). 정책 규칙을 추가하거나, "
        '관찰 모드라면 mode = "enforce"로 바꾸세요.',
    )


def _credentials(figures: Figures) -> Recommendation | None:
    count = figures.of_category("credential")
    if not count:
        return None
    return Recommendation(
        f"{count} secrets were found in calls: rotate them where they are kept; "
        "hiding a copy does not make a leaked secret safe.",
        f"호출에서 비밀 정보 {count}건이 발견되었습니다. 원본을 교체하세요. "
        "사본을 가린다고 유출된 비밀이 안전해지지는 않습니다.",
    )


def _scope(figures: Figures) -> Recommendation | None:
    if not figures.scope_refusals:
        return None
    client, count = figures.scope_refusals.most_common(1)[0]
    return Recommendation(
        f"Client {client} was refused {count} times for lack of scope: "
        "grant it the scope, or stop offering it the tool.",
        f"클라이언트 {client}가 스코프 부족으로 {count}번 거부되었습니다. "
        "스코프를 부여하거나 해당 도구를 제공하지 마세요.",
    )


def _token_refusals(figures: Figures) -> Recommendation | None:
    refused = figures.tokens["token_refused"]
    if refused < _REFUSED_TOKENS or 4 * refused < figures.tokens["token_issued"]:
        return None
    return Recommendation(
        f"{refused} token requests were refused, against {figures.tokens['token_issued']} "
        "granted: look for a client with an old secret, or for someone guessing.",
        f"토큰 요청 {refused}건이 거부되었습니다(발급 {figures.tokens['token_issued']}건). "
        "오래된 시크릿을 쓰는 클라이언트나 추측 시도가 있는지 확인하세요.",
    )


def _tool_errors(figures: Figures) -> Recommendation | None:
    for tool, errors in figures.tool_errors.most_common():
        calls = sum(count for (name, _), count in figures.calls.items() if name == tool)
        if errors >= _ERRORS and 2 * errors > calls:
            return Recommendation(
                f"{errors} of {calls} calls of {tool} failed: check the server behind it.",
                f"{tool} 호출 {calls}건 중 {errors}건이 실패했습니다. 해당 서버를 점검하세요.",
            )
    return None


def _unscannable(figures: Figures) -> Recommendation | None:
    count = figures.refusals["unscannable"]
    if not count:
        return None
    return Recommendation(
        f"{count} messages were refused because they could not be inspected: "
        "make the tool answer in text, or allow binary content by policy.",
        f"검사할 수 없어 거부된 메시지가 {count}건입니다. 도구가 텍스트로 응답하게 하거나 "
        "정책에서 바이너리를 허용하세요.",
    )


_RULES: tuple[Callable[[Figures], Recommendation | None], ...] = (
    _empty,
    _incidents,
    _unprotected,
    _credentials,
    _token_refusals,
    _scope,
    _tool_errors,
    _unscannable,
)
