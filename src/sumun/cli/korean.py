"""What the commands say, in Korean, by what they say in English."""

_HELP = {
    "Usage: ": "사용법: ",
    "Commands": "명령",
    "Options": "옵션",
    "Everywhere": "공통 옵션",
    "Examples": "예",
    "Show this help.": "이 도움말을 보여 줍니다.",
    "Show the version.": "버전을 보여 줍니다.",
    "The settings file. [env SUMUN_CONFIG; else ./sumun.toml]": (
        "설정 파일. [환경 변수 SUMUN_CONFIG, 없으면 ./sumun.toml]"
    ),
    "The data directory. [env SUMUN_DATA_DIR; else ./sumun-data]": (
        "데이터 디렉터리. [환경 변수 SUMUN_DATA_DIR, 없으면 ./sumun-data]"
    ),
    "Answer with one JSON document.": "JSON 문서 하나로 답합니다.",
    "The language of messages. [default: the locale's]": "메시지의 언어. [기본값: 로캘]",
    "Show the traceback of an error.": "오류의 트레이스백을 보여 줍니다.",
    "Do not ask.": "묻지 않습니다.",
    "Stand between AI agents and the tools that hold people's data.": (
        "AI 에이전트와 사람들의 데이터를 다루는 도구 사이에 섭니다."
    ),
    "Sumun is an authorization server and data-protection gateway for the Model Context Protocol: "
    "it decides who may call which tool, protects personal data in every argument and result, and "
    "proves afterwards what happened.": (
        "수문(Sumun)은 Model Context Protocol을 위한 인가 서버이자 데이터 보호 게이트웨이입니다. "
        "누가 어떤 도구를 부를 수 있는지 정하고, 모든 인자와 결과의 개인정보를 보호하며, 무슨 일이 "
        "있었는지 나중에 증명합니다."
    ),
    "Exit status: 0 done; 1 a check said no; 2 wrong usage or configuration; 3 something needed "
    "cannot be reached; 70 a fault in Sumun.": (
        "종료 상태: 0 완료, 1 검사 실패, 2 잘못된 사용법이나 설정, 3 필요한 것에 연결할 수 없음, "
        "70 Sumun의 결함."
    ),
}

_DEMO = {
    "Start a demonstration: server, sample MCP server, demo client.": (
        "데모를 시작합니다: 서버, 예제 MCP 서버, 데모 클라이언트."
    ),
    "Start a demonstration: everything on this machine, nothing to set up.": (
        "데모를 시작합니다. 모두 이 컴퓨터에서 돌고 준비할 것은 없습니다."
    ),
    "The server runs in development mode with a client everybody knows. Behind its gateway stands "
    "a sample MCP server full of invented Korean and English customers, which knows nothing of "
    "Sumun. Try it from a second terminal with `sumun try`. Ctrl-C ends it; the data stays in "
    "./sumun-data.": (
        "서버는 누구나 아는 클라이언트와 함께 개발 모드로 돕니다. 게이트웨이 "
        "뒤에는 지어낸 한국어와 "
        "영어 고객이 가득하고 Sumun을 전혀 모르는 예제 MCP 서버가 있습니다. 다른 터미널에서 "
        "`sumun try`로 시험해 보십시오. Ctrl-C로 끝나며 데이터는 ./sumun-data에 남습니다."
    ),
    "The port. [default: 8081]": "포트. [기본값: 8081]",
    "Sumun's demonstration is ready.": "Sumun 데모가 준비되었습니다.",
    "Now, in a second terminal here: {command}": "이제 이 폴더의 다른 터미널에서: {command}",
    "MCP server behind the gateway": "게이트웨이 뒤의 MCP 서버",
    "Sumun's own MCP tools": "Sumun의 MCP 도구",
    "client / secret": "클라이언트 / 비밀값",
    "person / password": "사람 / 비밀번호",
    "Grant every request at once, without asking the person.": (
        "사람에게 묻지 않고 모든 요청을 바로 허용합니다."
    ),
    "DEVELOPMENT MODE: no secret here is a secret; never expose this server.": (
        "개발 모드: 여기의 비밀값은 비밀이 아닙니다. 이 서버를 외부에 공개하지 마십시오."
    ),
    "storage.url: a demonstration keeps its own SQLite database; unset it for this": (
        "storage.url: 데모는 자체 SQLite 데이터베이스를 씁니다. 이 설정을 지우십시오"
    ),
    "{path}: belongs to an installation that is no demonstration; "
    "name another directory with --data-dir": (
        "{path}: 데모가 아닌 설치의 것입니다. --data-dir로 다른 디렉터리를 지정하십시오"
    ),
    "the sample server did not start; its line above says why": (
        "예제 서버가 시작되지 않았습니다. 이유는 위의 줄에 있습니다"
    ),
    "{path}: is damaged; run sumun demo again": (
        "{path}: 손상되었습니다. sumun demo를 다시 실행하십시오"
    ),
    "Send one protected call through the running demonstration and show each step.": (
        "실행 중인 데모에 보호된 호출을 하나 보내고 각 단계를 보여 줍니다."
    ),
    "An agent's part is played here: it obtains a token, calls a tool of the sample server through "
    "the gateway, and gets the customer's data protected. Beside it you see what the server said "
    "to the gateway, the event in the audit log, and the log verified.": (
        "에이전트의 역할을 대신합니다. 토큰을 받고, 게이트웨이를 통해 예제 서버의 도구를 부르고, "
        "보호된 고객 데이터를 받습니다. 그 곁에 서버가 게이트웨이에 한 답, 감사 로그의 이벤트, "
        "로그 검증 결과를 함께 보여 줍니다."
    ),
    "Whom to ask the sample server for.": "예제 서버에서 찾을 고객.",
    "{path}: there is no demonstration here; start one with sumun demo, "
    "or name its directory with --data-dir": (
        "{path}: 여기에는 데모가 없습니다. sumun demo로 시작하거나 "
        "--data-dir로 데모의 디렉터리를 지정하십시오"
    ),
    "{problem}; is the demonstration running? Start it with sumun demo": (
        "{problem}. 데모가 실행 중입니까? sumun demo로 시작하십시오"
    ),
    "The agent asks for a token": "에이전트가 토큰을 요청합니다",
    "and gets one, for this server alone (decoded, signature cut)": (
        "이 서버에서만 쓸 수 있는 토큰을 받습니다 (해독함, 서명은 잘라 냄)"
    ),
    "It calls a tool that knows nothing of Sumun": "Sumun을 모르는 도구를 부릅니다",
    "What the server answers, and what the model gets": "서버가 한 답과 모델이 받는 것",
    "The event in the audit log": "감사 로그의 이벤트",
    "The gateway refuses: {message}": "게이트웨이가 거절합니다: {message}",
    "There is none, which must not be.": "없습니다. 있어서는 안 되는 일입니다.",
    "The log, recomputed": "다시 계산한 로그",
    "FIELD": "필드",
    "THE SERVER ANSWERS": "서버의 답",
    "THE MODEL GETS": "모델이 받는 것",
    "No customer is found by this query; try another with --query.": (
        "이 검색어로 찾은 고객이 없습니다. --query로 다른 검색어를 시험해 보십시오."
    ),
    "events: {size}; chain, tree and signatures fit": (
        "이벤트 {size}건, 해시 체인과 트리와 서명이 모두 맞습니다"
    ),
    "verified": "검증됨",
    "NOT VERIFIED": "검증 실패",
}

