"""Text or JSON in, findings out."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sumun.detection import normalise
from sumun.detection.context import Context
from sumun.detection.entities import canonical
from sumun.detection.finding import Finding
from sumun.detection.numbers import Numbers
from sumun.detection.offsets import Offsets
from sumun.detection.overlaps import Candidate, without_overlaps, without_rivals
from sumun.detection.patterns import Patterns
from sumun.detection.presence import EngineName
from sumun.detection.recognizer import NumberRecognizer, Recognizer
from sumun.detection.recognizers import RECOGNIZERS
from sumun.detection.scanners import ENCODING, Scanners, scanners
from sumun.detection.tables import Cells
from sumun.detection.tree import LeafFindings, TooLarge, Tree

MAX_DEPTH = 512
MAX_LENGTH = 64 * 1024 * 1024

_NOTHING: frozenset[int] = frozenset()


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
        What looks for patterns: ``hyperscan``, ``python``, or the faster there is; the findings
        are the same.
    recognizers:
        What is known; by default all that come with the library.
    preferred:
        Names of recognizers that others give way to where both find the same span.

    Raises
    ------
    KeyError
        If an entity type is unknown.
    ImportError
        When first scanning, if an engine is asked for that is not installed.

    """

    def __init__(
        self,
        entities: Iterable[str] | None = None,
        *,
        min_score: float = 0.5,
        max_depth: int = MAX_DEPTH,
        max_length: int = MAX_LENGTH,
        engine: EngineName = "auto",
        recognizers: Sequence[Recognizer] = RECOGNIZERS,
        preferred: Iterable[str] = (),
    ) -> None:
        self.entities = None if entities is None else {canonical(name) for name in entities}
        self.min_score = min_score
        self.max_depth = max_depth
        self.max_length = max_length
        self._engine = engine
        self._recognizers = tuple(recognizers)
        self._preferred = frozenset(preferred)
        self._opened: Opened | None = None

    def scan_text(self, text: str) -> list[Finding]:
        """Return what is in the text, sorted by start, none overlapping another.

        Raises
        ------
        TooLarge
            If the text is longer than ``max_length``.

        """
        return [
            Finding(entity_type, start, end, score, name)
            for start, end, score, entity_type, name in self._scan(text)
        ]

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
        return tree.locate(self._scan(tree.text))

    def is_clean(self, raw: bytes) -> bool:
        """Tell whether nothing can be found in this JSON text, without parsing it.

        ``True`` is certain; ``False`` only means that the text must be parsed and scanned. What is
        not JSON is never parsed here: the answer says nothing of it.
        """
        opened = self._opened or self.opened()
        if opened.escapes(raw):
            return False
        hits = opened.present(raw)
        if not opened.awaited.isdisjoint(hits):
            return False
        return opened.base64 not in hits or not opened.holds_base64(raw)

    def _scan(self, text: str) -> list[Candidate]:
        if len(text) > self.max_length:
            raise TooLarge(f"more than {self.max_length} characters")
        opened = self._opened or self.opened()
        data = text.encode("utf-8", "surrogatepass")
        hits = opened.present(data)
        if not hits:
            return []
        present = opened.awaited.intersection(hits)
        base64 = opened.base64 in hits and opened.holds_base64(data)
        candidates: list[Candidate] = []
        if present:
            opened.find(text, data, present, candidates)
            if "\n" in text:
                candidates.extend(opened.in_tables(text))
        if base64 or ENCODING in present:
            candidates.extend(opened.hidden(text, base64=base64))
        return opened.best(candidates) if len(candidates) > 1 else candidates

    def opened(self) -> "Opened":
        """Compile what is needed, so that the first text does not wait for it."""
        if self._opened is None:
            compiled = scanners(self._recognizers, self._engine)
            self._opened = Opened(compiled, self.recognizers, self.min_score, self._preferred)
        return self._opened

    @property
    def recognizers(self) -> list[Recognizer]:
        """The recognizers of the entity types that are looked for."""
        return [
            each
            for each in self._recognizers
            if self.entities is None or each.entity_type in self.entities
        ]

    def unjudged(self, change: Callable[[Recognizer], Recognizer]) -> "Opened":
        """Return what finds every candidate by changed recognizers, however little it scores."""
        compiled = scanners(self._recognizers, self._engine)
        return Opened(compiled, map(change, self.recognizers), 0.0)

    def allows(self, _entity_type: str, _value: str) -> bool:
        """Tell whether a value is never reported, whatever it looks like."""
        return False


