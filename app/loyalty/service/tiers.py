"""Keep every member's tier what his growth and the ladders make of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock, facts, ids
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed_by_all, insert, use_case
from app.kernel.facts import Note
from app.ledger import service as ledger
from app.loyalty.events import TierAtRisk, TierChanged
from app.loyalty.models.tiers import MemberTier, TierChange, TierReading
from app.loyalty.policy.standing import SETTLE_LAG, due_on, follow, wants_growth
from app.loyalty.queries import counted, tiers
from app.loyalty.queries.ladders import current_ladder, effective, ladders, spend_window
from app.loyalty.service import telling
from app.loyalty.types import Act, Award
from app.loyalty.types.tiers import Change, ChangeKind, Course, Ladder, Measure, Standing
from app.notify.types import Tell

ROW = cast("sa.Table", MemberTier.__table__)
CHANGE = cast("sa.Table", TierChange.__table__)
READING = cast("sa.Table", TierReading.__table__)
AT_ONCE = 100  # members a transaction
AT_RISK = {ChangeKind.WARNED, ChangeKind.GRACE, ChangeKind.TAKEN_BACK}


def after_acts(acts: Sequence[Act], awards: Sequence[Award]) -> None:
    """Lift members who have just reached more, in the transaction in which they grew.

    One statement where nobody has. The core calls it after acts were rewarded.
    """
    grown = {act.member_id for act, award in zip(acts, awards, strict=True) if award.growth > 0}
    if grown and (risen := tiers.rising(grown)):
        catch_up(risen)


@use_case
def catch_up(member_ids: Collection[int]) -> int:
    """Compute members' tiers up to now; return how many lines their histories got.

    Set-wise and re-runnable: under the members' locks, from what is stored on.
    """
    chosen = sorted(set(member_ids))
    if not chosen:
        return 0
    ledger.lock_wallets(chosen)
    return catch_up_under(chosen, ladders())


def catch_up_under(chosen: Sequence[int], known: tuple[Ladder, ...]) -> int:
    """Do the same for members whose wallets are locked, with ladders read after that."""
    rows = tiers.rows_of(chosen)
    courses = tiers.courses_of(rows, chosen, known)
    given = tiers.given_to(chosen)
    until = clock.now() - SETTLE_LAG
    steps = [
        _Step.of(
            member_id, rows.get(member_id), courses[member_id], given.get(member_id, []), until
        )
        for member_id in chosen
    ]
    _store(steps)
    _tell(steps, effective(known))
    return sum(len(step.changes) for step in steps)


@dataclass(frozen=True, slots=True)
class _Step:
    """One member's way from what was stored to now."""

    member_id: int
    former: Any
    standing: Standing
    changes: list[Change]
    values: dict[str, Any]

    @classmethod
    def of(
        cls, member_id: int, row: Any, course: Course, given: Sequence[str], until: datetime
    ) -> "_Step":
        standing, changes = follow(tiers.standing_from(row) if row else None, course, until)
        ladder = next(each for each in course.ladders if each.number == standing.ladder)
        settled_at = max(until, row.settled_at) if row else until
        values = {
            **row_of(member_id, standing, ladder, given),
            "wants_growth": wants_growth(standing, ladder, course, settled_at),
            "settled_at": settled_at,
        }
        return cls(member_id, row, standing, changes, values)


def row_of(
    member_id: int, standing: Standing, ladder: Ladder, given: Sequence[str]
) -> dict[str, Any]:
    """Return what a standing makes of a member's row, beside what staff gave him."""
    ranks = [ladder.rank_of(key) or 0 for key in (standing.key, *given)]
    shown = ladder.tiers[max(ranks)]
    return {
        "member_id": member_id,
        "ladder_number": standing.ladder,
        "tier_key": shown.key,
        "tier_rank": max(ranks),
        "earned_key": standing.key,
        "multiplier_permille": shown.perks.multiplier_permille,
        "since_on": standing.since_on,
        "valid_until": standing.valid_until,
        "grace_until": standing.grace_until,
        "warned_on": standing.warned_on,
        "due_on": due_on(standing, ladder),
        "seen_seq": standing.seen_seq,
        "balance": standing.balance,
        "seen_at": standing.seen_at,
        "read_at": standing.read_at,
    }