_SERVER = {
    "Start the server.": "서버를 시작합니다.",
    "Start the server: authorization server and gateway in one.": (
        "서버를 시작합니다. 인가 서버와 게이트웨이가 하나입니다."
    ),
    "Production mode is the default and refuses what is unsafe: a plain-http issuer, well-known "
    "secrets, debug settings. SIGTERM drains: what is under way is finished. `sumun init` writes "
    "the settings file; `sumun doctor` checks it.": (
        "운영 모드가 기본이며 안전하지 않은 것은 거부합니다: 평문 http 발급자, 널리 알려진 비밀값, "
        "디버그 설정. SIGTERM을 받으면 진행 중인 일을 마치고 멈춥니다. 설정 파일은 `sumun init`이 "
        "쓰고 `sumun doctor`가 점검합니다."
    ),
    "The address to listen on. [default: 127.0.0.1]": "들을 주소. [기본값: 127.0.0.1]",
    "The port to listen on. [default: 8081]": "들을 포트. [기본값: 8081]",
    "Processes. [default: 1]": "프로세스 수. [기본값: 1]",
    "Development mode: plain http is allowed.": "개발 모드: 평문 http를 허용합니다.",
    "Grant every request at once in the name of USER. Development only.": (
        "USER의 이름으로 모든 요청을 바로 허용합니다. 개발 전용입니다."
    ),
    "Sumun is ready.": "Sumun이 준비되었습니다.",
    "{path}: was made by sumun demo and holds a client whose secret everybody knows; "
    "use another with --data-dir": (
        "{path}: sumun demo가 만든 것으로 누구나 비밀값을 아는 클라이언트가 들어 있습니다. "
        "--data-dir로 다른 디렉터리를 쓰십시오"
    ),
    "Put MCP servers behind the gateway, take them away, check and approve them.": (
        "MCP 서버를 게이트웨이 뒤에 두고, 치우고, 점검하고, 승인합니다."
    ),
    "Whose words about its tools hold: its first, approved ones, any. [default: first-use]": (
        "도구 설명을 무엇까지 믿을지: 처음 본 것, 승인한 것, 무엇이든. [기본값: first-use]"
    ),
    "Say what a server tells models of its tools, and what of it is held.": (
        "서버가 모델에게 도구를 어떻게 설명하는지, 그중 무엇이 보류되었는지 보여 줍니다."
    ),
    "What changed since it was approved is shown line by line. Words that look made for models "
    "(invisible characters, instructions, hidden text) are named.": (
        "승인한 뒤 바뀐 것은 줄마다 보여 줍니다. 모델을 노린 듯한 말(보이지 않는 문자, 지시, 숨은 "
        "글)은 따로 알립니다."
    ),
    "Approve all that is held.": "보류된 것을 모두 승인합니다.",
    "Let models read what a server says of its tools now.": (
        "서버가 지금 내놓는 도구 설명을 모델이 읽게 합니다."
    ),
    "A running gateway goes by it within a second.": (
        "실행 중인 게이트웨이는 1초 안에 그대로 따릅니다."
    ),
    "name the tools to approve, or say --all": ("승인할 도구를 지정하거나 --all을 쓰십시오"),
    "{name!r} of {server}: nothing is held; see sumun server tools": (
        "{server}의 {name!r}: 보류된 것이 없습니다. sumun server tools를 보세요"
    ),
    "nothing is known of its tools yet": "아직 도구에 대해 아는 것이 없습니다",
    "nothing is held": "보류된 것이 없습니다",
    "TOOL": "도구",
    "KIND": "종류",
    "HASH": "해시",
    "SUSPICIOUS": "의심",
    "A server called `customers` is reached by agents at <issuer>/mcp/customers, which is also its "
    "resource identifier, with the scope mcp:customers. A running gateway sees a change within a "
    "second.": (
        "`customers`라는 서버는 에이전트가 <발급자>/mcp/customers로 접근합니다. 이 주소가 리소스 "
        "식별자이기도 하며 스코프는 mcp:customers입니다. 실행 중인 게이트웨이는 바뀐 것을 1초 안에 "
        "알아챕니다."
    ),
    "Put an MCP server behind the gateway.": "MCP 서버를 게이트웨이 뒤에 둡니다.",
    "Holds the Authorization header sent upstream, such as `Bearer …`; - is standard input.": (
        "상위 서버에 보낼 Authorization 헤더가 든 파일, 예를 들면 `Bearer …`. -는 표준 입력."
    ),
    "Seconds to wait for an answer.": "답을 기다리는 시간(초).",
    "List the servers behind the gateway, configured and added.": (
        "게이트웨이 뒤의 서버를 모두 보여 줍니다."
    ),
    "If the gateway runs, it says what it knows of the state of each.": (
        "게이트웨이가 실행 중이면 서버마다 알고 있는 상태를 알려 줍니다."
    ),
    "Take a server away from behind the gateway.": "게이트웨이 뒤에서 서버를 치웁니다.",
    "Ask each server (or those named) for its tools, and say how long it took.": (
        "각 서버(또는 지정한 서버)에 도구 목록을 묻고 걸린 시간을 알려 줍니다."
    ),
    "A command is started for that, here and not by the gateway, and ended again. Exit status 1 if "
    "one does not answer as an MCP server.": (
        "명령은 이때 게이트웨이가 아니라 여기서 시작했다가 끝냅니다. MCP 서버로 답하지 않는 것이 "
        "있으면 종료 상태는 1입니다."
    ),
    "It is reached at a URL, or is a command on this machine that speaks over standard input and "
    "output: the gateway starts it when it is needed, and again when it broke.": (
        "URL로 닿는 서버이거나, 이 컴퓨터에서 표준 입출력으로 말하는 명령입니다. 명령은 필요할 때 "
        "게이트웨이가 시작하고, 멈추면 다시 시작합니다."
    ),
    "How a URL is spoken to; sse is for servers of revision 2024-11-05. [default: http]": (
        "URL과 말하는 방법. sse는 2024-11-05 개정판의 서버를 위한 것입니다. [기본값: http]"
    ),
    "A variable for a command.": "명령에 줄 환경 변수.",
    "A variable for a command, whose value is in a file, read whenever it starts.": (
        "명령에 줄 환경 변수. 값은 파일에 있고, 시작할 때마다 읽습니다."
    ),
    "The directory a command works in.": "명령이 일하는 디렉터리.",
    "Give everybody a process of their own.": "사람마다 프로세스를 따로 둡니다.",
    "{program}: there is no such command here; a server elsewhere is named by its URL, "
    "http://… or https://…": (
        "{program}: 여기에 그런 명령이 없습니다. 다른 곳의 서버는 http://… 또는 https://… URL로 "
        "지정합니다"
    ),
    "{name}: write it as NAME=VALUE": "{name}: 이름=값으로 쓰십시오",
    "; it said last: {words}": "; 마지막 출력: {words}",
    "no servers yet": "아직 서버가 없습니다",
    "no servers yet; add one: sumun server add NAME URL": (
        "아직 서버가 없습니다. 추가하려면: sumun server add 이름 URL"
    ),
    "server {name!r}: there is one already; run sumun server remove {name} first": (
        "서버 {name!r}: 이미 있습니다. 먼저 sumun server remove {name}을 실행하십시오"
    ),
    "server {name!r}: there is no such server; see sumun server list": (
        "서버 {name!r}: 그런 서버가 없습니다. sumun server list를 보십시오"
    ),
    "server {name!r}: is in the settings file; remove [servers.{name}] there": (
        "서버 {name!r}: 설정 파일에 있습니다. 거기서 [servers.{name}]을 지우십시오"
    ),
    "tools: {count}": "도구 {count}개",
    "speaks revision {revision}": "프로토콜 {revision}판으로 답합니다",
    "refuses: {message}": "거절합니다: {message}",
    "does not speak MCP at {url}: {why}": "{url}에서 MCP로 답하지 않습니다: {why}",
    "APPLICATION": "응용 프로그램",
    "SETTINGS": "설정 파일",
    "Print or write what Claude, VS Code, Cursor and others need to reach a server.": (
        "Claude, VS Code, Cursor 등이 서버에 닿는 데 필요한 설정을 보여 주거나 써 넣습니다."
    ),
    "Print what an application needs to reach a server through Sumun, or write it there.": (
        "응용 프로그램이 Sumun을 거쳐 서버에 닿는 데 필요한 설정을 보여 주거나 그곳에 써 넣습니다."
    ),
    "SERVER is one behind the gateway; without it, the gateway's own endpoint for all of them. "
    "With a COMMAND, the application starts that server itself, with sumun wrap before it. No "
    "secret is written: the application signs in when it first connects. Without CLIENT, the "
    "applications that are known.": (
        "SERVER는 게이트웨이 뒤의 서버이고, 없으면 모든 서버를 위한 게이트웨이의 주소입니다. "
        "COMMAND가 있으면 응용 프로그램이 그 서버를 직접 시작하며 그 앞에 sumun wrap이 섭니다. "
        "비밀은 쓰지 않습니다. 응용 프로그램은 처음 연결할 때 로그인합니다. CLIENT가 없으면 아는 "
        "응용 프로그램을 보여 줍니다."
    ),
    "Where the server is reached, if this is not the gateway's machine.": (
        "이 컴퓨터가 게이트웨이가 아닐 때 서버에 닿는 주소."
    ),
    "Write it into the application's settings.": "응용 프로그램의 설정에 써 넣습니다.",
    "The settings to write. [default: the application's own]": (
        "써 넣을 설정 파일. [기본값: 응용 프로그램의 것]"
    ),
    "Let another server of that name give way.": "이름이 같은 다른 서버를 바꿉니다.",
    "for {path}:": "{path}에 쓸 내용:",
    "remove it there first": "먼저 거기서 지우십시오",
    "say so with --replace": "바꾸려면 --replace를 쓰십시오",
    "{client}: cannot start servers": "{client}: 서버를 시작할 수 없습니다",
    "{client}: has no settings file; add the server there by hand": (
        "{client}: 설정 파일이 없습니다. 서버를 직접 추가하십시오"
    ),
    "{name} is in {path}": "{path}에 {name}을(를) 썼습니다",
    "{name} was in {path} already": "{path}에 {name}이(가) 이미 있습니다",
    "{path}: cannot be read (comments?); put the printed block in yourself": (
        "{path}: 읽을 수 없습니다(주석이 있습니까?). 출력된 설정을 직접 넣으십시오"
    ),
    "{path}: there is another server {name!r}; {mend}": (
        "{path}: 이름이 {name!r}인 다른 서버가 있습니다. {mend}"
    ),
    "{path}: {member} is not a table of servers": "{path}: {member}이(가) 서버 목록이 아닙니다",
    "Stand in front of a local MCP server over standard input and output.": (
        "표준 입출력으로 말하는 로컬 MCP 서버 앞에 섭니다."
    ),
    "Stand in front of a local MCP server that speaks over standard input and output.": (
        "표준 입출력으로 말하는 로컬 MCP 서버 앞에 섭니다."
    ),
    "Put this in front of the command in a desktop client's settings: what the server says and "
    "what it is told pass the same guard as over HTTP, with your policy, and every call is "
    "recorded. No network is involved.": (
        "데스크톱 클라이언트 설정의 명령 앞에 붙이십시오. 서버가 하는 말과 듣는 말이 HTTP에서와 "
        "같은 문을 같은 정책으로 지나고, 모든 호출이 기록됩니다. 네트워크는 쓰지 않습니다."
    ),
    "What the server is called in the policy.": "정책에서 이 서버를 부르는 이름.",
    "the MCP server did not start: {reason}": "MCP 서버가 시작되지 않았습니다: {reason}",
    "standard output is closed: there is nobody to answer": (
        "표준 출력이 닫혀 있습니다: 대답을 들을 곳이 없습니다"
    ),
}

_INIT = {
    "Write the settings file, the data directory and the keys.": (
        "설정 파일, 데이터 디렉터리, 키를 만듭니다."
    ),
    "The data directory is private to you (0700), and so are the keys in it (0600): back them up, "
    "because without the root secret nothing that was sealed opens again. What exists is never "
    "overwritten.": (
        "데이터 디렉터리(0700)와 그 안의 키(0600)는 본인만 볼 수 있습니다. 루트 비밀값이 없으면 "
        "봉인된 것을 다시 열 수 없으니 백업해 두십시오. 이미 있는 것은 덮어쓰지 않습니다."
    ),
    "What the server is for.": "서버의 용도.",
    "The URL clients reach this server by: https in production.": (
        "클라이언트가 이 서버에 접근하는 URL. 운영에서는 https."
    ),
    "{path}: exists already and is not overwritten; remove it, or name another with --config": (
        "{path}: 이미 있으며 덮어쓰지 않습니다. 지우거나 --config로 다른 파일을 지정하십시오"
    ),
    "--mode: say development or production": "--mode: development 또는 production을 지정하십시오",
    "What is this server for?": "이 서버의 용도는 무엇입니까?",
    "--issuer: production needs the https URL that clients reach it by": (
        "--issuer: 운영에는 클라이언트가 접근할 https URL이 필요합니다"
    ),
    "The https URL that clients will reach it by": "클라이언트가 접근할 https URL",
    "{text!r}: cannot stand in a settings file": "{text!r}: 설정 파일에 쓸 수 없습니다",
    "--issuer: {issuer!r} has no valid port": "--issuer: {issuer!r}의 포트가 올바르지 않습니다",
    "Everything is in place.": "모두 준비되었습니다.",
    "Back up {keys}. Then:": "{keys}를 백업하십시오. 그다음:",
}

