"""The texts of the account's pages in Korean."""

from typing import Final

ACCOUNT_KOREAN: Final[dict[str, str]] = {
    # signing in
    "Code from your authenticator app": "인증 앱에 표시된 코드",
    "Continue": "계속",
    "Recovery code": "복구 코드",
    "One of the codes you kept when you set up the second factor.": (
        "2단계 인증을 설정할 때 보관해 둔 코드 중 하나입니다."
    ),
    "Use recovery code": "복구 코드 사용",
    "Is it still you?": "아직 본인이신가요?",
    "Before you change how you sign in, sign in once more.": (
        "로그인 방법을 바꾸기 전에 한 번 더 로그인해 주세요."
    ),
    "See what you allowed, and change how you sign in.": (
        "허용한 내용을 확인하고 로그인 방법을 바꿀 수 있습니다."
    ),
    # the account
    "Your account": "내 계정",
    "Sign out": "로그아웃",
    "Back to your account": "내 계정으로 돌아가기",
    "What you allowed": "허용한 접근",
    "You have not let any application act for you.": (
        "나를 대신해 움직이도록 허용한 애플리케이션이 없습니다."
    ),
    "at {server}": "{server}에서",
    "Allowed": "허용한 때",
    "Withdraw": "철회",
    "How you sign in": "로그인 방법",
    "You have none.": "설정하지 않았습니다.",
    "Change password": "비밀번호 변경",
    "Second factor": "2단계 인증",
    "An authenticator app, set up": "인증 앱, 설정한 때",
    "Recovery codes left: {count}": "남은 복구 코드: {count}개",
    "Not set up: your password alone is enough to sign in.": (
        "설정하지 않음: 비밀번호만으로 로그인할 수 있습니다."
    ),
    "Manage second factor": "2단계 인증 관리",
    "Set up second factor": "2단계 인증 설정",
    "Where you are signed in": "로그인되어 있는 곳",
    "this browser": "이 브라우저",
    "Signed in": "로그인한 때",
    "last seen": "마지막 사용",
    "Sign out there": "그곳에서 로그아웃",
    "Sign out everywhere else": "다른 모든 곳에서 로그아웃",
    "{browser} on {system}": "{system}의 {browser}",
    "an unknown browser": "알 수 없는 브라우저",
    # what was done
    "Withdrawn. What the application had stopped working at once.": (
        "철회했습니다. 애플리케이션이 가진 권한은 바로 사용할 수 없게 되었습니다."
    ),
    "That browser is signed out.": "그 브라우저에서 로그아웃했습니다.",
    "Every other browser is signed out.": "다른 모든 브라우저에서 로그아웃했습니다.",
    "Your password is changed, and every other browser is signed out.": (
        "비밀번호를 바꾸었고, 다른 모든 브라우저에서 로그아웃했습니다."
    ),
    "The second factor is removed.": "2단계 인증을 해제했습니다.",
    "The passkey is ready. You can sign in with it from now on.": (
        "패스키를 등록했습니다. 이제 패스키로 로그인할 수 있습니다."
    ),
    "The passkey is removed. Delete it on your device too.": (
        "패스키를 삭제했습니다. 기기에서도 삭제해 주세요."
    ),
    "The account is linked. You can sign in with it from now on.": (
        "계정을 연결했습니다. 이제 이 계정으로 로그인할 수 있습니다."
    ),
    "The account is no longer linked.": "계정 연결을 해제했습니다.",
    # the password
    "Every other browser is signed out when you change it.": (
        "비밀번호를 바꾸면 다른 모든 브라우저에서 로그아웃됩니다."
    ),
    "Current password": "현재 비밀번호",
    "New password": "새 비밀번호",
    "New password, once more": "새 비밀번호 확인",
    "At least {shortest} characters. A few words in a row are easier than signs.": (
        "{shortest}자 이상. 기호를 섞기보다 단어 몇 개를 이어 쓰는 편이 쉽습니다."
    ),
    "The current password is not right.": "현재 비밀번호가 맞지 않습니다.",
    "The new password needs at least {shortest} characters.": (
        "새 비밀번호는 {shortest}자 이상이어야 합니다."
    ),
    "The new password may have at most {longest} characters.": (
        "새 비밀번호는 {longest}자 이하여야 합니다."
    ),
    "The new password is one of those that are tried first, or is made of your name or ours. "
    "Choose another.": (
        "누구나 먼저 시도해 보는 비밀번호이거나 사용자 이름 또는 서비스 이름으로 만든 "
        "비밀번호입니다. 다른 비밀번호를 사용하세요."
    ),
    "The new password is on a list of passwords that became known by a breach somewhere. Choose "
    "another.": (
        "다른 곳의 유출 사고로 알려진 비밀번호 목록에 있습니다. 다른 비밀번호를 사용하세요."
    ),
    "The new password cannot be checked just now. Try again later.": (
        "지금은 새 비밀번호를 확인할 수 없습니다. 나중에 다시 시도해 주세요."
    ),
    "Others know the password you have just used: it became known by a breach somewhere, or is one "
    "of those that are tried first. Change it now.": (
        "방금 사용한 비밀번호는 다른 사람도 알고 있습니다. 어딘가에서 유출되었거나 누구나 먼저 "
        "시도해 보는 비밀번호입니다. 지금 바꾸세요."
    ),
    "Not now": "나중에",
    "The new password is the one you have.": "새 비밀번호가 지금 비밀번호와 같습니다.",
    "The new password was typed differently the second time.": (
        "새 비밀번호와 확인란에 입력한 내용이 서로 다릅니다."
    ),
    # the second factor
    "That code is not right, or was used already. Wait for the next one.": (
        "코드가 맞지 않거나 이미 사용되었습니다. 다음 코드를 기다려 주세요."
    ),
    "The second factor is on. Keep these recovery codes: they are shown only now.": (
        "2단계 인증을 켰습니다. 복구 코드는 지금만 표시되니 보관해 주세요."
    ),
    "Each lets you in once without your authenticator app. Print them, or write them down, and "
    "keep them where nobody else looks.": (
        "인증 앱 없이 한 번씩 로그인할 수 있는 코드입니다. 인쇄하거나 적어서 다른 사람이 보지 "
        "않는 곳에 보관하세요."
    ),
    "Recovery codes": "복구 코드",
    "I have kept them": "보관했습니다",
    "Make new recovery codes": "새 복구 코드 만들기",
    "The codes you have now stop working.": "지금 가진 코드는 사용할 수 없게 됩니다.",
    "Your password alone will be enough to sign in, and the recovery codes stop working.": (
        "비밀번호만으로 로그인할 수 있게 되고, 복구 코드는 사용할 수 없게 됩니다."
    ),
    "Remove": "삭제",
    "Remove second factor": "2단계 인증 해제",
    "Add an account in your authenticator app. On the telephone it is on, open this link:": (
        "인증 앱에 계정을 추가하세요. 앱이 있는 휴대전화에서는 이 링크를 여세요."
    ),
    "Open in authenticator app": "인증 앱에서 열기",
    "Or type in this key:": "또는 이 키를 입력하세요.",
    "Enter the code the app shows.": "앱에 표시된 코드를 입력하세요.",
    "Turn on second factor": "2단계 인증 켜기",
    "With an authenticator app on your telephone, a stolen password is not enough to be you.": (
        "휴대전화의 인증 앱을 함께 쓰면, 비밀번호가 유출되어도 다른 사람이 로그인할 수 없습니다."
    ),
    # passkeys
    "Passkeys": "패스키",
    "A passkey stays on your device, and nobody can lure it out of you. You unlock it as you "
    "unlock the device.": (
        "패스키는 기기에 저장되며 누구도 속여서 빼낼 수 없습니다. 기기의 잠금을 풀듯이 사용합니다."
    ),
    "synchronised": "동기화됨",
    "Added": "추가한 때",
    "last used": "마지막 사용",
    "You have no passkey yet.": "아직 패스키가 없습니다.",
    "Add a passkey": "패스키 추가",
    "Name, to tell it from others": "구별하기 위한 이름",
    "No passkey was made. Try again.": "패스키를 만들지 못했습니다. 다시 시도해 주세요.",
    "To add a passkey, this browser must run scripts and know passkeys.": (
        "패스키를 추가하려면 이 브라우저에서 스크립트가 켜져 있고 패스키를 지원해야 합니다."
    ),
    "Browsers offer no passkeys at this address: it needs a name and https.": (
        "이 주소에서는 브라우저가 패스키를 제공하지 않습니다. 도메인 이름과 https가 필요합니다."
    ),
    "To sign in with a passkey, this browser must run scripts and know passkeys.": (
        "패스키로 로그인하려면 이 브라우저에서 스크립트가 켜져 있고 패스키를 지원해야 합니다."
    ),
    "The passkey was not used. Try again, or sign in another way.": (
        "패스키를 사용하지 않았습니다. 다시 시도하거나 다른 방법으로 로그인해 주세요."
    ),
    "Sign in with a passkey": "패스키로 로그인",
    "This passkey is registered already.": "이미 등록된 패스키입니다.",
    "You have as many passkeys as one can have. Remove one first.": (
        "등록할 수 있는 패스키 수를 모두 채웠습니다. 먼저 하나를 삭제해 주세요."
    ),
    "You have {count}.": "{count}개 있습니다.",
    "Manage passkeys": "패스키 관리",
    # accounts elsewhere
    "Continue with {provider}": "{provider}(으)로 계속",
    "Linked accounts": "연결된 계정",
    "Manage linked accounts": "연결된 계정 관리",
    "You can sign in here with an account you have elsewhere.": (
        "다른 곳의 계정으로 여기에 로그인할 수 있습니다."
    ),
    "Linked": "연결한 때",
    "Unlink": "연결 해제",
    "None is linked yet.": "아직 연결된 계정이 없습니다.",
    "Link with {provider}": "{provider} 계정 연결",
    "You could not sign in any more. Set a password or add a passkey first.": (
        "연결을 해제하면 로그인할 수 없게 됩니다. 먼저 비밀번호를 설정하거나 패스키를 추가하세요."
    ),
    "It cannot be reached just now. Try again later.": (
        "지금은 연결할 수 없습니다. 나중에 다시 시도해 주세요."
    ),
    "You did not go on at {provider}.": "{provider}에서 진행하지 않았습니다.",
    "Nobody here is linked with that account at {provider}.": (
        "그 {provider} 계정과 연결된 사용자가 없습니다."
    ),
    "If you have an account here, sign in to it in another way and link the two there. If not, ask "
    "whoever runs this server.": (
        "이곳에 계정이 있다면 다른 방법으로 로그인한 뒤 계정을 연결하세요. 없다면 운영자에게 "
        "문의하세요."
    ),
    "That account at {provider} is linked with somebody else here.": (
        "그 {provider} 계정은 다른 사용자와 연결되어 있습니다."
    ),
    "{provider} does not answer just now. Try again later.": (
        "지금은 {provider}에서 응답이 없습니다. 나중에 다시 시도해 주세요."
    ),
    "Your account here is turned off. Ask whoever runs this server.": (
        "이곳의 계정이 사용 중지되었습니다. 운영자에게 문의하세요."
    ),
    "What came back from {provider} is not good here: it took too long, it was opened twice or in "
    "another browser, or it is not what was asked for.": (
        "{provider}에서 돌아온 응답을 사용할 수 없습니다. 시간이 너무 지났거나, 두 번 또는 다른 "
        "브라우저에서 열었거나, 요청한 내용과 다릅니다."
    ),
    "Go back to where you started and try again.": "처음 화면으로 돌아가 다시 시도해 주세요.",
    # servers upstream
    "Use {server} as yourself?": "{server}을(를) 본인으로 사용할까요?",
    "{client} asks to use {server} with your account there.": (
        "{client}이(가) 나의 {server} 계정으로 {server}을(를) 사용하려고 합니다."
    ),
    "Asks for": "요청하는 범위",
    "You have signed in there already. This application would use that, too.": (
        "이미 그곳에 로그인했습니다. 이 애플리케이션도 그 로그인을 사용하게 됩니다."
    ),
    (
        "You go on to sign in there. What you get is kept sealed here; the application never sees "
        "it."
    ): (
        "이어서 그곳에 로그인합니다. 받은 토큰은 여기에 암호화되어 보관되며 애플리케이션은 볼 수 "
        "없습니다."
    ),
    "Connected": "연결됨",
    "Not connected": "연결되지 않음",
    "The application can use {server} as you from now on.": (
        "이제부터 애플리케이션이 나를 대신해 {server}을(를) 사용할 수 있습니다."
    ),
    (
        "You can close this page and go back to it. Withdraw this at any time on the page of your "
        "account."
    ): (
        "이 페이지를 닫고 애플리케이션으로 돌아가세요. 내 계정 페이지에서 언제든 철회할 수 있어요."
    ),
    "Nothing was granted: {server} is not used as you.": (
        "아무것도 허용하지 않았습니다. {server}을(를) 나를 대신해 사용하지 않습니다."
    ),
    (
        "This link was made for somebody else. If it was you with another account, sign out and "
        "sign in as that one."
    ): (
        "다른 사람을 위해 만든 링크입니다. 다른 계정으로 요청했다면 로그아웃하고 그 계정으로 "
        "로그인하세요."
    ),
    "This link is damaged or over. Go back to the application and try again.": (
        "링크가 손상되었거나 만료되었습니다. 애플리케이션으로 돌아가 다시 시도하세요."
    ),
    "Where {server} lets people sign in does not answer just now. Try again later.": (
        "지금은 {server}의 로그인 서버가 응답하지 않습니다. 나중에 다시 시도하세요."
    ),
    (
        "What came back from where {server} lets people sign in is not good here: it took too "
        "long, it was opened twice or in another browser, or it is not what was asked for."
    ): (
        "{server}의 로그인 서버에서 돌아온 응답을 사용할 수 없습니다. 너무 오래 걸렸거나, 두 번 "
        "열렸거나 다른 브라우저에서 열렸거나, 요청한 내용과 다릅니다."
    ),
    "Servers that are used as you": "나를 대신해 사용하는 서버",
    "For {clients}": "사용하는 애플리케이션: {clients}",
    "Withdrawn. The server is not used as you any more.": (
        "철회했습니다. 이제 그 서버를 나를 대신해 사용하지 않습니다."
    ),
}
