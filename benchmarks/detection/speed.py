"""Sumun's detector beside Presidio's pattern recognizers: one process, one pinned core.

Presidio runs as its documentation shows it for patterns alone: the predefined recognizers of its
registry, English, and no language model. Both look at the same texts in turns; the best round of
each counts. Texts are made here, so that nobody's data is.
"""

import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from string import printable as PRINTABLE  # noqa: N812 - it is a constant
from typing import Literal

from benchmarks.load import CannotMeasure
from benchmarks.result import Result
from sumun.detection import Detector

CLEAN_GOAL, FOUND_GOAL, MESSAGE_GOAL, FOUND_MESSAGE_GOAL = 500.0, 40.0, 2.0, 10.0
PEER_GOAL = 100.0
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

Scan = Callable[[str], object]


def run() -> list[Result]:
    """Measure and return the figures."""
    presidio = _presidio()
    sumun = Detector().scan_text
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        results: list[Result] = []
        for what, text, goal in _texts():
            results += _throughput(what, text, goal, sumun, presidio)
        results += _latency("200 bytes, clean", _prose(ENGLISH, 200), MESSAGE_GOAL, sumun, presidio)
        results += _latency(
            "200 bytes, one e-mail", _message(), FOUND_MESSAGE_GOAL, sumun, presidio
        )
        results += [_hostile(what, text, sumun) for what, text in _hostile_texts()]
        return [*results, _memory()]
    finally:
        os.sched_setaffinity(0, before)


def _texts() -> list[tuple[str, str, float]]:
    mixed = _prose(f"{ENGLISH} {ENGLISH} {KOREAN}", 2_000)
    return [
        ("clean English, 2 kB", _prose(ENGLISH, 2_000), CLEAN_GOAL),
        ("clean Korean and English, 2 kB", mixed, CLEAN_GOAL),
        ("clean English with numbers, 2 kB", _prose(f"{ENGLISH} {NUMBERS}", 2_000), CLEAN_GOAL),
        ("one finding in 200 characters, 2 kB", _with_findings(mixed), FOUND_GOAL),
    ]


def _prose(vocabulary: str, length: int) -> str:
    words = vocabulary.split()
    chosen = random.Random(length)
    text = ""
    while len(text) < length:
        text += chosen.choice(words) + " "
    return text[:length]


def _message() -> str:
    return _prose(ENGLISH, 180) + " jane@example.com now"


def _with_findings(text: str) -> str:
    values = itertools.cycle(
        ["jane.doe@example.com", "+82-10-1234-5678", "203.0.113.7", "4111 1111 1111 1111"]
    )
    return "".join(f"{text[at : at + 180]} {next(values)} " for at in range(0, len(text), 180))


def _throughput(what: str, text: str, goal: float, sumun: Scan, presidio: Scan) -> list[Result]:
    ours, theirs = _seconds(text, sumun, presidio)
    megabytes = len(text.encode()) / 1e6
    return _both(what, megabytes / ours, megabytes / theirs, goal, "MB/s", better="more")


def _latency(what: str, text: str, goal: float, sumun: Scan, presidio: Scan) -> list[Result]:
    ours, theirs = (_median(scan, text) for scan in (sumun, presidio))
    return _both(f"{what}, p50", ours * 1e6, theirs * 1e6, goal, "us", better="less")


def _both(
    what: str,
    ours: float,
    theirs: float,
    goal: float,
    unit: str,
    *,
    better: Literal["more", "less"],
) -> list[Result]:
    """Return the figure held to its own goal, and the same beside the peer."""
    return [
        Result(what=what, ours=ours, unit=unit, better=better, goal=goal),
        Result(
            what=f"{what}, beside",
            ours=ours,
            peer=theirs,
            peer_name="Presidio patterns",
            unit=unit,
            better=better,
            goal=PEER_GOAL,
        ),
    ]


def _hostile_texts() -> Iterator[tuple[str, str]]:
    for piece in HOSTILE:
        yield ascii(piece), (piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE]
    chosen = random.Random(1)
    yield "random digits", "".join(chosen.choices("0123456789", k=MEGABYTE))
    yield "random digits, separators", "".join(chosen.choices("0123456789-. ()", k=MEGABYTE))
    yield "random ASCII", "".join(chosen.choices(PRINTABLE, k=MEGABYTE))


def _hostile(what: str, text: str, sumun: Scan) -> Result:
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


def _seconds(text: str, *scans: Scan) -> list[float]:
    """Return the seconds of one scan for each scanner: the best of rounds taken in turns."""
    best = [float("inf")] * len(scans)
    for _ in range(ROUNDS):
        for which, scan in enumerate(scans):
            best[which] = min(best[which], _round(scan, text))
    return best


def _round(scan: Scan, text: str) -> float:
    scan(text)
    times = 0
    begun = time.perf_counter()
    while (taken := time.perf_counter() - begun) < SECONDS:
        scan(text)
        times += 1
    return taken / times


def _median(scan: Scan, text: str) -> float:
    taken: list[float] = []
    until = time.perf_counter() + ROUNDS * SECONDS
    while time.perf_counter() < until:
        begun = time.perf_counter()
        scan(text)
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[len(taken) // 2]


def _presidio() -> Scan:
    try:
        import tldextract
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import NoOpNlpEngine
    except ImportError:
        raise CannotMeasure("presidio-analyzer is missing: uv sync --group bench") from None
    # Its e-mail recognizer would fetch a list from the network; the one in the wheel serves too.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    language = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    language.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=language)
    engine = AnalyzerEngine(
        registry=registry,
        nlp_engine=language,
        supported_languages=["en"],
        log_decision_process=False,
    )
    return lambda text: engine.analyze(text, language="en")


if __name__ == "__main__":
    from benchmarks.result import table

    print(table(run()))
