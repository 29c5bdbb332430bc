"""A server over standard streams, written by hand: it does the worst, if it is told to."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

WAYS = set(sys.argv[1:])
LEFT = []
TOOLS = {}


def say(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def answer(id_, **result):
    say({"id": id_, "result": result})


def told(method, **params):
    say({"method": method, "params": params})


def tool(function):
    TOOLS[function.__name__] = function
    return function


@tool
def echo(id_, arguments, _token):
    answer(id_, content=[], said=arguments, pid=os.getpid())


@tool
def environment(id_, _arguments, _token):
    answer(id_, content=[], environment=dict(os.environ), cwd=str(Path.cwd()))


@tool
def die(_id, arguments, _token):
    os._exit(arguments.get("status", 3))


@tool
def hang(_id, _arguments, _token):
    """Say nothing, ever."""


@tool
def later(id_, _arguments, _token):
    LEFT.append(id_)


@tool
def release(id_, _arguments, _token):
    for waiting in [*LEFT]:
        answer(waiting, content=[], released=True)
    answer(id_, content=[])


@tool
def progress(id_, arguments, token):
    for done in range(arguments["steps"]):
        told("notifications/progress", progressToken=token, progress=done)
    told("notifications/message", level="info", data="about this call")
    answer(id_, content=[])


@tool
def flood(id_, arguments, _token):
    line = json.dumps(
        {"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": "x" * 100}}
    )
    for _ in range(arguments["lines"]):
        sys.stdout.write(line + "\n")
    answer(id_, content=[])


@tool
def garbage(id_, _arguments, _token):
    sys.stdout.write("Listening on port 3000\n[1, 2\n\nnull\n\x00\xff{}\n")
    answer(id_, content=[])


@tool
def long(id_, arguments, _token):
    piece = "x" * (1 << 20)
    if arguments.get("last"):
        sys.stdout.write('{"result":{"content":"')
    else:
        sys.stdout.write(f'{{"jsonrpc":"2.0","id":{id_},"result":{{"content":"')
    for _ in range(arguments["megabytes"]):
        sys.stdout.write(piece)
    sys.stdout.write('"}')
    sys.stdout.write(f',"jsonrpc":"2.0","id":{id_}}}\n' if arguments.get("last") else "}\n")
    sys.stdout.flush()


@tool
def nameless(_id, _arguments, _token):
    sys.stdout.write('{"x":"' + "x" * (3 << 20) + '"}\n')
    sys.stdout.flush()


@tool
def child(id_, _arguments, _token):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    answer(id_, content=[], child=child.pid, pid=os.getpid())


@tool
def complain(id_, arguments, _token):
    sys.stderr.write("secret of a person\n" * arguments["lines"])
    sys.stderr.flush()
    answer(id_, content=[])


@tool
def ask(id_, _arguments, _token):
    say({"id": "q1", "method": "sampling/createMessage", "params": {}})
    LEFT.append(id_)


@tool
def ping(id_, _arguments, _token):
    say({"id": "p1", "method": "ping"})
    LEFT.append(id_)


@tool
def changed(id_, _arguments, _token):
    told("notifications/tools/list_changed", said="somebody's data")
    told("notifications/message", level="info", data="for one alone")
    answer(id_, content=[])


def take(message):
    """Take one message."""
    method, id_ = message.get("method"), message.get("id")
    params = message.get("params") or {}
    match method:
        case None:
            answer(LEFT.pop(), content=[], answered=message)
        case "initialize":
            answer(
                id_,
                protocolVersion="2025-06-18",
                capabilities={"tools": {}, "logging": {}, "resources": {"subscribe": True}},
                serverInfo={"name": "hostile", "version": str(os.getpid())},
                heard=params,
            )
        case "tools/call":
            token = (params.get("_meta") or {}).get("progressToken")
            TOOLS[params["name"]](id_, params.get("arguments") or {}, token)
        case "tools/list":
            answer(id_, tools=[{"name": "echo", "inputSchema": {"type": "object"}}])
        case "ping":
            answer(id_)
        case "notifications/cancelled":
            told("notifications/message", level="info", data={"cancelled": params["requestId"]})
        case _ if id_ is not None:
            say({"id": id_, "error": {"code": -32601, "message": f"no {method}"}})


if "exit" in WAYS:
    sys.exit(7)
if "stubborn" in WAYS:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "mute" in WAYS:
    time.sleep(600)
for line in sys.stdin:
    take(json.loads(line))
if "stubborn" in WAYS:
    time.sleep(600)
