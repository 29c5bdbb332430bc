"""Fetching what strangers point to: documents, keys and pictures, and never this network.

Every request of the authorization server to an address somebody else chose goes through here
(draft-ietf-oauth-client-id-metadata-document §8.6, RFC 7591 §5).
"""

from sumun.oauth.fetch.fetcher import JSON, Fetched, Fetcher
from sumun.oauth.fetch.kept import Kept
from sumun.oauth.fetch.refused import FetchReason, FetchRefused
from sumun.oauth.fetch.urls import URL_LIMIT, check_url

__all__ = [
    "JSON",
    "URL_LIMIT",
    "FetchReason",
    "FetchRefused",
    "Fetched",
    "Fetcher",
    "Kept",
    "check_url",
]
