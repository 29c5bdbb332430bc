"""Microsoft Presidio's analyser: its patterns, and with a path the names its spaCy model finds."""

from collections.abc import Sequence
from typing import Any

from sumun.detection import ENTITIES
from sumun.models.protocol import ModelSettings, Span


def load(settings: ModelSettings) -> "Presidio":
    """Load Presidio with its own patterns, and the spaCy model of a folder if a path is given."""
    return Presidio(settings)


class Presidio:
    """Presidio's recognizers; types it shares with Sumun, and those that ``labels`` names."""

    def __init__(self, settings: ModelSettings) -> None:
        import presidio_analyzer as presidio  # noqa: PLC0415 - an extra

        _stay_offline()
        languages = list(settings.languages) or ["en"]
        engine = _engine(languages, settings.path)
        registry = presidio.RecognizerRegistry(supported_languages=languages)
        registry.load_predefined_recognizers(languages=languages, nlp_engine=engine)
        self._analyzer = presidio.AnalyzerEngine(
            registry=registry, nlp_engine=engine, supported_languages=languages
        )
        self.name = settings.name
        self.languages = frozenset(languages)
        self._threshold = settings.threshold
        self._types = settings.labels or {name: name for name in ENTITIES}
        known = {name for each in languages for name in registry.get_supported_entities([each])}
        self._asked = sorted(known & set(self._types))
        self.entities = frozenset(self._types[name] for name in self._asked)

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return what Presidio finds in each text, in any of the languages."""
        return [self._spans(text) for text in texts]

    def _spans(self, text: str) -> list[Span]:
        return [
            Span(found.start, found.end, self._types[found.entity_type], found.score)
            for language in sorted(self.languages)
            for found in self._analyzer.analyze(
                text, language, entities=self._asked, score_threshold=self._threshold
            )
        ]


def _engine(languages: Sequence[str], path: str) -> Any:
    from presidio_analyzer.nlp_engine import NoOpNlpEngine, SpacyNlpEngine  # noqa: PLC0415

    models = [{"lang_code": each, "model_name": path or "none"} for each in languages]
    engine = SpacyNlpEngine(models=models) if path else NoOpNlpEngine(models=models)
    engine.load()
    return engine


def _stay_offline() -> None:
    """Let Presidio check mail domains by the list that came with tldextract, not a new one."""
    import tldextract  # noqa: PLC0415 - comes with the extra

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
