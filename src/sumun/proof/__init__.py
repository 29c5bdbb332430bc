"""What proves that a request comes from whoever holds a key, and that it comes once."""

from sumun.proof.certificates import ClientCertificates, certificate_thumbprint
from sumun.proof.claims import Claims, DatabaseClaims, MemoryClaims, claim_jti, purge_claimed_jtis
from sumun.proof.dpop import DpopProofs, InvalidProof, NonceNeeded, Proven
from sumun.proof.nonces import Nonces

__all__ = [
    "Claims",
    "ClientCertificates",
    "DatabaseClaims",
    "DpopProofs",
    "InvalidProof",
    "MemoryClaims",
    "NonceNeeded",
    "Nonces",
    "Proven",
    "certificate_thumbprint",
    "claim_jti",
    "purge_claimed_jtis",
]
