"""Reads of badges: what there are, who has them, what happened to them."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.types import Page
from app.loyalty.models import (
    LoyaltyBadge,
    LoyaltyBadgeGiving,
    LoyaltyBadgeHeld,
    LoyaltyBadgeTurn,
    LoyaltyBadgeWord,
)
from app.loyalty.queries import badge_values
from app.loyalty.types.badges import (
    Badge,
    BadgeDraft,
    BadgeKind,
    BadgeState,
    BadgeTurn,
    Granting,
    HeldBadge,
    Turn,
    criterion_from,
)

BADGE = cast("sa.Table", LoyaltyBadge.__table__)
HELD = cast("sa.Table", LoyaltyBadgeHeld.__table__)
TURN = cast("sa.Table", LoyaltyBadgeTurn.__table__)
WORD = cast("sa.Table", LoyaltyBadgeWord.__table__)
GIVING = cast("sa.Table", LoyaltyBadgeGiving.__table__)
MEMBER = cast("sa.Table", Member.__table__)
WALL_ROWS = 20
HISTORY_ROWS = 30
COLUMNS = [column.label(f"badge_{column.name}") for column in BADGE.c]


def badge_from(row: Any, prefix: str = "") -> Badge:
    """Return a badge as it is stored."""

    def get(name: str) -> Any:
        return getattr(row, f"{prefix}{name}")

    draft = BadgeDraft(
        get("key"), get("name_zh"), get("name_en"), get("about_zh"), get("about_en"), get("icon"),
        get("level"), get("kind"), criterion_from(get("criterion")), get("auto_revoke"),
    )  # fmt: skip
    swept = get("swept_members") if get("swept_to") is not None else None
    return Badge(get("id"), get("state"), draft, get("holders"), swept)


def find_badge(key: str, *, with_drafts: bool = False) -> Badge | None:
    """Return a badge by its key, or None. One statement."""
    row = db.session.execute(sa.select(BADGE).where(BADGE.c.key == key)).one_or_none()
    if row is None or (row.state is BadgeState.DRAFT and not with_drafts):
        return None
    return badge_from(row)


def key_of(badge_id: int) -> str | None:
    """Return the address of a badge that is, or was, given out. One statement."""
    return db.session.scalar(
        sa.select(BADGE.c.key).where(BADGE.c.id == badge_id, BADGE.c.state != BadgeState.DRAFT)
    )


def all_badges(*, with_drafts: bool = False) -> list[Badge]:
    """Return all badges, gold first, then by age. One statement."""
    conditions = [] if with_drafts else [BADGE.c.state == BadgeState.ACTIVE]
    rows = db.session.execute(
        sa.select(BADGE).where(*conditions).order_by(BADGE.c.level.desc(), BADGE.c.id)
    )
    return [badge_from(row) for row in rows]


def any_automatic(_member_id: Any) -> sa.ColumnElement[bool]:
    """Return whether there is any automatic badge: the same for every member."""
    return sa.exists().where(BADGE.c.state == BadgeState.ACTIVE, BADGE.c.action != "")


def wanted_by(
    actions: Collection[str], member_ids: Collection[int]
) -> list[tuple[Badge, frozenset[int]]]:
    """Return the automatic badges that these acts may reach, each with who can't get it.

    Who has it, or had it taken by staff, can't. One statement.
    """
    rows = db.session.execute(
        sa.select(BADGE, HELD.c.member_id)
        .outerjoin(
            HELD,
            sa.and_(
                HELD.c.badge_id == BADGE.c.id,
                HELD.c.member_id.in_(sorted(member_ids)),
                sa.or_(HELD.c.is_held, HELD.c.is_barred),
            ),
        )
        .where(BADGE.c.state == BadgeState.ACTIVE, BADGE.c.action.in_(sorted(actions)))
        .order_by(BADGE.c.id)
    ).all()
    found: dict[int, tuple[Badge, set[int]]] = {}
    for row in rows:
        _badge, out = found.setdefault(row.id, (badge_from(row), set()))
        if row.member_id is not None:
            out.add(row.member_id)
    return [(badge, frozenset(out)) for badge, out in found.values()]


# --- a member's ----------------------------------------------------------------------------------


def badges_of(member_id: int) -> list[HeldBadge]:
    """Return every badge as a member stands to it, his own first; with progress on the others.

    One statement, and those that measure (see :mod:`badge_values`).
    """
    rows = db.session.execute(
        sa.select(*COLUMNS, HELD.c.is_held, HELD.c.turned_at, HELD.c.place, WORD.c.text)
        .select_from(BADGE)
        .outerjoin(HELD, sa.and_(HELD.c.badge_id == BADGE.c.id, HELD.c.member_id == member_id))
        .outerjoin(WORD, WORD.c.turn_id == HELD.c.turn_id)
        .where(
            sa.or_(BADGE.c.state == BadgeState.ACTIVE, HELD.c.is_held),
            BADGE.c.state != BadgeState.DRAFT,
        )
        .order_by(BADGE.c.level.desc(), BADGE.c.id)
    ).all()
    missing = [
        told
        for row in rows
        if not row.is_held and (told := criterion_from(row.badge_criterion)) is not None
    ]
    measured = badge_values.values(missing, MEMBER.c.id == member_id) if missing else {}
    found = [_held(row, member_id, measured) for row in rows]
    return sorted(found, key=lambda each: not each.is_held)


def _held(row: Any, member_id: int, measured: badge_values.Values) -> HeldBadge:
    badge = badge_from(row, "badge_")
    criterion = badge.draft.criterion
    value = None
    if not row.is_held and criterion in measured and badge_values.is_measurable(criterion):
        value = min(measured[criterion].get(member_id, 0), criterion.at_least)
    return HeldBadge(badge, bool(row.is_held), row.turned_at, row.place, row.text or "", value)


def showcase_of(member_ids: Collection[int]) -> dict[int, list[HeldBadge]]:
    """Return what members show on their profiles. One statement.

    Who chose nothing shows his highest ones.
    """
    rows = db.session.execute(
        sa.select(
            *COLUMNS, HELD.c.member_id, HELD.c.is_held, HELD.c.turned_at, HELD.c.place, WORD.c.text
        )
        .select_from(HELD)
        .join(BADGE, BADGE.c.id == HELD.c.badge_id)
        .outerjoin(WORD, WORD.c.turn_id == HELD.c.turn_id)
        .where(HELD.c.member_id.in_(sorted(member_ids)), HELD.c.is_held)
        .order_by(BADGE.c.level.desc(), HELD.c.turned_at.desc())
    ).all()
    found: dict[int, list[HeldBadge]] = {member_id: [] for member_id in member_ids}
    for row in rows:
        found[row.member_id].append(_held(row, row.member_id, {}))
    return found


def history_of(member_id: int, badge_id: int | None = None) -> list[BadgeTurn]:
    """Return what happened to a member's badges, and those of whom he was before; newest first."""
    conditions: list[sa.ColumnElement[bool]] = [TURN.c.member_id.in_(identity.family_of(member_id))]
    if badge_id is not None:
        conditions.append(TURN.c.badge_id == badge_id)
    return _turns(conditions, HISTORY_ROWS).items  # type: ignore[return-value]


