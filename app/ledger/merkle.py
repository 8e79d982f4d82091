"""The Merkle tree over wallets, as RFC 6962 §2.1 defines it."""

import hashlib
from collections.abc import Sequence

from app.ledger.check_proof import node_hash

EMPTY = hashlib.sha256(b"").digest()


def merkle_levels(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Return all levels of the tree, leaves first, root last (RFC 6962 §2.1)."""
    levels: list[Sequence[bytes]] = [leaves or [EMPTY]]
    while len(levels[-1]) > 1:
        level = levels[-1]
        above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        levels.append([*above, level[-1]] if len(level) % 2 else above)
    return levels


def merkle_path(levels: Sequence[Sequence[bytes]], index: int) -> list[str]:
    """Return the siblings on the way from a leaf to the root, in hex."""
    path = []
    for level in levels[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling].hex())
        index //= 2
    return path


class GrowingTree:
    """The root over leaves that come one by one, in memory for the tree's height only."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # roots of full subtrees, the largest first

    def add(self, leaf: bytes) -> None:
        """Take the next leaf."""
        self._peaks.append(leaf)
        full = self.size
        while full % 2:  # a full subtree stands beside one of its own height
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(node_hash(left, right))
            full //= 2
        self.size += 1

    def root(self) -> str:
        """Return the root over all leaves so far, in hex."""
        if not self._peaks:
            return EMPTY.hex()
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node.hex()
