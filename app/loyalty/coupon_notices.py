"""What is told about coupons, in words as it is read. Names of pools are read then, too."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.coupons import queries
from app.kernel import clock
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext, number
from app.kernel.permissions import Permission
from app.loyalty.service import coupons
from app.notify.types import Group, Named, Notice, NoticeKind, Params, Said, name_of, register


def register_notices() -> None:
    """Name the kinds of notices."""
    named = Named("pool", queries.titles)
    for kind in (
        NoticeKind(coupons.GIVEN, _l("Coupons for you"), "ticket", given_said, named=named),
        NoticeKind(coupons.EXPIRING, _l("Coupons about to expire"), "clock", expiring_said,
                   refresh=as_of_now, has_mail=True, named=named),
        NoticeKind(coupons.LOW, _l("Coupon pools running low"), "alert-triangle", low_said,
                   group=Group.TEAM, named=named, told_to=Permission.COUPONS_EDIT),
    ):  # fmt: skip
        register(kind)


def given_said(params: Params) -> Said:
    """Say that the team gave a coupon."""
    title = _("A coupon for you: %(name)s", name=name_of(params))
    return Said(title, _("From our team. Its page says until when it is good."))


def expiring_said(params: Params) -> Said:
    """Say that a coupon expires soon; quietly where it is over or was used."""
    name, until = name_of(params), date.fromisoformat(str(params["until"]))
    if params.get("is_over"):
        return Said(_("%(name)s is used or over", name=name), is_moot=True)
    return Said(
        _("%(name)s expires after %(day)s", name=name, day=day_name(until)),
        _("Use it in time."),
        is_moot=until < clock.business_date(),
    )


def as_of_now(notices: Sequence[Notice]) -> Mapping[int, Params]:
    """Return which of these coupons have been used or are over. One statement."""
    live = queries.unused_among({int(each.params["coupon"]) for each in notices})
    return {
        each.id: {**each.params, "is_over": int(each.params["coupon"]) not in live}
        for each in notices
    }


def low_said(params: Params) -> Said:
    """Say that a pool has few codes left."""
    left = int(params["left"])
    title = ngettext(
        "%(name)s: %(figure)s code left",
        "%(name)s: %(figure)s codes left",
        left,
        name=name_of(params),
        figure=number(left),
    )
    return Said(title, _("Put codes in before the last one is gone."))
