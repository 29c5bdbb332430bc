"""Clients that describe themselves by a document at the URL that is their identifier.

draft-ietf-oauth-client-id-metadata-document, as the MCP authorization specification asks for it.
Section numbers are those of draft 02.
"""

from sumun.oauth.cimd.documents import ClientDocuments
from sumun.oauth.cimd.trust import DocumentTrust

__all__ = ["ClientDocuments", "DocumentTrust"]
