"""A server over standard streams, written by hand, that does what it is told: the worst included."""

import json
import os
import signal
import subprocess
import sys
import time

WAYS = set(sys.argv[1:])
LEFT = []


def say(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def answer(id_, **result):
    say({"id": id_, "result": result})


def told(method, **params):
    say({"method": method, "params": params})


def call(id_, name, arguments, token):
    match name:
        case "echo":
            answer(id_, content=[], said=arguments, pid=os.getpid())
        case "environment":
            answer(id_, content=[], environment=dict(os.environ), cwd=os.getcwd())
        case "die":
            os._exit(arguments.get("status", 3))
        case "hang":
            pass
        case "later":
            LEFT.append(id_)
        case "release":
            for waiting in [*LEFT]:
                answer(waiting, content=[], released=True)
            answer(id_, content=[])
        case "progress":
            for done in range(arguments["steps"]):
                told("notifications/progress", progressToken=token, progress=done)
            told("notifications/message", level="info", data="about this call")
            answer(id_, content=[])
        case "flood":
            line = json.dumps(
                {"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": "x" * 100}}
            )
            for _ in range(arguments["lines"]):
                sys.stdout.write(line + "\n")
            answer(id_, content=[])
        case "garbage":
            sys.stdout.write("Listening on port 3000\n[1, 2\n\nnull\n\x00\xff{}\n")
            answer(id_, content=[])
        case "long":
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
        case "nameless":
            sys.stdout.write('{"x":"' + "x" * (3 << 20) + '"}\n')
            sys.stdout.flush()
        case "child":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            answer(id_, content=[], child=child.pid, pid=os.getpid())
        case "complain":
            sys.stderr.write("secret of a person\n" * arguments["lines"])
            sys.stderr.flush()
            answer(id_, content=[])
        case "ask":
            say({"id": "q1", "method": "sampling/createMessage", "params": {}})
            LEFT.append(id_)
        case "ping":
            say({"id": "p1", "method": "ping"})
            LEFT.append(id_)
        case "changed":
            told("notifications/tools/list_changed")
            told("notifications/message", level="info", data="for one alone")
            answer(id_, content=[])


def main():
    if "exit" in WAYS:
        sys.exit(7)
    if "stubborn" in WAYS:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "mute" in WAYS:
        time.sleep(600)
    for line in sys.stdin:
        message = json.loads(line)
        method, id_ = message.get("method"), message.get("id")
        params = message.get("params") or {}
        if method == "initialize":
            answer(
                id_,
                protocolVersion="2025-06-18",
                capabilities={"tools": {}, "logging": {}, "resources": {"subscribe": True}},
                serverInfo={"name": "hostile", "version": str(os.getpid())},
                heard=params,
            )
        elif method == "tools/call":
            token = (params.get("_meta") or {}).get("progressToken")
            call(id_, params["name"], params.get("arguments") or {}, token)
        elif method == "tools/list":
            answer(id_, tools=[{"name": "echo", "inputSchema": {"type": "object"}}])
        elif method == "ping":
            answer(id_)
        elif method == "notifications/cancelled":
            told("notifications/tools/list_changed", cancelled=params["requestId"])
        elif method is None:
            answer(LEFT.pop(), content=[], answered=message)
        elif id_ is not None:
            say({"id": id_, "error": {"code": -32601, "message": f"no {method}"}})
    if "stubborn" in WAYS:
        time.sleep(600)


main()
