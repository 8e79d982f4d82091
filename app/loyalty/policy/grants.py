"""Who may move how many points alone, and when a second person has to look. Pure."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from types import MappingProxyType

from app.kernel.permissions import Permission, Role, permissions_of
from app.loyalty.types.grants import Authority, ChargeKind, Standing

DEFAULTS: Mapping[Role, Authority] = MappingProxyType(
    {
        Role.CONCIERGE: Authority(200, 1_000),
        Role.MODERATOR: Authority(100, 500),
        Role.OPERATOR: Authority(1_000, 5_000),
        Role.ADMINISTRATOR: Authority(5_000, 20_000, 50_000, 200_000),
    }
)
"""What a role may do until an administrator says otherwise."""

MOST_POINTS = 1_000_000
"""Nobody moves more for one member at once, whoever agrees."""

MOST_LINES = 10_000
MOST_BYTES = 2_000_000
PROPOSAL_DAYS = 7
"""Whole days that a proposal waits; then it is over."""

REVERSE_DAYS = 7
"""Whole days within which a batch can be taken back."""

PROPOSAL_LIFE = timedelta(days=PROPOSAL_DAYS)
REVERSE_WITHIN = timedelta(days=REVERSE_DAYS)

_RANK = (Role.ADMINISTRATOR, Role.OPERATOR, Role.MODERATOR, Role.CONCIERGE)


def granting_roles() -> list[Role]:
    """Return the roles that may adjust points at all, those with most authority first."""
    return [role for role in _RANK if Permission.POINTS_GRANT in permissions_of(frozenset({role}))]


def house_role(roles: Collection[Role]) -> Role:
    """Return the role under which a member reads of what somebody did."""
    return next((role for role in _RANK if role in roles), Role.CONCIERGE)


def authority_of(roles: Collection[Role], budgets: Mapping[Role, Authority]) -> Authority:
    """Return what somebody with these roles may do: of each figure the largest."""
    allowed = permissions_of(frozenset(roles))
    held = [budgets.get(role, DEFAULTS[role]) for role in _RANK if role in roles]
    if not held or Permission.POINTS_GRANT not in allowed:
        return Authority()
    may_approve = Permission.POINTS_APPROVE in allowed
    return Authority(
        max(each.act_points for each in held),
        max(each.day_points for each in held),
        max(each.approve_act_points for each in held) if may_approve else 0,
        max(each.approve_day_points for each in held) if may_approve else 0,
    )


def may_alone(standing: Standing, largest: int, total: int) -> bool:
    """Return whether somebody may move so many points without a second person.

    Args:
        standing: his authority and what of it is used up.
        largest: the most for one member, in whole points without sign.
        total: all of it, likewise.
    """
    return largest <= standing.authority.act_points and total <= standing.left_points


def may_approve(authority: Authority, largest: int, total: int) -> bool:
    """Return whether somebody may be the second person for so many points."""
    return largest <= authority.approve_act_points and total <= authority.approve_day_points


def day_cap(authority: Authority, kind: ChargeKind) -> int:
    """Return how many points of a kind of act an authority allows on one business day."""
    if kind is ChargeKind.GIVE:
        return authority.day_points
    return authority.approve_day_points


def posting_reason(reason: str, role: Role) -> str:
    """Return the ledger's reason: why, and who in the house; never a name."""
    return f"staff.{reason}.{role.value}"
