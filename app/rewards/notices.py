"""What members and staff are told about the mall, in words as they read it."""

from collections.abc import Collection
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag, ngettext
from app.kernel.permissions import Permission
from app.notify.types import Group, Named, NoticeKind, Params, Said, register
from app.rewards.models import ITEM
from app.rewards.service import telling, wishing


def register_notices() -> None:
    """Name the kinds of notices."""
    named = Named("item", _titles)
    kind = partial(NoticeKind, has_mail=True, is_urgent=False, named=named)
    for each in (
        kind(wishing.STARTED, _l("A drop you wished for begins"), icon="flame", words=started,
             by_push=True),
        kind(wishing.BACK, _l("A wish is back in stock"), icon="gift", words=back),
        kind(wishing.AFFORD, _l("Your points reach for a wish"), icon="coins", words=affordable),
        kind(telling.ORDER, _l("Your redemptions"), icon="package", words=telling_words),
        NoticeKind(wishing.LOW, _l("A stock runs low"), icon="package", words=low, named=named,
                   group=Group.TEAM, told_to=Permission.MALL_EDIT),
    ):  # fmt: skip
        register(each)


def _titles(item_ids: Collection[int]) -> sa.Select[Any]:
    return sa.select(ITEM.c.id, ITEM.c.name_zh, ITEM.c.name_en).where(ITEM.c.id.in_(item_ids))


def _name(params: Params) -> str:
    name = params.get("name_zh" if locale_tag().startswith("zh") else "name_en")
    return str(name or "")


def started(params: Params) -> Said:
    """Say that a drop has begun."""
    return Said(_("It has begun: %(name)s", name=_name(params)), _("First come, first served."))


def back(params: Params) -> Said:
    """Say that something is back."""
    return Said(_("Back in the mall: %(name)s", name=_name(params)))


def affordable(params: Params) -> Said:
    """Say that points reach for a wish."""
    return Said(_("Your points reach for it: %(name)s", name=_name(params)))


def telling_words(params: Params) -> Said:
    """Say how an order goes on."""
    name = _name(params)
    titles = {
        "shipped": _("On its way to you: %(name)s", name=name),
        "cancelled": _("Cancelled: %(name)s", name=name),
        "refunded": _("Refunded: %(name)s", name=name),
        "part": _("Partly refunded: %(name)s", name=name),
        "declined": _("No refund this time: %(name)s", name=name),
        "rest": _("The rest is due: %(name)s", name=name),
        "won": _("You won: %(name)s", name=name),
        "lost": _("Not this time: %(name)s", name=name),
        "address": _("Where shall we send it? %(name)s", name=name),
    }
    state = str(params["state"])
    texts = {
        "cancelled": _("Your points are back."),
        "refunded": _("Your points are back."),
        "part": _("You had used some of it. The points of the rest are back."),
        "declined": _("We looked at it. Write to us if you wonder why."),
        "lost": _("Your points are back."),
        "rest": _("Your piece waits for you until the date on the page."),
    }
    return Said(titles.get(state, name), texts.get(state, ""))


def low(params: Params) -> Said:
    """Say that a stock runs low."""
    left = int(params["left"])
    return Said(
        _("Running low: %(name)s", name=_name(params)),
        ngettext("%(num)s piece left", "%(num)s pieces left", left),
    )
