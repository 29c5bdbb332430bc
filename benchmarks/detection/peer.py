"""One peer, in an environment of its own: JSON in, one a line, JSON out.

``uv run … --with presidio-analyzer python -P peer.py presidio presidio-analyzer found`` answers
texts with lists of spans; with ``seconds``, lists of texts with how long one of them takes.

Only the standard library and the peer are there.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version

Found = list[tuple[int, int, str]]
Scan = Callable[[str], Found]

THRESHOLD = 0.35
"""Where Presidio's documentation sets the bar; its default of 0 would keep every guess."""


SECONDS = 0.4
LARGE = 20_000
"""How long each question of speed is asked, and how much of a text is enough to know it."""


def presidio() -> Scan:
    """Return Presidio with its predefined patterns and context words, without a language model."""
    return _presidio(korean=False)


def presidio_kr() -> Scan:
    """Return the same with its Korean recognizers, which have to be added by hand."""
    return _presidio(korean=True)


def _presidio(*, korean: bool) -> Scan:
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, predefined_recognizers
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from spacy.language import Language

    # Its e-mail recognizer would fetch a list from the network; the one in the wheel serves too.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())

    @Language.component("lower_lemmas")
    def lower_lemmas(doc: "spacy.tokens.Doc") -> "spacy.tokens.Doc":
        for token in doc:
            token.lemma_ = token.text.lower()
        return doc

    tokens = spacy.blank("en")
    tokens.max_length = 100_000_000
    tokens.add_pipe("lower_lemmas")
    language = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    language.nlp = {"en": tokens}
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=language)
    registry.recognizers = [each for each in registry.recognizers if "Spacy" not in each.name]
    if korean:
        for name in ("Rrn", "Frn", "Brn", "DriverLicense", "Passport"):
            recognizer = getattr(predefined_recognizers, f"Kr{name}Recognizer")
            registry.add_recognizer(recognizer(supported_language="en"))
        phones = predefined_recognizers.PhoneRecognizer(
            supported_regions=("KR",), name="KoreanPhoneRecognizer"
        )
        registry.add_recognizer(phones)
    engine = AnalyzerEngine(
        registry=registry,
        nlp_engine=language,
        supported_languages=["en"],
        default_score_threshold=THRESHOLD,
    )
    return lambda text: [
        (each.start, each.end, each.entity_type) for each in engine.analyze(text, language="en")
    ]


def ko_pii() -> Scan:
    """Return ko-pii as it comes."""
    from ko_pii import detect_all

    return lambda text: [(each.start, each.end, each.label) for each in detect_all(text)]


def datafog() -> Scan:
    """Return DataFog with its patterns."""
    from datafog import scan

    return lambda text: [(each.start, each.end, each.type) for each in scan(text).entities]


def scrubadub() -> Scan:
    """Return scrubadub with the detectors it has on."""
    from scrubadub import Scrubber

    scrubber = Scrubber()

    def scan(text: str) -> Found:
        found: Found = []
        for filth in scrubber.iter_filth(text):
            parts = getattr(filth, "filths", [filth])  # merged where they overlap
            found += [(each.beg, each.end, each.type) for each in parts]
        return found

    return scan


def taken(scan: Scan, texts: list[str]) -> float:
    """Return the processor's seconds for one of the texts, on average.

    Of a large text only the beginning is scanned, and counted as if all of it had been.
    """
    shares = [text[:LARGE] for text in texts]
    scan(shares[0])
    scanned = 0
    begun = time.process_time()
    while (passed := time.process_time() - begun) < SECONDS:
        scan(shares[scanned % len(shares)])
        scanned += 1
    return passed / scanned * sum(map(len, texts)) / sum(map(len, shares))


def main(name: str, package: str, ask: str) -> None:
    """Answer line by line; the first line is the version."""
    scan = globals()[name]()
    answer = scan if ask == "found" else partial(taken, scan)
    print(json.dumps(version(package)), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))))


if __name__ == "__main__":
    main(*sys.argv[1:])