def history_of_badge(badge_id: int, after: str | None = None) -> Page[BadgeTurn]:
    """Return what happened to a badge, the newest first. One statement."""
    conditions = [TURN.c.badge_id == badge_id, *_older(after)]
    return _turns(conditions, HISTORY_ROWS)


def _turns(conditions: Sequence[sa.ColumnElement[bool]], limit: int) -> Page[BadgeTurn]:
    actor = MEMBER.alias("actor")
    rows = db.session.execute(
        sa.select(
            *COLUMNS,
            *identity.person_columns(),
            TURN.c.id.label("turn_key"),
            TURN.c.turn,
            TURN.c.cause,
            TURN.c.at,
            WORD.c.text,
            actor.c.display_name.label("actor_name"),
        )
        .select_from(TURN)
        .join(BADGE, BADGE.c.id == TURN.c.badge_id)
        .join(MEMBER, MEMBER.c.id == TURN.c.member_id)
        .outerjoin(actor, actor.c.id == TURN.c.actor_id)
        .outerjoin(WORD, WORD.c.turn_id == TURN.c.id)
        .where(*conditions)
        .order_by(TURN.c.id.desc())
        .limit(limit + 1)
    ).all()
    next_key = str(rows[limit - 1].turn_key) if len(rows) > limit else None
    return Page(
        [
            BadgeTurn(
                badge_from(row, "badge_"), identity.person_from(row), row.turn, row.cause, row.at,
                row.text or "", row.actor_name,
            )
            for row in rows[:limit]
        ],
        next_key,
    )  # fmt: skip


