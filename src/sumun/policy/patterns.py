"""Names with ``*`` in them, and scopes."""

from collections.abc import Iterable


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name fits a pattern, where ``*`` stands for any characters.

    Linear in the length of the name: between two stars the leftmost place is always right.
    """
    if "*" not in pattern:
        return pattern == name
    first, *middle, last = pattern.split("*")
    end = len(name) - len(last)
    if len(first) > end or not name.startswith(first) or not name.endswith(last):
        return False
    at = len(first)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def matches_any(patterns: Iterable[str], name: str) -> bool:
    """Tell whether a name fits one of the patterns."""
    return any(matches(pattern, name) for pattern in patterns)


def covers_scope(granted: str, needed: str) -> bool:
    """Tell whether a granted scope, or pattern of scopes, includes a needed one.

    ``mcp:<server>`` includes ``mcp:<server>:<tool>``, and ``pii:<category>`` includes
    ``pii:<category>:<purpose>``.
    """
    if granted.startswith(("mcp:", "pii:")) and needed.startswith(granted + ":"):
        return True
    return matches(granted, needed)


def reaches_server(granted: str, server: str) -> bool:
    """Tell whether a granted scope, or pattern, includes anything of a server."""
    prefix, _, rest = granted.partition(":")
    return prefix == "mcp" and matches(rest.partition(":")[0], server)
