"""``/playground``: paste text or JSON, see what is found in it and why, and try what becomes of it.

Nothing that is pasted is kept, logged or recorded.
"""

from sumun.console.playground.page import PLAYGROUND_PATH, PlaygroundPage

__all__ = ["PLAYGROUND_PATH", "PlaygroundPage"]
