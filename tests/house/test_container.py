"""The image and the compose file, checked by the tools that know their rules."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from sumun.config import ServerConfig

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def instructions(stage: int) -> list[tuple[str, str]]:
    """The instructions of a stage, with continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", DOCKERFILE)
    stages = re.split(r"^(?=FROM )", joined, flags=re.MULTILINE)[1:]
    lines = [line for line in stages[stage].splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(" ", 1)) for line in lines]


def run(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / tool, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_hadolint_finds_nothing():
    done = run("hadolint", "--failure-threshold", "style", "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_image_runs_as_nobody_in_particular_and_says_whether_it_is_well():
    final = dict(instructions(-1))
    user, group = final["USER"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert int(final["EXPOSE"]) == ServerConfig().port
    assert f"'127.0.0.1', {ServerConfig().port}" in final["HEALTHCHECK"]
    assert "'/readyz'" in final["HEALTHCHECK"]
    assert final["VOLUME"] == "/var/lib/sumun"
    assert json.loads(final["ENTRYPOINT"]) == ["sumun"]


def test_image_carries_no_secret_and_nothing_but_the_package():
    for name in ("ARG", "ENV"):
        for stage in (0, -1):
            values = [value for key, value in instructions(stage) if key == name]
            assert not re.search(r"SECRET|PASSWORD|TOKEN|KEY", " ".join(values))
    copied = {
        source for key, value in instructions(0) if key == "COPY" for source in value.split()[:-1]
    }
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignore[1] == "*"
    assert {line[1:] for line in ignore if line.startswith("!")} == copied
    assert not any(fnmatch("keys", source) for source in copied)


def test_compose_file_follows_the_specification():
    done = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")
    assert done.returncode == 0, done.stdout


def test_compose_specification_refuses_what_is_wrong(tmp_path):
    wrong = tmp_path / "compose.yaml"
    wrong.write_text("services: {sumun: {contianer_name: x}}", encoding="utf-8")
    done = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong)
    assert done.returncode == 1
    assert "contianer_name" in done.stdout


def test_compose_starts_one_container_by_the_name_people_know():
    started = {name: s for name, s in COMPOSE["services"].items() if "profiles" not in s}
    assert [service["container_name"] for service in started.values()] == ["mcp-oauth2-demo"]
    used = [volume.split(":")[0] for s in COMPOSE["services"].values() for volume in s["volumes"]]
    assert sorted(COMPOSE["volumes"]) == sorted(used), "each service has a volume of its own"


@pytest.mark.parametrize("name", ["sumun", "gate"])
def test_compose_offers_the_server_to_this_machine_only(name):
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"][name]["ports"])


@pytest.mark.parametrize("name", ["sumun", "gate"])
def test_compose_gives_the_server_no_more_than_it_needs(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    for variable, value in service["environment"].items():
        assert value.startswith("${") or variable == "SUMUN_STORAGE__URL"
        assert not re.search(r"//[^/@]*:[^/@]*@", value), "no password stands in the file"
