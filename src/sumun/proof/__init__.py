"""What proves that a request comes from whoever holds a key, and that it comes once."""

from sumun.proof.certificates import (
    ClientCertificates,
    certificate_thumbprint,
    takes_certificates,
)
from sumun.proof.claims import Claims, DatabaseClaims, MemoryClaims, claim_jti, purge_claimed_jtis
from sumun.proof.dpop import DPOP_ALGS, DpopProofs, InvalidProof, NonceNeeded, Proven
from sumun.proof.nonces import NONCE_PURPOSE, Nonces

__all__ = [
    "DPOP_ALGS",
    "NONCE_PURPOSE",
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
    "takes_certificates",
]
