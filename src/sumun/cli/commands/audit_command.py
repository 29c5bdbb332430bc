"""``sumun audit``."""

import base64
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.failures import FAILED, OK, Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import Output, fields, table, value_text, verdict

if TYPE_CHECKING:
    from sumun.audit import AuditLog

_COLUMNS = {
    "seq": "SEQ",
    "timestamp": "TIME",
    "event_type": "EVENT",
    "who": "WHO",
    "what": "WHAT",
    "action_taken": "ACTION",
    "entities": "DATA",
}
_PROOF = {"seq": "event", "size": "log size", "root": "root", "hashes": "path"}
_FOLLOW_EVERY = 0.5


@grammar.group(
    name="audit",
    examples="""
    sumun audit verify
    sumun audit tail -f
    sumun audit tail --type token_issued --json
    sumun audit export > audit.jsonl
    """,
)
def command() -> None:
    """Verify, follow, export and prove the audit log.

    Every event carries the hash of the one before, all of them are leaves of a Merkle tree
    (RFC 6962), and each commit signs the tree's head: a change, a gap or a cut shows.
    """


@command.command("verify")
@grammar.option(
    "--checkpoint",
    "files",
    type=click.File(),
    multiple=True,
    metavar="FILE",
    help="A checkpoint kept elsewhere, which this log must continue. Repeatable.",
)
@grammar.option(
    "--save-checkpoint",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help="Write the signed head there, to be kept on another machine.",
)
def verify(files: tuple[Any, ...], save_checkpoint: Path | None) -> int:
    """Recompute the whole log: the chain, the tree and every signature.

    Only a checkpoint kept on another machine shows that a log was replaced as a whole by an
    older copy of itself. Exit status 1 if anything does not fit.
    """
    trusted = [file.read(65536) for file in files]
    found = rooms.run(_verify(trusted))
    if found["ok"] and save_checkpoint is not None:
        save_checkpoint.write_text(found["checkpoint"], encoding="utf-8")
    current_output().answer(found, _show_verification)
    return OK if found["ok"] else FAILED


@command.command(
    "tail",
    examples="""
    sumun audit tail -n 50
    sumun audit tail -f --server customers
    sumun audit tail --type access_refused --json
    """,
)
@grammar.option(
    "-n",
    "--count",
    type=click.IntRange(0),
    metavar="N",
    default=20,
    show_default=True,
    help="How many.",
)
@grammar.option("-f", "--follow", is_flag=True, help="Go on as new events come; one line each.")
@grammar.option("--type", "event_type", help="Only this type: tool_access, token_issued …")
@grammar.option("--client", "client_id", help="Only this client's.")
@grammar.option("--user", "user_id", help="Only this subject's.")
@grammar.option("--server", help="Only calls to this server.")
@grammar.option("--tool", "tool_name", help="Only calls of this tool.")
def tail(count: int, follow: bool, **filters: Any) -> None:
    """Show the last events; with --json and -f one JSON object a line."""
    rooms.run(_tail(current_output(), count, follow, filters))


@command.command("export")
@grammar.option(
    "--from", "start", type=click.IntRange(0), default=0, show_default=True, help="The first event."
)
def export(start: int) -> None:
    """Write the events to standard output as they are stored, one JSON object a line."""
    rooms.run(_export(start))


@command.command("prove")
@click.argument("seq", type=click.IntRange(0), metavar="SEQ")
def prove(seq: int) -> None:
    """Show the evidence that an event is in the log: its path in the tree and the signed head.

    Anyone with the log's public key can check it (RFC 6962 §2.1.1) without seeing other events.
    """
    current_output().answer(rooms.run(_prove(seq)), _show_proof)


@asynccontextmanager
async def _log() -> AsyncIterator["AuditLog"]:
    """Open the log for reading: nothing is written, and the copy is not taken over."""
    from sumun.guard import Rooms

    config = current_settings().load(serving=False)
    rooms.require_data(config)
    opened = Rooms(config)
    await opened.database.open()
    try:
        yield opened.audit
    finally:
        await opened.database.close()


async def _verify(trusted: list[str]) -> dict[str, Any]:
    async with _log() as log:
        found = await log.verify(*trusted)
        return {**found._asdict(), "verifier_key": log.verifier_key}


def _show_verification(found: dict[str, Any]) -> str:
    if found["ok"]:
        return verdict(found)
    advice = tr("Stop the server, keep the data directory as it is, and compare with a backup.")
    return f"{verdict(found)}\n{advice}"


async def _tail(output: Output, count: int, follow: bool, filters: dict[str, Any]) -> None:
    import asyncio

    async with _log() as log:
        events = await log.tail(count, **filters) if count else []
        if not follow:
            output.answer(events, lambda rows: table([_row(each) for each in rows], _COLUMNS))
            return
        newest = await log.tail(1)
        seen = newest[-1]["seq"] if newest else -1
        for event in events:
            _show_line(output, event)
        while True:
            await asyncio.sleep(_FOLLOW_EVERY)
            async for line in log.export(seen + 1):
                event = _decoded(line)
                seen = event["seq"]
                if all(event.get(name) == value for name, value in filters.items() if value):
                    _show_line(output, event)


def _decoded(line: bytes) -> dict[str, Any]:
    import msgspec

    event: dict[str, Any] = msgspec.json.decode(line)
    return event


def _show_line(output: Output, event: dict[str, Any]) -> None:
    if output.as_json:
        output.json(event, indent=0)
    else:
        row = _row(event)
        output.line("  ".join(value_text(row.get(name)) for name in _COLUMNS))


def _row(event: dict[str, Any]) -> dict[str, Any]:
    who = dict.fromkeys(part for part in (event.get("client_id"), event.get("user_id")) if part)
    what = [event.get("server"), event.get("tool_name") or event.get("resource")]
    return event | {
        "timestamp": event.get("timestamp", "")[:19] + "Z",
        "who": "/".join(who),
        "what": "/".join(part for part in what if part),
    }


async def _export(start: int) -> None:
    async with _log() as log:
        async for line in log.export(start):
            sys.stdout.buffer.write(line + b"\n")
    sys.stdout.flush()


async def _prove(seq: int) -> dict[str, Any]:
    from sumun.audit.checkpoint import CheckpointVerifier

    async with _log() as log:
        try:
            proof = await log.prove(seq)
        except IndexError:
            raise Failure(
                tr("event {seq}: there is no such event in the log").format(seq=seq)
            ) from None
        head = CheckpointVerifier.parse(log.verifier_key).open(proof.checkpoint)
        return {
            "seq": proof.seq,
            "event": _decoded(proof.line),
            "line": proof.line.decode(),
            "size": head.size,
            "root": base64.b64encode(head.root).decode(),
            "hashes": [each.hex() for each in proof.hashes],
            "checkpoint": proof.checkpoint,
            "verifier_key": log.verifier_key,
        }


def _show_proof(found: dict[str, Any]) -> str:
    return "\n".join(
        [
            fields(found, _PROOF),
            "",
            found["line"],
            "",
            found["checkpoint"].rstrip(),
            "",
            found["verifier_key"],
        ]
    )
