"""Every fenced example in the README and the documentation is run as it is written.

``python`` blocks share one namespace a page, ``bash`` and ``console`` blocks one environment, all
in one empty directory a page. A ``text`` or ``json`` block after them is what they print; ``…``
stands for anything. Comments before a block say what else it is:

``<!-- needs: demo -->``
    once a page: run it beside a demonstration server (at another port than the page says)
``<!-- file: policy.toml -->``
    the next block is the content of that file; one that is in the repository too is quoted whole
``<!-- not run: why -->``
    the next block is only shown; it must be listed in ``NOT_RUN``
"""

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from sumun.config import load

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PRINTED_URL = "http://localhost:8081"
SERVED_BY_PAGES = tuple(f"http://localhost:{port}" for port in range(9000, 9004))
SHELL_TIMEOUT = 60

NOT_RUN = {
    "README.md": [
        "sets up and starts a server that runs until it is stopped; tests start the same command"
    ],
    "docs/how-to/find-names-with-a-model.md": [
        "the folder is yours",
        "part of a package of yours",
    ],
    "docs/how-to/know-breached-passwords.md": ["downloads for hours", "the file is yours"],
    "docs/how-to/put-a-server-behind-the-gateway.md": [
        "a server that deceives is not at hand",
        "nothing is held here",
    ],
    "docs/how-to/sign-in-with-a-provider.md": [
        "the identifiers are yours",
        "part of the file above",
    ],
    "docs/how-to/use-the-playground.md": ["serves until it is stopped"],
    "docs/ko/how-to/use-the-playground.md": ["serves until it is stopped"],
    "docs/reference/detection-card.md": ["measures for minutes, on data that is yours"],
    "docs/ko/reference/detection-card.md": ["measures for minutes, on data that is yours"],
    "docs/ko/how-to/sign-in-with-a-provider.md": ["the identifiers are yours"],
    "docs/ko/index.md": [
        "starts the server that this page runs beside",
        "the commands are found already where this page runs",
    ],
    "docs/tutorial/first-call.md": [
        "starts the server that this page runs beside",
        "the commands are found already where this page runs",
    ],
}
"""What is shown and not run: for each page, the reasons given there."""

_DIRECTIVE = re.compile(r"<!--\s*(needs|file|not run):\s*(.+?)\s*-->")


@dataclass
class Block:
    language: str
    code: str
    line: int
    output: str | None = None
    file: str | None = None
    not_run: str | None = None


