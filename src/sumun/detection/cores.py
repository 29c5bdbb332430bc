"""What of a pattern an engine can look for, so that :mod:`re` need not go through all text."""

import re

_AROUND = re.compile(r"\(\?<?[=!]")
_NOT_ASCII = re.compile(r"\\[uUNwWdDsSbBxAZ0-9]|[^\x00-\x7f]|\(\?P[=>]|\(\?\(|[*+?}]\+|\(\?>")
_OPEN = re.compile(r"[*+](?!\?)|\{\d+,\}|\{(?:\d+,)?\d{3,}\}|\{\d+,(?:[4-9]\d|\d{3,})\}")
"""Repeats that end in too many places to be told of each."""

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(|\)|[^\\\[()]+", re.DOTALL)


_LAST_REPEAT = re.compile(
    rb"\A(?:\(\?:)?(?:[^\\\[(){}]{1,3}|\[[^\]]*\])\[[^\]]*\](\{(\d+)(?:,\d*)?\})(\)*)\Z"
)
_LAST_RANGE = re.compile(rb"(\[[^\]]*\]\{[1-9]\d*),\d*(\}\)*)\Z")
_ENOUGH = 12
_GUARD = re.compile(r"(?:\(\?P<value>|\(\?:)*\(\?<!(\[[^\]\\^]+\])\)")


def guard(pattern: str) -> bytes:
    """Return the byte that stands before every match, as a pattern; nothing if any may.

    Without it, one long token would have a core at every character of it.
    """
    first = _GUARD.match(pattern)
    return f"[^{first[1][1:]}".encode() if first and first[1].isascii() else b""


def shortened(pattern: bytes) -> bytes:
    """Return the pattern with a last repeat of no more than a dozen, for it occurs wherever it did.

    That is done where little stands before the repeat: in one long token it would begin again and
    again, and the automaton would follow every try to its end.
    """
    last = _LAST_REPEAT.match(pattern)
    if last is None or int(last[2]) <= _ENOUGH:
        return pattern
    return pattern[: last.start(1)] + b"{%d}" % _ENOUGH + last[3]


def core(pattern: str) -> bytes | None:
    """Return the pattern without what it asks of its surroundings, if it is plain enough.

    Whatever the pattern matches, its core matches: it has fewer conditions. A core has short
    repeats only, and its meaning is the same for characters and for bytes.
    """
    if _NOT_ASCII.search(pattern):
        return None
    bare = _without_lookaround(pattern).replace("(?P<value>", "(?:")
    if _OPEN.search(re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "c", bare)):
        return None
    return (
        None
        if "[^" in bare or "." in re.sub(r"\\.|\[[^\]]*\]", "", bare)
        else shortened(_LAST_RANGE.sub(rb"\1\2", bare.encode()))  # it ends once, not at each length
    )


def _without_lookaround(pattern: str) -> str:
    kept: list[str] = []
    position = depth = dropped = 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            raise ValueError(f"not a pattern: {pattern!r}")
        text = token.group()
        if text == "(":
            depth += 1
            if not dropped and _AROUND.match(pattern, position):
                dropped = depth
        if not dropped:
            kept.append(text)
        if text == ")":
            if dropped == depth:
                dropped = 0
            depth -= 1
        position = token.end()
    return "".join(kept)
