"""Encryption of whole texts with Fernet (AES-128-CBC and HMAC-SHA-256, versioned and dated)."""

from cryptography.fernet import InvalidToken as FernetInvalidToken
from cryptography.fernet import MultiFernet

from sumun.protection.errors import DecryptionError, InvalidText


class FernetService:
    """Encrypts under the newest key and decrypts under every key it was given."""

    def __init__(self, fernet: MultiFernet) -> None:
        self._fernet = fernet

    def use(self, fernet: MultiFernet) -> None:
        """Take up other keys from now on."""
        self._fernet = fernet

    def encrypt(self, text: str) -> str:
        """Return the Fernet token of a text.

        Raises
        ------
        InvalidText
            If the text holds a lone surrogate.

        """
        try:
            data = text.encode()
        except UnicodeEncodeError:
            raise InvalidText from None
        return self._fernet.encrypt(data).decode("ascii")

    def decrypt(self, token: str) -> str:
        """Return the text of a Fernet token.

        Raises
        ------
        DecryptionError
            If the token was altered, is not a Fernet token, or its key is gone.

        """
        try:
            return self._fernet.decrypt(token.encode("ascii")).decode()
        except (FernetInvalidToken, UnicodeError):
            raise DecryptionError(
                "not a Fernet token made under one of these keys, or altered since"
            ) from None
