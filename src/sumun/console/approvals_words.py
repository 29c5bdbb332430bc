"""The texts of the page where calls are approved, in Korean."""

from typing import Final

APPROVALS_KOREAN: Final[dict[str, str]] = {
    "Calls that wait for you": "승인을 기다리는 호출",
    "That call waits no longer, or it is not yours to decide.": (
        "더 이상 기다리지 않는 호출이거나, 결정할 권한이 없는 호출입니다."
    ),
    "The call may go on, once.": "호출이 한 번 진행됩니다.",
    "The call will not be made.": "호출하지 않습니다.",
    "“{tool}” of {server}, called by {client}": "{client}에서 호출한 {server}의 “{tool}”",
    "Rule: {rule}.": "규칙: {rule}.",
    "Without an answer it is refused at": "답이 없으면 거부되는 시각:",
    "Approve": "승인",
    "Deny": "거부",
    "Nothing waits for you.": "기다리는 호출이 없습니다.",
}
