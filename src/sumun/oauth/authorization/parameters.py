"""The parameters of an authorization request: bounded, none judged yet (RFC 6749 §3.1)."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

LIMIT: Final = 16 * 1024
"""Bytes of the longest query or form."""

_FIELD_LIMIT: Final = 128


class Malformed(ValueError):
    """The query or form is not UTF-8 text of at most so many parameters."""


class Parameters(NamedTuple):
    """What was sent.

    Attributes
    ----------
    values:
        Every parameter but ``resource``; empty ones count as omitted (RFC 6749 §3.1).
    resources:
        The values of ``resource``, the one parameter that may repeat (RFC 8707 §2).
    repeated:
        The parameters that came more than once; ``values`` has the first.

    """

    values: Mapping[str, str]
    resources: Sequence[str] = ()
    repeated: Sequence[str] = ()

    def get(self, name: str) -> str:
        """Return a value, empty if it was not sent."""
        return self.values.get(name, "")


def parse(encoded: bytes) -> Parameters:
    """Read a query or the body of a form.

    Raises
    ------
    Malformed
        If it is too long, has too many parameters, or is not UTF-8.

    """
    if len(encoded) > LIMIT:
        raise Malformed(f"over {LIMIT} bytes")
    try:
        fields = parse_qsl(
            encoded.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=_FIELD_LIMIT,
            errors="strict",
        )
    except ValueError:  # also UnicodeDecodeError
        raise Malformed(f"not UTF-8, or over {_FIELD_LIMIT} parameters") from None
    values: dict[str, str] = {}
    resources: list[str] = []
    repeated: list[str] = []
    for name, value in fields:
        if not value:
            continue
        if name == "resource":
            resources.append(value)
        elif name in values:
            repeated.append(name)
        else:
            values[name] = value
    return Parameters(values, resources, repeated)
