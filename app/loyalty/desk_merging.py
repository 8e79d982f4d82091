"""What becomes of adjustments when two members become one.

An adjustment is history like the ledger's lines: it keeps the member it was written with. A
proposal that still waits is posted to whoever the member is by then. Authority is a person's.
"""

from typing import Any, cast

import sqlalchemy as sa

from app.kernel import merging
from app.kernel.merging import Log, Moved
from app.loyalty.models.desk import DeskSetting
from app.loyalty.models.fraud import FraudCase
from app.loyalty.models.grants import Grant, GrantBatch, GrantBudget, GrantDay
from app.loyalty.models.referrals import InviteCode, InviteTap, Referral


def _columns(model: type[Any]) -> Any:
    return cast("sa.Table", model.__table__).c


REFERRAL = _columns(Referral)


def _is_no_guest_of_himself(log: Log) -> sa.ColumnElement[bool]:
    return cast("sa.ColumnElement[bool]", REFERRAL.member_id != log.target_id)


def register() -> None:
    """Say what stays."""
    history = "who did it, as it was written"
    merging.stays(
        _columns(Grant).member_id, "history; what waits is posted to whoever he is by then"
    )
    merging.stays(_columns(GrantDay).actor_id, "authority used up is a person's, never inherited")
    merging.register(
        "loyalty.desk",
        moves=(
            Moved(_columns(InviteCode).member_id),
            Moved(REFERRAL.inviter_id, where=_is_no_guest_of_himself),
        ),
    )
    merging.stays(
        REFERRAL.member_id, "who came is who signed up; what he does as another does not count"
    )
    merging.stays(_columns(InviteTap).member_id, "a count of the past, of whoever it was then")
    merging.stays(
        _columns(FraudCase).member_id,
        "whom it was about; a frozen member is not merged, and later signals see who he is",
    )
    for model, names in (
        (FraudCase, ("decided_by",)),
        (DeskSetting, ("set_by",)),
        (Grant, ("maker_id", "checker_id")),
        (GrantBatch, ("maker_id", "checker_id")),
        (GrantBudget, ("set_by",)),
    ):
        for name in names:
            merging.stays(_columns(model)[name], history)
