"""Compute everybody's closeness, and keep VIP types as staff write them."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.loyalty.events import ClosenessScored
from app.loyalty.models.closeness import ClosenessScore, VipTypeRow
from app.loyalty.policy.closeness import STARTERS, problems_of, score_of, type_of, violations_of
from app.loyalty.queries import closeness
from app.loyalty.types.closeness import (
    NoSuchVipTypeError,
    Violation,
    VipKeyTakenError,
    VipType,
    VipTypeChangedError,
    VipTypeError,
)

SCORE = cast("sa.Table", ClosenessScore.__table__)
TYPE = cast("sa.Table", VipTypeRow.__table__)
AT_ONCE = 500


def score_all(today: date | None = None) -> int:
    """Compute everybody's closeness for a day; return how many rows changed.

    Set-wise and re-runnable: the same figures again change nothing but the day.
    """
    day = today or clock.business_date()
    amounts = closeness.read_amounts(closeness.scoring_window(day))
    types = closeness.types()
    former = _fingerprints()
    rows = [_row(member_id, said, types, day) for member_id, said in sorted(amounts.items())]
    for start in range(0, len(rows), AT_ONCE):
        _keep(rows[start : start + AT_ONCE])
    gone = sorted(set(former) - set(amounts))
    for start in range(0, len(gone), AT_ONCE):
        _forget(gone[start : start + AT_ONCE])
    differs = sum(former.get(row["member_id"]) != _fingerprint(row) for row in rows) + len(gone)
    _note(len(rows), differs)
    return differs


def _row(
    member_id: int, amounts: dict[str, int], types: Sequence[VipType], day: date
) -> dict[str, Any]:
    score = score_of(amounts)
    vip = type_of(score, types)
    return {
        "member_id": member_id,
        "spend": score.spend,
        "advocacy": score.advocacy,
        "total": score.total,
        "amounts": amounts,
        "vip_key": vip.key if vip else None,
        "computed_on": day,
    }


def _fingerprint(row: Any) -> tuple[Any, ...]:
    return row["spend"], row["advocacy"], row["vip_key"]


def _fingerprints() -> dict[int, tuple[Any, ...]]:
    columns = (SCORE.c.member_id, SCORE.c.spend, SCORE.c.advocacy, SCORE.c.vip_key)
    rows = db.session.execute(sa.select(*columns)).mappings()
    return {row["member_id"]: _fingerprint(row) for row in rows}


@use_case
def _keep(rows: list[dict[str, Any]]) -> None:
    statement = insert(SCORE)
    own = {name: statement.excluded[name] for name in rows[0] if name != "member_id"}
    changed_by_all(statement.on_conflict_do_update(index_elements=["member_id"], set_=own), rows)


@use_case
def _forget(member_ids: list[int]) -> None:
    changed(sa.delete(SCORE).where(SCORE.c.member_id.in_(member_ids)))


@use_case
def _note(members: int, differs: int) -> None:
    facts.publish(ClosenessScored(members, differs))


# --- VIP types -----------------------------------------------------------------------------------


@use_case
def save_type(draft: VipType, *, is_new: bool, actor_id: int) -> None:
    """Keep a VIP type; everybody's type follows at once.

    The draft's ``version`` is the one that the writer had before him.

    Raises:
        VipTypeError: it makes no sense, or somebody closer would be worse off, unexplained.
        VipKeyTakenError: a new one with the key of another.
        VipTypeChangedError: somebody else saved it meanwhile.
        NoSuchVipTypeError: it is not there any more.
    """
    known = _lock_types()
    others = [each for each in known if each.key != draft.key]
    if is_new and len(others) < len(known):
        raise VipKeyTakenError
    _check(draft, others)
    values = {**_plain(draft), "version": draft.version + 1, "updated_at": clock.now()}
    if is_new:
        db.session.execute(sa.insert(TYPE).values(id=ids.next_id(), **values))
    else:
        mine = sa.and_(TYPE.c.key == draft.key, TYPE.c.version == draft.version)
        if not changed(sa.update(TYPE).where(mine).values(**values)):
            raise NoSuchVipTypeError if len(others) == len(known) else VipTypeChangedError
    _place_everybody([*others, draft])
    audit.note(
        actor_id, "vip_type.made" if is_new else "vip_type.changed", None,
        key=draft.key, version=draft.version + 1,
    )  # fmt: skip


@use_case
def begin_with_starters(actor_id: int) -> None:
    """Keep the types that a house may begin with; everybody stands where he belongs at once.

    Raises:
        VipKeyTakenError: there is a type already.
    """
    if _lock_types():
        raise VipKeyTakenError
    now = clock.now()
    rows = [
        {"id": ids.next_id(), **_plain(each), "version": 1, "updated_at": now} for each in STARTERS
    ]
    statement = insert(TYPE).on_conflict_do_nothing(index_elements=["key"])
    if changed_by_all(statement, rows) < len(rows):  # somebody else did the same just now
        raise VipKeyTakenError
    _place_everybody(STARTERS)
    audit.note(actor_id, "vip_type.begun", None, types=len(rows))


def _lock_types() -> list[VipType]:
    """Return all types, locked: two who save at once are compared with each other."""
    rows = db.session.execute(sa.select(TYPE).order_by(TYPE.c.id).with_for_update())
    return [closeness.type_from(row) for row in rows]


def _check(draft: VipType, others: Sequence[VipType]) -> None:
    if problems := problems_of(draft, others):
        raise VipTypeError(problems[0].message)
    if broken := open_violations(draft, others):
        raise VipTypeError(violations=tuple(broken))


def open_violations(draft: VipType, others: Sequence[VipType]) -> list[Violation]:
    """Return what this type would break beside the others, unexplained."""
    return [
        each
        for each in violations_of([*others, draft])
        if not each.explanation and draft.key in {each.closer, each.other}
    ]


def _plain(draft: VipType) -> dict[str, Any]:
    return asdict(replace(draft, version=0))


@use_case
def remove_type(key: str, *, seen: int, actor_id: int) -> None:
    """Remove a VIP type; its members fall to the next one they reach.

    Raises:
        NoSuchVipTypeError: it is not there any more.
        VipTypeChangedError: somebody else saved it meanwhile.
    """
    known = _lock_types()
    if key not in {each.key for each in known}:
        raise NoSuchVipTypeError
    if not changed(sa.delete(TYPE).where(TYPE.c.key == key, TYPE.c.version == seen)):
        raise VipTypeChangedError
    _place_everybody([each for each in known if each.key != key])
    audit.note(actor_id, "vip_type.removed", None, key=key)


def _place_everybody(types: Sequence[VipType]) -> None:
    """Write everybody's VIP type by his score. One statement."""
    ordered = sorted(types, key=lambda each: (each.priority, each.key))
    cases = [
        (
            sa.and_(
                SCORE.c.spend >= each.min_spend,
                SCORE.c.advocacy >= each.min_advocacy,
                SCORE.c.total >= each.min_total,
            ),
            each.key,
        )
        for each in ordered
    ]
    place: Any = sa.case(*cases, else_=None) if cases else sa.null()
    changed(sa.update(SCORE).values(vip_key=place))
