import pytest

GOOD = """
version = 1
[defaults]
arguments = "allow"
results = "mask"
[[rule]]
name = "mail"
entity = "email"
action = "redact"
[[test]]
name = "mail is redacted"
server = "crm"
tool = "find"
direction = "results"
entity = "email"
scope = "mcp:crm"
expect = "{expected}"
"""


@pytest.fixture
def document(place):
    path = place / "p.toml"
    path.write_text(GOOD.format(expected="redact"))
    return path


def test_check(sumun, document):
    ran = sumun("policy", "check", document, "--json")
    assert ran.status == 0
    assert ran.json["rules"] == ["mail"]


def test_check_names_every_line(sumun, document):
    document.write_text(
        'version = 1\n[defaults]\nresults = "maks"\n[[rule]]\naction = "redact"\nx = 1\n'
    )
    ran = sumun("policy", "check", document)
    assert ran.status == 1
    assert "p.toml:3:" in ran.out
    assert "mask" in ran.out
    assert sumun("policy", "check", document, "--json").json["ok"] is False


def test_the_configured_one(sumun, installed):
    assert sumun("policy", "check").status == 0
    (installed / "sumun-data" / "policy.toml").write_text("version = 9")
    assert sumun("policy", "check").status == 1
    assert sumun("policy", "test").status == 2


def test_standard_input(sumun, document, typed):
    typed(document.read_text())
    assert sumun("policy", "check", "-", "--json").json["source"] == "standard input"


def test_explain(sumun, document):
    arguments = ["policy", "explain", "--file", document, "--server", "crm", "--tool", "find"]
    found = sumun(*arguments, "--entity", "email", "--json").json
    assert (found["action"], found["rule"]) == ("redact", "mail")
    words = sumun(*arguments, "--entity", "korean_rrn").out
    assert "KR_RRN" in words
    assert "mask" in words


def test_explain_sees_scopes_as_the_guard_does(sumun, document):
    explain = ["policy", "explain", "--file", document, "--server", "crm", "--entity", "email"]
    assert sumun(*explain, "--json").json["access"]["allowed"] is False
    assert sumun(*explain, "--scope", "mcp.access", "--json").json["access"]["allowed"] is True


def test_explain_an_unknown_entity(sumun, document):
    ran = sumun("policy", "explain", "--file", document, "--entity", "shoe_size")
    assert ran.status == 2
    assert "--entity: unknown entity type 'shoe_size'" in ran.err


@pytest.mark.parametrize(("expected", "status"), [("redact", 0), ("mask", 1)])
def test_test(sumun, document, expected, status):
    document.write_text(GOOD.format(expected=expected))
    ran = sumun("policy", "test", document, "--json")
    assert ran.status == status
    assert ran.json[0]["passed"] is (status == 0)


def test_files_that_cannot_be_read(sumun, place):
    assert (
        sumun("policy", "test", "gone.toml").err == "sumun: gone.toml: No such file or directory\n"
    )
    (place / "x.toml").write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in sumun("policy", "test", place / "x.toml").err
