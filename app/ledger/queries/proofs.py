"""What a member takes home: his lines, and the way from the last one to a signed root."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db
from app.ledger import check_proof, merkle, signing
from app.ledger.models import CHECKPOINT, CHECKPOINT_LEAF, ENTRY, TXN, WALLET

SCRIPT = Path(check_proof.__file__)


@dataclass(frozen=True, slots=True)
class SealedLine:
    """A checkpoint as staff see it."""

    number: int
    at: datetime
    wallets: int
    entries: int
    root: str
    digest: str


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that signs checkpoints; the brand publishes its fingerprint."""

    pem: str
    fingerprint: str


def public_key() -> PublicKey:
    """Return the public key of this copy's checkpoints."""
    return PublicKey(signing.public_key_pem(), signing.fingerprint_of(signing.public_key()))


def proof_script() -> str:
    """Return the text of the script that checks a proof, for download."""
    return SCRIPT.read_text(encoding="utf-8")


def proof_command(file_name: str = "proof.json") -> str:
    """Return the command that checks a downloaded proof."""
    return f"python3 {SCRIPT.name} {file_name}"


def checkpoints(limit: int = 10) -> list[SealedLine]:
    """Return the latest checkpoints, newest first. One statement."""
    rows = db.session.execute(
        sa.select(*(CHECKPOINT.c[name] for name in SealedLine.__slots__))
        .order_by(CHECKPOINT.c.number.desc())
        .limit(limit)
    )
    return [SealedLine(*row) for row in rows]


def proof(member_id: int, *, number: int | None = None) -> dict[str, Any] | None:
    """Return a member's proof under a checkpoint (default: the latest), ready for JSON.

    It holds ids, numbers and digests only. None where the checkpoint, or anything of this member
    under it, does not exist yet.
    """
    sealed = _sealed(number)
    if sealed is None:
        return None
    heads = _heads(sealed.number)
    places = {wallet_id: index for index, wallet_id in enumerate(heads)}
    levels = merkle.merkle_levels(
        [check_proof.leaf_hash(w, version, head) for w, (version, head) in heads.items()]
    )
    mine = db.session.execute(
        sa.select(WALLET.c.id, WALLET.c.book)
        .where(WALLET.c.member_id == member_id)
        .order_by(WALLET.c.id)
    ).all()
    wallets = [
        {
            "book": str(wallet.book),
            "wallet": wallet.id,
            "version": heads[wallet.id][0],
            "head_hash": heads[wallet.id][1],
            "index": places[wallet.id],
            "path": merkle.merkle_path(levels, places[wallet.id]),
            "lines": _lines(wallet.id, heads[wallet.id][0]),
        }
        for wallet in mine
        if wallet.id in heads
    ]
    if not wallets:
        return None
    return {
        "format": check_proof.FORMAT,
        "check": f"python3 {SCRIPT.name} proof.json",
        "checkpoint": {
            "statement": sealed.statement,
            "signature": sealed.signature,
            "public_key": sealed.public_key,
        },
        "line_fields": list(check_proof.LINE),
        "wallets": wallets,
    }


def _sealed(number: int | None) -> Any:
    query = sa.select(CHECKPOINT).order_by(CHECKPOINT.c.number.desc()).limit(1)
    if number is not None:
        query = query.where(CHECKPOINT.c.number == number)
    return db.session.execute(query).one_or_none()


def _heads(number: int) -> Mapping[int, tuple[int, str]]:
    """Return (version, head hash) of every wallet as of a checkpoint, by ascending id."""
    latest = (
        sa.select(CHECKPOINT_LEAF.c.wallet_id, sa.func.max(CHECKPOINT_LEAF.c.version).label("seq"))
        .where(CHECKPOINT_LEAF.c.number <= number)
        .group_by(CHECKPOINT_LEAF.c.wallet_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(ENTRY.c.wallet_id, ENTRY.c.seq, ENTRY.c.hash)
        .join(latest, sa.and_(latest.c.wallet_id == ENTRY.c.wallet_id, latest.c.seq == ENTRY.c.seq))
        .order_by(ENTRY.c.wallet_id)
    )
    return {row.wallet_id: (row.seq, row.hash) for row in rows}


def _lines(wallet_id: int, version: int) -> list[list[Any]]:
    """Return the wallet's lines up to a version, as :func:`check_proof.entry_hash` takes them."""
    rows = db.session.execute(
        sa.select(
            ENTRY.c.seq, ENTRY.c.txn_id, TXN.c.digest,
            ENTRY.c.d_pending, ENTRY.c.d_available, ENTRY.c.d_held, ENTRY.c.d_debt,
            ENTRY.c.pending_after, ENTRY.c.available_after, ENTRY.c.held_after, ENTRY.c.debt_after,
        )
        .join(TXN, TXN.c.id == ENTRY.c.txn_id)
        .where(ENTRY.c.wallet_id == wallet_id, ENTRY.c.seq <= version)
        .order_by(ENTRY.c.seq)
    )  # fmt: skip
    return [list(row) for row in rows]
