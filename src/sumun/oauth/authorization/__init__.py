"""The authorization code flow with people: from a request in a browser to a grant.

A request is validated once (:mod:`request`), kept as a ticket while a person signs in and decides
(:mod:`tickets`, :mod:`sessions`, :mod:`consents`), and ends as a grant with a code
(:mod:`grants`, :mod:`codes`), from which refresh tokens descend (:mod:`refresh_tokens`).
"""
