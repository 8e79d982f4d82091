"""The ledger stays whole: it holds numbers only, and they name nobody once the profile is blank."""

from typing import cast

import sqlalchemy as sa

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Shown
from app.ledger.models import ENTRY, WALLET


def register() -> None:
    """Say what is a member's to read."""
    leaving.register(
        "ledger",
        shown=(
            Shown(WALLET.c.member_id, _l("Wallet")),
            Shown(
                ENTRY.c.wallet_id, _l("Statement"), frozenset({"prev_hash", "hash"}), where=_entries
            ),
        ),
    )


def _entries(member_id: int) -> sa.ColumnElement[bool]:
    mine = sa.select(WALLET.c.id).where(WALLET.c.member_id == member_id)
    return cast("sa.ColumnElement[bool]", ENTRY.c.wallet_id.in_(mine))
