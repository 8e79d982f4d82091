"""Check a ledger proof file with nothing but Python: no packages, no network, no trust in us.

    python3 check_proof.py proof.json

Checked here: every line of your statement follows from the one before it; your last line is a leaf
under the root; the root stands in the signed checkpoint. The signature itself is checked by openssl
with the command this script prints, against the public key that the brand publishes.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

FORMAT = "potluck-ledger-proof/1"
ED25519_PEM_HEAD = bytes.fromhex("302a300506032b6570032100")  # RFC 8410; 32 bytes of key follow
HASH_BYTES = 32
LINE = (
    "seq", "transaction", "digest", "pending", "available", "held", "debt", "pending_after",
    "available_after", "held_after", "debt_after",
)  # fmt: skip

canonical: Callable[[Any], str] = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=True, sort_keys=True
).encode


class BadProofError(Exception):
    """The proof does not hold; the message says where."""


# --- hashes (the house computes with these very functions) ---------------------------------------


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def entry_hash(wallet_id: int, line: Sequence[Any], prev_hash: str) -> str:
    """Return the hash of a statement line, written as a canonical JSON array.

    Args:
        wallet_id: whose line.
        line: seq, transaction id, digest of the transaction, then the changes of pending,
            available, held and debt, then what they were afterwards.
        prev_hash: the hash of the line before; empty for the first.
    """
    # %d takes numbers only: a text in their place raises, it never flows into its neighbour.
    return sha256_hex(
        '["entry/1",%d,%d,%d,"%s",%d,%d,%d,%d,%d,%d,%d,%d,"%s"]' % (wallet_id, *line, prev_hash)  # noqa: UP031 - so
    )


def leaf_hash(wallet_id: int, version: int, head_hash: str) -> bytes:
    """Return the Merkle leaf of a wallet (RFC 6962: leaves and nodes never look alike)."""
    data = canonical(["wallet/1", wallet_id, version, head_hash]).encode()
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the Merkle node over two others (RFC 6962)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[str]) -> str:
    """Return the root that a leaf and its siblings lead to, in hex."""
    if not 0 <= index < size:
        raise BadProofError("the leaf's place is outside the tree")
    siblings = [bytes.fromhex(sibling) for sibling in path]
    node = leaf
    while size > 1:
        if index ^ 1 < size:
            if not siblings:
                raise BadProofError("the path to the root is too short")
            sibling = siblings.pop(0)
            node = node_hash(sibling, node) if index % 2 else node_hash(node, sibling)
        index, size = index // 2, (size + 1) // 2
    if siblings:
        raise BadProofError("the path to the root is too long")
    return node.hex()


# --- the check -----------------------------------------------------------------------------------


def check(proof: dict[str, Any]) -> list[str]:
    """Return what holds, one sentence each.

    Raises:
        BadProofError: something does not hold; the message says what.
    """
    if proof.get("format") != FORMAT:
        raise BadProofError(f"this is no {FORMAT} file")
    sealed = proof["checkpoint"]
    stated = json.loads(sealed["statement"])
    found = []
    for wallet in proof["wallets"]:
        head = _check_lines(wallet)
        leaf = leaf_hash(wallet["wallet"], wallet["version"], head)
        root = root_from_path(leaf, wallet["index"], stated["wallets"], wallet["path"])
        if root != stated["root"]:
            raise BadProofError(f"wallet {wallet['wallet']} does not lead to the signed root")
        found.append(
            f"{wallet['book']}: {len(wallet['lines'])} lines in order, "
            f"the last one is under root {root[:16]}…"
        )
    return found


def _check_lines(wallet: dict[str, Any]) -> str:
    """Return the hash of the last line, every line recomputed."""
    prev, after = "", [0, 0, 0, 0]
    for number, line in enumerate(wallet["lines"], start=1):
        changes, now = line[3:7], line[7:11]
        if len(line) != len(LINE) or len(bytes.fromhex(line[2])) != HASH_BYTES:
            raise BadProofError(f"{wallet['book']}: line {number} is malformed")
        if line[0] != number:
            raise BadProofError(f"{wallet['book']}: line {number} is missing")
        if [a + b for a, b in zip(after, changes, strict=True)] != now:
            raise BadProofError(f"{wallet['book']}: line {number} does not add up")
        prev, after = entry_hash(wallet["wallet"], line, prev), now
    if len(wallet["lines"]) != wallet["version"] or prev != wallet["head_hash"]:
        raise BadProofError(f"{wallet['book']}: the lines do not lead to the stated head")
    return prev


def write_signed_parts(proof: dict[str, Any], folder: Path) -> str:
    """Write statement, signature and public key into ``folder``; return the openssl command."""
    sealed = proof["checkpoint"]
    raw_key = base64.b64decode(sealed["public_key"])
    pem = base64.b64encode(ED25519_PEM_HEAD + raw_key).decode()
    names = ("checkpoint.json", "checkpoint.sig", "ledger-key.pem")
    statement, signature, key = (folder / name for name in names)
    statement.write_text(sealed["statement"], encoding="ascii")
    signature.write_bytes(base64.b64decode(sealed["signature"]))
    key.write_text(f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n", "ascii")
    return (
        f"openssl pkeyutl -verify -pubin -inkey {key} -rawin -in {statement} -sigfile {signature}"
    )


def main(arguments: Sequence[str]) -> int:
    """Check the file named on the command line; return 0 if it holds, 1 if not."""
    if len(arguments) != 1:
        print("usage: python3 check_proof.py proof.json")  # noqa: T201 - a script's output
        return 2
    path = Path(arguments[0])
    try:
        proof = json.loads(path.read_text(encoding="utf-8"))
        for sentence in check(proof):
            print(f"ok  {sentence}")  # noqa: T201 - a script's output
        command = write_signed_parts(proof, path.resolve().parent)
    except (OSError, ValueError, KeyError, TypeError, BadProofError) as error:
        print(f"BAD {path}: {error}")  # noqa: T201 - a script's output
        return 1
    key = hashlib.sha256(base64.b64decode(proof["checkpoint"]["public_key"])).hexdigest()
    print(f"Key {key}: compare it with the one the brand publishes, then run\n  {command}")  # noqa: T201 - a script's output
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