def _older(after: str | None) -> list[sa.ColumnElement[bool]]:
    if after and after.isascii() and after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - below 2**63
        return [TURN.c.id < int(after)]
    return []


# --- the wall ------------------------------------------------------------------------------------


def latest(after: str | None = None, badge_id: int | None = None) -> Page[Granting]:
    """Return who got which badge and still has it, the newest first. One statement."""
    conditions = [] if badge_id is None else [TURN.c.badge_id == badge_id]
    rows = db.session.execute(
        sa.select(
            *COLUMNS,
            *identity.person_columns(),
            TURN.c.id.label("turn_key"),
            TURN.c.at,
            WORD.c.text,
        )
        .select_from(TURN)
        .join(HELD, sa.and_(HELD.c.turn_id == TURN.c.id, HELD.c.is_held))
        .join(BADGE, BADGE.c.id == TURN.c.badge_id)
        .join(MEMBER, MEMBER.c.id == HELD.c.member_id)
        .outerjoin(WORD, WORD.c.turn_id == TURN.c.id)
        .where(TURN.c.turn != Turn.REVOKED, *conditions, *_older(after))
        .order_by(TURN.c.id.desc())
        .limit(WALL_ROWS + 1)
    ).all()
    next_key = str(rows[WALL_ROWS - 1].turn_key) if len(rows) > WALL_ROWS else None
    return Page([_granting(row) for row in rows[:WALL_ROWS]], next_key)


def _granting(row: Any) -> Granting:
    badge = badge_from(row, "badge_")
    citation = (row.text or "") if badge.draft.kind is BadgeKind.HONOUR else ""
    return Granting(badge, identity.person_from(row), row.at, citation)


def member_count() -> int:
    """Return how many members there are that could have a badge. One statement."""
    return int(db.session.scalar(sa.select(sa.func.count()).where(eligible())) or 0)


def eligible() -> sa.ColumnElement[bool]:
    """Return the condition under which a member may get a badge: he signed up and is himself."""
    return sa.and_(MEMBER.c.state.in_(identity.SIGNED_UP), MEMBER.c.merged_into_id.is_(None))


# --- verification --------------------------------------------------------------------------------


def drifting_holders() -> Iterator[str]:
    """Recount the holders of every badge; yield one sentence per difference."""
    counted = (
        sa.select(HELD.c.badge_id, sa.func.count().label("holders"))
        .where(HELD.c.is_held)
        .group_by(HELD.c.badge_id)
        .subquery()
    )
    should = sa.func.coalesce(counted.c.holders, 0)
    rows = db.session.execute(
        sa.select(BADGE.c.key, BADGE.c.holders, should.label("should"))
        .outerjoin(counted, counted.c.badge_id == BADGE.c.id)
        .where(BADGE.c.holders != should)
        .order_by(BADGE.c.id)
    )
    for row in rows:
        yield f"badge {row.key} says {row.holders} holders, the rows say {row.should}"


def drifting_badges() -> Iterator[str]:
    """Yield one sentence for every held badge that is not what its last turn says."""
    last = TURN.alias("last")
    rows = db.session.execute(
        sa.select(HELD.c.member_id, HELD.c.badge_id, HELD.c.is_held, last.c.turn)
        .outerjoin(last, last.c.id == HELD.c.turn_id)
        .where(
            sa.or_(
                last.c.id.is_(None),
                last.c.badge_id != HELD.c.badge_id,
                HELD.c.is_held != (last.c.turn != Turn.REVOKED),
            )
        )
        .order_by(HELD.c.badge_id, HELD.c.member_id)
    )
    for row in rows:
        yield (
            f"badge {row.badge_id} of member {row.member_id} stands as held={row.is_held}, "
            f"its last turn says {row.turn}"
        )
