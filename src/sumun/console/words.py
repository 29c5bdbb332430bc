"""The pages' texts in Korean; English is what they are written in."""

from typing import Final

from sumun.console.account_words import ACCOUNT_KOREAN
from sumun.console.approvals_words import APPROVALS_KOREAN
from sumun.console.device_words import DEVICE_KOREAN
from sumun.console.playground_words import PLAYGROUND_KOREAN

KOREAN: Final[dict[str, str]] = {
    **ACCOUNT_KOREAN,
    **APPROVALS_KOREAN,
    **DEVICE_KOREAN,
    **PLAYGROUND_KOREAN,
    # around every page
    "Language": "언어",
    # signing in
    "Sign in": "로그인",
    "Not signed in": "로그인되지 않음",
    "{client} asks for access. You decide on the next page.": (
        "{client}에서 접근을 요청합니다. 허용할지는 다음 화면에서 결정합니다."
    ),
    "One more step": "한 단계 더",
    "You are {name}. Show once more that it is you.": (
        "{name} 님, 본인임을 한 번 더 확인해 주세요."
    ),
    "User name": "사용자 이름",
    "Password": "비밀번호",
    "or": "또는",
    "or sign in as someone else": "또는 다른 사용자로 로그인",
    "Continue as {name}": "{name} 계정으로 계속",
    "That did not work. Check your user name and password.": (
        "로그인하지 못했습니다. 사용자 이름과 비밀번호를 확인해 주세요."
    ),
    "That did not work. Try again.": "확인하지 못했습니다. 다시 시도해 주세요.",
    "Too many attempts. Wait {seconds} seconds, then try again.": (
        "시도가 너무 많았습니다. {seconds}초 뒤에 다시 시도해 주세요."
    ),
    "The server is busy. Try again in a moment.": (
        "서버가 바쁩니다. 잠시 뒤에 다시 시도해 주세요."
    ),
    # deciding
    "Allow {client}?": "{client}의 접근을 허용할까요?",
    "It asks to act for you at {server}.": "{server}에서 회원님을 대신해 작업하려고 합니다.",
    "Did you just start this yourself?": "방금 직접 시작하셨나요?",
    "Access goes to a program on a computer, and any program can call itself {client}. "
    "Allow it only if you have just started it.": (
        "접근 권한이 컴퓨터에 있는 프로그램에 전달됩니다. {client}, 이 이름은 어떤 프로그램이든 "
        "쓸 수 있으므로 방금 직접 시작한 경우에만 허용하세요."
    ),
    "Application": "애플리케이션",
    "Sends you to": "돌아갈 곳",
    "Server": "서버",
    "It could": "허용하면 할 수 있는 일",
    "Without this, such data reaches the application only masked or as stand-ins.": (
        "허용하지 않으면 이런 정보는 가려지거나 대체 값으로만 전달됩니다."
    ),
    "Good for {minutes} minutes; then you are asked again.": (
        "{minutes}분 동안 유효하며, 그 뒤에는 다시 묻습니다."
    ),
    "Tick only what you want to allow.": "허용할 항목만 선택하세요.",
    "It asks for nothing beyond being connected.": "연결 외에는 아무것도 요청하지 않습니다.",
    "Allow": "허용",
    "Do not allow": "허용하지 않음",
    "Signed in as {name}.": "{name} 님으로 로그인되어 있습니다.",
    "Not you?": "본인이 아닌가요?",
    # clients
    "Registered by whoever runs this server": "이 서버의 운영자가 등록함",
    "They gave it its name.": "이름도 운영자가 정했습니다.",
    "Belongs to {host}": "{host}에 속함",
    "That domain vouches for its name and its addresses.": (
        "이름과 주소를 이 도메인이 보증합니다."
    ),
    "Registered itself, with leave": "허가를 받아 스스로 등록함",
    "Registered itself": "스스로 등록함",
    "It chose its name; nobody has checked it.": (
        "이름은 스스로 정했으며, 아무도 확인하지 않았습니다."
    ),
    "a program on this computer ({host})": "이 컴퓨터의 프로그램 ({host})",
    "the application that opens {scheme}: links": "{scheme}: 링크를 여는 애플리케이션",
    # servers
    "this server": "이 서버",
    "Sumun's own tools": "Sumun 자체 도구",
    # scopes
    "Use every tool behind this gateway": "이 게이트웨이 뒤의 모든 도구 사용",
    "Read the audit log: who did what, and when": "감사 로그 읽기: 누가 언제 무엇을 했는지",
    "Know that it is you": "본인임을 확인",
    "See your user name and language": "사용자 이름과 언어 보기",
    "See your e-mail address": "이메일 주소 보기",
    "Stay connected when you are away, until you end it": (
        "자리를 비운 동안에도, 직접 끝낼 때까지 연결 유지"
    ),
    "Use the tool “{tool}” of {server}": "{server}의 “{tool}” 도구 사용",
    "{server} says of it: “{words}”": "{server}의 설명: “{words}”",
    "Use every tool of {server}": "{server}의 모든 도구 사용",
    "“{scope}”, as the application calls it": "애플리케이션이 정한 권한 “{scope}”",
    "for a purpose unknown here: “{purpose}”": "여기에 없는 목적: “{purpose}”",
    "See personal data of the kind “{kind}”": "“{kind}” 종류의 개인정보 보기",
    "See as they are: {words}": "있는 그대로 보기: {words}",
    "contact details (e-mail addresses, telephone numbers)": "연락처(이메일 주소, 전화번호)",
    "people's names and what identifies them": "사람의 이름과 신원을 알 수 있는 정보",
    "identity numbers (resident registration, passport, driving licence)": (
        "식별번호(주민등록번호, 여권번호, 운전면허번호)"
    ),
    "money matters (cards, bank accounts)": "금융정보(카드, 은행 계좌)",
    "passwords, keys and tokens": "비밀번호, 키, 토큰",
    "computers' addresses": "컴퓨터의 주소",
    "health matters": "건강정보",
    "where people live and are": "사는 곳과 현재 위치",
    # problems
    "This sign-in link does not work": "이 로그인 링크는 사용할 수 없습니다",
    "The application that sent you here is not known to this server, or was turned off.": (
        "여기로 보낸 애플리케이션을 이 서버가 알지 못하거나, 사용이 중지되었습니다."
    ),
    "The application could not go on": "애플리케이션이 계속할 수 없습니다",
    "What it asked for was refused. Nobody has checked the address it wants you back at.": (
        "애플리케이션의 요청이 거부되었습니다. 돌아가려는 주소는 아무도 확인하지 않았습니다."
    ),
    "Nothing was granted. Go on only if you know the address and came from there.": (
        "아무것도 허용되지 않았습니다. 아는 주소이고 그곳에서 온 경우에만 계속하세요."
    ),
    "Go on to {host}": "{host}(으)로 계속",
    "Nothing was granted. Go back to the application and try again; if it stays like this, "
    "tell whoever runs it.": (
        "아무것도 허용되지 않았습니다. 애플리케이션으로 돌아가 다시 시도하고, 계속되면 "
        "운영자에게 알려 주세요."
    ),
    "For developers: client_id is not registered here. Register the client, or correct the "
    "identifier.": (
        "개발자에게: client_id가 등록되어 있지 않습니다. 클라이언트를 등록하거나 식별자를 "
        "바로잡으세요."
    ),
    "The address to which the application wants you sent back is not one it registered, so "
    "you are not sent there.": (
        "애플리케이션이 돌아가라고 지정한 주소가 등록된 주소가 아니므로 그곳으로 보내지 않습니다."
    ),
    "Nothing was granted. If you did not expect this page, close it.": (
        "아무것도 허용되지 않았습니다. 예상하지 못한 화면이라면 닫으세요."
    ),
    "For developers: redirect_uri must be exactly one of those registered; only the port of "
    "a loopback address may differ.": (
        "개발자에게: redirect_uri는 등록된 것과 정확히 같아야 하며, 루프백 주소의 포트만 다를 수 "
        "있습니다."
    ),
    "The link is damaged or far too long.": "링크가 손상되었거나 지나치게 깁니다.",
    "Nothing was granted. Go back to the application and start again.": (
        "아무것도 허용되지 않았습니다. 애플리케이션으로 돌아가 다시 시작하세요."
    ),
    "For developers: send a query or a form of at most 16 KiB and 128 parameters, in UTF-8.": (
        "개발자에게: 16 KiB, 매개변수 128개 이하의 UTF-8 쿼리나 폼을 보내세요."
    ),
    "This page is over": "이 화면은 끝났습니다",
    "You have already decided, it took too long, or it was opened in another browser.": (
        "이미 결정했거나, 시간이 너무 지났거나, 다른 브라우저에서 열었습니다."
    ),
    "Go back to the application and start again.": "애플리케이션으로 돌아가 다시 시작하세요.",
    "This did not come from our page": "이 서버의 화면에서 온 요청이 아닙니다",
    "What was sent is not what the page in this browser would send, so nothing was done.": (
        "이 브라우저의 화면이 보낼 내용과 다르므로 아무것도 하지 않았습니다."
    ),
    "One moment, please": "잠시만 기다려 주세요",
    "There were too many requests from your network.": "같은 네트워크에서 요청이 너무 많았습니다.",
    "Wait a little and try again.": "조금 기다렸다가 다시 시도해 주세요.",
    "The server cannot record what it does right now, so it does nothing.": (
        "지금은 서버가 하는 일을 기록할 수 없어 아무 일도 하지 않습니다."
    ),
    "Reference: {ref}": "참조 번호: {ref}",
    # signing out
    "Sign out?": "로그아웃할까요?",
    "Sign out": "로그아웃",
    "{client} asks to sign you out here.": "{client}에서 이 서버의 로그아웃을 요청합니다.",
    "Applications that you let work only while you are signed in lose their access.": (
        "로그인해 있는 동안만 허용한 애플리케이션은 접근 권한을 잃습니다."
    ),
    "To stay signed in, close this page.": "로그인을 유지하려면 이 화면을 닫으세요.",
    "You are signed out": "로그아웃되었습니다",
    "Nobody is signed in with this browser. You can close this page.": (
        "이 브라우저에 로그인한 사람이 없습니다. 이 화면을 닫아도 됩니다."
    ),
    "This sign-out link does not work": "이 로그아웃 링크는 쓸 수 없습니다",
    "What the application asks for is not what it registered, so nothing was done.": (
        "애플리케이션의 요청이 등록된 내용과 달라 아무것도 하지 않았습니다."
    ),
    "You are signed in or out as before. To sign out, use your account page.": (
        "로그인 상태는 그대로입니다. 로그아웃하려면 계정 화면을 이용하세요."
    ),
    "For developers: post_logout_redirect_uri must be exactly one of those registered, and "
    "client_id the one that the ID token was issued to.": (
        "개발자에게: post_logout_redirect_uri는 등록된 것과 정확히 같아야 하고, client_id는 ID "
        "토큰을 발급받은 클라이언트여야 합니다."
    ),
}
