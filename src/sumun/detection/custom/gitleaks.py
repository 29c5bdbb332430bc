"""Rules of gitleaks (``gitleaks.toml``) as recognizers.

Of a rule its ``id``, ``regex``, ``keywords``, ``entropy``, ``secretGroup`` and allow-lists count,
as gitleaks reads them. Paths and commits do not: what is scanned here has neither. Where a file
extends gitleaks' own rules, the library's own secrets stand in their place.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sumun.detection.custom.pattern import Bounded, UnusablePattern, bounded
from sumun.detection.custom.recognizers import Judge, pattern_recognizer
from sumun.detection.recognizer import FunctionRecognizer

MAX_SIZE = 1024 * 1024
"""Characters of the largest file of rules."""

MAX_RULES = 1_000
"""Rules in one file."""

MAX_WAYS = 2_000_000
"""Rules of gitleaks have loose beginnings; they are tried only where the whole may match."""

SCORE = 0.85
"""How sure a rule is."""

_RULE = re.compile(r"^[ \t]*\[\[[ \t]*rules[ \t]*\]\]", re.MULTILINE)
_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)\Z")
_ENTITY_TYPES = (("private-key", "PRIVATE_KEY"), ("jwt", "JWT"), ("password", "PASSWORD"))


class RulesError(ValueError):
    """The file cannot be used; each line of the message names source, line and rule."""


def read_gitleaks(text: str, source: str = "gitleaks.toml") -> list[FunctionRecognizer]:
    """Read a file of rules.

    Raises
    ------
    RulesError
        With every rule that cannot be used, and why.

    """
    document = _parse(text, source)
    rules = document.get("rules", [])
    if not isinstance(rules, list) or len(rules) > MAX_RULES:
        raise RulesError(f"{source}:1: rules: must be a list of at most {MAX_RULES}")
    extended = document.get("extend", {})
    if isinstance(extended, Mapping) and (extended.get("path") or extended.get("url")):
        raise RulesError(f"{source}:1: extend: name the other file in detection.gitleaks too")
    lines = [text.count("\n", 0, each.start()) + 1 for each in _RULE.finditer(text)]
    recognizers: list[FunctionRecognizer] = []
    problems: list[str] = []
    try:
        everywhere = _Allowance(document)
    except UnusablePattern as error:
        raise RulesError(f"{source}:1: allowlist: {error}") from None
    for number, rule in enumerate(rules):
        line = lines[number] if number < len(lines) else 1
        name = str(rule.get("id", "")) if isinstance(rule, Mapping) else ""
        try:
            recognizers.extend(_read_rule(rule, everywhere))
        except UnusablePattern as error:
            problems.append(f"{source}:{line}: rule {name or number + 1!r}: {error}")
    if problems:
        raise RulesError("\n".join(problems))
    return recognizers


def _parse(text: str, source: str) -> dict[str, Any]:
    if len(text) > MAX_SIZE:
        raise RulesError(f"{source}:1: more than {MAX_SIZE} characters")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        line = found[1] if found else text.count("\n") + 1
        raise RulesError(f"{source}:{line}: not TOML: {_TOML_LINE.sub('', str(error))}") from None


class _Allowance:
    """What allow-lists let pass: of one rule, or of the whole file."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        lists = [table["allowlist"]] if isinstance(table.get("allowlist"), Mapping) else []
        lists += [each for each in table.get("allowlists", []) if isinstance(each, Mapping)]
        self._lists = [each for each in map(_read_allow_list, lists) if each]

    def covers(self, secret: str, match: str, line: str) -> bool:
        """Tell whether one of the lists lets a secret pass."""
        targets = {"match": match, "line": line}
        for target, every, patterns, stopwords in self._lists:
            text = targets.get(target, secret)
            said = [any(each.search(text) for each in patterns)] if patterns else []
            if stopwords:
                lowered = secret.lower()
                said.append(any(each in lowered for each in stopwords))
            if all(said) if every else any(said):
                return True
        return False


_AllowList = tuple[str, bool, list[re.Pattern[str]], list[str]]


def _read_allow_list(table: Mapping[str, Any]) -> _AllowList | None:
    patterns = [_pattern(each).pattern for each in _texts(table, "regexes")]
    stopwords = [each.lower() for each in _texts(table, "stopwords")]
    every = str(table.get("condition", "")).upper() == "AND"
    if not patterns and not stopwords:
        return None
    return str(table.get("regexTarget", "")), every, patterns, stopwords


def _read_rule(rule: object, everywhere: _Allowance) -> Iterator[FunctionRecognizer]:
    if not isinstance(rule, Mapping) or not isinstance(rule.get("id"), str):
        raise UnusablePattern("must be a table with an id")
    if "regex" not in rule:
        return  # of paths alone
    found = _pattern(rule["regex"])
    group = rule.get("secretGroup", 0)
    entropy = rule.get("entropy", 0)
    if not isinstance(group, int) or not 0 <= group <= found.pattern.groups:
        raise UnusablePattern(f"secretGroup: the regex has {found.pattern.groups} groups")
    if not isinstance(entropy, int | float) or not 0 <= entropy <= 8:  # noqa: PLR2004 - bits a byte
        raise UnusablePattern("entropy: must be 0 to 8")
    name = re.sub(r"[^A-Za-z0-9_-]", "-", rule["id"])[:64]
    keywords = [each.lower() for each in _texts(rule, "keywords")]
    judge = _judge(group, float(entropy), keywords, (_Allowance(rule), everywhere))
    yield pattern_recognizer(name, _entity_type(name), found, judge)


def _judge(
    group: int, entropy: float, keywords: list[str], allowances: tuple[_Allowance, ...]
) -> Judge:
    def judge(match: re.Match[str]) -> tuple[int, int, float] | None:
        chosen = group or _first_group(match)
        start, end = match.span(chosen)
        secret, text = match.string[start:end], match.string
        if entropy and _entropy(secret) <= entropy:
            return None
        if keywords and not _nearby(text, match.span(), keywords):
            return None
        begin = text.rfind("\n", 0, match.start()) + 1
        line = text[max(begin, match.start() - _LINE) : match.end() + _LINE].partition("\n")[0]
        if any(each.covers(secret, match.group(), line) for each in allowances):
            return None
        return start, end, SCORE

    return judge


_LINE = 512
"""Of a line so much counts, on each side of the match."""


def _nearby(text: str, span: tuple[int, int], keywords: list[str]) -> bool:
    window = text[max(0, span[0] - _LINE) : span[1] + _LINE].lower()
    return any(each in window for each in keywords)


def _first_group(match: re.Match[str]) -> int:
    return next((at for at in range(1, match.re.groups + 1) if match[at]), 0)


def _entropy(text: str) -> float:
    """Return Shannon's entropy in bits a character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


def _entity_type(name: str) -> str:
    return next((known for part, known in _ENTITY_TYPES if part in name), "API_KEY")


def _pattern(source: object) -> Bounded:
    if not isinstance(source, str):
        raise UnusablePattern("regex: must be text")
    try:
        return bounded(source, max_ways=MAX_WAYS)
    except UnusablePattern as error:
        raise UnusablePattern(f"regex {error}") from None


def _texts(table: Mapping[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UnusablePattern(f"{key}: must be a list of texts")
    return value
