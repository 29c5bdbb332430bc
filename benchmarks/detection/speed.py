"""Sumun's detector beside others: text a second, and the time of a message and of a JSON text.

One process at a time on one pinned core. Every peer runs in an environment of its own (see
:mod:`benchmarks.detection.contenders`) and is given the same texts; one that is slow is given the
beginning of a large text, and its time is counted as if it went on so. Texts are made here, so that
nobody's data is.
"""

import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from string import printable as PRINTABLE  # noqa: N812 - it is a constant
from typing import Any, Literal, NamedTuple

from benchmarks.detection import harmless
from benchmarks.detection.contenders import PEERS, NotThere, seconds
from benchmarks.detection.values import Values
from benchmarks.load import CannotMeasure
from benchmarks.result import Result
from sumun.detection import Detector

CLEAN_GOAL, FOUND_GOAL, MESSAGE_GOAL, FOUND_MESSAGE_GOAL = 500.0, 40.0, 2.0, 10.0
JSON_GOAL, FOUND_JSON_GOAL = 20.0, 60.0
PRESIDIO_GOAL, OTHERS_GOAL = 100.0, 10.0
HOSTILE_GOAL = 100.0
MEMORY_GOAL = 40.0
MEGABYTE = 1_000_000
HOSTILE = (
    *("x", "1", "1-1-", "M1", "a:", "://a:", "%41", "&#64;", "\uff10", "\u200b", "일", "12가1"),
    *("name: Aa ", "password=", "GB12abcd ", "0000000000000 ", "card 4111 1111 1111 1111 "),
)
"""What is repeated to a megabyte; text and digits at random come to it."""

ROUNDS = 5
SECONDS = 0.15

ENGLISH = (
    "the ticket was opened after lunch by a colleague who could not print from the third floor "
    "and we agreed to look at it again when the new driver has been rolled out to everybody "
    "because restarting the spooler helped only for an hour or two and then it stopped again"
)
KOREAN = (
    "점심 이후에 동료가 삼층에서 인쇄가 되지 않는다고 알려 왔고 새로운 드라이버가 모두에게 "
    "배포되면 다시 살펴보기로 하였으며 한두 시간 동안은 재시작이 "
    "도움이 되었지만 그 뒤에는 다시 멈추었다"
)

NUMBERS = "2024-11-03 48213 3 12/05/2024 14:30, 1,249.50 1.24.3 312 42.7 250 ms 7th"

DOCUMENTS = 10
"""How many texts of a kind, each with values of its own."""


class Case(NamedTuple):
    """What is measured: Sumun on the values, the others on the texts."""

    what: str
    values: list[Any]
    texts: list[str]
    unit: Literal["MB/s", "us", "ms"]
    goal: float


