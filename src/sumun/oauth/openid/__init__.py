"""OpenID Connect: who the person is, for clients that were granted to know it.

Signed statements of a sign-in (:mod:`id_token`), claims by scope (:mod:`claims`, :mod:`userinfo`),
and the end of a session, at the client's word (:mod:`logout`) and told to every client of it
(:mod:`backchannel`).
"""
