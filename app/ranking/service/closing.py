"""The end of a period: freeze, wait, settle. Each step happens once, whoever runs it how often.

Each begins with an UPDATE that only one worker can win, in the transaction that does the rest: two
workers, or one that was killed half-way, leave the same rows as one that ran through.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.identity.queries import survivors_of
from app.identity.types import MemberState
from app.kernel import clock, facts, ids
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case
from app.kernel.facts import FactRow
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link, Tell
from app.ranking import policy
from app.ranking.events import PeriodFrozen, PeriodSettled
from app.ranking.queries import boards
from app.ranking.queries.places import KEY, ORDER
from app.ranking.queries.tables import (
    AWARD,
    CURSOR,
    DIRTY,
    EXCLUSION,
    MEMBER,
    PERIOD,
    PREFERENCE,
    SCORE,
    STANDING,
)
from app.ranking.service.gathering import HEARD, lock
from app.ranking.types import (
    MAX_PLACES,
    AwardState,
    BoardRow,
    PeriodRow,
    PeriodState,
    Prize,
    Ties,
)
from app.ranking.types.notices import PLACED

GRACE = timedelta(minutes=1)  # after the last day: what was committed late is in by then
PIECE = 500
TOLD = 10  # first places that are told of even without a prize


@use_case
def freeze_due() -> int:
    """Freeze the periods whose last day is over, once everything in them is scored.

    Returns how many. Nothing is frozen while facts wait to be read or members to be scored.
    """
    now = clock.now()
    over = [
        period
        for period in boards.periods_in(PeriodState.OPEN)
        if clock.day_start(period.span.ends_on) + GRACE <= now
    ]
    if not over or not _is_all_in():
        return 0
    return sum(_freeze(period) for period in over)


def _is_all_in() -> bool:
    """Return whether nothing waits: under the locks of whoever reads facts and scores."""
    cursor = lock("gather")
    lock("score")
    unread = sa.exists().where(FactRow.name.in_(list(HEARD)), FactRow.id > cursor.top_id)
    waiting = sa.exists(sa.select(DIRTY.c.member_id))
    return not db.session.scalar(sa.select(sa.or_(unread, waiting)).select_from(CURSOR).limit(1))


def _freeze(period: PeriodRow) -> bool:
    board = boards.board_by_id(period.board_id)
    assert board is not None  # noqa: S101 - boards are never deleted
    now = clock.now()
    members = (
        sa.select(sa.func.count())
        .where(SCORE.c.period_id == period.id, SCORE.c.is_shown.is_(True))
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.update(PERIOD)
        .where(PERIOD.c.id == period.id, PERIOD.c.state == PeriodState.OPEN)
        .values(
            state=PeriodState.FROZEN, frozen_at=now, members=members,
            award_at=now + timedelta(hours=board.draft.wait_hours),
            prizes=[prize.stored() for prize in board.draft.prizes],
        )
        .returning(PERIOD.c.members)
    ).one_or_none()  # fmt: skip
    if row is None:
        return False
    facts.publish(
        PeriodFrozen(board.id, period.id, int(row.members)), subject=Ref("ranking_board", board.id)
    )
    return True


# --- the hall of fame ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settled:
    """A place as it goes into the hall of fame."""

    place: int
    rank: int
    member_id: int
    score: int


@use_case
def settle_due() -> int:
    """Settle the frozen periods whose waiting time is over; return how many."""
    due = [
        period
        for period in boards.periods_in(PeriodState.FROZEN)
        if period.award_at is not None and period.award_at <= clock.now()
    ]
    return sum(_settle(period) for period in due)


def _settle(period: PeriodRow) -> bool:
    claimed = db.session.execute(
        sa.update(PERIOD)
        .where(PERIOD.c.id == period.id, PERIOD.c.state == PeriodState.FROZEN)
        .values(state=PeriodState.AWARDING, settled_at=clock.now())
        .returning(PERIOD.c.prizes)
    ).one_or_none()
    board = boards.board_by_id(period.board_id)
    if claimed is None or board is None:
        return False
    places = standing_of(board, period)
    now = clock.now()
    insert_dicts(
        STANDING,
        [
            {
                "period_id": period.id, "place": each.place, "rank": each.rank,
                "member_id": each.member_id, "score": each.score, "settled_at": now,
            }
            for each in places
        ],
    )  # fmt: skip
    prizes = [Prize.read(stored) for stored in claimed.prizes]
    awards = list(_awards(period, places, prizes))
    insert_dicts(AWARD, awards)
    _tell(board, period, places, {award["member_id"] for award in awards})
    facts.publish(
        PeriodSettled(board.id, period.id, len(places), len(awards)),
        subject=Ref("ranking_board", board.id),
    )
    return True


def _awards(
    period: PeriodRow, places: list[Settled], prizes: list[Prize]
) -> Iterator[dict[str, Any]]:
    for each in places:
        for number, prize in policy.prizes_for(each.rank, prizes):
            yield {
                "id": ids.next_id(), "period_id": period.id, "member_id": each.member_id,
                "prize_no": number, "rank": each.rank, "kind": prize.thing.kind,
                "ref": prize.thing.ref, "pieces": prize.count, "state": AwardState.DUE.value,
            }  # fmt: skip


def _tell(board: BoardRow, period: PeriodRow, places: list[Settled], winners: set[int]) -> None:
    starts_on = period.span.starts_on.isoformat()
    notify.tell_many(
        [
            Tell(
                each.member_id,
                PLACED,
                f"place:{period.id}",
                {"rank": each.rank, "board": board.id},
                Link("ranking.period", {"slug": board.slug, "starts_on": starts_on}),
            )
            for each in places
            if each.rank <= TOLD and each.member_id not in winners
        ]
    )


def standing_of(
    board: BoardRow, period: PeriodRow, excluded: Collection[int] | None = None
) -> list[Settled]:
    """Return the standing of a frozen period as it would go into the hall of fame now.

    Left out are those whom staff excluded, who hide or have left, and who are below the minimum;
    who was merged stands as whom he was merged into, once, with his better place. Everybody of the
    last rank that counts is in, however many share it.

    Args:
        board: whose period it is.
        period: a frozen one.
        excluded: whom staff left out, where the caller has read that already.
    """
    found: list[Settled] = []
    seen: set[int] = set()
    last: Settled | None = None
    for row in _candidates(board, period, excluded):
        if row.member_id in seen:
            continue
        seen.add(row.member_id)
        place = len(found) + 1
        is_shared = board.draft.ties is Ties.SHARED and last is not None
        rank = last.rank if is_shared and last and last.score == row.score else place
        if rank > MAX_PLACES:
            break
        last = Settled(place, rank, row.member_id, row.score)
        found.append(last)
    return found


@dataclass(frozen=True, slots=True)
class _Candidate:
    member_id: int
    score: int


def _candidates(
    board: BoardRow, period: PeriodRow, known: Collection[int] | None
) -> Iterator[_Candidate]:
    """Yield who may stand there, the first ones first, as who they are now."""
    query = sa.select(EXCLUSION.c.member_id).where(EXCLUSION.c.period_id == period.id)
    excluded = set(db.session.scalars(query)) if known is None else set(known)
    after: tuple[int, int, int] | None = None
    while True:
        query = sa.select(*KEY).where(
            SCORE.c.period_id == period.id,
            SCORE.c.is_shown.is_(True),
            SCORE.c.score >= board.draft.minimum,
        )
        if after is not None:
            query = query.where(sa.tuple_(*KEY) < sa.tuple_(*after))
        rows = db.session.execute(query.order_by(*ORDER).limit(PIECE)).all()
        now = survivors_of([row.member_id for row in rows])
        here = _here(set(now.values()))
        for row in rows:
            survivor = now[row.member_id]
            if survivor in here and not {row.member_id, survivor} & excluded:
                yield _Candidate(survivor, row.score)
        if len(rows) < PIECE:
            return
        after = tuple(rows[-1])


def _here(member_ids: set[int]) -> set[int]:
    """Return which members can stand anywhere: they have not left and do not hide."""
    hidden = sa.exists().where(
        PREFERENCE.c.member_id == MEMBER.c.id, PREFERENCE.c.is_hidden.is_(True)
    )
    return set(
        db.session.scalars(
            sa.select(MEMBER.c.id).where(
                MEMBER.c.id.in_(sorted(member_ids)),
                MEMBER.c.state.in_((MemberState.ACTIVE, MemberState.MUTED)),
                ~hidden,
            )
        )
    )


@use_case
def finish_done() -> int:
    """Close the periods of which every prize is handed over; return how many."""
    open_awards = sa.exists().where(
        AWARD.c.period_id == PERIOD.c.id,
        AWARD.c.state.in_((AwardState.DUE, AwardState.STUCK)),
    )
    return changed(
        sa.update(PERIOD)
        .where(PERIOD.c.state == PeriodState.AWARDING, ~open_awards)
        .values(state=PeriodState.DONE, done_at=clock.now())
    )
