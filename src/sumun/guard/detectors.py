"""The detector of each server and tool, as the configuration describes it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sumun.config import (
    Config,
    ConfigurationError,
    DetectionConfig,
    ModelConfig,
    RecognizerConfig,
    ToolDetectionConfig,
)
from sumun.detection import Detector, Finding, canonical
from sumun.detection.custom import (
    HONEYTOKEN,
    Allowed,
    CustomDetector,
    RulesError,
    UnusablePattern,
    custom_recognizer,
    exact_recognizers,
    read_gitleaks,
)
from sumun.detection.recognizer import Recognizer
from sumun.models import KINDS, ModelDetector, ModelRunner, ModelSettings, ModelUnusable, prepare
from sumun.policy import matches_any

MAX_FILE = 4 * 1024 * 1024
"""Bytes of the largest list or file of rules."""

_Place = tuple[str, ToolDetectionConfig]


class Detectors:
    """Detectors by server and tool; what is said everywhere counts for each.

    Parameters
    ----------
    config:
        The configuration.

    Raises
    ------
    ConfigurationError
        If something in ``detection`` cannot be used; each line of the message names a setting.

    """

    def __init__(self, config: Config) -> None:
        self._min_score = config.detection.min_score
        places: dict[tuple[str, str], list[_Place]] = {}
        everywhere: list[_Place] = [("detection", config.detection)]
        for name, server in config.detection.servers.items():
            at = f"detection.servers.{name}"
            of_server = [*everywhere, (at, server)]
            places[name, ""] = of_server
            for tool, added in server.tools.items():
                places[name, tool] = [*of_server, (f"{at}.tools.{tool}", added)]
        problems: list[str] = []
        self._models: dict[str, ModelRunner] = {}
        shared = list(_noted(problems, _shared(config.detection)))
        self.everywhere = self._detector(everywhere, shared, problems)
        self._by_place = {
            where: self._detector(those, shared, problems) for where, those in places.items()
        }
        self.rules = rules_of(self.everywhere)
        if problems:
            raise ConfigurationError("\n".join(dict.fromkeys(problems)))
        self._finds = {where: _finds(self._by_place[where], places[where]) for where in places}
        self._finds["", ""] = _finds(self.everywhere, everywhere)

    def of(self, server: str, tool: str) -> Detector:
        """Return the detector for calls of a tool."""
        found = self._by_place.get((server, tool)) or self._by_place.get((server, ""))
        return found or self.everywhere

    def finds(self, server: Sequence[str], tool: Sequence[str]) -> frozenset[str]:
        """Return which entity types are looked for in calls of any tool that patterns mean."""
        return self._finds["", ""].union(
            *(
                types
                for (named, called), types in self._finds.items()
                if (not server or matches_any(server, named))
                and (not tool or not called or matches_any(tool, called))
            )
        )

    def is_clean(self, raw: bytes) -> bool:
        """Tell whether the rules of no detector could find anything in this JSON text."""
        return self.rules.is_clean(raw) and all(
            rules_of(each).is_clean(raw) for each in self._by_place.values()
        )

    def scan_text(self, text: str) -> list[Finding]:
        """Return what the rules of any of the detectors find in a text, at once."""
        found = self.rules.scan_text(text)
        for each in self._by_place.values():
            found.extend(rules_of(each).scan_text(text))
        return found

    def close(self) -> None:
        """Let go of the models."""
        for model in self._models.values():
            model.close()

    def _detector(
        self, places: list[_Place], shared: list[Recognizer], problems: list[str]
    ) -> Detector:
        added = [*shared]
        for at, place in places:
            added.extend(_noted(problems, _added(at, place)))
        allowed: list[Allowed] = []
        for at, place in places:
            try:
                allowed.append(Allowed(place.allow, place.allow_patterns))
            except UnusablePattern as error:
                problems.append(f"{at}.allow: {error}")
        rules = Detector(min_score=self._min_score)
        if added or any(allowed):
            rules = CustomDetector(added, allowed=allowed, min_score=self._min_score)
        models = list(self._runners(places, problems))
        return ModelDetector(models, rules) if models else rules

    def _runners(self, places: list[_Place], problems: list[str]) -> Iterator[ModelRunner]:
        """Yield the models of all places; each is loaded once, wherever it is asked."""
        for at, place in places:
            for number, each in enumerate(place.models):
                where = f"{at}.models[{number}]"
                try:
                    runner = self._models.get(where) or _runner(each)
                except (ModelUnusable, KeyError) as error:
                    problems.append(f"{where}: {error.args[0]}")
                else:
                    self._models[where] = runner
                    yield runner


def _finds(detector: Detector, places: list[_Place]) -> frozenset[str]:
    """Return which entity types a detector looks for; its models say theirs in the settings."""
    models = [model for _, place in places for model in place.models]
    asked = {name for model in models for name in (*model.entities, *model.labels.values())}
    rules = {each.entity_type for each in rules_of(detector).recognizers}
    return frozenset(rules.union(map(canonical, asked)))


def rules_of(detector: Detector) -> Detector:
    """Return what finds without asking a model, which might take its time."""
    return detector.rules if isinstance(detector, ModelDetector) else detector


def _runner(each: ModelConfig) -> ModelRunner:
    settings = ModelSettings(
        name=each.name or each.kind,
        path=each.path,
        labels={label: canonical(entity) for label, entity in each.labels.items()},
        languages=each.languages,
        threshold=each.threshold,
    )
    return ModelRunner(
        settings.name,
        prepare(each.kind, settings),
        entities=[canonical(name) for name in each.entities],
        languages=each.languages or (KINDS[each.kind].languages if each.kind in KINDS else ()),
        threshold=each.threshold,
        timeout=each.timeout_ms / 1000,
        on_failure=each.on_failure,
    )


def _shared(settings: DetectionConfig) -> Iterator[Iterator[Recognizer]]:
    """Yield what counts everywhere and is read once."""
    for path in settings.gitleaks:
        yield _rules(path)
    yield _exact("detection.honeytokens", "honeytoken", HONEYTOKEN, settings.honeytokens)
    for path in settings.honeytoken_files:
        yield _listed("detection.honeytoken_files", "honeytoken", HONEYTOKEN, path)


def _noted(problems: list[str], parts: Iterable[Iterator[Recognizer]]) -> Iterator[Recognizer]:
    """Yield the recognizers of all parts that can be used, and note what is wrong with others."""
    for part in parts:
        try:
            yield from part
        except ConfigurationError as error:
            problems.extend(str(error).splitlines())


def _added(at: str, place: ToolDetectionConfig) -> Iterator[Iterator[Recognizer]]:
    for number, each in enumerate(place.recognizers):
        yield _recognizer(f"{at}.recognizers[{number}]", each)
    for entity, values in place.deny.items():
        yield _exact(f"{at}.deny.{entity}", "deny", entity, values)
    for entity, paths in place.deny_files.items():
        for path in paths:
            yield _listed(f"{at}.deny_files.{entity}", "deny", entity, path)


def _recognizer(at: str, each: RecognizerConfig) -> Iterator[Recognizer]:
    try:
        yield custom_recognizer(
            each.name,
            each.entity,
            each.pattern,
            context=each.context,
            score=each.score,
            checksum=each.checksum,
        )
    except UnusablePattern as error:
        problem = str(error)
        name = "" if problem.startswith(("name:", "entity:", "checksum:")) else "pattern: "
        raise ConfigurationError(f"{at}.{name}{problem}") from None


def _exact(at: str, name: str, entity: str, values: Iterable[str]) -> Iterator[Recognizer]:
    try:
        yield from exact_recognizers(name, entity, values)
    except UnusablePattern as error:
        raise ConfigurationError(f"{at}: {error}") from None


def _listed(at: str, name: str, entity: str, path: str) -> Iterator[Recognizer]:
    lines = (line.strip() for line in _text(at, path).splitlines())
    yield from _exact(f"{at}: {path}", name, entity, filter(None, lines))


def _rules(path: str) -> Iterator[Recognizer]:
    try:
        yield from read_gitleaks(_text("detection.gitleaks", path), path)
    except RulesError as error:
        raise ConfigurationError(str(error)) from None


def _text(at: str, path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_FILE + 1)
        text = data.decode()
    except OSError as error:
        raise ConfigurationError(f"{at}: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{at}: {path} is not UTF-8 text") from None
    if len(data) > MAX_FILE:
        raise ConfigurationError(f"{at}: {path} is longer than {MAX_FILE} bytes")
    return text