_CLIENTS_AND_USERS = {
    "Add, list, show, disable and remove OAuth clients.": (
        "OAuth 클라이언트를 추가하고, 보여 주고, 중지하고, 지웁니다."
    ),
    "A client is a program that may ask for access tokens: an agent, a service. Its secret is made "
    "here and shown once; only a keyed hash of it is kept.": (
        "클라이언트는 접근 토큰을 요청할 수 있는 프로그램, 곧 에이전트나 서비스입니다. 비밀값은 "
        "여기서 만들어 한 번만 보여 주고, 키로 만든 해시만 보관합니다."
    ),
    "Register a client and show its secret, once.": (
        "클라이언트를 등록하고 비밀값을 한 번 보여 줍니다."
    ),
    "The secret cannot be shown again: keep it where the client reads it.": (
        "비밀값은 다시 볼 수 없으니 클라이언트가 읽을 곳에 보관하십시오."
    ),
    "What people call it.": "사람들이 부르는 이름.",
    "The scopes it may ask for, space-separated; mcp:<server>:* stands for all tools of one.": (
        "요청할 수 있는 스코프(공백으로 구분). mcp:<서버>:*는 그 서버의 모든 도구."
    ),
    "A resource it may have tokens for. Repeatable; none means every one.": (
        "토큰을 받을 수 있는 리소스. 여러 번 쓸 수 있으며 없으면 모든 리소스."
    ),
    "Where people are sent back to. Repeatable; the port of a loopback address is any.": (
        "사람을 돌려보낼 주소. 여러 번 쓸 수 있으며, 루프백 주소의 포트는 무엇이든 됩니다."
    ),
    "A grant it may use. Repeatable; else what suits the other options.": (
        "쓸 수 있는 그랜트. 여러 번 쓸 수 있으며, 없으면 다른 옵션에 맞는 것."
    ),
    "It runs where no secret is safe, and has none.": (
        "비밀값을 안전하게 둘 수 없는 곳에서 실행되어 비밀값이 없습니다."
    ),
    "Its public keys (a JWK Set): it signs who it is, and has no secret.": (
        "클라이언트의 공개 키(JWK Set). 서명으로 자신을 증명하며 비밀값이 없습니다."
    ),
    "A client many people use: claude, claude-code, chatgpt, vscode, cursor, mcp-inspector, "
    "mcp-remote.": (
        "많이 쓰이는 클라이언트: claude, claude-code, chatgpt, vscode, cursor, mcp-inspector, "
        "mcp-remote."
    ),
    "--preset: {name!r} is none of {known}": "--preset: {name!r}은(는) {known} 가운데 없습니다",
    "--public: a client with keys is not public; leave one of them out": (
        "--public: 키가 있는 클라이언트는 공개 클라이언트가 아닙니다. 둘 중 하나를 빼십시오"
    ),
    "--redirect-uri: is missing; authorization_code needs one": (
        "--redirect-uri: 빠졌습니다. authorization_code에는 하나가 필요합니다"
    ),
    "--public: client_credentials needs a secret or keys (RFC 6749 §4.4)": (
        "--public: client_credentials에는 비밀값이나 키가 필요합니다(RFC 6749 §4.4)"
    ),
    "--jwks: {file}: has no key to sign with": "--jwks: {file}: 서명에 쓸 키가 없습니다",
    "client {name!r}: has no secret, so there is none to renew": (
        "클라이언트 {name!r}: 비밀값이 없으므로 새로 만들 것이 없습니다"
    ),
    "Let others register clients themselves (RFC 7591), as many as you say.": (
        "다른 사람이 정해진 수만큼 클라이언트를 스스로 등록하게 합니다(RFC 7591)."
    ),
    "Whoever has an initial access token may register a client at /oauth2/register, also one that "
    "acts without a person, within the scopes of the token.": (
        "초기 접근 토큰을 가진 사람은 /oauth2/register에서 클라이언트를 등록할 수 있습니다. 사람 "
        "없이 동작하는 클라이언트도 토큰의 스코프 안에서 등록할 수 있습니다."
    ),
    "The scopes its clients may ask for; none: what any client may that registers itself.": (
        "이 토큰으로 등록한 클라이언트가 요청할 수 있는 스코프. 없으면 스스로 등록한 여느 "
        "클라이언트와 같습니다."
    ),
    "How many clients may be registered with it.": "이 토큰으로 등록할 수 있는 클라이언트 수.",
    "How long it is good.": "쓸 수 있는 기간.",
    "Make an initial access token and show it, once.": (
        "초기 접근 토큰을 만들어 한 번 보여 줍니다."
    ),
    "List the initial access tokens that may still be used.": (
        "아직 쓸 수 있는 초기 접근 토큰을 모두 보여 줍니다."
    ),
    "no initial access tokens": "초기 접근 토큰이 없습니다",
    "Let an initial access token be used no more; clients registered with it stay.": (
        "초기 접근 토큰을 더는 쓸 수 없게 합니다. 등록된 클라이언트는 남습니다."
    ),
    "{name} is revoked": "{name}을(를) 폐기했습니다",
    "The token is shown this once: keep it now.": (
        "토큰은 이번 한 번만 보여 줍니다. 지금 보관하십시오."
    ),
    "{name!r}: there is no such initial access token": ("{name!r}: 그런 초기 접근 토큰이 없습니다"),
    "List the clients.": "클라이언트를 모두 보여 줍니다.",
    "Show one client.": "클라이언트 하나를 보여 줍니다.",
    "Refuse a client from now on; its record stays.": (
        "이제부터 클라이언트를 거부합니다. 기록은 남습니다."
    ),
    "It gets no more tokens. Tokens it holds work until they expire (minutes): revoke them with "
    "`sumun token revoke` if that is too long.": (
        "더는 토큰을 받지 못합니다. 이미 가진 토큰은 만료될 때까지(몇 분) 쓸 수 "
        "있으니, 그것도 길면 "
        "`sumun token revoke`로 폐기하십시오."
    ),
    "Let a disabled client in again.": "중지한 클라이언트를 다시 받아들입니다.",
    "Give a client a new secret and show it, once. The old one stops working now.": (
        "클라이언트에 새 비밀값을 주고 한 번 보여 줍니다. 이전 값은 바로 쓸 수 없게 됩니다."
    ),
    "Remove a client and everything known of it; the audit log keeps what it did.": (
        "클라이언트와 그에 관한 것을 모두 지웁니다. 한 일은 감사 로그에 남습니다."
    ),
    "Remove the client {name}?": "클라이언트 {name}을(를) 지울까요?",
    "{question} Say so with --yes": "{question} --yes로 답하십시오",
    "The secret is shown this once: keep it now.": (
        "비밀값은 이번 한 번만 보여 줍니다. 지금 보관하십시오."
    ),
    "client {name!r}: there is no such client; see sumun client list": (
        "클라이언트 {name!r}: 그런 클라이언트가 없습니다. sumun client list를 보십시오"
    ),
    "client {name!r}: there is one already; for a new secret run "
    "sumun client rotate-secret {name}": (
        "클라이언트 {name!r}: 이미 있습니다. 새 비밀값이 필요하면 "
        "sumun client rotate-secret {name}을 실행하십시오"
    ),
    "no clients yet; add one: sumun client add NAME": (
        "아직 클라이언트가 없습니다. 추가하려면: sumun client add 이름"
    ),
    "Add, list and disable people who sign in.": "로그인하는 사람을 추가하고, 보고, 중지합니다.",
    "A password is asked for on the terminal, or read from standard input (one line); it is never "
    "taken from the command line, where other users could see it. It is kept "
    "as an argon2id hash.": (
        "비밀번호는 터미널에서 묻거나 표준 입력의 한 줄로 읽습니다. 다른 사용자가 볼 수 있는 "
        "명령줄에서는 받지 않습니다. argon2id 해시로 보관합니다."
    ),
    "Register a person; the password is asked for, or read from standard input.": (
        "사람을 등록합니다. 비밀번호는 묻거나 표준 입력에서 읽습니다."
    ),
    "The language of the pages this person sees.": "이 사람이 보는 페이지의 언어.",
    "List the people.": "사람을 모두 보여 줍니다.",
    "Let a person sign in no longer; the record stays.": (
        "더는 로그인하지 못하게 합니다. 기록은 남습니다."
    ),
    "Give a person another password; the old one stops working now.": (
        "비밀번호를 바꿉니다. 이전 것은 바로 쓸 수 없게 됩니다."
    ),
    "Password": "비밀번호",
    "password: needs at least {count} characters": "비밀번호: {count}자 이상이어야 합니다",
    "password: may have at most {longest} characters": ("비밀번호: {longest}자 이하여야 합니다"),
    "password: is one of those that are tried first; choose another": (
        "비밀번호: 누구나 먼저 시도해 보는 비밀번호입니다. 다른 것을 사용하십시오"
    ),
    "password: became known by a breach somewhere; choose another": (
        "비밀번호: 어딘가에서 유출된 비밀번호입니다. 다른 것을 사용하십시오"
    ),
    "password: the list people.breached_passwords names cannot be read": (
        "비밀번호: people.breached_passwords가 가리키는 목록을 읽을 수 없습니다"
    ),
    "user {name!r}: a user name is printable text": (
        "사용자 {name!r}: 이름은 출력할 수 있는 문자여야 합니다"
    ),
    "user {name!r}: there is no such user; see sumun user list": (
        "사용자 {name!r}: 그런 사용자가 없습니다. sumun user list를 보십시오"
    ),
    "user {name!r}: there is one already; see sumun user list": (
        "사용자 {name!r}: 이미 있습니다. sumun user list를 보십시오"
    ),
    "nobody yet; add someone: sumun user add NAME": (
        "아직 아무도 없습니다. 추가하려면: sumun user add 이름"
    ),
    "{name} is removed": "{name}을(를) 지웠습니다",
}

