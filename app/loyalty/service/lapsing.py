"""What a member could still spend lapses when he leaves; the ledger says so in one line."""

from app.kernel.db import use_case
from app.kernel.types import Ref
from app.ledger import queries as balances
from app.ledger import service as ledger
from app.ledger.types import Adjust, WalletStatus

SCOPE = REASON = "account.closed"


@use_case
def lapse(member_id: int) -> int:
    """Take what a member who leaves has to spend; return how many points that were.

    Pending points stay until they are due; whoever looks after the members that have left calls
    again. A frozen wallet waits for its case; one that he shares with whom he was merged into is
    not touched.
    """
    ledger.lock_wallets([member_id])
    balance = balances.balances([member_id])[member_id]
    if balance.available <= 0 or balance.status is not WalletStatus.OPEN:
        return 0
    version = balances.version_of(member_id)
    ledger.post(
        Adjust(
            member_id=member_id,
            points=-balance.available,
            reason=REASON,
            scope=SCOPE,
            key=f"{member_id}:{version}",
            source=Ref("member", member_id),
        )
    )
    return balance.available
