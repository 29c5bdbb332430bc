import click
import pytest

from sumun import __version__
from sumun.cli.grammar import Group, use_color
from sumun.cli.root import COMMANDS, root


def _paths(command, context, path=()):
    yield path, command
    if isinstance(command, Group):
        for name in command.list_commands(context):
            yield from _paths(command.get_command(context, name), context, (*path, name))


PATHS = dict(_paths(root, click.Context(root)))


def test_the_version(sumun):
    assert sumun("--version") == (0, f"sumun {__version__}\n", "")


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_command_explains_itself(sumun, path, lang):
    ran = sumun("--lang", lang, *path, "--help")
    assert ran.status == 0
    assert "--json" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize("path", [path for path in PATHS if len(path) <= 1], ids=" ".join)
def test_every_command_shows_examples(sumun, path):
    examples = sumun(*path, "--help").out.partition("Examples:\n")[2]
    assert f"sumun {path[0] if path else ''}" in examples


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name):
    assert PATHS[name,].get_short_help_str()[:4] == COMMANDS[name][:4]


def test_global_options_stand_before_or_after(sumun):
    before, after = sumun("--json", "version"), sumun("version", "--json")
    assert before.json == after.json
    assert before.json["sumun"] == __version__


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--json"], "Missing command"),
        (["nosuch"], "No such command 'nosuch'"),
        (["version", "--nosuch"], "No such option '--nosuch'"),
        (["client", "show"], "Missing argument 'CLIENT'"),
        (["serve", "--port", "99999"], "99999 is not in the range"),
        (["policy", "explain"], "Missing option '--entity'"),
        (["--lang", "fr", "version"], "'fr' is not one of"),
    ],
)
def test_wrong_usage_is_one_line_that_says_where_to_look(sumun, arguments, said):
    ran = sumun(*arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("sumun: ")
    assert said in ran.err
    assert ran.err.rstrip().endswith("--help")
    assert ran.err.count("\n") == 1


def test_nothing_said_is_answered_with_the_help(sumun):
    ran = sumun()
    assert ran.status == 2
    assert "sumun demo" in ran.err


@pytest.mark.parametrize(
    ("environ", "color"),
    [({}, None), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, None), ({"TERM": "dumb"}, False)],
)
def test_no_color_is_respected(environ, color):
    assert use_color(environ) is color


def test_a_pipe_gets_no_colour(sumun):
    assert "\x1b" not in sumun("version").out