def run() -> list[Result]:
    """Measure and return the figures."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        cases = [*_documents(), *_messages(), *_json_texts()]
        peers = _peers(cases)
        detector = Detector()
        results = [
            result
            for number, case in enumerate(cases)
            for result in _compared(
                case, _ours(detector, case), {name: times[number] for name, times in peers.items()}
            )
        ]
        results += [_hostile(what, text, detector.scan_text) for what, text in _hostile_texts()]
        return [*results, _memory()]
    finally:
        os.sched_setaffinity(0, before)


def _documents() -> Iterator[Case]:
    mixed = f"{ENGLISH} {ENGLISH} {KOREAN}"
    for what, words in (
        ("clean English, 2 kB", ENGLISH),
        ("clean Korean and English, 2 kB", mixed),
        ("clean English with numbers, 2 kB", f"{ENGLISH} {NUMBERS}"),
    ):
        texts = [_prose(words, 2_000, seed) for seed in range(DOCUMENTS)]
        yield Case(what, texts, texts, "MB/s", CLEAN_GOAL)
    values = _values()
    texts = [_with_findings(_prose(mixed, 2_000, seed), values) for seed in range(DOCUMENTS)]
    yield Case("one finding in 200 characters, 2 kB", texts, texts, "MB/s", FOUND_GOAL)


def _messages() -> Iterator[Case]:
    clean = [_prose(ENGLISH, 200, seed) for seed in range(DOCUMENTS)]
    yield Case("200 bytes, clean, p50", clean, clean, "us", MESSAGE_GOAL)
    values = Values(random.Random("messages"))
    for what, make in (
        ("e-mail", values.email),
        ("card", values.card),
        ("IPv4", values.ip),
        ("Korean phone", values.korean_phone),
        ("resident number", values.rrn),
    ):
        texts = [f"{_prose(ENGLISH, 180, seed)} {make()} now" for seed in range(DOCUMENTS)]
        yield Case(f"200 bytes, one {what}, p50", texts, texts, "us", FOUND_MESSAGE_GOAL)


def _json_texts() -> Iterator[Case]:
    for what, records, goal in (
        ("1 MB JSON, plain", _plain(), JSON_GOAL),
        ("1 MB JSON, ids and hashes", _identified(), JSON_GOAL),
        ("1 MB JSON, ids, hashes and any number", harmless.records(100_000), JSON_GOAL),
        ("1 MB JSON, 9,000 findings", _contacts(), FOUND_JSON_GOAL),
        ("1 MB JSON, ids and 9,000 findings", _identified_contacts(), FOUND_JSON_GOAL),
    ):
        value = _megabyte(records)
        yield Case(what, [value], [json.dumps(value, ensure_ascii=False)], "ms", goal)


def _megabyte(records: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    chosen: list[dict[str, Any]] = []
    length = 0
    while length < MEGABYTE:
        chosen.append(next(records))
        length += len(json.dumps(chosen[-1], ensure_ascii=False)) + 2
    return chosen


def _plain() -> Iterator[dict[str, Any]]:
    source = random.Random("plain")
    words = ENGLISH.split()
    while True:
        yield {
            "number": source.randrange(100_000),
            "title": " ".join(source.choices(words, k=6)),
            "text": " ".join(source.choices(words, k=20)),
            "state": source.choice(("open", "closed")),
            "votes": source.randrange(300),
            "labels": source.choices(words, k=3),
            "done": True,
        }


def _identified() -> Iterator[dict[str, Any]]:
    values = Values(random.Random("identified"))
    words = ENGLISH.split()
    while True:
        yield {
            "id": "-".join(map(values.hexadecimal, (8, 4, 4, 4, 12))),
            "commit": values.hexadecimal(40),
            "created_at": values.digits("2026-0@-1#T1#:2#:3#.###Z"),
            "updated": int(values.digits("17##########")),
            "title": " ".join(values.source.choices(words, k=8)),
            "size": int(values.digits("@####")),
            "url": values.digits("https://api.example.com/v1/items/@########"),
        }


def _contacts() -> Iterator[dict[str, Any]]:
    words = ENGLISH.split()
    source = random.Random("contacts")
    for contact in _values():
        yield {"note": " ".join(source.choices(words, k=10)), "contact": contact, "votes": 12}


def _identified_contacts() -> Iterator[dict[str, Any]]:
    values = Values(random.Random("identified contacts"))
    for record in _identified():
        del record["title"]
        yield record | {
            "email": values.email(),
            "phone": values.korean_phone(),
            "address": values.ip(),
        }


def _values() -> Iterator[str]:
    values = Values(random.Random("findings"))
    kinds = itertools.cycle((values.email, values.korean_phone, values.ip, values.card))
    return (make() for make in kinds)


def _prose(vocabulary: str, length: int, seed: int) -> str:
    words = vocabulary.split()
    chosen = random.Random(seed)
    text = ""
    while len(text) < length:
        text += chosen.choice(words) + " "
    return text[:length]


def _with_findings(text: str, values: Iterator[str]) -> str:
    return "".join(f"{text[at : at + 180]} {next(values)} " for at in range(0, len(text), 180))


def _peers(cases: list[Case]) -> dict[str, list[float]]:
    """Return what each peer takes for one text of each case, in seconds."""
    try:
        return {
            peer.name: seconds(peer, [case.texts for case in cases])
            for peer in PEERS
            if not peer.name.endswith("KR")
        }
    except NotThere as error:
        raise CannotMeasure(str(error)) from None


def _ours(detector: Detector, case: Case) -> float:
    """Return the seconds of one scan: the best of some rounds, which for messages is the median."""
    scan: Callable[[Any], object] = detector.scan_json if case.unit == "ms" else detector.scan_text
    if case.unit == "us":
        return sum(_median(scan, value) for value in case.values) / len(case.values)
    return min(_round(scan, case.values) for _ in range(ROUNDS))


def _compared(case: Case, ours: float, peers: dict[str, float]) -> Iterator[Result]:
    """Yield the figure held to its own goal, and beside Presidio and the fastest of the others."""
    better: Literal["more", "less"] = "more" if case.unit == "MB/s" else "less"

    def figure(taken: float) -> float:
        if case.unit == "MB/s":
            return sum(len(text.encode()) for text in case.texts) / len(case.texts) / taken / 1e6
        return taken * (1e6 if case.unit == "us" else 1e3)

    mine = figure(ours)
    yield Result(what=case.what, ours=mine, unit=case.unit, better=better, goal=case.goal)
    fastest = min((name for name in peers if name != "Presidio"), key=peers.__getitem__)
    for name, goal in (("Presidio", PRESIDIO_GOAL), (fastest, OTHERS_GOAL)):
        yield Result(
            what="",
            ours=mine,
            peer=figure(peers[name]),
            peer_name=name,
            unit=case.unit,
            better=better,
            goal=goal,
        )


def _hostile_texts() -> Iterator[tuple[str, str]]:
    for piece in HOSTILE:
        yield ascii(piece), (piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE]
    chosen = random.Random(1)
    yield "random digits", "".join(chosen.choices("0123456789", k=MEGABYTE))
    yield "random digits, separators", "".join(chosen.choices("0123456789-. ()", k=MEGABYTE))
    yield "random ASCII", "".join(chosen.choices(PRINTABLE, k=MEGABYTE))


def _hostile(what: str, text: str, sumun: Callable[[str], object]) -> Result:
    begun = time.process_time()
    sumun(text)
    taken = time.process_time() - begun
    return Result(
        what=f"1 MB of {what}", ours=taken * 1e3, unit="ms", better="less", goal=HOSTILE_GOAL
    )


def _memory() -> Result:
    """Return what a process grows by when it makes a detector and scans with it."""
    program = (
        "import pathlib, sys\n"
        "def resident():\n"
        "    return int(pathlib.Path('/proc/self/statm').read_text().split()[1]) * 4096 / 1e6\n"
        "before = resident()\n"
        "from sumun.detection import Detector\n"
        "Detector().scan_text('a@b.example 4111 1111 1111 1111')\n"
        "print(resident() - before)"
    )
    grown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    return Result(
        what="memory of a detector",
        ours=float(grown.stdout),
        unit="MB",
        better="less",
        goal=MEMORY_GOAL,
    )


def _round(scan: Callable[[Any], object], values: list[Any]) -> float:
    for value in values:
        scan(value)
    times = 0
    begun = time.process_time()
    while (taken := time.process_time() - begun) < SECONDS:
        for value in values:
            scan(value)
        times += len(values)
    return taken / times


def _median(scan: Callable[[Any], object], value: object) -> float:
    taken: list[float] = []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        begun = time.perf_counter()
        scan(value)
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    from benchmarks.result import table

    print(table(run()))
