from email.utils import formatdate

import pytest

from sumun.oauth.cimd.freshness import LONGEST, SHORTEST, lifetime

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 3600),
        ({"cache-control": "public"}, 3600),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'public, Max-Age="600"'}, 600),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "9999"}, SHORTEST),
        ({"cache-control": "max-age=600", "age": "-5"}, 600),
        ({"cache-control": "max-age=1"}, SHORTEST),
        ({"cache-control": "max-age=0"}, SHORTEST),
        ({"cache-control": "max-age=9999999999"}, LONGEST),
        ({"cache-control": "max-age=99999999999999"}, 3600),
        ({"cache-control": "max-age=-1"}, 3600),
        ({"cache-control": "no-store, max-age=600"}, SHORTEST),
        ({"cache-control": "max-age=600, no-cache"}, SHORTEST),
        ({"cache-control": "max-age=600", "expires": formatdate(NOW + 9)}, 600),
        ({"expires": formatdate(NOW + 900, usegmt=True)}, 900),
        ({"expires": formatdate(NOW - 900, usegmt=True)}, SHORTEST),
        ({"expires": "0"}, SHORTEST),
        ({"expires": "Mon, 99 Foo 99999 99:99:99 GMT"}, SHORTEST),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, LONGEST),
    ],
)
def test_headers_within_bounds(headers, seconds):
    assert lifetime(headers, NOW) == seconds