_KEYS_AND_TOKENS = {
    "List and rotate signing keys.": "서명 키를 보고 교체합니다.",
    "The signing key signs access tokens; its public half is published at /.well-known/jwks.json. "
    "After a rotation the old public key stays published until the tokens it signed have expired, "
    "so that nothing breaks. A running server notices within a second.": (
        "서명 키는 접근 토큰에 서명하고, 공개 키는 /.well-known/jwks.json에 "
        "게시됩니다. 교체한 뒤에도 "
        "이전 공개 키는 그것으로 서명한 토큰이 만료될 때까지 게시되므로 아무것도 깨지지 않습니다. "
        "실행 중인 서버는 1초 안에 알아챕니다."
    ),
    "List the signing keys: which signs, which are still published, and until when.": (
        "서명 키를 보여 줍니다: 지금 서명하는 것, 아직 게시된 것과 그 기한."
    ),
    "Make a new key; the old one keeps verifying (or opening) what it made.": (
        "새 키를 만듭니다. 이전 키는 자신이 만든 것을 계속 검증합니다(또는 엽니다)."
    ),
    "Publish the new key this long before it signs; by default as keys.publish_ahead says.": (
        "새 키로 서명하기 전에 이만큼 미리 게시합니다. 기본값은 keys.publish_ahead입니다."
    ),
    "Rotate the key that protects data, not the one that signs.": (
        "서명 키가 아니라 데이터를 보호하는 키를 교체합니다."
    ),
    "Stop publishing a key that has leaked: every token it signed is refused from now on.": (
        "유출된 키의 게시를 멈춥니다. 그것으로 서명한 토큰은 이제부터 모두 거부됩니다."
    ),
    "Refuse every token signed with {kid}?": "{kid}로 서명한 토큰을 모두 거부할까요?",
    "{kid}: {action}": "{kid}: {action}",
    "signs from now on": "이제부터 서명합니다",
    "published, and signs later": "게시했고 나중에 서명합니다",
    "protects data from now on": "이제부터 데이터를 보호합니다",
    "withdrawn": "회수했습니다",
    "Destroy a data key that was rotated: nothing it protected turns back any more.": (
        "교체한 데이터 키를 파기합니다. 그 키로 보호한 것은 더는 되돌릴 수 없습니다."
    ),
    "Destroy {kid}, with everything it protected?": (
        "{kid}와 그것으로 보호한 모든 것을 파기할까요?"
    ),
    "destroyed": "파기했습니다",
    "Erase what stand-ins mean, and prove it in the log.": (
        "대신하는 값의 의미를 지우고, 그 사실을 감사 기록으로 증명합니다."
    ),
    "Erase what stand-ins mean, and record that it was done.": (
        "대신하는 값의 의미를 지우고, 지웠다는 사실을 기록합니다."
    ),
    "Values that short tokens stand for are kept in the database and can be erased one by one. "
    "Everything else that was protected for a tenant is erased by destroying its key: nothing "
    "turns back any more, wherever it is, backups of the key aside.": (
        "짧은 토큰이 대신하는 값은 데이터베이스에 보관되며 하나씩 지울 수 있습니다. 테넌트를 위해 "
        "보호한 나머지는 테넌트의 키를 파기해 지웁니다. 키의 백업이 없다면 어디에 있든 더는 "
        "되돌릴 수 없습니다."
    ),
    "Forget this value of a person's, however it is written; - reads values line by line.": (
        "어떻게 적혔든 어떤 사람의 이 값을 잊습니다. -는 값을 한 줄씩 읽습니다."
    ),
    "Whose data; alone: destroy the tenant's key.": (
        "누구의 데이터인지. 이것만 쓰면 테넌트의 키를 파기합니다."
    ),
    "name a --subject or a --tenant": "--subject나 --tenant를 지정하십시오",
    "Erase {count} values for ever?": "값 {count}개를 영구히 지울까요?",
    "Destroy the key of {tenant}, with everything protected for it?": (
        "{tenant}의 키와 그것으로 보호한 모든 것을 파기할까요?"
    ),
    "{tenant}: {values} kept values are gone": "{tenant}: 보관한 값 {values}개를 지웠습니다",
    "{tenant}: the key is destroyed, {values} kept values are gone": (
        "{tenant}: 키를 파기하고 보관한 값 {values}개를 지웠습니다"
    ),
    "Issue, inspect and revoke access tokens.": "접근 토큰을 발급하고, 살펴보고, 폐기합니다.",
    "A token is read from a file or standard input, never from the command line, where other users "
    "could see it.": (
        "토큰은 파일이나 표준 입력에서 읽습니다. 다른 사용자가 볼 수 있는 "
        "명령줄에서는 받지 않습니다."
    ),
    "Issue an access token to a client without asking for its secret; print it, once.": (
        "비밀값을 묻지 않고 클라이언트에 접근 토큰을 발급해 한 번 출력합니다."
    ),
    "The token is what the token endpoint would give, and is recorded like one. In production a "
    "client should ask for itself, so this needs --i-know there.": (
        "토큰 엔드포인트가 주는 것과 같은 토큰이며 똑같이 기록됩니다. 운영에서는 클라이언트가 직접 "
        "요청해야 하므로 --i-know가 필요합니다."
    ),
    "The scopes, space-separated; none means the default.": (
        "스코프(공백으로 구분). 없으면 기본값."
    ),
    "The resource the token is for.": "토큰을 쓸 리소스.",
    "Do it in production too; the log says who did.": (
        "운영에서도 발급합니다. 누가 했는지 로그에 남습니다."
    ),
    "production: a client asks for its own token at {issuer}/oauth2/token; "
    "to issue one here all the same, add --i-know": (
        "운영: 클라이언트는 {issuer}/oauth2/token에서 직접 토큰을 요청합니다. "
        "그래도 여기서 발급하려면 --i-know를 붙이십시오"
    ),
    "Show what a token says, and whether it would be accepted now.": (
        "토큰의 내용과 지금 받아들여질지를 보여 줍니다."
    ),
    "Exit status 1 if it would not: a wrong signature, expired, revoked, of another issuer.": (
        "받아들여지지 않으면 종료 상태는 1입니다: 서명 오류, 만료, 폐기, 다른 발급자."
    ),
    "it was issued by another server": "다른 서버가 발급했습니다",
    "it has expired": "만료되었습니다",
    "it was revoked": "폐기되었습니다",
    "Refuse a token from now on.": "이제부터 토큰을 거부합니다.",
    "The token is given as a file (- is standard input), or by its id, which every event of it in "
    "the audit log carries.": (
        "토큰은 파일(-는 표준 입력)로 주거나, 감사 로그의 이벤트마다 있는 식별자로 지정합니다."
    ),
    "The id of a token that is not at hand (`jti`).": "손에 없는 토큰의 식별자(`jti`).",
    "give the token in a file, or on standard input: arguments can be seen by all": (
        "토큰은 파일이나 표준 입력으로 주세요. 명령줄 인자는 누구나 볼 수 있습니다"
    ),
    "give the token's file, or its id with --id": (
        "토큰 파일을 주거나 --id로 식별자를 지정하십시오"
    ),
    "{id} is revoked": "{id}를 폐기했습니다",
    "the token needs no revoking: {why}": "폐기할 필요가 없는 토큰입니다: {why}",
}

_POLICY = {
    "List, approve and deny calls that wait for a person.": (
        "사람의 승인을 기다리는 호출을 보고, 승인하고, 거부합니다."
    ),
    "Rules of the policy ([[approval]]) say which calls wait, and for whom. Whoever may run this "
    "may decide all of them; people decide theirs at /approvals.": (
        "어떤 호출이 누구를 기다리는지는 정책의 규칙([[approval]])이 정합니다. 이 명령을 실행할 수 "
        "있으면 모두 결정할 수 있고, 사람들은 자기 것을 /approvals에서 결정합니다."
    ),
    "List the calls that wait.": "기다리는 호출을 나열합니다.",
    "Let a call go on, once.": "호출을 한 번 진행하게 합니다.",
    "Have a call refused.": "호출을 거부합니다.",
    "no call waits for anybody": "누군가를 기다리는 호출이 없습니다",
    "{approval}: no such call waits; see sumun approvals list": (
        "{approval}: 그런 호출은 기다리고 있지 않습니다. sumun approvals list를 보세요"
    ),
    "APPROVAL": "승인 번호",
    "FOR": "대상",
    "ARGUMENTS": "인자",
    "UNTIL": "기한",
    "approval": "승인 번호",
    "call": "호출",
    "decision": "결정",
    "Check, explain and test the data-protection policy.": (
        "데이터 보호 정책을 점검하고, 설명하고, 시험합니다."
    ),
    "The policy is one TOML document (`policy.toml` in the data directory). Rules are tried in "
    "order, and the first that applies decides what becomes of a finding: allow, mask, redact, "
    "hash, tokenize, encrypt or reject.": (
        "정책은 TOML 문서 하나(데이터 디렉터리의 `policy.toml`)입니다. 규칙은 "
        "차례로 살펴보며, 처음 "
        "맞는 규칙이 발견된 데이터를 어떻게 할지 정합니다: allow, mask, redact, hash, tokenize, "
        "encrypt, reject."
    ),
    "Read the policy as the server would and say what is wrong with it, by line.": (
        "서버처럼 정책을 읽고 잘못된 곳을 줄 번호와 함께 알려 줍니다."
    ),
    "{source}: fine; mode {mode}, rules {count}": (
        "{source}: 이상 없음, 모드 {mode}, 규칙 {count}개"
    ),
    "Say what becomes of one kind of data in one call, and which rule says so.": (
        "한 호출에서 한 종류의 데이터가 어떻게 되는지, 어느 규칙이 정하는지 알려 줍니다."
    ),
    "The server that is called.": "부르는 서버.",
    "The tool that is called.": "부르는 도구.",
    "What was found: EMAIL_ADDRESS, korean_rrn …": "발견된 것: EMAIL_ADDRESS, korean_rrn …",
    "Toward the tool, or toward the model.": "도구로 가는 쪽 또는 모델로 가는 쪽.",
    "The client that calls.": "부르는 클라이언트.",
    "The person or client it calls for.": "누구를 위해 부르는지(사람 또는 클라이언트).",
    "The scopes granted, space-separated.": "부여된 스코프(공백으로 구분).",
    "Another document than the configured one.": "설정된 것 대신 쓸 문서.",
    "Run the examples ([[test]]) that the policy carries.": (
        "정책에 들어 있는 예제([[test]])를 실행합니다."
    ),
    "Exit status 1 if one comes out otherwise than it says.": (
        "결과가 다른 것이 있으면 종료 상태는 1입니다."
    ),
    "the policy carries no [[test]]": "정책에 [[test]]가 없습니다",
    "Whose data it is.": "누구의 데이터인지(테넌트).",
    "How strongly the person had signed in.": "얼마나 강하게 로그인했는지.",
    "Where in the arguments: to, recipients[0].email.": (
        "인자의 어디인지: to, recipients[0].email."
    ),
    "What the tool is given.": "도구에 주는 것.",
    "The caller's address.": "부르는 쪽의 주소.",
    "When, in RFC 3339; else now.": "언제인지(RFC 3339), 없으면 지금.",
    "Say what another policy would have done with the calls of the last days.": (
        "지난 며칠의 호출을 다른 정책이라면 어떻게 했을지 알려 줍니다."
    ),
    "The calls in the audit log go through the policy in force and through NEW. The log has no "
    "values of arguments, no scores and no strength of sign-in: what rules that ask for those "
    "would do can only be guessed.": (
        "감사 로그의 호출을 지금 정책과 NEW에 모두 통과시킵니다. 로그에는 인자 값도, 점수도, "
        "로그인 강도도 "
        "없으므로 그것을 묻는 규칙이 어떻게 할지는 어림할 수밖에 없습니다."
    ),
    "How far to look back: 12h, 7d.": "얼마나 거슬러 볼지: 12h, 7d.",
    "Exit status 1 if anything would change.": "달라지는 것이 있으면 종료 상태는 1입니다.",
    "{value} is no period; write 90m, 12h, 7d or 2w": (
        "{value}: 기간이 아닙니다. 90m, 12h, 7d, 2w처럼 쓰십시오"
    ),
    "calls {calls}, of which {changed} would go otherwise": (
        "호출 {calls}건 가운데 {changed}건이 달라집니다"
    ),
    "the scopes of {scopes_assumed} are not in the log; taken to be all": (
        "{scopes_assumed}건은 스코프가 로그에 없어 모두 부여된 것으로 보았습니다"
    ),
    "mode {before} becomes {after}": "모드가 {before}에서 {after}로 바뀝니다",
    "Show how often each rule of the policy in force has decided.": (
        "지금 정책의 규칙마다 몇 번 결정했는지 보여 줍니다."
    ),
    "A rule that never does may be one that is not needed, or one that does not mean what it "
    "should.": "한 번도 결정하지 않은 규칙은 필요 없거나, 뜻한 바와 다르게 쓴 것일 수 있습니다.",
    "How far to look back; else, since the policy was loaded.": (
        "얼마나 거슬러 볼지. 없으면 정책을 읽어 들인 때부터."
    ),
    "CALL": "호출",
    "PART": "부분",
    "NOW": "지금",
    "THEN": "바뀐 뒤",
    "RULES": "규칙 변화",
    "CALLS": "호출 수",
    "EXAMPLES": "예",
    "LINE": "줄",
    "HITS": "결정 횟수",
}

