"""Who may do what: one table of roles and permissions (docs/generated/permissions.md)."""

from enum import StrEnum


class Permission(StrEnum):
    """``area.act``. A view or a policy names one of these, never a loose string."""

    CONSOLE_OPEN = "console.open"
    GALLERY_SEE = "gallery.see"
    CONTENT_SEE = "content.see"
    CONTENT_MODERATE = "content.moderate"
    CROWDS_CALL = "crowds.call"
    TEAM_ANSWER = "team.answer"
    BOARDS_EDIT = "boards.edit"
    CIRCLES_EDIT = "circles.edit"
    MEMBERS_SEE = "members.see"
    MEMBERS_ERASE = "members.erase"
    CONTACTS_REVEAL = "contacts.reveal"
    MEMBERS_MERGE = "members.merge"
    ROLES_GRANT = "roles.grant"
    ORDERS_SEE = "orders.see"
    ORDERS_IMPORT = "orders.import"
    PRODUCTS_EDIT = "products.edit"
    LEDGER_SEE = "ledger.see"
    LEDGER_ADJUST = "ledger.adjust"
    POINTS_GRANT = "points.grant"
    POINTS_APPROVE = "points.approve"
    RULES_SEE = "rules.see"
    RULES_EDIT = "rules.edit"
    TIERS_EDIT = "tiers.edit"
    CAMPS_EDIT = "camps.edit"
    BADGES_GRANT = "badges.grant"
    CHECKINS_EDIT = "checkins.edit"
    REFERRALS_SEE = "referrals.see"
    FRAUD_SEE = "fraud.see"
    FRAUD_DECIDE = "fraud.decide"
    FACTS_SEE = "facts.see"
    BRAND_EDIT = "brand.edit"
    ARCHIVE_SEE = "archive.see"
    ARCHIVE_USE = "archive.use"
    KIT_EDIT = "kit.edit"
    HEALTH_SEE = "health.see"
    MALL_EDIT = "mall.edit"
    MALL_SHIP = "mall.ship"
    COUPONS_EDIT = "coupons.edit"
    SEATS_CHECK = "seats.check"
    DRAWS_EDIT = "draws.edit"
    RANKING_EDIT = "ranking.edit"
    ORIGINALITY_JUDGE = "originality.judge"


class Role(StrEnum):
    """What a member is besides being a member."""

    FAN = "fan"
    KOC = "koc"
    MENTOR = "mentor"
    LEADER = "leader"
    CONCIERGE = "concierge"
    MODERATOR = "moderator"
    OPERATOR = "operator"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


_P = Permission

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.FAN: frozenset(),
    Role.KOC: frozenset(),
    Role.MENTOR: frozenset(),
    Role.LEADER: frozenset(),
    Role.CONCIERGE: frozenset(
        {
            _P.CONSOLE_OPEN,
            _P.TEAM_ANSWER,
            _P.MEMBERS_SEE,
            _P.ORDERS_SEE,
            _P.CONTACTS_REVEAL,
            _P.POINTS_GRANT,
            _P.SEATS_CHECK,
        }
    ),
    Role.MODERATOR: frozenset(
        {
            _P.CONSOLE_OPEN,
            _P.GALLERY_SEE,
            _P.CONTENT_SEE,
            _P.CONTENT_MODERATE,
            _P.CROWDS_CALL,
            _P.TEAM_ANSWER,
            _P.MEMBERS_SEE,
            _P.POINTS_GRANT,
            _P.FRAUD_SEE,
            _P.ARCHIVE_SEE,
            _P.ORIGINALITY_JUDGE,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            _P.CONSOLE_OPEN,
            _P.GALLERY_SEE,
            _P.CONTENT_SEE,
            _P.CONTENT_MODERATE,
            _P.CROWDS_CALL,
            _P.TEAM_ANSWER,
            _P.BOARDS_EDIT,
            _P.CIRCLES_EDIT,
            _P.MEMBERS_SEE,
            _P.MEMBERS_MERGE,
            _P.ORDERS_SEE,
            _P.ORDERS_IMPORT,
            _P.PRODUCTS_EDIT,
            _P.LEDGER_SEE,
            _P.FACTS_SEE,
            _P.POINTS_GRANT,
            _P.RULES_SEE,
            _P.RULES_EDIT,
            _P.TIERS_EDIT,
            _P.CAMPS_EDIT,
            _P.BADGES_GRANT,
            _P.CHECKINS_EDIT,
            _P.REFERRALS_SEE,
            _P.FRAUD_SEE,
            _P.FRAUD_DECIDE,
            _P.BRAND_EDIT,
            _P.ARCHIVE_SEE,
            _P.ARCHIVE_USE,
            _P.KIT_EDIT,
            _P.HEALTH_SEE,
            _P.MALL_EDIT,
            _P.MALL_SHIP,
            _P.COUPONS_EDIT,
            _P.SEATS_CHECK,
            _P.DRAWS_EDIT,
            _P.RANKING_EDIT,
            _P.ORIGINALITY_JUDGE,
        }
    ),
    Role.ANALYST: frozenset(
        {
            _P.CONSOLE_OPEN,
            _P.GALLERY_SEE,
            _P.CONTENT_SEE,
            _P.ORDERS_SEE,
            _P.LEDGER_SEE,
            _P.FACTS_SEE,
            _P.RULES_SEE,
            _P.REFERRALS_SEE,
            _P.FRAUD_SEE,
            _P.ARCHIVE_SEE,
            _P.HEALTH_SEE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission),
}

STAFF_ROLES = frozenset(
    role for role, allowed in ROLE_PERMISSIONS.items() if Permission.CONSOLE_OPEN in allowed
)
"""Roles that open the console; their sessions are shorter."""

VISIBLE_MARKS = (Role.KOC, Role.MENTOR, Role.LEADER)
"""Roles that stand beside a name in public."""

OFFICIAL = "official"
"""The mark of who speaks for the brand with his face, name and job."""


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return everything that a set of roles allows."""
    return frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles))


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that carry a permission: whom a 403 page names."""
    return [role for role, allowed in ROLE_PERMISSIONS.items() if permission in allowed]
