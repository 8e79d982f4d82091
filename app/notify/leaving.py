"""Notices go with whom they were for."""

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Gone
from app.notify.queries import ACT, DELIVERY, HABIT, NOTICE, PUSH, WISH


def register() -> None:
    """Say what goes with a member. What others were told of him names a former member."""
    leaving.register(
        "notify",
        gone=(
            Gone(DELIVERY.c.member_id),
            Gone(ACT.c.member_id),
            Gone(NOTICE.c.member_id, _l("Notices"), frozenset({"actor_id", "place"})),
            Gone(WISH.c.member_id, _l("Wishes about notices")),
            Gone(HABIT.c.member_id, _l("Quiet hours")),
            Gone(PUSH.c.member_id, _l("Devices with push"), frozenset({"endpoint"})),
        ),
    )