@dataclass
class Page:
    path: Path
    needs: set[str] = field(default_factory=set)
    blocks: list[Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


def read_page(path: Path, text: str | None = None) -> Page:
    page = Page(path)
    pending: dict[str, str] = {}
    source = path.read_text(encoding="utf-8") if text is None else text
    for token in MarkdownIt().parse(source):
        if token.type == "html_block":
            for kind, value in _DIRECTIVE.findall(token.content):
                if kind == "needs":
                    page.needs.add(value)
                else:
                    pending[kind] = value
        elif token.type == "fence":
            _add_block(page, token.info.strip(), token.content, token.map[0] + 1, pending)
            pending = {}
    return page


def _add_block(page: Page, language: str, code: str, line: int, pending: dict[str, str]) -> None:
    before = page.blocks[-1] if page.blocks else None
    is_output = language in {"text", "json"} and not pending
    if is_output and before and _is_run(before) and before.output is None:
        before.output = code
        return
    page.blocks.append(
        Block(language, code, line, file=pending.get("file"), not_run=pending.get("not run"))
    )


def _is_run(block: Block) -> bool:
    shown_only = block.file is not None or block.not_run is not None
    return block.language in {"python", "bash", "console"} and not shown_only


class Runner:
    """Runs one page's blocks in order, in one directory.

    ``served`` says for each URL that pages print where it is served here.
    """

    def __init__(self, directory: Path, environ: dict[str, str], served: dict[str, str]) -> None:
        self.directory = directory
        self.environ = environ
        self.served = served
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self.groups: list[int] = []

    def run(self, page: Page) -> None:
        for block in page.blocks:
            if block.not_run is not None:
                continue
            where = f"{page.name}:{block.line}"
            if block.file is not None:
                self._write(block.file, self._as_served(block.code))
            elif block.language == "python":
                _expect(self._python(self._as_served(block.code), where), block.output, where)
            elif block.language == "bash":
                _expect(self._shell(self._as_served(block.code), where), block.output, where)
            elif block.language == "console":
                for command, output in _commands(block.code):
                    _expect(self._shell(self._as_served(command), where), output, where)
            else:
                pytest.fail(f"{where}: a {block.language or 'nameless'} block that nothing checks")

    def _write(self, name: str, code: str) -> None:
        path = (self.directory / name).resolve()
        assert path.is_relative_to(self.directory)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")

    def _python(self, code: str, where: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, where, "exec"), self.namespace)
        return self._as_printed(printed.getvalue())

    def _shell(self, code: str, where: str) -> str:
        """Run in a shell of its own; what it sets and where it went is kept for the next."""
        kept = self.directory / ".environ"
        script = f'set -aeo pipefail\n{code}\nenv -0 >"{kept}"\n'
        output = self.directory / ".output"
        output.unlink(missing_ok=True)  # what runs in the background goes on writing to the old one
        with output.open("wb") as file:
            process = subprocess.Popen(
                ["/bin/bash", "-c", script],
                cwd=self.environ.get("PWD", self.directory),
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.groups.append(process.pid)
            status = process.wait(SHELL_TIMEOUT)
        printed = output.read_text(encoding="utf-8")
        assert status == 0, f"{where}: exit status {status}\n{printed}"
        variables = kept.read_text(encoding="utf-8").split("\0")
        self.environ = dict(pair.split("=", 1) for pair in variables if pair)
        return self._as_printed(printed)

    def _as_served(self, code: str) -> str:
        for printed, served in self.served.items():
            code = code.replace(printed, served)
        return code

    def _as_printed(self, text: str) -> str:
        for printed, served in self.served.items():
            text = text.replace(served, printed)
        return text

    def stop(self) -> None:
        """End what the page left running."""
        for group in self.groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGTERM)


