"""Badges: staff make and give them, members show them; every turn is kept."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import audit, clock, facts, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.loyalty.events import BadgeGranted, BadgeRevoked
from app.loyalty.models import LoyaltyBadgeHeld
from app.loyalty.queries import badge_values, measures
from app.loyalty.queries import badges as queries
from app.loyalty.queries.badges import BADGE, HELD, TURN, WORD
from app.loyalty.service import telling
from app.loyalty.types.badges import (
    MAX_GRANTS,
    MAX_REASON,
    SHOWCASE,
    Badge,
    BadgeDraft,
    BadgeError,
    BadgeKind,
    BadgeState,
    Cause,
    Granted,
    Standard,
    Turn,
)

# --- definitions ---------------------------------------------------------------------------------


@use_case
def save_badge(draft: BadgeDraft, *, actor_id: int, is_new: bool) -> None:
    """Make a badge, or change one. What an active one asks stays as it is.

    Raises:
        BadgeError: it can't be; the message says why.
        NotFoundError: there is no such badge.
    """
    _check(draft)
    found = queries.find_badge(draft.key, with_drafts=True)
    if is_new:
        if found is not None:
            raise BadgeError("key", _l("There is a badge of this address already."))
        badge_id = ids.next_id()
        db.session.execute(
            sa.insert(BADGE).values(
                id=badge_id,
                key=draft.key,
                state=BadgeState.DRAFT,
                created_at=clock.now(),
                **_columns(draft),
            )
        )
        audit.note(actor_id, "badge.made", Ref("badge", badge_id))
        return
    if found is None:
        raise NotFoundError
    if found.state is not BadgeState.DRAFT and _asks(found.draft) != _asks(draft):
        raise BadgeError(
            "at_least", _l("Members have it for what it asks: that stays. Make a new badge.")
        )
    changed(sa.update(BADGE).where(BADGE.c.id == found.id).values(**_columns(draft)))
    audit.note(actor_id, "badge.changed", Ref("badge", found.id))


@use_case
def set_badge_active(key: str, *, is_active: bool, actor_id: int) -> None:
    """Give a badge out from now on, or no more; an automatic one then goes to all who earned it.

    Raises:
        NotFoundError: there is no such badge.
    """
    found = _get(key)
    state = BadgeState.ACTIVE if is_active else BadgeState.RETIRED
    sweeps = is_active and found.draft.kind is BadgeKind.AUTOMATIC
    if changed(
        sa.update(BADGE)
        .where(BADGE.c.id == found.id, BADGE.c.state != state)
        .values(state=state, swept_to=0 if sweeps else None, swept_members=0)
    ):
        audit.note(actor_id, f"badge.{state.value}", Ref("badge", found.id))


def _get(key: str) -> Badge:
    found = queries.find_badge(key, with_drafts=True)
    if found is None:
        raise NotFoundError
    return found


def _check(draft: BadgeDraft) -> None:
    """Refuse a badge that nobody could get.

    Raises:
        BadgeError: with what is wrong.
    """
    is_automatic = draft.kind is BadgeKind.AUTOMATIC
    if is_automatic and draft.criterion is None:
        raise BadgeError("standard", _l("Say what it is given for."))
    if not is_automatic and draft.auto_revoke:
        raise BadgeError("auto_revoke", _l("Only an automatic badge can go by itself."))
    told = draft.criterion
    if told is None:
        return
    if told.at_least < 1:
        raise BadgeError("at_least", _l("At least once."))
    if told.standard in {Standard.COUNT, Standard.DAYS} and told.doing is None:
        raise BadgeError("doing", _l("Choose what is counted."))
    if told.standard is Standard.MEASURE and not badge_values.is_measurable(told):
        raise BadgeError("name", _l("Nobody keeps a figure of this name."))
    if told.standard is Standard.STREAK and draft.auto_revoke:
        raise BadgeError(
            "auto_revoke", _l("A streak ends some day. The badge for having kept it stays.")
        )


def _asks(draft: BadgeDraft) -> tuple[Any, ...]:
    return draft.kind, draft.criterion


def _columns(draft: BadgeDraft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "name_zh": draft.name_zh,
        "name_en": draft.name_en,
        "about_zh": draft.about_zh,
        "about_en": draft.about_en,
        "icon": draft.icon,
        "level": draft.level,
        "action": _action_of(draft),
        "criterion": draft.criterion.stored() if draft.criterion else {},
        "auto_revoke": draft.auto_revoke,
    }


def _action_of(draft: BadgeDraft) -> str:
    """Return the act after which somebody may have reached it; empty: the sweep finds out."""
    told = draft.criterion
    if told is None or draft.kind is not BadgeKind.AUTOMATIC:
        return ""
    if told.doing is not None:
        return told.doing.action
    fixed = {
        Standard.MISSIONS: "mission.done",
        Standard.CAMPS: "camp.graduated",
        Standard.STREAK: "checkin.daily",
    }
    if told.standard in fixed:
        return fixed[told.standard]
    measure = measures.find(told.name)
    return measure.action if measure else ""


# --- turns ---------------------------------------------------------------------------------------


def give(
    badge: Badge,
    member_ids: Sequence[int],
    *,
    cause: Cause,
    actor_id: int | None = None,
    reason: str = "",
) -> list[int]:
    """Give a badge to members in the current transaction; return who got it by this.

    Who has it keeps it as it is. Who had it taken by staff gets it back from staff only. The
    unique row decides between two who give at once.
    """
    if not member_ids:
        return []
    now, wanted = clock.now(), sorted(set(member_ids))
    known = set(
        db.session.scalars(
            sa.select(HELD.c.member_id).where(
                HELD.c.badge_id == badge.id, HELD.c.member_id.in_(wanted)
            )
        )
    )
    statement = insert(LoyaltyBadgeHeld).values(
        [
            {"member_id": member_id, "badge_id": badge.id, "is_held": True, "is_barred": False,
             "place": None, "turned_at": now, "turn_id": ids.next_id()}
            for member_id in wanted
        ]
    )  # fmt: skip
    may: sa.ColumnElement[bool] = HELD.c.is_held.is_(sa.false())
    if cause is not Cause.STAFF:
        may = sa.and_(may, HELD.c.is_barred.is_(sa.false()))
    turned = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id", "badge_id"],
            set_={
                "is_held": True,
                "is_barred": False,
                "turned_at": now,
                "turn_id": statement.excluded.turn_id,
            },
            where=may,
        ).returning(HELD.c.member_id, HELD.c.turn_id)
    ).all()
    turns = {
        row.member_id: (row.turn_id, Turn.RETURNED if row.member_id in known else Turn.GRANTED)
        for row in turned
    }
    _write(badge, turns, cause, actor_id, reason)
    telling.tell_badges(badge, {member_id: turn_id for member_id, (turn_id, _) in turns.items()})
    fact = BadgeGranted(badge.id, badge.draft.level, by_staff=cause is Cause.STAFF)
    _tell(fact, badge, sorted(turns), actor_id)
    return sorted(turns)


def take(
    badge: Badge,
    member_ids: Sequence[int],
    *,
    cause: Cause,
    actor_id: int | None = None,
    reason: str = "",
) -> list[int]:
    """Take a badge from members in the current transaction; return who lost it by this.

    What staff took does not come back by itself.
    """
    if not member_ids:
        return []
    lost = list(
        db.session.scalars(
            sa.update(HELD)
            .where(
                HELD.c.badge_id == badge.id,
                HELD.c.member_id.in_(sorted(set(member_ids))),
                HELD.c.is_held,
            )
            .values(
                is_held=False, is_barred=cause is Cause.STAFF, place=None, turned_at=clock.now()
            )
            .returning(HELD.c.member_id)
        )
    )
    turns = {member_id: (ids.next_id(), Turn.REVOKED) for member_id in sorted(lost)}
    for member_id, (turn_id, _turn) in turns.items():
        changed(
            sa.update(HELD)
            .where(HELD.c.badge_id == badge.id, HELD.c.member_id == member_id)
            .values(turn_id=turn_id)
        )
    _write(badge, turns, cause, actor_id, reason)
    lost_by = {member_id: turn_id for member_id, (turn_id, _) in turns.items()}
    telling.tell_badges(badge, lost_by, is_lost=True)
    fact = BadgeRevoked(badge.id, by_staff=cause is Cause.STAFF)
    _tell(fact, badge, sorted(turns), actor_id)
    return sorted(turns)


def _write(
    badge: Badge,
    turns: dict[int, tuple[int, Turn]],
    cause: Cause,
    actor_id: int | None,
    reason: str,
) -> None:
    if not turns:
        return
    now = clock.now()
    insert_rows(
        TURN,
        [
            (turn_id, member_id, badge.id, turn.value, cause.value, actor_id, now)
            for member_id, (turn_id, turn) in turns.items()
        ],
    )
    if reason:
        insert_rows(WORD, [(turn_id, reason) for turn_id, _turn in turns.values()])
    more = sum(1 if turn is not Turn.REVOKED else -1 for _turn_id, turn in turns.values())
    changed(sa.update(BADGE).where(BADGE.c.id == badge.id).values(holders=BADGE.c.holders + more))


def _tell(
    fact: BadgeGranted | BadgeRevoked, badge: Badge, member_ids: Sequence[int], actor: int | None
) -> None:
    facts.publish_many(
        [
            facts.Note(fact, actor, Ref("badge", badge.id), concerns_id=member_id)
            for member_id in member_ids
        ]
    )


# --- staff ---------------------------------------------------------------------------------------


@use_case
def grant_badge(key: str, yids: Sequence[str], reason: str, *, actor_id: int) -> Granted:
    """Give a badge by hand, to one or to many, with a reason that its holders read.

    Args:
        key: a manual badge or an honour; an automatic one only back to whom staff took it from.
        yids: as pasted; who is not known is told back, the others get it.
        reason: for an honour its citation, which everybody reads.
        actor_id: who gives.

    Raises:
        NotFoundError: there is no such badge, or it is not given out.
        InvalidError: no reason, nobody, too many at once, or an automatic badge.
    """
    badge = _get(key)
    if badge.state is not BadgeState.ACTIVE:
        raise NotFoundError
    members = _members(yids)
    _need_reason(reason)
    known = [member.id for member in members.values() if member is not None]
    if badge.draft.kind is BadgeKind.AUTOMATIC and not _all_barred(badge.id, known):
        raise InvalidError(_l("This badge is earned: it can only be given back."))
    given = give(badge, known, cause=Cause.STAFF, actor_id=actor_id, reason=reason)
    audit.note(actor_id, "badge.granted", Ref("badge", badge.id), members=given)
    unknown = tuple(text for text, member in members.items() if member is None)
    return Granted(len(given), len(set(known)) - len(given), unknown)


@use_case
def revoke_badge(key: str, yid: str, reason: str, *, actor_id: int) -> bool:
    """Take a badge from a member, with a reason that he reads; return whether he had it.

    Raises:
        NotFoundError: there is no such badge or member.
        InvalidError: no reason.
    """
    badge, member = _get(key), identity.find_member_by_yid(yid)
    if member is None:
        raise NotFoundError
    _need_reason(reason)
    lost = take(badge, [member.id], cause=Cause.STAFF, actor_id=actor_id, reason=reason)
    if lost:
        audit.note(actor_id, "badge.revoked", Ref("badge", badge.id), member=member.id)
    return bool(lost)


def _members(yids: Sequence[str]) -> dict[str, Any]:
    texts = list(dict.fromkeys(text for text in yids if text))
    if not texts:
        raise InvalidError(_l("Paste at least one Yid."))
    if len(texts) > MAX_GRANTS:
        raise InvalidError(_l("At most %(most)s at once.", most=MAX_GRANTS))
    found = identity.find_members_by_yid(texts)
    return {
        text: member if member is not None and member.state in identity.SIGNED_UP else None
        for text, member in zip(texts, found, strict=True)
    }


def _need_reason(reason: str) -> None:
    if not reason or len(reason) > MAX_REASON:
        raise InvalidError(_l("Write why, in up to %(most)s signs: they read it.", most=MAX_REASON))


def _all_barred(badge_id: int, member_ids: Sequence[int]) -> bool:
    barred = db.session.scalar(
        sa.select(sa.func.count()).where(
            HELD.c.badge_id == badge_id, HELD.c.member_id.in_(member_ids), HELD.c.is_barred
        )
    )
    return bool(member_ids) and barred == len(set(member_ids))


# --- the member ----------------------------------------------------------------------------------


@use_case
def set_showcase(member_id: int, keys: Sequence[str]) -> None:
    """Choose which badges stand on a member's profile, in their order; none: the highest.

    Raises:
        InvalidError: more than six, or one that he does not have.
    """
    chosen = list(dict.fromkeys(keys))
    if len(chosen) > SHOWCASE:
        raise InvalidError(_l("Choose up to %(most)s badges.", most=SHOWCASE))
    rows = db.session.execute(
        sa.select(BADGE.c.key, BADGE.c.id)
        .join(HELD, HELD.c.badge_id == BADGE.c.id)
        .where(BADGE.c.key.in_(chosen), HELD.c.member_id == member_id, HELD.c.is_held)
    ).all()
    places = {row.id: chosen.index(row.key) + 1 for row in rows}
    if len(places) != len(chosen):
        raise InvalidError(_l("You don't have one of these badges any more. Choose again."))
    place = sa.case(places, value=HELD.c.badge_id, else_=None) if places else sa.null()
    mine = sa.and_(HELD.c.member_id == member_id, HELD.c.is_held)
    changed(sa.update(HELD).where(mine).values(place=place))
