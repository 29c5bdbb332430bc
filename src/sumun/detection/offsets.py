"""Where a byte of UTF-8 text is in its characters, and the other way round."""


class Offsets:
    """A way along a text, forwards only: together all steps cost one pass over it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._byte = 0
        self._character = 0

    def character(self, byte: int) -> int:
        """Return which character begins at a byte, which is not before the last one asked for."""
        if byte > self._byte:
            passed = self._data[self._byte : byte]
            self._character += len(passed.decode("utf-8", "surrogatepass"))
            self._byte = byte
        return self._character


class ByteOffsets:
    """The other way: from characters to bytes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._byte = 0
        self._character = 0

    def byte(self, character: int) -> int:
        """Return at which byte a character begins, which is not before the last one asked for."""
        if character > self._character:
            passed = self._text[self._character : character]
            self._byte += len(passed.encode("utf-8", "surrogatepass"))
            self._character = character
        return self._byte