_AUDIT = {
    "Verify, follow, export and prove the audit log.": (
        "감사 로그를 검증하고, 지켜보고, 내보내고, 증명합니다."
    ),
    "Every event carries the hash of the one before, all of them are leaves of a Merkle tree (RFC "
    "6962), and each commit signs the tree's head: a change, a gap or a cut shows.": (
        "모든 이벤트는 앞 이벤트의 해시를 담고 머클 트리(RFC 6962)의 잎이 되며, 커밋마다 트리의 "
        "머리에 서명합니다. 고치거나 빠뜨리거나 잘라 내면 드러납니다."
    ),
    "Recompute the whole log: the chain, the tree and every signature.": (
        "로그 전체를 다시 계산합니다: 해시 체인, 트리, 모든 서명."
    ),
    "Only a checkpoint kept on another machine shows that a log was replaced as a whole by an "
    "older copy of itself. Exit status 1 if anything does not fit.": (
        "로그 전체가 이전 사본으로 바뀐 것은 다른 컴퓨터에 보관한 체크포인트만 밝힐 수 있습니다. "
        "맞지 않는 것이 있으면 종료 상태는 1입니다."
    ),
    "A checkpoint kept elsewhere, which this log must continue. Repeatable.": (
        "다른 곳에 보관한 체크포인트. 이 로그는 그것을 이어야 합니다. 여러 번 쓸 수 있습니다."
    ),
    "Write the signed head there, to be kept on another machine.": (
        "서명된 머리를 이 파일에 씁니다. 다른 컴퓨터에 보관하십시오."
    ),
    "Stop the server, keep the data directory as it is, and compare with a backup.": (
        "서버를 멈추고, 데이터 디렉터리를 그대로 두고, 백업과 비교하십시오."
    ),
    "Show the last events; with --json and -f one JSON object a line.": (
        "마지막 이벤트를 보여 줍니다. --json과 -f를 함께 쓰면 한 줄에 JSON 객체 하나."
    ),
    "How many.": "개수.",
    "Go on as new events come; one line each.": (
        "새 이벤트가 생기는 대로 한 줄씩 이어서 보여 줍니다."
    ),
    "Only this type: tool_access, token_issued …": "이 종류만: tool_access, token_issued …",
    "Only this client's.": "이 클라이언트의 것만.",
    "Only this subject's.": "이 주체의 것만.",
    "Only calls to this server.": "이 서버에 대한 호출만.",
    "Only calls of this tool.": "이 도구의 호출만.",
    "Write the events to standard output as they are stored, one JSON object a line.": (
        "저장된 그대로 이벤트를 표준 출력에 씁니다. 한 줄에 JSON 객체 하나."
    ),
    "The first event.": "첫 이벤트.",
    "Show the evidence that an event is in the log: its path in the tree and the signed head.": (
        "이벤트가 로그에 있다는 증거를 보여 줍니다: 트리에서의 경로와 서명된 머리."
    ),
    "Anyone with the log's public key can check it (RFC 6962 §2.1.1) without "
    "seeing other events.": (
        "로그의 공개 키가 있으면 누구나 다른 이벤트를 보지 않고 확인할 수 있습니다(RFC "
        "6962 §2.1.1)."
    ),
    "event {seq}: there is no such event in the log": "이벤트 {seq}: 로그에 그런 이벤트가 없습니다",
}

_SCAN = {
    "Serve a page that shows what is found in a text, and why.": (
        "텍스트에서 무엇을 왜 찾았는지 보여 주는 페이지를 엽니다."
    ),
    "Serve a page where text is pasted, and what is found in it and why is seen at once.": (
        "붙여 넣은 텍스트에서 무엇을 왜 찾았는지 바로 보여 주는 페이지를 띄웁니다."
    ),
    "Only this machine can reach it. No settings, no database and no data directory are needed; "
    "nothing that is pasted is stored or logged, and the keys it works with end with it.": (
        "이 컴퓨터에서만 접속할 수 있습니다. 설정, 데이터베이스, 데이터 디렉터리는 필요 없습니다. "
        "붙여 넣은 내용은 저장하거나 기록하지 않으며, 쓰는 키는 명령과 함께 사라집니다."
    ),
    "The port to listen on. [default: one that is free]": ("사용할 포트. [기본값: 비어 있는 포트]"),
    "Open the page in the browser.": "페이지를 브라우저에서 엽니다.",
    "The playground is ready.": "플레이그라운드가 준비되었습니다.",
    "Ctrl+C ends it.": "Ctrl+C로 끝냅니다.",
    "Find personal data and secrets in files or text.": (
        "파일이나 텍스트에서 개인정보와 비밀값을 찾습니다."
    ),
    "Find personal data and secrets in files, folders or standard input.": (
        "파일, 폴더, 표준 입력에서 개인정보와 비밀값을 찾습니다."
    ),
    "Text, logs, CSV, JSON and JSON lines in UTF-8, UTF-16 or CP949, also packed with gzip, and "
    "Parquet with sumun[parquet]. Files of any size are read a piece at a time; binary files are "
    "skipped, and said so. Values are shown masked. What sumun.toml adds to detection counts here "
    "too. No server and no data directory are needed.": (
        "UTF-8, UTF-16, CP949로 된 텍스트, 로그, CSV, JSON, JSON Lines를 읽고, gzip으로 압축한 "
        "것도, sumun[parquet]이 있으면 Parquet도 읽습니다. 아무리 큰 파일도 조금씩 읽으며, 이진 "
        "파일은 건너뛰고 그렇게 알립니다. 값은 가려서 보여 줍니다. sumun.toml에서 더한 탐지 "
        "설정도 적용됩니다. 서버도 데이터 디렉터리도 필요 없습니다."
    ),
    "Exit status: 0 nothing found; 1 something found; 2 wrong usage; 3 a file could not be read.": (
        "종료 상태: 0 없음, 1 찾음, 2 잘못된 사용법, 3 읽을 수 없는 파일이 있음."
    ),
    "Look only for these types or categories (EMAIL_ADDRESS, korean_rrn, credential).": (
        "이 종류나 범주만 찾습니다(EMAIL_ADDRESS, korean_rrn, credential)."
    ),
    "Leave out findings less sure than this. [default: 0.5, or what the settings say]": (
        "이보다 확실하지 않은 것은 뺍니다. [기본값: 0.5 또는 설정값]"
    ),
    "In folders, only such files.": "폴더에서 이런 파일만 봅니다.",
    "In folders, no such files and folders.": "폴더에서 이런 파일과 폴더는 보지 않습니다.",
    "What the text is read as; JSON includes JSON lines.": (
        "텍스트를 읽는 형식. JSON에는 JSON Lines도 들어갑니다."
    ),
    "How findings are told.": "찾은 것을 알리는 형식.",
    "Show values as they are, not masked.": "값을 가리지 않고 그대로 보여 줍니다.",
    "Exit with 1 if one of these types or categories is found: any, never, or names.": (
        "이 종류나 범주를 찾으면 1로 끝냅니다: any(모두), never(없음), 또는 이름."
    ),
    "Leave out the findings that this file knows by their keyed hashes.": (
        "이 파일이 키 해시로 알고 있는 것은 뺍니다."
    ),
    "Write the keyed hashes of all findings to this file.": (
        "찾은 모든 것의 키 해시를 이 파일에 씁니다."
    ),
    "The key of the hashes. [env SUMUN_DATA_KEY, SUMUN_DATA_KEY_FILE]": (
        "해시의 키. [환경 변수 SUMUN_DATA_KEY, SUMUN_DATA_KEY_FILE]"
    ),
    "How many processes look through the files. [default: as many as there are processors]": (
        "파일을 살펴볼 프로세스의 수. [기본값: 프로세서의 수]"
    ),
    "reading": "읽는 중",
    "List at most this many findings; all are counted.": (
        "이만큼만 보여 줍니다. 개수는 모두 셉니다."
    ),
    "{path}: there is no such file or folder": "{path}: 그런 파일이나 폴더가 없습니다",
    "skipped {file}: {reason}": "건너뜀 {file}: {reason}",
    "binary file": "이진 파일",
    "… and {count} more; see --limit": "… 그 밖에 {count}건. --limit을 보십시오",
    "damaged file": "손상된 파일",
    "needs sumun[parquet]": "sumun[parquet] 필요",
    "a value is too large to be scanned": "너무 커서 살펴볼 수 없는 값",
    "known by the baseline: {count}": "기준 파일이 아는 것 {count}건",
    "found: {findings}{counts}; files read: {files}; files skipped: {skipped}": (
        "찾음 {findings}건{counts}, 읽은 파일 {files}개, 건너뛴 파일 {skipped}개"
    ),
    "WHERE": "위치",
    "VALUE": "값",
    "SCORE": "점수",
    "UNDER": "항목",
    "FILE": "파일",
    "FINDINGS": "건수",
    "TYPES": "종류",
    "Write a text again with the personal data and secrets in it masked.": (
        "텍스트의 개인정보와 비밀값을 가려서 다시 씁니다."
    ),
    "From standard input, or a file, to standard output, in memory that does not grow; everything "
    "else stays as it was, to the byte. JSON stays JSON and CSV stays CSV. What sumun.toml adds to "
    "detection counts here too.": (
        "표준 입력이나 파일을 읽어 표준 출력에 쓰며, 메모리는 늘지 않습니다. 나머지는 한 바이트도 "
        "바뀌지 않고, JSON은 JSON으로, CSV는 CSV로 남습니다. sumun.toml에서 더한 탐지 설정도 "
        "적용됩니다."
    ),
    "Exit status: 0 done; 1 something may not pass, and what follows it was not written; 2 wrong "
    "usage.": "종료 상태: 0 완료, 1 지나가면 안 되는 것이 있어 그 뒤를 쓰지 않음, 2 잘못된 사용법.",
    "mask, redact, hash, tokenize, encrypt, reject or allow; for one type or category, or "
    "for all others. [default: mask]": (
        "mask, redact, hash, tokenize, encrypt, reject, allow 가운데 하나. 한 종류나 범주에, "
        "또는 나머지 모두에. [기본값: mask]"
    ),
    "What a policy document says of results.": "정책 문서가 결과에 대해 말하는 대로.",
    "The key for hash, tokenize and encrypt; made if there is none. [env SUMUN_DATA_KEY, "
    "SUMUN_DATA_KEY_FILE]": (
        "hash, tokenize, encrypt의 키. 없으면 만듭니다. [환경 변수 SUMUN_DATA_KEY, "
        "SUMUN_DATA_KEY_FILE]"
    ),
    "--action and --policy: only one of them can be given": (
        "--action과 --policy: 하나만 쓸 수 있습니다"
    ),
    "a new key was written: {path}": "새 키를 썼습니다: {path}",
    "Write a text again with its tokens and ciphertext turned back into values.": (
        "텍스트의 토큰과 암호문을 값으로 되돌려 다시 씁니다."
    ),
    "From standard input, or a file, to standard output. Needs the key that `sumun mask` worked "
    "with. What was masked, redacted or hashed stays: nothing of it is left to turn back.": (
        "표준 입력이나 파일을 읽어 표준 출력에 씁니다. `sumun mask`가 쓴 키가 필요합니다. "
        "mask, redact, hash로 바꾼 것은 되돌릴 것이 없으므로 그대로 둡니다."
    ),
    "Exit status: 0 done; 1 a token was altered or made with another key, and what follows it was "
    "not written; 2 wrong usage.": (
        "종료 상태: 0 완료, 1 고쳐졌거나 다른 키로 만든 토큰이 있어 그 뒤를 쓰지 않음, "
        "2 잘못된 사용법."
    ),
    "The key that it was protected with. [env SUMUN_DATA_KEY, SUMUN_DATA_KEY_FILE]": (
        "보호할 때 쓴 키. [환경 변수 SUMUN_DATA_KEY, SUMUN_DATA_KEY_FILE]"
    ),
    "the input is not text": "입력이 텍스트가 아닙니다",
    "a value cannot be written in {encoding}": "값을 {encoding}(으)로 쓸 수 없습니다",
}

