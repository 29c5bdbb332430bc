"""Made-up events for trying the detectors: ordinary work, and what goes wrong.

Everything is drawn from a given random source and starts at a given time, so the same seed makes
the same events. No value is in them, only hashes of numbers.
"""

import hashlib
from collections.abc import Callable, Iterator
from random import Random

from sumun.audit.event import Event
from sumun.watch.incident import rfc3339

_RECORD = {"EMAIL_ADDRESS": 2, "PHONE_NUMBER": 2, "KR_RRN": 2, "LOCATION": 1}
"""Findings in one person's record (the structured answer and its text twin)."""

_VALUES = 7
"""Different values about one person."""

_OFTEN, _SOMETIMES, _RARELY = 0.6, 0.3, 0.02

INTRUDER = ("crm-assistant", "user-7")


def working_hours(random: Random, start: float, seconds: float, clients: int = 3) -> list[Event]:
    """Make support work: every few minutes, each client's person helps a customer."""
    events = [
        event
        for client in range(clients)
        for event in _shift(random, start, seconds, (f"client-{client}", f"user-{client}"))
    ]
    return sorted(events, key=lambda event: event.timestamp)


def _shift(
    random: Random, start: float, seconds: float, principal: tuple[str, str]
) -> Iterator[Event]:
    yield _token("token_issued", start, principal[0])
    at = start + random.uniform(0, 60)
    while at < start + seconds:
        people = random.sample(range(400), random.choice((1, 1, 1, 2, 3)))
        yield from call(at, principal, "find_customer", people)
        if random.random() < _OFTEN:
            yield from call(at + 10, principal, "get_order", people[:1])
        if random.random() < _SOMETIMES:
            yield from call(at + 30, principal, "add_note", people[:1])
        if random.random() < _RARELY:
            yield refusal(at + 40, principal, "export_customers")
        if random.random() < _RARELY:
            yield _token("token_refused", at + 50, principal[0], "invalid_client")
        at += random.uniform(60, 240)


def exfiltration(start: float) -> Iterator[Event]:
    """One client pages through all customers."""
    for page in range(12):
        people = list(range(1000 + 10 * page, 1010 + 10 * page))
        yield from call(start + 4 * page, INTRUDER, "list_customers", people)


def enumeration(start: float) -> Iterator[Event]:
    """One client asks for one order after the other."""
    for number in range(80):
        people = [] if number % 9 == 0 else [2000 + number]
        yield from call(start + 2 * number, INTRUDER, "get_order", people, failed=not people)


def credential_guessing(start: float) -> Iterator[Event]:
    """Someone guesses a client's secret, and finds it."""
    for number in range(25):
        yield _token("token_refused", start + 1.5 * number, INTRUDER[0], "invalid_client")
    yield _token("token_issued", start + 40, INTRUDER[0])


def scope_probing(start: float) -> Iterator[Event]:
    """One client tries every tool there is."""
    for number in range(20):
        yield refusal(start + number, INTRUDER, f"tool_{number}")


def honeytoken(start: float) -> Iterator[Event]:
    """One client looks up the customer who does not exist."""
    intent, outcome = call(start, INTRUDER, "find_customer", [9999])
    outcome.detail = {"honeytoken": True}
    yield intent
    yield outcome


def token_replay(start: float) -> Iterator[Event]:
    """Someone uses a refresh token a second time, from elsewhere."""
    yield _token("token_issued", start, INTRUDER[0])
    yield _token("token_replayed", start + 30, INTRUDER[0], "refresh_token", "198.51.100.23")


BURSTS: dict[str, Callable[[float], Iterator[Event]]] = {
    "exfiltration": exfiltration,
    "enumeration": enumeration,
    "credential_guessing": credential_guessing,
    "scope_probing": scope_probing,
    "honeytoken": honeytoken,
    "token_replay": token_replay,
}


def call(
    at: float,
    principal: tuple[str, str],
    tool: str,
    people: list[int],
    *,
    failed: bool = False,
) -> tuple[Event, Event]:
    """Make the intent and the outcome of one tool call about some people."""
    client_id, user_id = principal
    intent = Event(
        timestamp=rfc3339(at),
        event_type="tool_call",
        tool_name=tool,
        client_id=client_id,
        user_id=user_id,
        server="customers",
        method="tools/call",
        action_taken="admitted",
    )
    outcome = Event(
        timestamp=rfc3339(at + 0.02),
        event_type="tool_access",
        tool_name=tool,
        client_id=client_id,
        user_id=user_id,
        server="customers",
        method="tools/call",
        contains_pii=bool(people),
        action_taken="executed_with_tokenization" if people else "executed",
        reason="tool_error" if failed else None,
        entities={name: count * len(people) for name, count in _RECORD.items()} or None,
        subjects=sorted({_subject(person, part) for person in people for part in range(_VALUES)}),
    )
    return intent, outcome


def refusal(at: float, principal: tuple[str, str], tool: str) -> Event:
    """Make the event of a call that lacks a scope."""
    client_id, user_id = principal
    return Event(
        timestamp=rfc3339(at),
        event_type="access_refused",
        tool_name=tool,
        client_id=client_id,
        user_id=user_id,
        server="customers",
        action_taken="rejected",
        reason="insufficient_scope",
    )


def _token(
    event_type: str,
    at: float,
    client_id: str,
    reason: str | None = None,
    source: str = "192.0.2.10",
) -> Event:
    return Event(
        timestamp=rfc3339(at),
        event_type=event_type,
        client_id=client_id,
        reason=reason,
        source=source,
    )


def _subject(person: int, part: int) -> str:
    return hashlib.blake2b(f"{person}/{part}".encode(), digest_size=8).hexdigest()
