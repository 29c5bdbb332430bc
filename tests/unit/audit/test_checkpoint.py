import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sumun.audit.checkpoint import (
    Checkpoint,
    CheckpointError,
    CheckpointSigner,
    CheckpointVerifier,
)

SIGNER = CheckpointSigner("sumun/audit/main", bytes(range(32)))
ROOT = hashlib.sha256(b"root").digest()
NOTE = SIGNER.sign(1042, ROOT)


def test_the_form_of_a_checkpoint():
    """C2SP signed-note and tlog-checkpoint, taken apart by hand."""
    text, _, signature = NOTE.rpartition("\n\n")
    assert text.split("\n") == ["sumun/audit/main", "1042", base64.b64encode(ROOT).decode()]
    assert signature.startswith("\u2014 sumun/audit/main ")
    assert signature.endswith("\n")
    data = base64.b64decode(signature.split(" ")[2])
    public = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    key = public.public_bytes_raw()
    assert data[:4] == hashlib.sha256(b"sumun/audit/main\n\x01" + key).digest()[:4]
    public.verify(data[4:], f"{text}\n".encode())


def test_a_verifier_key_of_another_implementation():
    """The example of Go's golang.org/x/mod/sumdb/note."""
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(CheckpointVerifier.parse(key)) == key


def test_a_note_of_another_implementation():
    """The example of golang.org/x/mod/sumdb/note: signed by it, checked by us."""
    verifier = CheckpointVerifier.parse(
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is."
    )
    line = (
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
        "qdngotpRZb6KE6RyyBwJnAM="
    )
    # It is no checkpoint, so the signature alone is looked at.
    signature = verifier._signature(line)
    verifier._key.verify(signature, f"{text}\n".encode())


def test_it_opens():
    assert SIGNER.verifier.open(NOTE) == Checkpoint("sumun/audit/main", 1042, ROOT)
    again = CheckpointVerifier.parse(str(SIGNER.verifier))
    assert again.open(NOTE).size == 1042


def test_signatures_of_witnesses_and_extension_lines_are_passed_over():
    text, _, signature = NOTE.rpartition("\n\n")
    witness = "\u2014 witness.example/w " + base64.b64encode(bytes(76)).decode() + "\n"
    assert SIGNER.verifier.open(f"{text}\n\n{witness}{signature}{witness}").size == 1042
    extended = f"{text}\nextension\n"
    data = SIGNER.verifier.key_id + SIGNER._key.sign(extended.encode())
    own = f"\u2014 sumun/audit/main {base64.b64encode(data).decode()}\n"
    assert SIGNER.verifier.open(f"{extended}\n{own}").size == 1042


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        NOTE.replace("1042", "1043"),
        NOTE.replace("1042", "01042"),
        NOTE.replace("1042", "-1"),
        NOTE.replace("1042", "1042 "),
        NOTE.replace("sumun/audit/main\n", "sumun/audit/other\n"),
        NOTE.rstrip("\n"),
        NOTE.replace("\u2014 ", "- "),
        NOTE.partition("\n\n")[0] + "\n\n",
        NOTE.partition("\n\n")[0]
        + "\n\n\u2014 other "
        + base64.b64encode(bytes(68)).decode()
        + "\n",
        NOTE[:-8] + "AAAA" + NOTE[-4:],
        "x" * 5000 + NOTE,
        CheckpointSigner("sumun/audit/main", bytes(32)).sign(1042, ROOT),
    ],
)
def test_what_this_key_did_not_sign_is_refused(note):
    with pytest.raises(CheckpointError):
        SIGNER.verifier.open(note)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "name+00+AA==",
        "name+00000000+!!",
        str(SIGNER.verifier).replace("main", "other"),
        "name+c74f20a3+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
    ],
)
def test_malformed_verifier_keys_are_refused(key):
    with pytest.raises(CheckpointError):
        CheckpointVerifier.parse(key)


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "line\n"])
def test_names_that_a_note_cannot_carry(name):
    with pytest.raises(ValueError, match="name of a log"):
        CheckpointSigner(name, bytes(32))