def _commands(transcript: str) -> Iterator[tuple[str, str | None]]:
    """Split ``$ command`` lines from the output that follows them."""
    for part in re.split(r"^\$ ", transcript, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        end = next(n for n, line in enumerate(lines, 1) if not line.rstrip().endswith("\\"))
        yield "".join(lines[:end]), "".join(lines[end:]) or None


def _expect(printed: str, expected: str | None, where: str) -> None:
    if expected is not None:
        assert matches(expected, printed), f"{where} printed\n{printed}\nand not\n{expected}"


def matches(expected: str, printed: str) -> bool:
    """Compare what was printed; JSON by value, text by line, ``…`` with anything."""
    with contextlib.suppress(ValueError):
        return _json_matches(json.loads(expected), json.loads(printed))
    lines = (re.escape(line.rstrip()) for line in expected.strip().splitlines())
    pattern = "".join(
        "(?:.*\n)*" if line == "…" else line.replace("…", ".*") + "\n" for line in lines
    )
    tidy = "".join(line.rstrip() + "\n" for line in printed.strip().splitlines())
    return re.fullmatch(pattern, tidy) is not None


def _json_matches(expected: Any, printed: Any) -> bool:
    if isinstance(expected, dict) and isinstance(printed, dict):
        named = {key: value for key, value in expected.items() if key != "…"}
        same_keys = (
            named.keys() <= printed.keys() if "…" in expected else named.keys() == printed.keys()
        )
        return same_keys and all(_json_matches(value, printed[key]) for key, value in named.items())
    if isinstance(expected, list) and isinstance(printed, list):
        return len(expected) == len(printed) and all(map(_json_matches, expected, printed))
    if expected == "…":
        return True
    if isinstance(expected, str) and isinstance(printed, str):
        return re.fullmatch(re.escape(expected).replace("…", ".*"), printed, re.DOTALL) is not None
    return type(expected) is type(printed) and expected == printed


PARSED = [read_page(path) for path in PAGES]


def environment(directory: Path, **settings: str) -> dict[str, str]:
    """The caller's environment, with this Python's commands first and no settings but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUMUN_")}
    kept.pop("JWT_SECRET_KEY", None)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    places = {"PWD": str(directory), "HOME": str(directory), "XDG_CACHE_HOME": cache}
    return kept | {"PATH": path} | places | settings


@pytest.mark.parametrize("page", PARSED, ids=[page.name for page in PARSED])
def test_page(page: Page, request, free_port, tmp_path, monkeypatch):
    assert page.needs <= {"demo"}, f"{page.name} needs something unknown"
    demo = request.getfixturevalue("demo") if "demo" in page.needs else None
    settings = demo.settings if demo else {}
    served = {printed: f"http://localhost:{free_port()}" for printed in SERVED_BY_PAGES}
    if demo:
        served[PRINTED_URL] = demo.url
        (tmp_path / "sumun-data").symlink_to(demo.data)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SUMUN_")]:
        monkeypatch.delenv(name)
    runner = Runner(tmp_path, environment(tmp_path, **settings), served)
    try:
        runner.run(page)
    finally:
        runner.stop()


def test_what_is_shown_and_not_run_is_listed():
    found = {
        page.name: [block.not_run for block in page.blocks if block.not_run is not None]
        for page in PARSED
    }
    assert {name: reasons for name, reasons in found.items() if reasons} == NOT_RUN


def test_what_is_quoted_from_the_repository_is_quoted_whole():
    quoted = [
        (block.file, block.code)
        for page in PARSED
        for block in page.blocks
        if block.file is not None and (ROOT / block.file).is_file()
    ]
    assert {name for name, _ in quoted} >= {
        f"examples/{path.name}" for path in (ROOT / "examples").glob("*.py")
    }
    for name, code in quoted:
        assert code == (ROOT / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param(block.file, block.code, id=f"{page.name}:{block.line}")
        for page in PARSED
        for block in page.blocks
        if block.file in {"sumun.toml", "nodes.toml"}
    ],
)
def test_settings_files_are_settings(name, code, tmp_path):
    (tmp_path / name).write_text(code, encoding="utf-8")
    here = {"keys.root_secret_file": "", "keys.root_secret": "x" * 64}
    load(tmp_path / name, environ={}, overrides=here)


class TestTheRunner:
    """The runner must be able to say no."""

    def run(self, text: str, directory: Path) -> None:
        page = read_page(ROOT / "docs" / "page.md", text)
        runner = Runner(directory, environment(directory), {})
        try:
            runner.run(page)
        finally:
            runner.stop()

    def test_shares_names_variables_and_files_within_a_page(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        self.run(
            "```python\nx = 2\n```\n"
            "```python\nprint(x + 1, '…')\n```\n\n```text\n3 …\n```\n"
            "<!-- file: a/b.txt -->\n```text\nhello\n```\n"
            "```bash\nword=$(cat a/b.txt); cd a\n```\n"
            "```console\n$ echo $word \\\n  world\nhello world\n$ ls\nb.txt\n```\n",
            tmp_path,
        )

    @pytest.mark.parametrize(
        "text",
        [
            "```python\nprint('no')\n```\n```text\nyes\n```\n",
            "```bash\nfalse\n```\n",
            "```bash\ncat /nowhere | cat\n```\n",
            "```console\n$ echo no\nyes\n```\n",
            "```json\n{}\n```\n",
            "```\nnameless\n```\n",
        ],
    )
    def test_refuses_what_is_not_true(self, text, tmp_path):
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            self.run(text, tmp_path)

    @pytest.mark.parametrize(
        ("expected", "printed", "same"),
        [
            ('{"a": "…", "b": [1]}', '{"b": [1], "a": "x"}', True),
            ('{"a": 1}', '{"a": 1, "b": 2}', False),
            ('{"a": 1, "…": "…"}', '{"a": 1, "b": 2}', True),
            ('{"a": 1}', '{"a": true}', False),
            ("one\n…\nfour", "one\ntwo\nthree\nfour", True),
            ("…\none\n…", "one", True),
            ("one\n…", "two", False),
            ("a … c", "a\nb c", False),
        ],
    )
    def test_compares(self, expected, printed, same):
        assert matches(expected, printed) is same

    def test_ends_what_a_page_left_running(self, tmp_path):
        self.run("```bash\nsleep 600 & echo $! > pid\n```\n", tmp_path)
        assert _ends(int((tmp_path / "pid").read_text()))


def _ends(pid: int) -> bool:
    """Whether a process is gone, or only waits to be reaped, within two seconds."""
    status = Path(f"/proc/{pid}/status")
    for _ in range(100):
        try:
            if "State:\tZ" in status.read_text():
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False
