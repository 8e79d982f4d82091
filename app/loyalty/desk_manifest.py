"""What staff do by hand moves in: adjustments, referrals, the fraud desk."""

from flask import Flask

from app.kernel import arrivals, menu, verify
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission
from app.loyalty import desk_merging, desk_tasks, grants_shown, policy, referrals_shown  # noqa: F401 - timetable
from app.loyalty.queries import context, fraud, grants, referrals
from app.loyalty.routes import fraud_review
from app.loyalty.routes import referrals as invitations
from app.loyalty.service import after
from app.loyalty.service import referrals as bringing
from app.loyalty.staff import fraud as fraud_pages
from app.loyalty.staff import grants as grant_pages
from app.loyalty.staff import grants_batches  # noqa: F401 - its pages
from app.loyalty.staff import referrals as referral_pages


def register(app: Flask) -> None:
    """Move in: pages, menus, what acts move on, what is verified."""
    desk_merging.register()
    grants_shown.register()
    referrals_shown.register()
    arrivals.register(invitations.COOKIE, bringing.welcome)
    after.register("referrals", bringing.follow, concerns=referrals.awaited)
    context.register(policy.FROZEN, fraud.is_frozen, read=bool)
    for pages in (grant_pages, referral_pages, invitations, fraud_pages, fraud_review):
        app.register_blueprint(pages.bp)
    verify.register("loyalty.grant_days", grants.drifting_days)
    verify.register("loyalty.four_eyes", grants.lone_decisions)
    verify.register("loyalty.referrals", referrals.stray_rewards)
    verify.register("loyalty.fraud", fraud.weighed_wrong)
    menu.add(
        "me",
        menu.Item(
            "invite", "loyalty_invite.invite", _l("Invite friends"), icon="user-plus",
            icon_on="user-plus", order=60,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "referrals", "loyalty_referrals.referrals", _l("Referrals"), icon="user-plus",
            icon_on="user-plus", order=130, group=_l("Loyalty"),
            permission=Permission.REFERRALS_SEE,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "grants", "loyalty_grants.grants", _l("Adjustments"), icon="adjustments-horizontal",
            icon_on="adjustments-horizontal", order=150, group=_l("Points desk"),
            permission=Permission.POINTS_GRANT,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "fraud", "loyalty_fraud.cases", _l("Fraud desk"), icon="shield-search",
            icon_on="shield-search", order=170, group=_l("Points desk"),
            permission=Permission.FRAUD_SEE,
        ),
    )  # fmt: skip
