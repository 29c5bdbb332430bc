"""Passkeys: keys on people's devices that sign them in (W3C Web Authentication Level 3)."""

from sumun.oauth.passkeys.ceremonies import PasskeyRefused, Passkeys
from sumun.oauth.passkeys.passkey import Passkey

__all__ = ["Passkey", "PasskeyRefused", "Passkeys"]
