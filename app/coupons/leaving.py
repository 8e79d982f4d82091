"""How a member leaves his coupons: unused ones lapse, and why the team gave one is forgotten."""

from app.coupons import service
from app.coupons.queries.tables import COUPON, GIVING
from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Shown

HIDDEN = frozenset({"sealed_code", "code_digest", "job_id", "giving_id", "warned_at"})


def register() -> None:
    """Say what is blanked and what is his to read; secret codes stand in no file."""
    leaving.register(
        "coupons",
        blank=(Blank(GIVING.c.member_id, {"note": ""}),),
        shown=(
            Shown(COUPON.c.member_id, _l("Coupons"), HIDDEN),
            Shown(GIVING.c.member_id, _l("Coupons received"), frozenset({"key", "given_by"})),
        ),
        again=service.lapse,
    )
