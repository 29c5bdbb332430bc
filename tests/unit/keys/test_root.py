import stat
from pathlib import Path

import pytest

from sumun.config import Config, KeysConfig
from sumun.keys import KeyMaterialError, RootSecret, SealedFiles, open_root_secret


def test_each_purpose_has_its_own_key(root: RootSecret):
    assert root.derive("a") != root.derive("b")
    assert root.derive("a") == root.derive("a")
    assert len(root.derive("a", 64)) == 64


def test_another_secret_gives_other_keys(root: RootSecret):
    assert root.derive("a") != RootSecret(b"another").derive("a")


def test_the_secret_does_not_show():
    assert "hush" not in repr(RootSecret(b"hush"))


def test_empty_secret_is_refused():
    with pytest.raises(KeyMaterialError, match="JWT_SECRET_KEY"):
        RootSecret(b"")


def test_configured_secret_is_used_and_nothing_is_written(tmp_path: Path):
    config = Config(data_dir=str(tmp_path / "data"), keys=KeysConfig(root_secret="configured"))
    assert open_root_secret(config).derive("x") == RootSecret(b"configured").derive("x")
    assert not (tmp_path / "data").exists()


def test_generated_secret_is_private_and_stays(tmp_path: Path):
    config = Config(data_dir=str(tmp_path))
    first = open_root_secret(config).derive("x")
    assert open_root_secret(config).derive("x") == first
    path = config.keys_path / "root.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_generated_secret_can_move_to_the_environment(tmp_path: Path):
    config = Config(data_dir=str(tmp_path))
    generated = open_root_secret(config).derive("x")
    text = (config.keys_path / "root.key").read_text().strip()
    moved = Config(keys=KeysConfig(root_secret=text))
    assert open_root_secret(moved).derive("x") == generated


def test_readable_root_file_is_refused_in_production_only(tmp_path: Path):
    config = Config(data_dir=str(tmp_path), mode="production")
    open_root_secret(config)
    path = config.keys_path / "root.key"
    path.chmod(0o640)
    with pytest.raises(KeyMaterialError, match=f"chmod 600 {path}"):
        open_root_secret(config)
    assert open_root_secret(Config(data_dir=str(tmp_path), mode="development"))


def test_cut_root_file_is_refused(tmp_path: Path):
    config = Config(data_dir=str(tmp_path))
    open_root_secret(config)
    (config.keys_path / "root.key").write_text("short")
    with pytest.raises(KeyMaterialError, match="cut short"):
        open_root_secret(config)


def test_lost_secret_is_not_replaced_while_keys_are_sealed_under_it(tmp_path: Path):
    config = Config(data_dir=str(tmp_path))
    SealedFiles(config.keys_path, open_root_secret(config)).store("some", b"key")
    (config.keys_path / "root.key").unlink()
    with pytest.raises(KeyMaterialError, match="is missing, and keys sealed"):
        open_root_secret(config)
    assert not (config.keys_path / "root.key").exists()