class Opened:
    """A detector that has compiled what it needs."""

    def __init__(
        self,
        compiled: Scanners,
        recognizers: Iterable[Recognizer],
        min_score: float,
        preferred: frozenset[str] = frozenset(),
    ) -> None:
        self._compiled = compiled
        self._preferred = preferred
        self.present = compiled.present
        self.base64 = compiled.base64
        self.escapes = compiled.escapes
        numbers, others = [], []
        for each in recognizers:
            if isinstance(each, NumberRecognizer):
                numbers.append(each)
            else:
                others.append(each)
        self._numbers = Numbers(numbers, min_score)
        self._patterns = Patterns(others, compiled, min_score)
        self.awaited = frozenset(
            {ENCODING, *self._patterns.triggers, *((compiled.number,) if numbers else ())}
        )

    def find(self, text: str, data: bytes, present: frozenset[int], out: list[Candidate]) -> None:
        """Append the candidates of a text, given its UTF-8 form and the triggers in it."""
        context = Context(self._compiled.vocabulary, text, data)
        if self._compiled.number in present:
            runs = self._compiled.runs(data)
            if context.ascii_only:
                self._numbers.find(runs, context, out)
            elif runs:
                counted: list[Candidate] = []
                self._numbers.find(runs, context, counted)
                counted.sort()
                out.extend(_in_characters(counted, Offsets(data)))
            if len(present) == 1:
                return
        self._patterns.find(present, context, out)

    def best(self, candidates: list[Candidate]) -> list[Candidate]:
        """Sort candidates and keep the best of those that overlap."""
        if self._preferred:
            candidates = without_rivals(candidates, self._preferred)
        return without_overlaps(candidates)

    def context(self, text: str) -> Context:
        """Return the context words of a text."""
        return Context(self._compiled.vocabulary, text, text.encode("utf-8", "surrogatepass"))

    def holds_base64(self, data: bytes) -> bool:
        """Tell whether some of the UTF-8 form is printable text in base64."""
        data = b"\n" + data
        places = self._compiled.places(normalise.BEGINS_BASE64, data) or ()
        return any(normalise.is_text_in_base64(data, start + 1) for start, _ in places)

    def in_tables(self, text: str) -> Iterator[Candidate]:
        """Yield what shows in the cells of tables once the name of its column is beside each."""
        cells = Cells(text, self._compiled.vocabulary.speaks)
        if not cells.text:
            return
        data = cells.text.encode("utf-8", "surrogatepass")
        candidates: list[Candidate] = []
        self.find(cells.text, data, self.awaited.intersection(self.present(data)), candidates)
        for found in candidates:
            span = cells.original(found[0], found[1])
            if span is not None:
                yield *span, *found[2:]

    def hidden(self, text: str, *, base64: bool) -> Iterator[Candidate]:
        """Yield what shows once the text is written plainly, with spans of the text as it is."""
        for layer in normalise.plain(text, base64=base64):
            data = layer.text.encode("utf-8", "surrogatepass")
            present = self.awaited.intersection(self.present(data))
            candidates: list[Candidate] = []
            self.find(layer.text, data, present, candidates)
            done = 0
            for found in self.best(candidates):
                start, end = layer.original(found[0], found[1])
                start = max(start, done)  # neighbours may share a quartet of base64
                if start < end:
                    done = end
                    yield start, end, *found[2:]


def _in_characters(candidates: list[Candidate], offsets: Offsets) -> Iterator[Candidate]:
    """Yield candidates whose spans count bytes, ascending, with spans that count characters."""
    for start, end, score, entity_type, name in candidates:
        at = offsets.character(start)
        yield at, at + end - start, score, entity_type, name  # digits are ASCII
