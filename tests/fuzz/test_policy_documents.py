"""Whatever the document: it is read, or refused in words."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from sumun.detection.entities import ENTITIES
from sumun.policy import Context, Policy, PolicyError
from sumun.policy.patterns import matches

fuzz = settings(max_examples=400, deadline=None)

keys = st.sampled_from(
    ["name", "server", "tool", "direction", "entity", "category", "action", "allow", "expect", "x"]
)
words = st.sampled_from(
    ["a", "a*", "results", "arguments", "email", "EMAIL_ADDRESS", "contact", "mask", "allow", "홍"]
)
values = st.one_of(
    words.map(lambda word: f'"{word}"'),
    st.lists(words, max_size=3).map(lambda found: str(found).replace("'", '"')),
    st.sampled_from(["true", "false", "1", "-1", "1.5", "{}", "1979-05-27", '"""\n[[x]]\n"""']),
)
lines = st.one_of(
    st.sampled_from(
        ["[[rule]]", "[[access]]", "[[restore]]", "[[test]]", "[limits]", "[defaults]", "# x", ""]
    ),
    st.builds("{} = {}".format, keys, values),
)
documents = st.lists(lines, max_size=25).map(lambda found: "\n".join(["version = 1", *found]))


@fuzz
@given(st.one_of(documents, st.text(max_size=200)))
def test_a_document_is_read_or_refused_naming_lines_that_exist(text):
    try:
        policy = Policy.parse(text, "p")
    except PolicyError as error:
        for line in str(error).splitlines():
            if found := re.match(r"p:(\d+): ", line):
                assert 1 <= int(found[1]) <= text.count("\n") + 1
            else:
                assert re.fullmatch(r"p: and \d+ more", line)
        return
    resolved = policy.resolve(Context("a", "a", scopes=frozenset({"mcp:*"})))
    for entity_type in ENTITIES:
        assert resolved.choose("results", entity_type).rule in [*policy.rule_names, "default"]


@fuzz
@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_patterns_match_as_regular_expressions_would(pattern, name):
    as_regex = ".*".join(re.escape(part) for part in pattern.split("*"))
    assert matches(pattern, name) == bool(re.fullmatch(as_regex, name))
