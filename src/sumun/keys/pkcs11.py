"""Signing keys in a PKCS #11 token: a hardware security module, a smart card, SoftHSM."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

from sumun.config import Pkcs11Config
from sumun.keys.algorithms import Alg, PublicKey
from sumun.keys.errors import KeyMaterialError, SignerUnavailable
from sumun.keys.files import secret_setting
from sumun.keys.key_service import TIMEOUT

T = TypeVar("T")

_ID_BYTES: Final = 16
_RSA_BITS: Final = 2048
_OCTET_STRING: Final = {"ES256": b"\x04\x41", "EdDSA": b"\x04\x20"}
_WRAPPED: Final = frozenset({67, 34})
"""Bytes of a P-256 point and of an Ed25519 one in an OCTET STRING."""
_CURVES: Final = {
    "ES256": (KeyType.EC, encode_named_curve_parameters("secp256r1")),
    # RFC 8410: id-Ed25519, as PKCS #11 v3.0 §2.3.10 has it.
    "EdDSA": (KeyType.EC_EDWARDS, bytes.fromhex("06032b6570")),
}
_OUTLIVED: Final = (
    pkcs11.DeviceError,
    pkcs11.DeviceRemoved,
    pkcs11.GeneralError,
    pkcs11.KeyHandleInvalid,
    pkcs11.ObjectHandleInvalid,
    pkcs11.SessionClosed,
    pkcs11.SessionHandleInvalid,
    pkcs11.UserNotLoggedIn,
)
"""What a session says that has outlived its token."""


class Pkcs11Keys:
    """Makes key pairs in the token and has it sign; private halves are not extractable.

    Sessions belong to threads. After an error of the token everything is opened anew, so that a
    token that was away comes back.

    Parameters
    ----------
    config:
        The module, the token and the PIN.

    Raises
    ------
    KeyMaterialError
        If the module cannot be loaded or the PIN cannot be read.

    """

    name = "pkcs11"

    def __init__(self, config: Pkcs11Config) -> None:
        if not config.module or not config.token:
            raise KeyMaterialError("keys.pkcs11: set module and token")
        self._label = config.token
        self._pin = secret_setting("keys.pkcs11.pin", config.pin, config.pin_file)
        try:
            self._library = pkcs11.lib(config.module)
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise KeyMaterialError(f"keys.pkcs11.module: {config.module}: {error!r}") from None
        self._state = threading.Condition()
        self._calls = 0
        self._login: pkcs11.Session | None = None
        self._sessions: dict[int, pkcs11.Session] = {}
        self._keys: dict[tuple[int, str], Any] = {}

    def create(self, alg: Alg) -> tuple[str, PublicKey]:
        """Make a key pair.

        Raises
        ------
        SignerUnavailable
            If the token is away, or cannot make such a key.

        """
        key_id = os.urandom(_ID_BYTES)
        return key_id.hex(), self._with_token(lambda: self._generate(alg, key_id))

    def sign(self, alg: Alg, reference: str, message: bytes) -> bytes:
        """Return the token's signature of ``message``.

        Raises
        ------
        SignerUnavailable
            If the token is away, or has no such key.

        """
        return self._with_token(lambda: _sign(self._private_key(reference), alg, message))

    def close(self) -> None:
        """Close every session, which logs out."""
        with self._state:
            sessions = [*self._sessions.values(), *([self._login] if self._login else ())]
            self._forget()
            for session in sessions:
                with suppress(pkcs11.PKCS11Error):
                    session.close()

    def _with_token(self, work: Callable[[], T]) -> T:
        try:
            with self._call() as login:
                return work()
        except pkcs11.PKCS11Error as error:
            # A wrong PIN must not be tried again: it locks the token.
            if not _lost(error):
                raise self._unavailable(error) from None
        try:
            self._start_over(login)
            with self._call():
                return work()
        except pkcs11.PKCS11Error as error:
            raise self._unavailable(error) from None

    @contextmanager
    def _call(self) -> Iterator[pkcs11.Session | None]:
        """Count a call under way, and give what login it began with."""
        with self._state:
            self._calls += 1
            login = self._login
        try:
            yield login
        finally:
            with self._state:
                self._calls -= 1
                self._state.notify_all()

    def _start_over(self, login: pkcs11.Session | None) -> None:
        """Begin with the module anew, unless another thread has done so already.

        Nothing may be asked of a module meanwhile (PKCS #11 v3.0 §5.4.2).
        """
        with self._state:
            if not self._state.wait_for(lambda: self._calls == 0, TIMEOUT):
                raise SignerUnavailable(f"the PKCS #11 token {self._label!r} hangs")
            if self._login is login:
                self._forget()
                with suppress(pkcs11.PKCS11Error):
                    self._library.finalize()
                self._library.initialize()

    def _forget(self) -> None:
        self._login = None
        self._sessions = {}
        self._keys = {}

    def _unavailable(self, error: pkcs11.PKCS11Error) -> SignerUnavailable:
        reason = str(error) or type(error).__name__
        return SignerUnavailable(f"the PKCS #11 token {self._label!r}: {reason}")

    def _open(self, *, rw: bool = False) -> pkcs11.Session:
        with self._state:
            token = self._library.get_token(token_label=self._label)
            if self._login is None:
                # PKCS #11 v3.0 §5.6: whoever logs in does so for every session of the process.
                try:
                    self._login = token.open(user_pin=self._pin)
                except pkcs11.UserAlreadyLoggedIn:
                    self._login = token.open()
            return token.open(rw=rw)

    def _generate(self, alg: Alg, key_id: bytes) -> PublicKey:
        options: dict[str, Any] = {
            "id": key_id,
            "label": f"sumun-{alg}-{key_id.hex()}",
            "store": True,
            "capabilities": MechanismFlag.SIGN | MechanismFlag.VERIFY,
            "private_template": {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
        }
        with self._open(rw=True) as session:
            if alg == "RS256":
                public, _ = session.generate_keypair(KeyType.RSA, _RSA_BITS, **options)
                return _rsa(public)
            kind, curve = _CURVES[alg]
            parameters = session.create_domain_parameters(
                kind, {Attribute.EC_PARAMS: curve}, local=True
            )
            public, _ = parameters.generate_keypair(**options)
            return _elliptic(alg, public[Attribute.EC_POINT])

    def _private_key(self, reference: str) -> Any:
        thread = threading.get_ident()
        key = self._keys.get((thread, reference))
        if key is None:
            session = self._sessions.get(thread)
            if session is None:
                session = self._sessions[thread] = self._open()
            key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=bytes.fromhex(reference))
            self._keys[thread, reference] = key
        return key


def _lost(error: pkcs11.PKCS11Error) -> bool:
    """Say whether it may help to begin with the module anew.

    The library has no class of its own for a module that is not initialised.
    """
    return isinstance(error, _OUTLIVED) or type(error) is pkcs11.PKCS11Error


def _sign(key: Any, alg: Alg, message: bytes) -> bytes:
    signature: bytes
    if alg == "ES256":
        # Few tokens hash for ECDSA themselves; the signature is r and s, as JWS has it.
        signature = key.sign(hashlib.sha256(message).digest(), mechanism=Mechanism.ECDSA)
    elif alg == "RS256":
        signature = key.sign(message, mechanism=Mechanism.SHA256_RSA_PKCS)
    else:
        signature = key.sign(message, mechanism=Mechanism.EDDSA)
    return signature


def _rsa(public: Any) -> rsa.RSAPublicKey:
    modulus, exponent = (
        int.from_bytes(public[name], "big")
        for name in (Attribute.MODULUS, Attribute.PUBLIC_EXPONENT)
    )
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _elliptic(alg: Alg, point: bytes) -> PublicKey:
    # PKCS #11 v3.0 §2.3 has the point in an OCTET STRING; some tokens give it bare.
    point = point.removeprefix(_OCTET_STRING[alg]) if len(point) in _WRAPPED else point
    if alg == "ES256":
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return ed25519.Ed25519PublicKey.from_public_bytes(point)
