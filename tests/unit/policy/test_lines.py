from sumun.policy.lines import Lines

DOCUMENT = '''\
# a comment = "with a key"
version = 1

[defaults]
results = "mask"   # [not a table]
arguments = """
[[rule]]
name = "inside a text"
"""

[[rule]]
name = "first"
entity = [
  "A",  # ]
  'B]',
]
action = "mask"

  [[ rule ]]
  'name' = "second"
  when.server = "x"
  inline = { a = 1, b = [ 2 ] }
'''


def test_every_table_and_key_has_its_line():
    lines = Lines(DOCUMENT)
    assert lines.find(("version",)) == 2
    assert lines.find(("defaults",)) == 4
    assert lines.find(("defaults", "arguments")) == 6
    assert lines.find(("rule", 0)) == 11
    assert lines.find(("rule", 0, "entity")) == 13
    assert lines.find(("rule", 0, "action")) == 17
    assert lines.find(("rule", 1)) == 19
    assert lines.find(("rule", 1, "name")) == 20
    assert lines.find(("rule", 1, "when", "server")) == 21


def test_what_has_no_line_has_that_of_what_is_around_it():
    lines = Lines(DOCUMENT)
    assert lines.find(("rule", 1, "inline", "b")) == 22
    assert lines.find(("rule", 0, "missing")) == 11
    assert lines.find(("nowhere", 3, "x")) == 1


def test_a_document_may_end_without_a_newline():
    assert Lines("a = 1\n[[rule]]").find(("rule", 0)) == 2
    assert Lines("a = 1\nb = '2'").find(("b",)) == 2
    assert Lines("a = 1\r\nb = 2\r\n").find(("b",)) == 2
