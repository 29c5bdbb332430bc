"""Texts, files and tables outside of any call: what is in them, protected and restored."""

from sumun.corpus.choosing import Actions, Choosing
from sumun.corpus.keys import Key, KeyNeeded, create_key_file, open_keys
from sumun.corpus.values import SCOPE, protect, restore

__all__ = [
    "SCOPE",
    "Actions",
    "Choosing",
    "Key",
    "KeyNeeded",
    "create_key_file",
    "open_keys",
    "protect",
    "restore",
]
