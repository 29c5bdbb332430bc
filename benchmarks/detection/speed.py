"""Sumun's detector beside Presidio's pattern recognizers: one process, one pinned core.

Presidio runs as its documentation shows it for patterns alone: the predefined recognizers of its
registry, English, and no language model. Both look at the same texts in turns; the best round of
each counts. Texts are made here, so that nobody's data is.
"""

import itertools
import os
import random
import time
from collections.abc import Callable

from benchmarks.load import CannotMeasure
from benchmarks.result import Result
from sumun.detection import Detector

CLEAN_GOAL = 50.0
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

Scan = Callable[[str], object]


def run() -> list[Result]:
    """Measure and return the figures."""
    presidio = _presidio()
    sumun = Detector().scan_text
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        return [_throughput(what, text, goal, sumun, presidio) for what, text, goal in _texts()] + [
            _latency("200-byte message, clean", _prose(ENGLISH, 200), sumun, presidio),
            _latency("200-byte message, one e-mail", _message(), sumun, presidio),
        ]
    finally:
        os.sched_setaffinity(0, before)


def _texts() -> list[tuple[str, str, float | None]]:
    mixed = _prose(f"{ENGLISH} {ENGLISH} {KOREAN}", 2_000)
    return [
        ("clean English, 2 kB", _prose(ENGLISH, 2_000), CLEAN_GOAL),
        ("clean Korean and English, 2 kB", mixed, CLEAN_GOAL),
        ("one finding in 200 characters, 2 kB", _with_findings(mixed), None),
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


def _throughput(what: str, text: str, goal: float | None, sumun: Scan, presidio: Scan) -> Result:
    ours, theirs = _seconds(text, sumun, presidio)
    megabytes = len(text.encode()) / 1e6
    return Result(
        what=what,
        ours=megabytes / ours,
        peer=megabytes / theirs,
        peer_name="Presidio patterns",
        unit="MB/s",
        goal=goal,
    )


def _latency(what: str, text: str, sumun: Scan, presidio: Scan) -> Result:
    ours, theirs = (_median(scan, text) for scan in (sumun, presidio))
    return Result(
        what=f"{what}, p50",
        ours=ours * 1e6,
        peer=theirs * 1e6,
        peer_name="Presidio patterns",
        unit="us",
        better="less",
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
