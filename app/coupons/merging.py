"""What becomes of coupons when two members become one."""

from app.coupons.queries.tables import COUPON, GIVING, JOB, POOL
from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Moved


def register() -> None:
    """Coupons follow, with what they were given for."""
    merging.register(
        "coupons", moves=(Moved(COUPON.c.member_id, _l("coupons")), Moved(GIVING.c.member_id))
    )
    for column in (POOL.c.made_by, GIVING.c.given_by, JOB.c.started_by):
        merging.stays(column, "who of the team did it")
