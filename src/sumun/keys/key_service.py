"""Private keys that are held elsewhere: in a hardware module, a cloud, a vault."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sumun.keys.algorithms import Alg, PublicKey
from sumun.keys.errors import SignerUnavailable
from sumun.keys.ring import Entry
from sumun.keys.signing import Headers, VerificationKey, compact

TIMEOUT: Final = 5.0
"""Seconds a signature may take."""

THREADS: Final = 8
"""Signatures under way at once."""

WAITING_LIMIT: Final = 256
"""Signatures waiting; beyond this the service is not keeping up and callers are told so."""


class KeyService(Protocol):
    """What makes and holds private keys, which never leave it.

    Every call blocks, and is called from several threads at once.

    Attributes
    ----------
    name:
        Stands in the ring beside the keys it holds.

    """

    name: str

    def create(self, alg: Alg) -> tuple[str, PublicKey]:
        """Make a key pair, and return what the service knows it by and its public half.

        Raises
        ------
        SignerUnavailable
            If the service does not answer, or cannot make such a key.

        """

    def sign(self, alg: Alg, reference: str, message: bytes) -> bytes:
        """Return the signature of ``message`` as JWS has it (RFC 7518 §3, RFC 8037 §3.1).

        Raises
        ------
        SignerUnavailable
            If the service does not answer, or does not sign with this key.

        """

    def close(self) -> None:
        """Let go of connections."""


class RemoteKey:
    """A key that signs compact JWS where it is held."""

    __slots__ = ("_headers", "_pool", "_reference", "alg", "kid", "verification")

    def __init__(self, pool: "SigningPool", verification: VerificationKey, reference: str) -> None:
        self.verification = verification
        self.alg: Alg = verification.alg
        self.kid = verification.kid
        self._headers = Headers(self.alg, self.kid)
        self._pool = pool
        self._reference = reference

    def __repr__(self) -> str:
        return f"RemoteKey({self.alg}, kid={self.kid})"

    async def sign(self, claims: dict[str, Any], typ: str) -> str:
        """Return the claims as a signed compact JWS whose header has ``alg``, ``typ``, ``kid``.

        Raises
        ------
        SignerUnavailable
            If the service does not answer in time, or answers with no signature of this key.

        """
        message = self._headers.message(claims, typ)
        return compact(message, await self._pool.sign(self, self._reference, message))


class SigningPool:
    """Calls a key service from a bounded number of threads, for a bounded time."""

    def __init__(self, service: KeyService, *, timeout: float = TIMEOUT) -> None:
        self.name = service.name
        self._service = service
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=f"sumun-{service.name}")
        self._waiting = 0

    def key(self, verification: VerificationKey, entry: Entry) -> RemoteKey | None:
        """Return the key of an entry; ``None`` if another service holds it."""
        if entry.service != self.name:
            return None
        return RemoteKey(self, verification, entry.reference)

    def create(self, alg: Alg, *, created_at: int, active_from: int) -> Entry:
        """Have a key made, and return its entry. It blocks.

        Raises
        ------
        SignerUnavailable
            If the service does not answer, or cannot make such a key.

        """
        reference, public = self._service.create(alg)
        return Entry(
            alg=alg,
            created_at=created_at,
            active_from=active_from,
            service=self.name,
            reference=reference,
            public=public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        )

    async def sign(self, key: RemoteKey, reference: str, message: bytes) -> bytes:
        """Return the signature, having made sure that it is one.

        Raises
        ------
        SignerUnavailable
            If there is none in time.

        """
        if self._waiting >= WAITING_LIMIT:
            raise SignerUnavailable(f"{WAITING_LIMIT} signatures are waiting for {self.name}")
        loop = asyncio.get_running_loop()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._timeout):
                return await loop.run_in_executor(
                    self._threads, self._sign, key, reference, message
                )
        except TimeoutError:
            raise SignerUnavailable(f"{self.name} did not sign within {self._timeout} s") from None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let go of the service."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._service.close()

    def _sign(self, key: RemoteKey, reference: str, message: bytes) -> bytes:
        signature = self._service.sign(key.alg, reference, message)
        # A fault in a signature can give the private key away (Boneh, DeMillo, Lipton 1997), and
        # a key that was replaced there would sign what nobody can verify.
        if not key.verification.verify(message, signature):
            raise SignerUnavailable(f"{self.name} signed with another key than {key.kid}")
        return signature
