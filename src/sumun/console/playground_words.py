"""The texts of the playground, in Korean."""

from typing import Final

PLAYGROUND_KOREAN: Final[dict[str, str]] = {
    "Playground": "플레이그라운드",
    "See what Sumun sees": "Sumun의 눈으로 보기",
    "Paste text or JSON. It is looked at and forgotten: nothing is stored, logged or sent on.": (
        "텍스트나 JSON을 붙여 넣으세요. 살펴본 뒤 바로 잊습니다. 저장하거나 기록하거나 다른 곳으로 "
        "보내지 않습니다."
    ),
    "Or begin with": "예시로 시작하기",
    "A customer record": "영문 고객 기록",
    "A Korean sentence": "한국어 문장",
    "The result of an MCP tool": "MCP 도구의 결과",
    "A log with secrets": "비밀이 섞인 로그",
    "Looks like personal data, is none": "개인정보처럼 보이지만 아닌 글",
    "Your text": "입력",
    "At most {count} characters.": "최대 {count}자까지 볼 수 있습니다.",
    "Look for": "찾을 대상",
    "Everything": "모두",
    "All of: {category}": "{category} 모두",
    "How sure": "확신 기준",
    "Look": "살펴보기",
    "What is found": "찾은 것",
    "read as JSON": "JSON으로 읽음",
    "This is too long to look at here. For files there is {command}.": (
        "여기서 보기에는 너무 깁니다. 파일은 {command} 명령으로 살펴보세요."
    ),
    "This is nested too deeply to look at.": "너무 깊이 중첩되어 있어 볼 수 없습니다.",
    "Nothing has been looked at yet.": "아직 살펴본 내용이 없습니다.",
    "Found: {count}. Dropped: {dropped}. Scanned in {time}.": (
        "찾음 {count}건, 제외 {dropped}건. 검사 시간 {time}."
    ),
    # categories
    "Contact": "연락처",
    "Person": "인물",
    "Identity numbers": "식별번호",
    "Money": "금융",
    "Secrets": "비밀 값",
    "Network": "네트워크",
    "Health": "건강",
    "Places": "위치",
    # actions
    "What becomes of it": "어떻게 바꿀까요",
    "Leave": "그대로",
    "as it is": "바꾸지 않음",
    "Mask": "가리기",
    "keep the shape": "형태는 유지",
    "Redact": "지우기",
    "leave the type": "종류만 남김",
    "Hash": "해시",
    "equal stays equal": "같은 값은 같게",
    "Tokenize": "토큰화",
    "can be turned back": "되돌릴 수 있음",
    "Encrypt": "암호화",
    "never twice the same": "매번 다른 값",
    "Reject": "거부",
    "refuse the call": "호출을 막음",
    "By type": "종류별 처리",
    "as above": "위와 같이",
    "Try it": "적용하기",
    "What the other side sees": "상대방이 보는 내용",
    "The call is refused: {entity} may not pass.": (
        "호출이 거부됩니다. {entity}은(는) 통과할 수 없습니다."
    ),
    "Turned back": "되돌린 내용",
    "Turned back: all as it was": "되돌리기: 원래와 똑같습니다",
    "Turned back, as far as it can be": "되돌릴 수 있는 것만 되돌린 내용",
    "This cannot be turned back. Tokenize and encrypt can.": (
        "이 방식은 되돌릴 수 없습니다. 토큰화와 암호화는 되돌릴 수 있습니다."
    ),
    "The policy that does this": "이렇게 처리하는 정책",
    "And in {file}:": "{file} 파일에는 다음을 추가하세요.",
    "Copy": "복사",
    "Copied": "복사함",
    # why
    "Why each was kept": "찾은 이유",
    "Show the values": "값 보기",
    "Nothing was found.": "찾은 것이 없습니다.",
    "Score": "점수",
    "What else it might have been: {count}": "다른 후보 {count}개",
    "and {count} more": "그 밖에 {count}개",
    "Why others were dropped": "제외한 이유",
    "Nothing else came close.": "비슷한 후보가 더 없습니다.",
    "These were looked at and left alone.": "살펴봤지만 개인정보로 보지 않은 것들입니다.",
    "is most like:": "가장 비슷한 것은",
    "{path} (the key)": "{path} (키 이름)",
    "It was written in another form, and shows once that is undone.": (
        "다른 형식으로 적혀 있었고, 풀어서 읽으니 드러났습니다."
    ),
    "Its form shows what it is: {base}.": "형식만으로 알 수 있습니다({base}).",
    "Its form alone would not be enough: {base}.": "형식만으로는 부족합니다({base}).",
    "Its check digit is right.": "검증번호가 맞습니다.",
    "Its check digit is wrong.": "검증번호가 틀렸습니다.",
    "Its check digit is wrong, which makes it less sure.": ("검증번호가 틀려서 확신이 줄었습니다."),
    "“{word}” beside it adds {more}.": "앞에 있는 “{word}” 덕분에 {more}만큼 더 확실합니다.",
    "“{word}” beside it is not enough.": "앞에 “{word}”이(가) 있지만 그것으로는 부족합니다.",
    "No word beside it says so.": "옆에 뒷받침하는 말이 없습니다.",
    "It scores {score}, and {least} is asked for.": (
        "점수가 {score}이라 기준인 {least}에 못 미칩니다."
    ),
    "No such value is ever given out.": "실제로 발급되지 않는 값입니다.",
    "It only stands where a secret will be.": "비밀 값이 들어갈 자리를 표시한 것일 뿐입니다.",
    "Something surer was found in the same place.": "같은 자리에서 더 확실한 것을 찾았습니다.",
    "The settings say that it is never reported.": "보고하지 않도록 설정된 값입니다.",
    # problems
    "This cannot be read": "읽을 수 없습니다",
    "What was sent is not a form of this page, or longer than it takes.": (
        "보낸 내용이 이 화면의 폼이 아니거나 받을 수 있는 길이를 넘었습니다."
    ),
    "Go back and send less. For files there is the command sumun scan.": (
        "돌아가서 내용을 줄여 보내세요. 파일은 sumun scan 명령으로 살펴보세요."
    ),
}
