"""What an entity type is."""

from typing import Literal

import msgspec

Category = Literal[
    "contact",
    "person",
    "government_id",
    "financial",
    "credential",
    "network",
    "health",
    "location",
]


class EntityType(msgspec.Struct, frozen=True):
    """A kind of personal data or secret.

    Attributes
    ----------
    name:
        The canonical name (``EMAIL_ADDRESS``).
    category:
        The group policies and scopes speak of (``pii:contact``).
    aliases:
        Other names accepted on input; the first is the one the seed's API uses.
    english:
        Words that stand beside such a value, lower case: English ones, and those of the country's
        own language where it is written in Latin letters.
    korean:
        The same in Korean, and in any other script.

    """

    name: str
    category: Category
    aliases: tuple[str, ...]
    english: tuple[str, ...] = ()
    korean: tuple[str, ...] = ()


def words(text: str) -> tuple[str, ...]:
    """Split at commas; a phrase also in the forms it takes as a JSON key."""
    phrases = [" ".join(word.split()) for word in text.split(",")]
    forms = [form for each in phrases if each for form in (each, *_as_keys(each))]
    return tuple(dict.fromkeys(forms))


def _as_keys(phrase: str) -> tuple[str, ...]:
    """Return ``national_id`` and ``nationalid`` for ``national id``."""
    return (phrase.replace(" ", "_"), phrase.replace(" ", "")) if " " in phrase else ()