_DOCTOR = {
    "Check the installation and say what to do about each fault.": (
        "설치를 점검하고 문제마다 할 일을 알려 줍니다."
    ),
    "Looks at the settings, permissions, keys, database, policy and audit log here, then asks the "
    "server, if it runs, for its documents as a client would, and each upstream for its tools. "
    "Nothing is changed. Exit status 1 if a check fails; warnings fail nothing.": (
        "여기의 설정, 권한, 키, 데이터베이스, 정책, 감사 로그를 살펴보고, 서버가 실행 중이면 "
        "클라이언트처럼 문서를 요청하고, 상위 서버마다 도구 목록을 묻습니다. "
        "아무것도 바꾸지 않습니다. "
        "실패한 점검이 있으면 종료 상태는 1이며 경고는 실패가 아닙니다."
    ),
    "All is well.": "모두 정상입니다.",
    "faults: {count}": "문제 {count}건",
    "settings": "설정",
    "settings permissions": "설정 파일 권한",
    "permissions": "권한",
    "data directory": "데이터 디렉터리",
    "database": "데이터베이스",
    "clock": "시계",
    "server clock": "서버 시계",
    "key set": "키 집합",
    "audit log": "감사 로그",
    "log time": "로그 시각",
    "read from {source}": "{source}에서 읽음",
    "defaults and environment": "기본값과 환경 변수",
    "development: plain http and well-known secrets are allowed": (
        "개발: 평문 http와 널리 알려진 비밀값을 허용함"
    ),
    "production": "운영",
    'for other people\'s data use mode = "production"; sumun init writes the settings': (
        '다른 사람의 데이터에는 mode = "production"을 쓰십시오. 설정은 sumun init이 씁니다'
    ),
    "mend the setting; sumun init writes a sound file": (
        "설정을 고치십시오. sumun init이 올바른 파일을 씁니다"
    ),
    "other users can change {path}": "다른 사용자가 {path}를 바꿀 수 있습니다",
    "other users can get at {path}": "다른 사용자가 {path}에 접근할 수 있습니다",
    "data and keys are private to their owner": "데이터와 키는 소유자만 볼 수 있음",
    "{path} is missing": "{path}가 없습니다",
    "restore it from a backup, or run sumun init for a new installation": (
        "백업에서 복원하거나, 새 설치라면 sumun init을 실행하십시오"
    ),
    "there are none yet; the first start makes them": "아직 없음, 처음 시작할 때 만듭니다",
    "there is none yet; the first start makes it": "아직 없음, 처음 시작할 때 만듭니다",
    "there is none yet; the first start begins it": "아직 없음, 처음 시작할 때 만듭니다",
    "see above; keys are never made anew by themselves": (
        "위를 보십시오. 키는 저절로 다시 만들지 않습니다"
    ),
    "{alg} key {kid} signs": "{alg} 키 {kid}로 서명함",
    "key rotation": "키 교체",
    "a signing key was made later than now: a clock is, or was, wrong": (
        "서명 키가 지금보다 나중에 만들어졌음: 시계가 틀리거나 틀렸음"
    ),
    "synchronise the clocks (NTP), then: sumun key rotate": (
        "시계를 맞춘 뒤(NTP) 실행하십시오: sumun key rotate"
    ),
    "keys are never rotated by themselves": "키가 저절로 교체되지 않음",
    "set keys.rotate_every, or rotate now and then: sumun key rotate": (
        "keys.rotate_every를 설정하거나 이따금 교체하십시오: sumun key rotate"
    ),
    "the next key should have been published by now": "다음 키가 이미 게시되었어야 함",
    "start the server, which does it; its log says why if it cannot": (
        "서버를 시작하면 교체합니다. 하지 못하면 서버의 로그에 까닭이 있습니다"
    ),
    "the next key is published on {time}": "다음 키는 {time}에 게시함",
    " (and {count} more)": " (그 밖에 {count}건)",
    "mend the line; sumun policy check lists all": (
        "그 줄을 고치십시오. sumun policy check가 모두 보여 줍니다"
    ),
    '{source}: {count} of {total} tests fail, first "{name}"': (
        '{source}: 시험 {total}개 가운데 {count}개 실패, 첫 번째는 "{name}"'
    ),
    "{source}: rules {count}, tests passed {total}": (
        "{source}: 규칙 {count}개, 통과한 시험 {total}개"
    ),
    "; it only observes": ", 관찰만 함",
    'nothing is protected until it says mode = "enforce"': (
        'mode = "enforce"로 바꿀 때까지 아무것도 보호하지 않습니다'
    ),
    "make it writable for the user the server runs as, and see that the disk has room": (
        "서버를 실행하는 사용자가 쓸 수 있게 하고, 디스크 공간을 확인하십시오"
    ),
    "{seconds} s apart from the file system's": "파일 시스템의 시계와 {seconds}초 차이",
    "synchronise the clocks (NTP): tokens and the log depend on them": (
        "시계를 맞추십시오(NTP). 토큰과 로그가 시계에 달려 있습니다"
    ),
    "agrees with the file system's": "파일 시스템의 시계와 일치함",
    "not looked at, because there are no keys to use": "쓸 수 있는 키가 없어 살펴보지 않음",
    "{dialect} {version} ({driver}), schema {schema_version}": (
        "{dialect} {version} ({driver}), 스키마 {schema_version}"
    ),
    "see that the database server runs and storage.url is right": (
        "데이터베이스 서버가 실행 중이고 storage.url이 맞는지 확인하십시오"
    ),
    "see that the disk has room and the file is this user's; else restore a backup": (
        "디스크 공간과 파일 소유자를 확인하고, 아니면 백업에서 복원하십시오"
    ),
    "stop the server, keep the data directory as it is, compare with a backup": (
        "서버를 멈추고, 데이터 디렉터리를 그대로 두고, 백업과 비교하십시오"
    ),
    "verified, events: {size}": "검증됨, 이벤트 {size}건",
    "the last event is {seconds} s in the future: the clock was set back": (
        "마지막 이벤트가 {seconds}초 뒤의 것입니다. 시계가 뒤로 돌려졌습니다"
    ),
    "set the clock right (NTP)": "시계를 맞추십시오(NTP)",
    "the last event is of {time}": "마지막 이벤트 {time}",
    "start it with sumun serve; if it runs, the issuer must lead to it": (
        "sumun serve로 시작하십시오. 실행 중이라면 발급자 주소가 서버로 이어져야 합니다"
    ),
    "{url} answers {status}": "{url}의 답 {status}",
    "see the server's own output; {url}?verbose says which part": (
        "서버의 출력을 보십시오. {url}?verbose가 어느 부분인지 알려 줍니다"
    ),
    "ready at {url}": "{url}에서 준비됨",
    "start it, or mend its settings: sumun server remove {name}, then add": (
        "시작하거나 설정을 고치십시오: sumun server remove {name} 다음에 add"
    ),
    "the server does not say what time it has": "서버가 시각을 알려 주지 않음",
    "{seconds} s apart from here": "이 컴퓨터와 {seconds}초 차이",
    "synchronise the clocks (NTP): tokens would be refused": (
        "시계를 맞추십시오(NTP). 토큰이 거부될 수 있습니다"
    ),
    "agrees with this machine's": "이 컴퓨터의 시계와 일치함",
    "let nothing between you and the server change paths": (
        "서버와의 사이에서 경로를 바꾸는 것이 없게 하십시오"
    ),
    "{url}: {member} is {found}, and the settings say {wanted}": (
        "{url}: {member}은(는) {found}인데 설정에는 {wanted}입니다"
    ),
    "set issuer to what clients use, exactly, and restart the server": (
        "issuer를 클라이언트가 쓰는 그대로 설정하고 서버를 다시 시작하십시오"
    ),
    "{issuer}; documents compared: {count}": "{issuer}, 비교한 문서 {count}개",
    "restart the server; see its output": "서버를 다시 시작하고 출력을 보십시오",
    "{url} has no keys": "{url}에 키가 없습니다",
    "{url} publishes a private key": "{url}에 개인 키가 공개되어 있습니다",
    "withdraw it now: sumun key withdraw": "지금 회수하십시오: sumun key withdraw",
    "{url} does not have the key that signs here": "{url}에 여기서 서명하는 키가 없습니다",
    "another installation answers there: issuer and data directory must be of one": (
        "다른 설치가 답하고 있습니다. 발급자와 데이터 디렉터리가 같은 설치의 것이어야 합니다"
    ),
    "public keys: {count}": "공개 키 {count}개",
    "{url}: HTTP {status}": "{url}: HTTP {status}",
}

