"""Binding a token to a key its client has just shown to hold (RFC 9449 §5, RFC 8705 §3)."""

from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.proof import DpopProofs, InvalidProof, NonceNeeded, certificate_thumbprint


class KeyBinding:
    """Says which keys the token that a request asks for is bound to.

    Parameters
    ----------
    url:
        The endpoint's own, which a proof must name.

    """

    def __init__(self, proofs: DpopProofs, url: str) -> None:
        self._proofs = proofs
        self._url = url

    async def prove(self, client: Client, request: FormRequest) -> str | None:
        """Fill in ``request.cnf``; return the nonce the next proof should hold, if there is one.

        Raises
        ------
        OAuthError
            If a proof is wrong, or is missing where the client is registered to send one.
        StorageUnavailable
            If it cannot be known whether a proof was used before.

        """
        if client.metadata.tls_client_certificate_bound_access_tokens:
            request.cnf["x5t#S256"] = _thumbprint(request)
        if request.dpop:
            return await self.prove_possession(request)
        if client.metadata.dpop_bound_access_tokens:
            raise OAuthError(
                "invalid_dpop_proof",
                "this client is registered to bind its tokens; send a DPoP header (RFC 9449 5.2)",
            )
        return None

    async def prove_possession(self, request: FormRequest) -> str | None:
        """Fill in the key of the proof, if one was sent; return as :meth:`prove`.

        Raises
        ------
        OAuthError, StorageUnavailable
            As :meth:`prove`.

        """
        if not request.dpop:
            return None
        try:
            proven = await self._proofs.verify(request.dpop, "POST", self._url)
        except InvalidProof as invalid:
            raise OAuthError("invalid_dpop_proof", str(invalid)) from None
        except NonceNeeded as needed:
            raise OAuthError(
                "use_dpop_nonce",
                "put the nonce of the DPoP-Nonce header into the proof and try again",
                headers=(nonce_header(needed.nonce),),
            ) from None
        request.cnf["jkt"] = proven.thumbprint
        return proven.next_nonce


def nonce_header(nonce: str) -> tuple[bytes, bytes]:
    """Return the header field that hands out a nonce (RFC 9449 §8)."""
    return (b"dpop-nonce", nonce.encode("ascii"))


def _thumbprint(request: FormRequest) -> str:
    if request.certificate is None:
        raise OAuthError(
            "invalid_request",
            "this client is registered to bind its tokens to its certificate; connect with it "
            "(RFC 8705 3.4)",
        )
    return certificate_thumbprint(request.certificate)
