"""Text or JSON in, findings out."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from operator import attrgetter

from sumun.detection import normalise, numbers
from sumun.detection.entities import canonical
from sumun.detection.finding import Finding
from sumun.detection.numbers import Numbers
from sumun.detection.presence import Presence, presence
from sumun.detection.recognizer import (
    SURE,
    FunctionRecognizer,
    NumberRecognizer,
    PatternRecognizer,
    Recognizer,
    context_score,
)
from sumun.detection.recognizers import RECOGNIZERS
from sumun.detection.tree import LeafFindings, TooLarge, Tree

TextRecognizer = PatternRecognizer | FunctionRecognizer

MAX_DEPTH = 512
MAX_LENGTH = 64 * 1024 * 1024

_ESCAPED = rb"(?:^|[^\\])(?:\\\\)*\\[^n\"\\]|\x00|[0-9.]{6}[eE][+-]?[0-9]{1,3}(?:[^0-9A-Za-z]|$)"
"""What makes JSON text differ from the value it stands for: escapes, other encodings, exponents."""


class Detector:
    """Finds personal data and secrets.

    Safe to share between threads. Cheap to make: what is compiled is compiled once per process,
    when the first text is scanned.

    Parameters
    ----------
    entities:
        Entity types or aliases to look for; ``None`` means all.
    min_score:
        Findings below this score are dropped, 0 to 1.
    max_depth:
        How many containers deep a JSON value may be nested.
    max_length:
        How many code points a text, or all texts of a JSON value together, may have.
    engine:
        The presence engine; ``None`` means the fastest there is.

    Raises
    ------
    KeyError
        If an entity type is unknown.

    """

    def __init__(
        self,
        entities: Iterable[str] | None = None,
        *,
        min_score: float = 0.5,
        max_depth: int = MAX_DEPTH,
        max_length: int = MAX_LENGTH,
        engine: Presence | None = None,
    ) -> None:
        wanted = None if entities is None else {canonical(name) for name in entities}
        self.entities = wanted
        self.min_score = min_score
        self.max_depth = max_depth
        self.max_length = max_length
        self._engine = engine
        chosen = [each for each in RECOGNIZERS if wanted is None or each.entity_type in wanted]
        self._numbers = Numbers(each for each in chosen if isinstance(each, NumberRecognizer))
        self._patterns: dict[int, list[TextRecognizer]] = {}
        for each in chosen:
            if not isinstance(each, NumberRecognizer):
                self._patterns.setdefault(_trigger(each), []).append(each)
        self._awaited = {_trigger(each) for each in chosen} | {_ENCODING}

    def scan_text(self, text: str) -> list[Finding]:
        """Return what is in the text, sorted by start, none overlapping another.

        Raises
        ------
        TooLarge
            If the text is longer than ``max_length``.

        """
        if len(text) > self.max_length:
            raise TooLarge(f"more than {self.max_length} characters")
        present = self._scan(text.encode("utf-8", "surrogatepass"))
        if not present:
            return []
        candidates = list(self._candidates(text, present))
        if _ENCODING in present:
            candidates.extend(self._hidden(text))
        return _without_overlaps([each for each in candidates if each.score >= self.min_score])

    def scan_json(self, value: object) -> list[Finding]:
        """Return what is in the strings, numbers and keys of a JSON value, with paths.

        Raises
        ------
        Unscannable
            If the value is too deep, too large, or not JSON.

        """
        return [finding for leaf in self.scan_tree(value) for finding in leaf.findings]

    def scan_tree(self, value: object, *, skip: frozenset[str] = frozenset()) -> list[LeafFindings]:
        """Return what is in a JSON value, by the leaf it is in, so that leaves can be rewritten.

        Parameters
        ----------
        value:
            What a JSON parser returns: dict, list, str, int, float, bool, None. A string is one
            leaf whose container the caller does not hold.
        skip:
            JSON paths of values not looked at (``$.params._meta``).

        Raises
        ------
        Unscannable
            If the value is too deep, too large, or not JSON.
        ValueError
            If ``skip`` holds something that is not a path.

        """
        tree = Tree(value, skip, max_depth=self.max_depth, max_length=self.max_length)
        return tree.locate(self.scan_text(tree.text))

    def is_clean(self, raw: bytes) -> bool:
        """Tell whether nothing can be found in this JSON text, without parsing it.

        ``True`` is certain; ``False`` only means that the text must be parsed and scanned. What is
        not JSON is never parsed here: the answer says nothing of it.
        """
        hits = self._presence().scan(raw)
        return not hits or not (self._awaited.union((_ESCAPE,)).intersection(hits))

    def _presence(self) -> Presence:
        if self._engine is None:
            self._engine = _engine()
        return self._engine

    def _scan(self, data: bytes) -> set[int]:
        hits = self._presence().scan(data)
        return self._awaited.intersection(hits) if hits else _NOTHING

    def _candidates(self, text: str, present: set[int]) -> Iterator[Finding]:
        if _NUMBER in present:
            yield from self._numbers.find(text)
        for trigger in present:
            for recognizer in self._patterns.get(trigger, ()):
                yield from _find(recognizer, text)

    def _hidden(self, text: str) -> Iterator[Finding]:
        """Yield what shows once the text is written plainly, with spans of the text as it is."""
        for layer in normalise.plain(text):
            present = self._scan(layer.text.encode("utf-8", "surrogatepass"))
            for each in self._candidates(layer.text, present):
                start, end = layer.original(each.start, each.end)
                yield Finding(each.entity_type, start, end, each.score, each.recognizer)


def _find(recognizer: TextRecognizer, text: str) -> Iterator[Finding]:
    if isinstance(recognizer, FunctionRecognizer):
        for start, end, score in recognizer.find(text):
            yield Finding(recognizer.entity_type, start, end, score, recognizer.name)
        return
    judge = recognizer.judge
    for match in recognizer.pattern.finditer(text):
        score = judge if isinstance(judge, float) else judge(match)
        if not score:
            continue
        start, end = match.span("value")
        if recognizer.context and score < SURE:
            score = min(1.0, score + context_score(recognizer.entity_type, text, start))
        yield Finding(recognizer.entity_type, start, end, score, recognizer.name)


def _without_overlaps(findings: list[Finding]) -> list[Finding]:
    """Keep the best of findings that overlap: the higher score, then the longer span."""
    findings.sort(key=attrgetter("start", "end"))
    kept: list[Finding] = []
    cluster: list[Finding] = []
    cluster_end = 0
    for finding in findings:
        if cluster and finding.start >= cluster_end:
            kept.extend(_best(cluster))
            cluster = []
        cluster.append(finding)
        cluster_end = max(cluster_end, finding.end) if len(cluster) > 1 else finding.end
    kept.extend(_best(cluster))
    return kept


def _best(cluster: list[Finding]) -> list[Finding]:
    if len(cluster) <= 1:
        return cluster
    kept: list[Finding] = []
    starts: list[int] = []
    for finding in sorted(cluster, key=_rank):
        at = bisect_left(starts, finding.end)
        if at and kept[at - 1].end > finding.start:
            continue
        kept.insert(at, finding)
        starts.insert(at, finding.start)
    return kept


def _rank(finding: Finding) -> tuple[float, int, int, str]:
    return -finding.score, finding.start - finding.end, finding.start, finding.recognizer


_NOTHING: set[int] = set()


def _trigger_of(recognizer: Recognizer) -> bytes:
    return numbers.TRIGGER if isinstance(recognizer, NumberRecognizer) else recognizer.trigger


TRIGGERS = tuple(
    dict.fromkeys(
        (numbers.TRIGGER, normalise.TRIGGER, _ESCAPED, *(_trigger_of(each) for each in RECOGNIZERS))
    )
)
"""Every trigger the presence pass looks for; a recognizer's is known by its place."""

_NUMBER, _ENCODING, _ESCAPE = range(3)


def _trigger(recognizer: Recognizer) -> int:
    return TRIGGERS.index(_trigger_of(recognizer))


@cache
def _engine() -> Presence:
    return presence(TRIGGERS)
