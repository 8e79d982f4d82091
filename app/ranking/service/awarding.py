"""Prizes go out, each exactly once: one transaction claims the row, hands over and tells.

The handing over is keyed by the row's id (``rank:<id>``), so even a giver that was asked twice
gives once.
"""

import sqlalchemy as sa
import structlog

from app.identity.queries import survivor_of
from app.identity.types import MemberState
from app.kernel import audit, clock, goods
from app.kernel.db import changed, db, use_case
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.goods import Giving, Thing
from app.kernel.i18n import gettext as _
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link
from app.ranking.queries import awards, boards
from app.ranking.queries.tables import AWARD, EXCLUSION, MEMBER, PERIOD, SCORE
from app.ranking.types import AwardState, FieldError, PeriodState
from app.ranking.types.notices import WON

log = structlog.get_logger(__name__)

MAX_REASON = 200


def award_due(limit: int = 50) -> int:
    """Hand over prizes that are due; return how many were given or got stuck. A sweep."""
    ids = awards.due_awards(limit)
    db.session.rollback()
    return sum(_try(award_id) for award_id in ids)


def _try(award_id: int) -> bool:
    try:
        return award(award_id)
    except (DomainError, goods.UnknownGoodsError) as error:
        log.warning("ranking_award_stuck", award_id=award_id, error=type(error).__name__)
        return _stick(award_id)


@use_case
def award(award_id: int) -> bool:
    """Hand one prize over; return whether it was still to be given. Twice is once.

    Raises:
        GoodsGoneError: nothing of it is left; nothing was changed.
        UnknownGoodsError: nobody hands such a thing over; nothing was changed.
    """
    row = db.session.execute(
        sa.update(AWARD)
        .where(AWARD.c.id == award_id, AWARD.c.state == AwardState.DUE)
        .values(state=AwardState.GIVEN, given_at=clock.now())
        .returning(AWARD)
    ).one_or_none()
    if row is None:
        return False
    member_id = survivor_of(row.member_id)
    state = db.session.scalar(sa.select(MEMBER.c.state).where(MEMBER.c.id == member_id))
    if state == MemberState.CLOSED:
        lapsed = {"state": AwardState.LAPSED, "given_at": None}
        changed(sa.update(AWARD).where(AWARD.c.id == award_id).values(**lapsed))
        return True
    giving = Giving(
        member_id=member_id, ref=row.ref, key=f"rank:{award_id}", count=row.pieces,
        source=Ref("ranking_award", award_id),
    )  # fmt: skip
    goods.give(row.kind, giving)
    _tell(award_id, member_id, row.period_id, row.rank)
    return True


def _tell(award_id: int, member_id: int, period_id: int, rank: int) -> None:
    period = boards.period_by_id(period_id)
    board = boards.board_by_id(period.board_id) if period else None
    assert period is not None and board is not None  # noqa: S101, PT018 - never deleted
    notify.tell(
        member_id,
        WON,
        key=f"award:{award_id}",
        params={"rank": rank, "board": board.id},
        link=Link(
            "ranking.period",
            {"slug": board.slug, "starts_on": period.span.starts_on.isoformat()},
        ),
        also_by_mail=True,
    )


@use_case
def _stick(award_id: int) -> bool:
    return bool(
        changed(
            sa.update(AWARD)
            .where(AWARD.c.id == award_id, AWARD.c.state == AwardState.DUE)
            .values(state=AwardState.STUCK)
        )
    )


# --- what staff can do ---------------------------------------------------------------------------


@use_case
def try_again(actor_id: int, award_id: int, thing: Thing | None = None) -> None:
    """Let a prize that got stuck go out after all, or another thing in its place.

    Raises:
        NotFoundError: there is no such prize, or it is not stuck.
        FieldError: nobody hands such a thing over.
    """
    values: dict[str, object] = {"state": AwardState.DUE}
    if thing is not None:
        try:
            goods.kind_of(thing)
        except goods.UnknownGoodsError:
            message = _("Nobody hands this over. Choose another prize.")
            raise FieldError("thing", message) from None
        values |= {"kind": thing.kind, "ref": thing.ref}
    done = changed(
        sa.update(AWARD)
        .where(AWARD.c.id == award_id, AWARD.c.state == AwardState.STUCK)
        .values(**values)
    )
    if not done:
        raise NotFoundError
    about = Ref("ranking_award", award_id)
    audit.note(actor_id, "ranking.award_again", about, kind=thing.kind if thing else "")


@use_case
def exclude(actor_id: int, period_id: int, member_id: int, reason: str) -> None:
    """Leave a member out of a standing that waits for its prizes; the others move up.

    Raises:
        NotFoundError: no such period waits, or he does not stand there.
        FieldError: no reason is given, or a very long one.
    """
    text = " ".join(reason.split())
    if not text or len(text) > MAX_REASON:
        raise FieldError("reason", _("Write why, in up to %(num)s characters.", num=MAX_REASON))
    _lock_frozen(period_id)
    stands = db.session.scalar(
        sa.select(SCORE.c.score).where(
            SCORE.c.period_id == period_id, SCORE.c.member_id == member_id
        )
    )
    if stands is None:
        raise NotFoundError
    row = {"reason": text, "excluded_by": actor_id, "excluded_at": clock.now()}
    known = changed(
        sa.update(EXCLUSION)
        .where(EXCLUSION.c.period_id == period_id, EXCLUSION.c.member_id == member_id)
        .values(**row)
    )
    if not known:
        db.session.execute(
            sa.insert(EXCLUSION).values(period_id=period_id, member_id=member_id, **row)
        )
    about = Ref("ranking_period", period_id)
    audit.note(actor_id, "ranking.member_excluded", about, member=member_id)


@use_case
def include_again(actor_id: int, period_id: int, member_id: int) -> None:
    """Take an exclusion back while the standing still waits. Twice is once.

    Raises:
        NotFoundError: no such period waits.
    """
    _lock_frozen(period_id)
    done = changed(
        sa.delete(EXCLUSION).where(
            EXCLUSION.c.period_id == period_id, EXCLUSION.c.member_id == member_id
        )
    )
    if done:
        about = Ref("ranking_period", period_id)
        audit.note(actor_id, "ranking.member_included", about, member=member_id)


def _lock_frozen(period_id: int) -> None:
    state = db.session.scalar(
        sa.select(PERIOD.c.state).where(PERIOD.c.id == period_id).with_for_update()
    )
    if state is not PeriodState.FROZEN:
        raise NotFoundError
