"""What members are told about tiers, badges, camps and points, in words as they read it.

Notices keep ids. Names are read when a notice is read, those of a whole page at once.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from app.kernel import clock, i18n
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext, number
from app.loyalty.grants_shown import reason_label
from app.loyalty.queries import badges, camps
from app.loyalty.queries.ladders import ladders
from app.loyalty.service import telling
from app.loyalty.types.grants import GrantReason
from app.notify.types import Group, Named, Notice, NoticeKind, Params, Said, register


def register_notices() -> None:
    """Name the kinds of notices."""
    for kind in (
        NoticeKind(telling.TIER, _l("Your tier"), "stairs-up", tier_said, tier_names,
                   has_mail=True),
        NoticeKind(telling.SUPER, _l("Super-membership"), "crown", super_said, has_mail=True),
        NoticeKind(telling.BADGE, _l("Badges"), "award", badge_said,
                   named=Named("badge", badge_titles)),
        NoticeKind(telling.CAMP, _l("Camps"), "tent", camp_said, named=Named("camp", camp_titles)),
        NoticeKind(telling.WORK, _l("What you handed in"), "clipboard-check", work_said),
        NoticeKind(telling.GRANT, _l("Points from our team"), "gift", grant_said),
        NoticeKind(telling.REFERRAL, _l("Invited friends"), "user-plus", referral_said),
        NoticeKind(telling.REVIEW, _l("Your points are checked"), "shield-search", review_said,
                   has_mail=True, group=Group.TEAM, is_essential=True),
    ):  # fmt: skip
        register(kind)


def _name(params: Params) -> str:
    """Return the name in the reader's language; empty where the thing is gone."""
    tag = "zh" if i18n.locale_tag().startswith("zh") else "en"
    return str(params.get(f"name_{tag}", ""))


# --- tiers ---------------------------------------------------------------------------------------


def tier_names(notices: Sequence[Notice]) -> Mapping[int, Params]:
    """Add what tiers are called. One statement."""
    named = {
        (ladder.number, tier.key): {"name_zh": tier.name("zh"), "name_en": tier.name("en")}
        for ladder in ladders()
        for tier in ladder.tiers
    }
    return {
        each.id: {
            **each.params,
            **named.get((int(each.params["ladder"]), str(each.params["tier"])), {}),
        }
        for each in notices
    }


def tier_said(params: Params) -> Said:
    """Say that a tier was reached, is at risk, or was lost."""
    name, what = _name(params), params["what"]
    if what == telling.REACHED:
        return Said(_("Welcome to %(tier)s", tier=name), _("See what your new tier brings."))
    if what == telling.LOST:
        return Said(
            _("Your tier is %(tier)s now", tier=name), _("See what lifts you to the next one.")
        )
    if "until" not in params:
        return Said(_("Your tier %(tier)s is at risk", tier=name), _("See what keeps it."))
    until = date.fromisoformat(str(params["until"]))
    return Said(
        _("Keep your tier %(tier)s", tier=name),
        _("It holds until %(day)s. See what keeps it.", day=day_name(until)),
        is_moot=until < clock.business_date(),
    )


def super_said(params: Params) -> Said:
    """Say where a super-membership stands."""
    return {
        "invited": Said(
            _("You are invited to be a super-member"), _("See what it brings, and choose.")
        ),
        "accepted": Said(_("You stay a super-member"), _("Good to have you with us.")),
        "review": Said(
            _("Your super-membership is being looked at"),
            _("Your orders went below the mark. See until when you can reach it again."),
        ),
        "lapsed": Said(
            _("Your super-membership has lapsed"),
            _("Reach the mark again, and we invite you anew."),
        ),
        "ended": Said(
            _("Your super-membership has ended"), _("Our team ended it. Ask us if you wonder why.")
        ),
    }.get(str(params["state"]), Said(_("Super-membership")))


# --- badges and camps ----------------------------------------------------------------------------


def badge_titles(badge_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return what badges are called, and on the line below what for."""
    badge = badges.BADGE.c
    zh, en = badge.name_zh + "\n" + badge.about_zh, badge.name_en + "\n" + badge.about_en
    return sa.select(badge.id, zh, en).where(badge.id.in_(badge_ids))


def badge_said(params: Params) -> Said:
    """Say that a badge came or went."""
    name, _line, about = _name(params).partition("\n")
    if params["what"] == "revoked":
        return Said(_("The badge %(badge)s was taken back", badge=name), _("Your badges say why."))
    return Said(_("A badge for you: %(badge)s", badge=name), about)


def camp_titles(camp_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return what camps are called: the newest version's title."""
    version, later = camps.VERSION.c, camps.VERSION.alias("later")
    newest = (
        sa.select(sa.func.max(later.c.number))
        .where(later.c.camp_id == version.camp_id)
        .scalar_subquery()
    )
    return sa.select(version.camp_id, version.title_zh, version.title_en).where(
        version.camp_id.in_(camp_ids), version.number == newest
    )


def camp_said(params: Params) -> Said:
    """Say that a member has graduated."""
    title = _("You have finished %(camp)s", camp=_name(params))
    points = int(params["points"])
    return Said(title, _points(points) if points else _("Well done."))


def work_said(params: Params) -> Said:
    """Say what became of what was handed in."""
    if params["state"] == "returned":
        return Said(
            _("Something you handed in came back"), _("Read what is missing, and hand in again.")
        )
    return Said(_("What you handed in is right"), _("The task is done."))


# --- points --------------------------------------------------------------------------------------


def _points(points: int) -> str:
    return ngettext(
        "%(figure)s point is yours.", "%(figure)s points are yours.", points, figure=number(points)
    )


def grant_said(params: Params) -> Said:
    """Say that staff gave or took points, and for what."""
    points = int(params["points"])
    why = str(reason_label(GrantReason(str(params["reason"]))))
    if params["way"] == "back":
        why = _("It was a mistake, so it was put right.")
    size = abs(points)
    if points < 0:
        title = ngettext(
            "Our team took %(figure)s point", "Our team took %(figure)s points", size,
            figure=number(size),
        )  # fmt: skip
    else:
        title = ngettext(
            "Our team gave you %(figure)s point", "Our team gave you %(figure)s points", size,
            figure=number(size),
        )  # fmt: skip
    return Said(title, why)


def referral_said(params: Params) -> Said:
    """Say what an invitation has brought."""
    points = int(params["points"])
    title = _("Thank you for joining in")
    if params["side"] == "brought":
        title = _("A friend you invited has joined in")
    if params["waits"]:
        return Said(title, _("Your points are on their way."))
    return Said(title, _points(points) if points else _("Thank you for bringing people together."))


def review_said(params: Params) -> Said:
    """Say that staff looked at somebody's points."""
    return {
        "frozen": Said(
            _("Your points are on hold"), _("Read what we saw, and tell us how it was.")
        ),
        "released": Said(_("Your points are free again"), _("What waited meanwhile was booked.")),
        "reversed": Said(
            _("Some points were taken back"), _("Read what we saw, and tell us how it was.")
        ),
    }[str(params["what"])]