_ERRORS = {
    "{problem}; see {command}": "{problem}. {command}를 보십시오",
    "a fault in Sumun: {kind} at {where}; run it again with --debug and report it": (
        "Sumun의 결함: {where}의 {kind}. --debug로 다시 실행해 알려 주십시오"
    ),
    "interrupted": "중단됨",
    "{path}: there is no such data directory; run sumun init or sumun demo first, "
    "or name another with --data-dir": (
        "{path}: 그런 데이터 디렉터리가 없습니다. 먼저 sumun init이나 sumun demo를 실행하거나 "
        "--data-dir로 다른 것을 지정하십시오"
    ),
    "there is no installation here: neither {file} nor {path}; run sumun init or "
    "sumun demo first, or name another place with --config or --data-dir": (
        "여기에는 설치가 없습니다. {file}도 {path}도 없습니다. 먼저 sumun init이나 sumun demo를 "
        "실행하거나 --config 또는 --data-dir로 다른 곳을 지정하십시오"
    ),
    "{path}: is not UTF-8 text": "{path}: UTF-8 텍스트가 아닙니다",
    "{url}: {reason}": "{url}: {reason}",
    "does not answer in time": "제때 답하지 않습니다",
    "no secure connection: {reason}": "안전한 연결을 맺을 수 없습니다: {reason}",
    "cannot be reached: {reason}": "연결할 수 없습니다: {reason}",
}

_WORDS = {
    "yes": "예",
    "no": "아니요",
    "action": "조치",
    "because": "이유",
    "client": "클라이언트",
    "known by": "알려진 경로",
    "redirects": "리디렉션",
    "authentication": "인증 방법",
    "token": "토큰",
    "uses left": "남은 횟수",
    "USES LEFT": "남은 횟수",
    "EXPIRES": "만료",
    "created": "만든 때",
    "data": "데이터",
    "disabled": "중지한 때",
    "event": "이벤트",
    "expires": "만료",
    "from": "출처",
    "grants": "부여 방식",
    "hash of the one before": "앞 이벤트의 해시",
    "issued": "발급",
    "issuer": "발급자",
    "key": "키",
    "keys": "키",
    "language": "언어",
    "listening": "듣는 주소",
    "log size": "로그 크기",
    "mode": "모드",
    "name": "이름",
    "path": "경로",
    "policy": "정책",
    "resource": "리소스",
    "resources": "리소스",
    "root": "루트",
    "scope": "스코프",
    "seconds": "초",
    "secret": "비밀값",
    "server": "서버",
    "state": "상태",
    "subject": "주체",
    "time": "시각",
    "tool": "도구",
    "type": "종류",
    "upstream": "상위 서버",
    "user": "사용자",
    "what": "무엇",
    "ACTION": "조치",
    "CLIENT": "클라이언트",
    "CREATED": "만든 때",
    "DATA": "데이터",
    "DETAIL": "내용",
    "EVENT": "이벤트",
    "EXPECTED": "기대",
    "FROM": "출처",
    "GOT": "결과",
    "KEY": "키",
    "LANGUAGE": "언어",
    "NAME": "이름",
    "PUBLISHED UNTIL": "게시 기한",
    "RESOURCE": "리소스",
    "RESULT": "판정",
    "RULE": "규칙",
    "SCOPE": "스코프",
    "SEQ": "번호",
    "SERVER": "서버",
    "HELD BY": "보관",
    "SIGNS FROM": "서명 시작",
    "STATE": "상태",
    "TEST": "시험",
    "TIME": "시각",
    "UPSTREAM": "상위 서버",
    "USER": "사용자",
    "WHAT": "무엇",
    "WHO": "누가",
}

_VERSION = {
    "Show the versions of Sumun and what it stands on.": (
        "Sumun과 그것이 딛고 선 것들의 버전을 보여 줍니다."
    ),
    "Put this into a report of a fault. `sumun --version` answers with the version alone.": (
        "결함을 알릴 때 함께 적으십시오. `sumun --version`은 버전만 답합니다."
    ),
}

_LOGOUT = {
    "Where people go after it signed them out. Repeatable.": (
        "로그아웃시킨 뒤 사용자가 갈 곳. 여러 번 쓸 수 있습니다."
    ),
    "Its certificate's subject (RFC 4514): it connects with the certificate, and has no secret.": (
        "인증서의 주체(RFC 4514). 인증서로 연결하며 비밀값이 없습니다."
    ),
    "What it must do: bind its tokens to a key (dpop) or to its certificate, push its requests "
    "(par), or sign them. Repeatable.": (
        "반드시 할 일: 토큰을 키(dpop)나 인증서에 묶기, 요청을 미리 보내기(par), 요청에 서명하기. "
        "여러 번 쓸 수 있습니다."
    ),
    "A resource it is the server of: it may ask about tokens for it, and exchange them. "
    "Repeatable.": (
        "이 클라이언트가 제공하는 리소스. 그 리소스의 토큰을 조회하고 교환할 수 있습니다. "
        "여러 번 쓸 수 있습니다."
    ),
    "Who may act with its tokens, by a token exchange of their own.": (
        "토큰 교환으로 이 클라이언트의 토큰을 대신 쓸 수 있는 주체."
    ),
    "--tls-subject: leave out --jwks; one way to prove it is enough": (
        "--tls-subject: --jwks는 빼십시오. 증명 방법은 하나로 충분합니다"
    ),
    "serves": "제공하는 리소스",
    "may act with its tokens": "토큰을 대신 쓸 수 있는 주체",
    "required of it": "필수 조건",
    "Where it is told that a person's session has ended.": ("사용자의 세션이 끝났음을 알릴 곳."),
    "after logout": "로그아웃 후",
    "told of logouts at": "로그아웃 알림",
}

