"""Reading tables of a document strictly: every problem is noted with its line and its mend."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from math import isfinite
from typing import Any, Final

from sumun.policy.lines import Lines, Path

MAX_WORDS: Final = 100
MAX_WORD_LENGTH: Final = 200
MAX_NUMBER: Final = 1_000_000_000
_MAX_PROBLEMS: Final = 20


class PolicyError(Exception):
    """The document cannot be used; each line of the message names source, line and the mend."""


class Problems:
    """Notes what is wrong, to say it all at once."""

    def __init__(self, source: str, lines: Lines) -> None:
        self._source = source
        self._lines = lines
        self._noted: list[tuple[int, str]] = []

    def note(self, path: Path, message: str) -> None:
        """Note a problem with what stands at a path."""
        self.note_line(self.line(path), message)

    def note_line(self, line: int, message: str) -> None:
        """Note a problem with a line."""
        self._noted.append((line, message))

    def line(self, path: Path) -> int:
        """Return the line of a path."""
        return self._lines.find(path)

    def raise_if_any(self) -> None:
        """Raise what was noted, in the order of the document.

        Raises
        ------
        PolicyError
            If anything was.

        """
        if self._noted:
            # Names in the document may hold anything; a message is one line.
            said = [
                f"{self._source}:{line}: {' '.join(message.split())}"
                for line, message in sorted(self._noted)
            ]
            more = len(said) - _MAX_PROBLEMS
            if more > 0:
                said[_MAX_PROBLEMS:] = [f"{self._source}: and {more} more"]
            raise PolicyError("\n".join(said))


class Table:
    """One table of the document; what is asked of it is what it may say.

    Parameters
    ----------
    content:
        As the TOML parser gave it.
    path:
        Where it is.
    label:
        How a message calls it (``rule "x"``).
    problems:
        Where they are noted.

    """

    def __init__(self, content: dict[str, Any], path: Path, label: str, problems: Problems) -> None:
        self._content = content
        self._path = path
        self._asked: set[str] = set()
        self.label = label
        self._problems = problems

    def __contains__(self, key: str) -> bool:
        return key in self._content

    @property
    def line(self) -> int:
        """The line it begins on."""
        return self._problems.line(self._path)

    def note(self, key: str, message: str) -> None:
        """Note a problem with a key, or with the whole table if the key is empty."""
        path = (*self._path, key) if key else self._path
        self._problems.note(path, f"{self.label}: {message}" if self.label else message)

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        value = self._get(key, default)
        if isinstance(value, str) and len(value) <= MAX_WORD_LENGTH:
            return value
        self.note(key, f"{key} must be text of at most {MAX_WORD_LENGTH} characters")
        return default

    def number(self, key: str, default: int = 0) -> int:
        """Return a whole number that is not negative."""
        value = self._get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER:
            return value
        self.note(key, f"{key} must be a whole number from 0 to {MAX_NUMBER}")
        return default

    def share(self, key: str, default: float = 0.0) -> float:
        """Return a number from 0 to 1."""
        value = self._get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        self.note(key, f"{key} must be a number from 0 to 1")
        return default

    def bound(self, key: str) -> float | None:
        """Return a number, or ``None`` if there is no such key."""
        value = self._get(key, None)
        if value is None or (
            isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        ):
            return value
        self.note(key, f"{key} must be a number")
        return None

    def scalars(self, key: str) -> tuple[str | int | float | bool, ...]:
        """Return a text, number or flag, or a list of them; empty if there is no such key."""
        value = self._get(key, ())
        found = tuple(value) if _is_list(value) else (value,)
        if len(found) <= MAX_WORDS and all(
            isinstance(each, bool | int | float) or _is_word(each) for each in found
        ):
            return found
        self.note(
            key, f"{key} must be text, a number, true or false, or a list of at most {MAX_WORDS}"
        )
        return ()

    def flag(self, key: str) -> bool:
        """Return a required ``true`` or ``false``."""
        value = self._get(key, None)
        if isinstance(value, bool):
            return value
        self.note(key, f"{key} must be true or false")
        return False

    def words(self, key: str) -> tuple[str, ...]:
        """Return a text or a list of texts as a tuple; empty if there is no such key."""
        value = self._get(key, ())
        found = (value,) if isinstance(value, str) else tuple(value) if _is_list(value) else None
        if found is None or not all(_is_word(word) for word in found):
            self.note(key, f'{key} must be text, or a list of texts: {key} = ["…", "…"]')
            return ()
        if key in self._content and not 1 <= len(found) <= MAX_WORDS:
            self.note(key, f"{key} must name from 1 to {MAX_WORDS}; leave it out to mean every one")
        return found

    def content(self, key: str) -> dict[str, Any]:
        """Return a table as it is; empty if there is none."""
        value = self._get(key, {})
        if isinstance(value, dict):
            return value
        self.note(key, f"{key} must be a table: {key} = {{ … }}")
        return {}

    def moment(self, key: str) -> float:
        """Return a date and time with its offset, in Unix seconds; 0 if there is no such key."""
        value = self._get(key, None)
        if value is None:
            return 0.0
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.timestamp()
        self.note(key, f"{key} must be a moment with its offset: {key} = 2026-03-02T10:00:00+09:00")
        return 0.0

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Return one of the allowed words; required if there is no default."""
        known = list(allowed)
        value = self._get(key, default)
        if isinstance(value, str) and value in known:
            return value
        if value is None:
            self.note(key, f"{key} is missing: one of {', '.join(known)}")
        else:
            self.note(key, unknown(key, value, known))
        return known[0]

    def names(
        self, key: str, known: Mapping[str, str], own: Callable[[str], bool] = lambda _: False
    ) -> tuple[str, ...]:
        """Return words by their proper names; ``known`` has the proper name of each, lower case.

        Words that are ``own`` are proper names themselves.
        """
        found = []
        for word in self.words(key):
            name = known.get(word.lower()) or (word if own(word) else None)
            if name is None:
                self.note(key, unknown(key, word, known.values(), known))
            else:
                found.append(name)
        return tuple(found)

    def table(self, key: str) -> "Table":
        """Return a table in this one; empty if there is none."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            self.note(key, f"{key} must be a table: [{key}]")
            value = {}
        return Table(value, (*self._path, key), f"[{key}]", self._problems)

    def tables(self, key: str, limit: int) -> list["Table"]:
        """Return an array of tables in this one, each labelled by its name or number.

        Within another one, a single table is written without the array.
        """
        value = self._get(key, [])
        if isinstance(value, dict) and self._path:
            value = [value]
        if not _is_list(value) or not all(isinstance(item, dict) for item in value):
            self.note(key, f"{key} must be written [[{key}]], once for each")
            return []
        if len(value) > limit:
            self.note(key, f"at most {limit} of [[{key}]], here {len(value)}")
            return []
        return [
            Table(item, (*self._path, key, number), self._sub(key, number, item), self._problems)
            for number, item in enumerate(value)
        ]

    def _sub(self, key: str, number: int, content: dict[str, Any]) -> str:
        label = _label(key, number, content)
        return f"{self.label}: {label}" if self.label else label

    def refuse_others(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._content:
            if key not in self._asked:
                self.note(key, unknown("key", key, sorted(self._asked)))

    def _get(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        return self._content.get(key, default)


def unknown(
    kind: str, word: object, known: Iterable[str], spellings: Mapping[str, str] | None = None
) -> str:
    """Word the complaint that nothing is called that, with what was probably meant."""
    names = sorted(set(known))
    proper = spellings or {name.lower(): name for name in names}
    near = get_close_matches(str(word)[:MAX_WORD_LENGTH].lower(), proper, n=1)
    hint = f"did you mean {proper[near[0]]}?" if near else f"known: {', '.join(names)}"
    return f'unknown {kind} "{str(word)[:80]}"; {hint}'


def _label(key: str, number: int, content: dict[str, Any]) -> str:
    name = content.get("name")
    return f'{key} "{name[:80]}"' if isinstance(name, str) and name else f"{key} {number + 1}"


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_WORD_LENGTH
