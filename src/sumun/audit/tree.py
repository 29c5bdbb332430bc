"""The Merkle tree of RFC 6962 (and RFC 9162 §2.1): hashes, roots, proofs and their checks.

A tree of n leaves is kept as its *frontier*: the roots of the perfect subtrees that n's binary
digits name, largest first. That is all one needs to append and to know the root.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class ProofError(Exception):
    """A proof does not show what it claims to."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry (RFC 6962 §2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree.

    Parameters
    ----------
    size:
        How many leaves it has.
    data:
        The roots of its perfect subtrees, 32 bytes each, largest first.

    Raises
    ------
    ValueError
        If ``data`` does not have one hash for each binary one in ``size``.

    """

    __slots__ = ("_roots", "size")

    def __init__(self, size: int = 0, data: bytes = b"") -> None:
        if size < 0 or len(data) != HASH_SIZE * size.bit_count():
            raise ValueError("this is not the frontier of a tree of that size")
        self.size = size
        self._roots = [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]

    def append(self, leaf: bytes) -> None:
        """Add a leaf, given its hash."""
        size, roots = self.size, self._roots
        self.size = size + 1
        while size & 1:
            leaf = node_hash(roots.pop(), leaf)
            size >>= 1
        roots.append(leaf)

    def copy(self) -> "Frontier":
        """Return a tree that grows on its own."""
        twin = Frontier()
        twin.size, twin._roots = self.size, self._roots.copy()
        return twin

    def root(self) -> bytes:
        """Return the Merkle tree hash."""
        if not self._roots:
            return EMPTY_ROOT
        *rest, root = self._roots
        for left in reversed(rest):
            root = node_hash(left, root)
        return root

    def __bytes__(self) -> bytes:
        return b"".join(self._roots)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of leaf hashes."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of one leaf in the tree of all (RFC 6962 §2.1.1).

    Raises
    ------
    IndexError
        If there is no such leaf.

    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    proof = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[start:middle]))
            start = middle
    return proof[::-1]


def consistency_proof(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the first ``old_size`` leaves are a prefix (RFC 6962 §2.1.2).

    Raises
    ------
    IndexError
        If the old tree is empty or larger than the new one.

    """
    if not 0 < old_size <= len(leaves):
        raise IndexError(old_size)
    proof = []
    start, end = 0, len(leaves)
    whole = True
    while old_size != end - start:
        middle = start + _split(end - start)
        if old_size <= middle - start:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[start:middle]))
            old_size -= middle - start
            start = middle
            whole = False
    if not whole:
        proof.append(root_of(leaves[start:end]))
    return proof[::-1]


def check_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf hash is in the tree of this root (RFC 9162 §2.1.3.2).

    Raises
    ------
    ProofError
        If the proof does not show it.

    """
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a tree of {size}")
    current = leaf
    for sibling, is_left in _climb(index, size - 1, proof):
        current = node_hash(sibling, current) if is_left else node_hash(current, sibling)
    if current != root:
        raise ProofError(f"the proof does not show that entry {index} is in the tree")


def check_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the old tree is a prefix of the new one (RFC 9162 §2.1.4.2).

    Raises
    ------
    ProofError
        If the proof does not show it.

    """
    if not 0 < old_size <= size:
        raise ProofError(f"a tree of {old_size} is not a prefix of one of {size}")
    if old_size == size:
        if proof or old_root != root:
            raise ProofError("two trees of one size differ")
        return
    path = list(proof)
    if old_size.bit_count() == 1:
        path.insert(0, old_root)
    if not path:
        raise ProofError("the proof is empty")
    # The part that both trees share is known by the first hash: begin above it.
    shared = (old_size & -old_size).bit_length() - 1
    old = new = path[0]
    for sibling, is_left in _climb((old_size - 1) >> shared, (size - 1) >> shared, path[1:]):
        new = node_hash(sibling, new) if is_left else node_hash(new, sibling)
        if is_left:
            old = node_hash(sibling, old)
    if old != old_root or new != root:
        raise ProofError(f"the tree of {size} does not continue the tree of {old_size}")


def _climb(node: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Go from a node to the root; yield each sibling and whether it stands on the left.

    ``last`` is the rightmost node of the level; where ``node`` has no sibling it moves up alone.
    """
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        is_left = bool(node & 1) or node == last
        while is_left and node and not node & 1:
            node >>= 1
            last >>= 1
        yield sibling, is_left
        node >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the proof is too short")


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