def _store(steps: Sequence[_Step]) -> None:
    statement = insert(ROW)
    own = {column.name: statement.excluded[column.name] for column in ROW.columns}
    own.pop("member_id")
    changed_by_all(
        statement.on_conflict_do_update(index_elements=["member_id"], set_=own),
        [step.values for step in steps],
    )
    insert_dicts(
        CHANGE,
        [
            {
                "id": ids.next_id(),
                "member_id": step.member_id,
                "at": change.at,
                "kind": change.kind.value,
                "from_key": change.from_key,
                "to_key": change.to_key,
                "ladder_number": change.ladder,
                "value": change.value,
                "valid_until": change.valid_until,
                "grace_until": change.grace_until,
                "grant_id": None,
            }
            for step in steps
            for change in step.changes
        ],
    )


def _tell(steps: Sequence[_Step], ladder: Ladder) -> None:
    notes, tells = [], []
    for step in steps:
        before = step.former.tier_key if step.former else ladder.base.key
        shown = step.values["tier_key"]
        if before != shown:
            kind = step.changes[-1].kind if step.changes else ChangeKind.LADDER
            fact = TierChanged(before, shown, kind.value, step.standing.ladder)
            notes.append(Note(fact, concerns_id=step.member_id))
            tells.append(_moved(step))
        last = step.changes[-1] if step.changes else None
        if last and last.kind in AT_RISK:  # what came before is no risk any more
            until = last.grace_until or last.valid_until
            risk = TierAtRisk(last.to_key, last.kind.value, until.isoformat() if until else "")
            notes.append(Note(risk, concerns_id=step.member_id))
            tells.append(
                telling.tier_tell(
                    step.member_id, telling.AT_RISK, shown, step.standing.ladder,
                    key=last.at, until=until,
                )
            )  # fmt: skip
    facts.publish_many(notes)
    telling.tell_tiers(tells)


def _moved(step: _Step) -> Tell:
    """Return what a member is told who stands in another tier than before."""
    shown = step.values["tier_key"]
    at = step.changes[-1].at if step.changes else step.values["settled_at"]
    former_rank = step.former.tier_rank if step.former else 0
    what = telling.REACHED if step.values["tier_rank"] >= former_rank else telling.LOST
    return telling.tier_tell(step.member_id, what, shown, step.standing.ladder, key=at)


# --- by themselves -------------------------------------------------------------------------------


def settle_due() -> int:
    """Compute the next members for whom something is due; return how many. A re-runnable sweep.

    What moved growth outside of rewards (orders, merges, corrections by staff) is found here.
    """
    found = tiers.to_settle(AT_ONCE)
    catch_up(found)
    return len(found)


@use_case
def read_spend() -> int:
    """Read everybody's net spend where it drives the tiers; return how many readings changed.

    A re-runnable sweep: only what differs from the last reading is kept.
    """
    now = clock.now()
    ladder = current_ladder(now)
    if ladder.measure is not Measure.NET_SPEND:
        return 0
    spend = counted.read(counted.NET_SPEND, None, spend_window(ladder, now))
    last = tiers.last_readings()
    differs = sorted(
        member_id
        for member_id in {*spend, *last}
        if spend.get(member_id, 0) != last.get(member_id, 0)
    )
    written = changed_by_all(
        insert(READING).on_conflict_do_nothing(),
        [{"member_id": m, "at": now, "value": spend.get(m, 0)} for m in differs],
    )
    for start in range(0, len(differs), AT_ONCE):
        catch_up(differs[start : start + AT_ONCE])
    return written
