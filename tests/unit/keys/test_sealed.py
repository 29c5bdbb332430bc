import stat
import threading

import pytest

from sumun.keys import KeyMaterialError, RootSecret, SealedFiles


def test_round_trip(files: SealedFiles):
    assert files.load("name") is None
    files.store("name", b"content")
    assert files.load("name") == b"content"


def test_files_are_private_and_hold_no_plaintext(files: SealedFiles):
    files.store("name", b"content that must not show")
    path = files.directory / "name.sealed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.directory.stat().st_mode) == 0o700
    assert b"content" not in path.read_bytes()


def test_no_draft_is_left_behind(files: SealedFiles):
    files.store("name", b"one")
    files.store("name", b"two")
    assert sorted(path.name for path in files.directory.iterdir()) == [".lock", "name.sealed"]


def test_wrong_root_secret_is_one_clear_line(files: SealedFiles):
    files.store("name", b"content")
    other = SealedFiles(files.directory, RootSecret(b"another secret"))
    with pytest.raises(KeyMaterialError, match="does not open with this root secret") as raised:
        other.load("name")
    assert "\n" not in str(raised.value)
    assert "JWT_SECRET_KEY" in str(raised.value)


def test_one_file_cannot_stand_in_for_another(files: SealedFiles):
    files.store("one", b"content")
    (files.directory / "one.sealed").rename(files.directory / "two.sealed")
    with pytest.raises(KeyMaterialError):
        files.load("two")


@pytest.mark.parametrize("cut", [0, 5, 16, 20, 40])
def test_cut_files_are_refused(files: SealedFiles, cut: int):
    files.store("name", b"content")
    path = files.directory / "name.sealed"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(KeyMaterialError, match="backup"):
        files.load("name")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o666])
def test_readable_files_are_refused_with_the_mend(files: SealedFiles, mode: int):
    files.store("name", b"content")
    path = files.directory / "name.sealed"
    path.chmod(mode)
    with pytest.raises(KeyMaterialError, match=f"chmod 600 {path}"):
        files.load("name")


def test_replaceable_directory_is_refused_with_the_mend(files: SealedFiles):
    files.store("name", b"content")
    files.directory.chmod(0o777)
    with pytest.raises(KeyMaterialError, match=f"chmod 700 {files.directory}"):
        files.load("name")


def test_development_tolerates_readable_files(files: SealedFiles, root: RootSecret):
    files.store("name", b"content")
    (files.directory / "name.sealed").chmod(0o644)
    assert SealedFiles(files.directory, root, strict=False).load("name") == b"content"


@pytest.mark.parametrize("name", ["../name", "", "a/b", ".hidden", "UPPER", "x" * 64])
def test_names_stay_inside_the_directory(files: SealedFiles, name: str):
    with pytest.raises(ValueError, match="name of a key file"):
        files.load(name)


def test_a_directory_that_cannot_be_made_is_one_clear_line(tmp_path, root: RootSecret):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyMaterialError, match="file"):
        SealedFiles(tmp_path / "file", root).store("name", b"content")


def test_racing_creators_agree(files: SealedFiles, root: RootSecret):
    made: list[bytes] = []
    barrier = threading.Barrier(8)

    def create(number: int) -> None:
        mine = SealedFiles(files.directory, root)
        barrier.wait()
        made.append(mine.load_or_create("name", lambda: str(number).encode()))

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
