"""Sumun: authorization server and data-protection gateway for the Model Context Protocol.

What is useful without a server stands here by name, and is imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sumun.corpus import create_key_file, protect, restore
    from sumun.detection import Detector, Finding
    from sumun.policy import Policy

__version__ = "0.1.0"

__all__ = [
    "Detector",
    "Finding",
    "Policy",
    "__version__",
    "create_key_file",
    "protect",
    "restore",
]

_HOMES = {
    "Detector": "sumun.detection",
    "Finding": "sumun.detection",
    "Policy": "sumun.policy",
    "create_key_file": "sumun.corpus",
    "protect": "sumun.corpus",
    "restore": "sumun.corpus",
}


def __getattr__(name: str) -> object:
    """Import what is asked for, and remember it."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return what may be asked for, too."""
    return sorted({*globals(), *__all__})
