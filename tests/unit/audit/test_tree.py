import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sumun.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

# The tree that Certificate Transparency implementations test with: eight entries and the root
# after each.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def test_the_published_roots():
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.append(leaf)
        assert tree.root().hex() == root


def test_the_published_proofs():
    assert [h.hex() for h in inclusion_proof(5, LEAVES)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [h.hex() for h in consistency_proof(6, LEAVES)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_example_of_the_rfc():
    """RFC 6962 §2.1.3: seven leaves d0 … d6, named as the figure names them."""
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k = node_hash(g, h)
    leaves = LEAVES[:7]
    el = node_hash(i, j)
    assert root_of(leaves) == node_hash(k, el)
    assert inclusion_proof(0, leaves) == [b, h, el]
    assert inclusion_proof(3, leaves) == [c, g, el]
    assert inclusion_proof(4, leaves) == [f, j, k]
    assert inclusion_proof(6, leaves) == [i, k]
    assert consistency_proof(3, leaves) == [c, d, g, el]
    assert consistency_proof(4, leaves) == [el]
    assert consistency_proof(6, leaves) == [i, j, k]


def reference_root(leaves):
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(reference_root(leaves[:k]), reference_root(leaves[k:]))


sizes = st.integers(min_value=1, max_value=200)


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_frontier_agrees_with_the_definition(entries):
    leaves = [leaf_hash(entry) for entry in entries]
    tree = Frontier()
    for at, leaf in enumerate(leaves):
        assert tree.root() == reference_root(leaves[:at])
        tree = Frontier(tree.size, bytes(tree))
        tree.append(leaf)
    assert tree.root() == reference_root(leaves)


@given(sizes, st.data())
def test_every_inclusion_proof_holds_and_no_other_does(size, data):
    leaves = [leaf_hash(b"%d" % at) for at in range(size)]
    index = data.draw(st.integers(0, size - 1))
    root = root_of(leaves)
    proof = inclusion_proof(index, leaves)
    check_inclusion(index, size, leaves[index], proof, root)

    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index)) if size > 1 else 1
    with pytest.raises(ProofError):
        check_inclusion(other, size, leaves[index], proof, root)
    with pytest.raises(ProofError):
        check_inclusion(index, size, leaf_hash(b"x"), proof, root)
    with pytest.raises(ProofError):
        check_inclusion(index, size, leaves[index], [*proof, root], root)
    if proof:
        with pytest.raises(ProofError):
            check_inclusion(index, size, leaves[index], proof[:-1], root)
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:at], bytes(32), *proof[at + 1 :]]
        with pytest.raises(ProofError):
            check_inclusion(index, size, leaves[index], changed, root)


@given(sizes, st.data())
def test_every_consistency_proof_holds_and_no_other_does(size, data):
    leaves = [leaf_hash(b"%d" % at) for at in range(size)]
    old = data.draw(st.integers(1, size))
    old_root, root = root_of(leaves[:old]), root_of(leaves)
    proof = consistency_proof(old, leaves)
    check_consistency(old, old_root, size, root, proof)

    rewritten = root_of([leaf_hash(b"x"), *leaves[1:old]])
    with pytest.raises(ProofError):
        check_consistency(old, rewritten, size, root, proof)
    with pytest.raises(ProofError):
        check_consistency(old, old_root, size, bytes(32), proof)
    with pytest.raises(ProofError):
        check_consistency(old, old_root, size, root, [*proof, root])
    if proof:
        with pytest.raises(ProofError):
            check_consistency(old, old_root, size, root, proof[:-1])


@pytest.mark.parametrize(("size", "data"), [(1, b""), (3, bytes(32)), (0, bytes(32)), (-1, b"")])
def test_a_frontier_of_the_wrong_length(size, data):
    with pytest.raises(ValueError, match="not the frontier"):
        Frontier(size, data)


def test_proofs_outside_the_tree():
    for index in (-1, 8):
        with pytest.raises(IndexError):
            inclusion_proof(index, LEAVES)
    for old in (0, 9):
        with pytest.raises(IndexError):
            consistency_proof(old, LEAVES)
    with pytest.raises(ProofError):
        check_inclusion(8, 8, LEAVES[0], [], bytes(32))
    with pytest.raises(ProofError):
        check_consistency(9, bytes(32), 8, bytes(32), [])
    with pytest.raises(ProofError):
        check_consistency(0, EMPTY_ROOT, 8, bytes(32), [])


def test_roots_are_what_checkpoints_print():
    assert base64.b64encode(EMPTY_ROOT) == b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
