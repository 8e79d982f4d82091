"""Server seeds: made and committed to, used try by try, revealed when their time is over."""

import secrets
from datetime import date

import sqlalchemy as sa

from app.draws.policy import fairness
from app.draws.queries.tables import DRAW, EPOCH
from app.draws.types import EpochState, State, Turn
from app.kernel import clock, ids, sealing
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case

PURPOSE = "draw seed"
_system = secrets.SystemRandom()


def make(draw_id: int, number: int, state: EpochState, on_date: date | None = None) -> None:
    """Make a seed and publish its commitment. One statement."""
    seed = _system.randbytes(fairness.SEED_BYTES)
    insert_dicts(
        EPOCH,
        [
            {
                "id": ids.next_id(),
                "draw_id": draw_id,
                "number": number,
                "state": state.value,
                "commitment": fairness.commitment_of(seed),
                "seed_sealed": sealing.seal(seed.hex(), PURPOSE),
                "seed_hex": None,
                "next_nonce": 0,
                "on_date": on_date,
                "made_at": clock.now(),
                "ended_at": None,
                "revealed_at": None,
            }
        ],
    )


def next_turn(draw_id: int, today: date, most: int) -> Turn:
    """Take the next place under the current seed; the draw is locked by its caller.

    A seed that was used on an earlier day, or ``most`` times, makes room for the next one, whose
    commitment has been out since the one before began.
    """
    taken = _take(draw_id, today, most)
    if taken is None:
        turn_over(draw_id, today)
        taken = _take(draw_id, today, most)
    if taken is None:
        message = f"draw {draw_id} has no seed to play under"
        raise LookupError(message)
    return taken


def _take(draw_id: int, today: date, most: int) -> Turn | None:
    """Count one try under the current seed; a seed nobody has used yet begins its day."""
    row = db.session.execute(
        sa.update(EPOCH)
        .where(
            EPOCH.c.draw_id == draw_id,
            EPOCH.c.state == EpochState.CURRENT,
            EPOCH.c.next_nonce < most,
            sa.or_(EPOCH.c.on_date == today, EPOCH.c.next_nonce == 0),
        )
        .values(next_nonce=EPOCH.c.next_nonce + 1, on_date=today)
        .returning(EPOCH.c.id, EPOCH.c.number, EPOCH.c.next_nonce, EPOCH.c.seed_sealed)
    ).one_or_none()
    if row is None:
        return None
    return Turn(row.id, row.number, row.next_nonce - 1, unsealed(row.seed_sealed))


def unsealed(sealed: str) -> bytes:
    """Return a seed that has not been revealed."""
    return bytes.fromhex(sealing.unseal(sealed, PURPOSE))


def turn_over(draw_id: int, today: date) -> None:
    """End the current seed, begin the next, commit to one more. Four statements."""
    now = clock.now()
    mine = EPOCH.c.draw_id == draw_id
    changed(
        sa.update(EPOCH)
        .where(mine, EPOCH.c.state == EpochState.CURRENT)
        .values(state=EpochState.ENDED, ended_at=now)
    )
    changed(
        sa.update(EPOCH)
        .where(mine, EPOCH.c.state == EpochState.NEXT)
        .values(state=EpochState.CURRENT, on_date=today)
    )
    newest = db.session.scalar(sa.select(sa.func.max(EPOCH.c.number)).where(mine)) or 0
    make(draw_id, newest + 1, EpochState.NEXT)


def end_all(draw_id: int) -> None:
    """End every seed of a draw that is over, and reveal them."""
    changed(
        sa.update(EPOCH)
        .where(EPOCH.c.draw_id == draw_id, EPOCH.c.state != EpochState.ENDED)
        .values(state=EpochState.ENDED, ended_at=clock.now())
    )
    _reveal(EPOCH.c.draw_id == draw_id)


def _reveal(where: sa.ColumnElement[bool], limit: int = 100) -> int:
    rows = db.session.execute(
        sa.select(EPOCH.c.id, EPOCH.c.seed_sealed)
        .where(where, EPOCH.c.state == EpochState.ENDED, EPOCH.c.revealed_at.is_(None))
        .order_by(EPOCH.c.id)
        .limit(limit)
    ).all()
    for row in rows:
        changed(
            sa.update(EPOCH)
            .where(EPOCH.c.id == row.id, EPOCH.c.revealed_at.is_(None))
            .values(
                seed_hex=unsealed(row.seed_sealed).hex(), seed_sealed="", revealed_at=clock.now()
            )
        )
    return len(rows)


@use_case
def reveal_ended() -> int:
    """Reveal seeds whose time is over; return how many. A re-runnable sweep.

    A seed of an earlier day ends here, too, where nobody has played since.
    """
    today = clock.business_date()
    stale = db.session.execute(
        sa.select(EPOCH.c.draw_id)
        .join(DRAW, DRAW.c.id == EPOCH.c.draw_id)
        .where(
            EPOCH.c.state == EpochState.CURRENT,
            EPOCH.c.next_nonce > 0,
            EPOCH.c.on_date < today,
            DRAW.c.state.in_([State.OPEN, State.PAUSED]),
        )
        .limit(20)
    ).all()
    for row in stale:
        # The draw's lock first, as a try takes it; whoever was faster has turned it over already.
        db.session.execute(sa.select(DRAW.c.id).where(DRAW.c.id == row.draw_id).with_for_update())
        still = sa.select(EPOCH.c.id).where(
            EPOCH.c.draw_id == row.draw_id,
            EPOCH.c.state == EpochState.CURRENT,
            EPOCH.c.next_nonce > 0,
            EPOCH.c.on_date < today,
        )
        if db.session.scalar(still) is not None:
            turn_over(row.draw_id, today)
    return _reveal(EPOCH.c.state == EpochState.ENDED)
