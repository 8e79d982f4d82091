"""What guests do that rules may pay for: they come."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_code
from app.ledger.types import Fund
from app.loyalty.queries import counted
from app.loyalty.types import actions
from app.loyalty.types.actions import Action, Attribute, AttributeKind, Option
from app.seats.models import OCCASION
from app.seats.queries import attendance
from app.seats.types import ATTENDED

MAX_OFFERED = 200


def _occasions() -> Sequence[Option]:
    rows = db.session.execute(
        sa.select(OCCASION.c.id, OCCASION.c.name_zh, OCCASION.c.name_en)
        .order_by(OCCASION.c.starts_at.desc(), OCCASION.c.id.desc())
        .limit(MAX_OFFERED)
    )
    is_zh = locale_code().startswith("zh")
    return [(row.id, row.name_zh if is_zh else row.name_en) for row in rows]


def register() -> None:
    """Name the act, and answer for attendance."""
    event = Attribute("event", _l("Event"), AttributeKind.CHOICE, _occasions)
    actions.register(
        Action(
            ATTENDED, _l("Event attended"), "calendar-event", Fund.CONTENT, (event,),
            is_one_sided=False,  # the team lets guests in
            gone=_l("At the door it was taken back that you came."),
        )
    )  # fmt: skip
    counted.register("attendance", attendance)