_TRACES = {
    "Show why an authorization attempt failed, and what to do next.": (
        "인가 시도가 왜 실패했는지, 다음에 무엇을 할지 보여 줍니다."
    ),
    "Show why an authorization attempt failed, step by step, and what to do next.": (
        "인가 시도가 왜 실패했는지 단계별로, 다음에 무엇을 할지와 함께 보여 줍니다."
    ),
    "REF is the reference that the error page and the error_description show. Attempts are kept "
    "for a week, the last ten thousand of them, without codes, tokens or secrets.": (
        "REF는 오류 화면과 error_description에 나오는 참조 번호입니다. 시도는 일주일 동안, 최근 만 "
        "건까지, 코드·토큰·비밀 없이 보관됩니다."
    ),
    "List only this client's attempts.": "이 클라이언트의 시도만 나열합니다.",
    "How many to list.": "몇 건을 나열할지.",
    "no attempts yet": "아직 시도가 없습니다",
    "{text}: is no reference; one looks like 7f3a-91c2-0bd4 and stands in the error page or at the "
    "end of error_description": (
        "{text}: 참조 번호가 아닙니다. 7f3a-91c2-0bd4처럼 생겼고 오류 화면이나 error_description "
        "끝에 있습니다"
    ),
    "{ref}: nothing is kept under this reference; attempts are kept for a week, on the "
    "installation that showed it": (
        "{ref}: 이 참조 번호로 보관된 것이 없습니다. 시도는 그 번호를 보여 준 설치본에 일주일 동안 "
        "보관됩니다"
    ),
    "What to do next": "다음에 할 일",
    "reference": "참조 번호",
    "grant": "인가",
    "began": "시작",
    "discovery": "탐색",
    "registration": "등록",
    "authorization request": "인가 요청",
    "sign-in": "로그인",
    "consent": "동의",
    "code": "코드",
    "token": "토큰",
    "first call": "첫 호출",
    "passed": "통과",
    "waiting": "대기",
    "refused": "거부",
    "STAGE": "단계",
    "OUTCOME": "결과",
    "ERROR": "오류",
    "REFERENCE": "참조 번호",
    "The person was asked to sign in and has not done so. If they say they have: the page is good "
    "for 15 minutes, in one browser, with cookies.": (
        "사용자에게 로그인을 요청했지만 아직 로그인하지 않았습니다. 했다고 한다면, 그 화면은 한 "
        "브라우저에서 쿠키를 켠 채 15분 동안만 쓸 수 있습니다."
    ),
    "The person is signed in and was asked to agree. Until they decide, the client gets no "
    "answer.": (
        "사용자가 로그인했고 동의를 요청받았습니다. 결정할 때까지 클라이언트는 답을 받지 못합니다."
    ),
    "The client has its code and has not redeemed it. If it never does: its redirect URI may not "
    "be reachable, or it refuses the answer's state or iss.": (
        "클라이언트가 코드를 받았지만 아직 교환하지 않았습니다. 끝내 하지 않으면 리디렉션 URI에 "
        "연결할 수 없거나, 클라이언트가 응답의 state나 iss를 거부한 것입니다."
    ),
    "Check client_id: register the client (sumun client add), enable it, or mend the document its "
    "client_id points to.": (
        "client_id를 확인하십시오. 클라이언트를 등록하거나(sumun client add), 다시 켜거나, "
        "client_id가 가리키는 문서를 고치십시오."
    ),
    "Register the redirect URI exactly as the client sends it; only the port of a loopback address "
    "may differ.": (
        "클라이언트가 보내는 그대로 리디렉션 URI를 등록하십시오. 루프백 주소의 포트만 다를 수 "
        "있습니다."
    ),
    "Send a query or a form in UTF-8, no longer than the page about errors says.": (
        "오류 화면이 말하는 길이를 넘지 않는 UTF-8 쿼리나 폼을 보내십시오."
    ),
    "What the person entered is not right. sumun user list shows who may sign in.": (
        "사용자가 입력한 것이 맞지 않습니다. 로그인할 수 있는 사람은 sumun user list로 볼 수 "
        "있습니다."
    ),
    "There were too many attempts. Wait a minute and try again.": (
        "시도가 너무 많았습니다. 1분쯤 뒤에 다시 시도하십시오."
    ),
    "Too many people were signing in at once. Try again in a moment.": (
        "동시에 로그인하는 사람이 너무 많았습니다. 잠시 뒤에 다시 시도하십시오."
    ),
    "The identity provider cannot be reached from here. Check its issuer in oauth.providers, its "
    "certificate, and oauth.providers.NAME.networks if its address is a private one.": (
        "여기서 로그인 제공자에 닿을 수 없습니다. oauth.providers의 issuer와 인증서를 확인하고, "
        "주소가 사설망에 있으면 oauth.providers.NAME.networks를 확인하십시오."
    ),
    "The person did not agree at the identity provider. They may try again.": (
        "사용자가 로그인 제공자에서 동의하지 않았습니다. 다시 시도할 수 있습니다."
    ),
    "The answer came too late, twice, or to another browser than the one it was asked in. Start "
    "again from the client.": (
        "응답이 너무 늦게, 두 번, 또는 요청한 브라우저가 아닌 곳으로 왔습니다. 클라이언트에서 "
        "다시 시작하십시오."
    ),
    "Somebody else answered than was asked. Set oauth.providers.NAME.issuer to the letter as the "
    "provider's metadata has it; if it is so already, take it for an attack.": (
        "요청한 곳이 아닌 다른 곳이 응답했습니다. oauth.providers.NAME.issuer를 제공자의 "
        "메타데이터와 한 글자도 다르지 않게 적으십시오. 이미 그렇다면 공격으로 보십시오."
    ),
    "The identity provider does not redeem its code. Check client_id, the secret, and that the "
    "redirect URI registered there is exactly ours.": (
        "로그인 제공자가 코드를 받아 주지 않습니다. client_id와 시크릿을 확인하고, 그곳에 등록한 "
        "리디렉션 URI가 이 서버의 것과 똑같은지 확인하십시오."
    ),
    "The identity provider's ID token is not as it must be. Check client_id, both clocks, and that "
    "the provider signs with a key it publishes.": (
        "로그인 제공자의 ID 토큰이 올바르지 않습니다. client_id와 두 서버의 시계를 확인하고, "
        "제공자가 공개한 키로 서명하는지 확인하십시오."
    ),
    "Nobody here is linked with that account. The person links it at /account/providers, or set "
    "oauth.providers.NAME.sign_up.": (
        "그 계정과 연결된 사용자가 없습니다. 본인이 /account/providers에서 연결하거나, "
        "oauth.providers.NAME.sign_up을 켜십시오."
    ),
    "Somebody else here is linked with that account. They can unlink it at /account/providers.": (
        "그 계정은 다른 사용자와 연결되어 있습니다. 그 사용자가 /account/providers에서 해제할 수 "
        "있습니다."
    ),
    "The identity provider stopped answering. Look again when its own pages work.": (
        "로그인 제공자가 응답하지 않습니다. 그쪽 화면이 다시 열리면 시도하십시오."
    ),
    "The person is disabled here. sumun user list shows who may sign in.": (
        "이곳에서 사용 중지된 사용자입니다. 로그인할 수 있는 사람은 sumun user list로 볼 수 "
        "있습니다."
    ),
    "Send the access token in the Authorization header, as Bearer.": (
        "액세스 토큰을 Authorization 헤더에 Bearer로 보내십시오."
    ),
    "Ask for the scopes the challenge names, in one new authorization.": (
        "챌린지가 말하는 스코프를 새 인가 한 번에 요청하십시오."
    ),
    "It works: the client has made its first call.": "잘 됩니다. 클라이언트가 첫 호출을 했습니다.",
    "The client has its access token and has not used it. Its calls must go to the resource the "
    "token is for, with Authorization: Bearer.": (
        "클라이언트가 액세스 토큰을 받았지만 아직 쓰지 않았습니다. 토큰이 가리키는 리소스로, "
        "Authorization: Bearer와 함께 호출해야 합니다."
    ),
    "Start again from the client, and look at the new reference.": (
        "클라이언트에서 다시 시작하고 새 참조 번호를 보십시오."
    ),
}

_MENDS = {
    "Send one POST with Content-Type: application/x-www-form-urlencoded, each parameter once.": (
        "Content-Type: application/x-www-form-urlencoded로, 매개변수를 한 번씩만 담아 POST로 "
        "보내십시오."
    ),
    "Check client_id and client_secret, and send them in one way only: HTTP Basic or the form.": (
        "client_id와 client_secret을 확인하고 HTTP Basic이나 폼 중 한 가지로만 보내십시오."
    ),
    "Register the client for the grant, or use one it is registered for.": (
        "클라이언트에 그 그랜트를 등록하거나, 등록된 그랜트를 쓰십시오."
    ),
    "Start again with an authorization request; send each code once, with its code_verifier.": (
        "인가 요청부터 다시 시작하고, 코드는 code_verifier와 함께 한 번만 보내십시오."
    ),
    "Use one of grant_types_supported in the discovery document.": (
        "탐색 문서의 grant_types_supported에 있는 것을 쓰십시오."
    ),
    "Revoke the access token or the refresh token.": (
        "액세스 토큰이나 리프레시 토큰을 폐기하십시오."
    ),
    "Ask for scopes the client is registered with, separated by single spaces.": (
        "클라이언트에 등록된 스코프를 공백 하나로 나누어 요청하십시오."
    ),
    "Send a JSON array of objects of the type mcp_tools, with no more than was granted.": (
        "mcp_tools 형식 객체의 JSON 배열을, 부여된 것보다 많지 않게 보내십시오."
    ),
    "Send resource once, exactly as the resource's own metadata writes it.": (
        "resource를 한 번만, 리소스의 메타데이터에 적힌 그대로 보내십시오."
    ),
    "Send response_type=code.": "response_type=code를 보내십시오.",
    "Ask for less, or explain to the person what it is for.": (
        "더 적게 요청하거나, 무엇에 쓰는지 사용자에게 설명하십시오."
    ),
    "Ask for a class of acr_values_supported that the person can reach, or not as essential.": (
        "acr_values_supported 가운데 사용자가 할 수 있는 것을 요청하거나, 필수로 요청하지 마십시오."
    ),
    "Send the person here again without prompt=none.": (
        "prompt=none 없이 사용자를 다시 보내십시오."
    ),
    "Push the request (RFC 9126), or send its parameters one by one.": (
        "요청을 미리 보내거나(RFC 9126) 매개변수를 하나씩 보내십시오."
    ),
    "Sign it with a registered key; set aud to the issuer, client_id to the client, and exp.": (
        "등록된 키로 서명하고 aud는 발급자, client_id는 클라이언트로 정하고 exp를 넣으십시오."
    ),
    "Push the request again, and use its request_uri once and at once.": (
        "요청을 다시 미리 보내고 request_uri는 바로 한 번만 쓰십시오."
    ),
    "Ask again after the interval.": "정해진 간격 뒤에 다시 물으십시오.",
    "Wait five seconds longer between two polls from now on.": (
        "이제부터 묻는 간격을 5초 더 늘리십시오."
    ),
    "Ask for new codes, and show the new one to the person.": (
        "새 코드를 요청해 사용자에게 보여 주십시오."
    ),
    "Use https, http on a loopback address, or a scheme made of a domain name reversed.": (
        "https, 루프백 주소의 http, 또는 도메인 이름을 뒤집은 스킴을 쓰십시오."
    ),
    "Mend the member that the description names, and register again.": (
        "설명에 나온 항목을 고쳐 다시 등록하십시오."
    ),
    "Send the JWT as its issuer made it, or ask the issuer for another.": (
        "JWT를 발급자가 만든 그대로 보내거나, 새로 발급받으십시오."
    ),
    "Register without it, or ask the operator to trust its issuer.": (
        "그것 없이 등록하거나, 운영자에게 그 발급자를 신뢰하도록 요청하십시오."
    ),
    "Send Authorization: Bearer with the token you were given for registering.": (
        "등록용으로 받은 토큰을 Authorization: Bearer로 보내십시오."
    ),
    "Send one DPoP header, made anew for each request, with htm, htu, iat and jti.": (
        "요청마다 새로 만든 DPoP 헤더 하나를 htm, htu, iat, jti와 함께 보내십시오."
    ),
    "Put the value of the DPoP-Nonce header into the proof and try again.": (
        "DPoP-Nonce 헤더의 값을 증명에 넣어 다시 시도하십시오."
    ),
    "Mend the credentials, wait as long as Retry-After says, and try again.": (
        "자격 증명을 고치고, Retry-After만큼 기다렸다가 다시 시도하십시오."
    ),
    "Try again in a moment; the operator finds the cause with sumun doctor.": (
        "잠시 뒤에 다시 시도하십시오. 운영자는 sumun doctor로 원인을 찾을 수 있습니다."
    ),
}

TEXTS: dict[str, str] = (
    _HELP
    | _LOGOUT
    | _TRACES
    | _MENDS
    | _DEMO
    | _SERVER
    | _INIT
    | _CLIENTS_AND_USERS
    | _KEYS_AND_TOKENS
    | _POLICY
    | _AUDIT
    | _SCAN
    | _DOCTOR
    | _VERSION
    | _ERRORS
    | _WORDS
)
