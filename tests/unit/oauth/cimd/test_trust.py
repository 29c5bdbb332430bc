import pytest

from sumun.oauth.cimd import DocumentTrust

CLAUDE = "https://claude.ai/oauth/claude-code-client-metadata"


@pytest.mark.parametrize(
    ("allow", "deny", "permitted"),
    [
        (["*"], [], True),
        ([], [], False),
        (["claude.ai"], [], True),
        (["CLAUDE.AI"], [], True),
        (["*.claude.ai"], [], False),
        (["ai"], [], False),
        (["claude.ai.evil.example"], [], False),
        (["vscode.dev"], [], False),
        (["vscode.dev", "claude.ai"], [], True),
        ([CLAUDE], [], True),
        (["https://claude.ai/oauth/*"], [], True),
        (["https://claude.ai/oauth/"], [], False),
        (["https://claude.ai*"], [], True),
        (["*"], ["claude.ai"], False),
        (["*"], [CLAUDE], False),
        (["*"], ["https://claude.ai/oauth/*"], False),
        (["*"], ["*"], False),
        (["claude.ai"], ["vscode.dev"], True),
    ],
)
def test_patterns(allow, deny, permitted):
    assert DocumentTrust(allow, deny).permits(CLAUDE) is permitted


def test_a_wildcard_stands_for_hosts_below_at_a_dot():
    trust = DocumentTrust(["*.example.com"], [])
    assert trust.permits("https://apps.example.com/c")
    assert trust.permits("https://a.b.EXAMPLE.com:8443/c")
    assert not trust.permits("https://example.com/c")
    assert not trust.permits("https://evilexample.com/c")
    assert not trust.permits("https://example.com.evil.example/c")


def test_nothing_is_trusted_where_all_is_denied_or_nothing_allowed():
    assert DocumentTrust(["*"], ["evil.example"]).trusts_any
    assert not DocumentTrust(["*"], ["*"]).trusts_any
    assert not DocumentTrust([], []).trusts_any
