"""What protection refuses. No message repeats the value, the token or the text around it."""


class ProtectionError(Exception):
    """Protection could not do what was asked; nothing was changed."""


class Rejected(ProtectionError):
    """Policy rejects a call that carries this entity type."""

    def __init__(self, entity_type: str) -> None:
        super().__init__(f"{entity_type} may not pass")
        self.entity_type = entity_type


class InvalidToken(ProtectionError):
    """A token was altered, cut, invented, or made for another tenant or audience.

    Attributes
    ----------
    position:
        Where it starts, in code points of its text.
    path:
        JSON path of that text; empty for plain text.

    """

    def __init__(self, position: int, path: str = "") -> None:
        where = f"{path}, character {position}" if path else f"character {position}"
        super().__init__(f"the token at {where} is not one that was issued here: pass it unchanged")
        self.position = position
        self.path = path


class DecryptionError(ProtectionError):
    """The ciphertext was altered, is not ours, or its key is gone."""


class InvalidText(ProtectionError):
    """The text holds a lone surrogate: it is not Unicode text and has no bytes to protect."""

    def __init__(self) -> None:
        super().__init__("the value holds a lone surrogate and cannot be encoded as UTF-8")


class KeyCollision(ProtectionError):
    """Restoring would give two keys of one object the same name."""

    def __init__(self) -> None:
        super().__init__("two keys of one object stand for the same value")
