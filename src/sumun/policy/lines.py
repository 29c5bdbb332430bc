"""On which line of a TOML document each table and key stands; the standard parser does not say."""

import re
from collections.abc import Iterator
from typing import Final

Path = tuple[str | int, ...]

_TOKEN: Final = re.compile(
    r'(?P<string>"""(?:[^"\\]|\\.|"{1,2}+(?!"))*+"{3,5}+'
    r"|'''(?:[^']|'{1,2}+(?!'))*+'{3,5}+"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*+')"
    r"|(?P<comment>#[^\n]*+)"
    r"|(?P<newline>\n)"
    r"|(?P<open>[\[{])"
    r"|(?P<close>[\]}])"
    r"|(?P<equals>=)"
    r"|(?P<other>[^\"'#\n\[\]{}=]++|.)",
    re.DOTALL,
)


class Lines:
    """Lines of a document that the parser has accepted, by path (``("rule", 2, "entity")``)."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        table: Path = ()
        counts: dict[str, int] = {}
        for line, head in _statements(text):
            if head.startswith("[["):
                name = head[2:].partition("]]")[0].strip()
                table = (name, counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
                self._lines.setdefault((name,), line)
                self._lines[table] = line
            elif head.startswith("["):
                table = _keys(head[1:].partition("]")[0])
                self._lines[table] = line
            else:
                self._lines.setdefault(table + _keys(head), line)

    def find(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and head (a table's header, or a key) of each statement."""
    line = 1
    depth = 0
    head: list[str] = []
    start = 0
    in_value = False
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if kind == "newline" and depth == 0:
            if start and not in_value:
                yield start, "".join(head).strip()
            head, start, in_value = [], 0, False
        elif kind == "equals" and depth == 0 and not in_value:
            yield start, "".join(head).strip()
            in_value = True
        elif kind != "comment" and not in_value:
            if not start and token.strip():
                start = line
            head.append(token)
        depth += (kind == "open") - (kind == "close")
        line += token.count("\n")
    if start and not in_value:
        yield start, "".join(head).strip()


def _keys(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
