"""Opening, pausing, closing, calling off: from the opening on everything else is frozen."""

import sqlalchemy as sa

from app.draws.events import DrawCancelled, DrawClosed, DrawOpened
from app.draws.policy import checking, fairness
from app.draws.queries import reading
from app.draws.queries.tables import DRAW, PAUSE, PLAY, TICKET
from app.draws.service import seeds
from app.draws.service.playing import pause_now
from app.draws.types import (
    DrawRow,
    EpochState,
    Finding,
    NotReadyError,
    PauseCause,
    Prize,
    Rules,
    SecondPersonError,
    State,
)
from app.kernel import audit, clock, facts, goods
from app.kernel.db import changed, db, use_case
from app.kernel.errors import ConflictError
from app.kernel.goods import Thing, UnknownGoodsError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Reverse

REFUND_SCOPE = "draw.refund"
REFUND_REASON = "draw.refund"
GRACE_DAYS = 30
BATCH = 50


def handing(thing: Thing) -> bool | None:
    """Return whether a thing can be handed over without end; None: nobody can hand it over."""
    try:
        kind = goods.kind_of(thing)
    except UnknownGoodsError:
        return None
    if kind.is_amount:
        return True if thing.ref.isdecimal() and int(thing.ref) > 0 else None
    if all(ref != thing.ref for ref, _label in kind.choices()):
        return None
    return kind.left(thing.ref) is None


def checklist(draw: DrawRow, prizes: tuple[Prize, ...], rules: Rules) -> tuple[Finding, ...]:
    """Return the setup checklist of a draft as of now."""
    return checking.findings(draw, prizes, rules, handing, clock.now())


@use_case
def open_draw(slug: str, *, actor_id: int) -> str:
    """Open a draft: freeze it, publish the hash of its odds and the first commitments.

    Returns:
        The SHA-256 of the published table.

    Raises:
        NotFoundError: there is no such draw.
        ConflictError: it is no draft any more.
        NotReadyError: a point of the checklist is open.
        SecondPersonError: whoever changed it last can't open it.
    """
    draw = reading.locked(slug)
    if draw.state is not State.DRAFT:
        raise ConflictError(_l("This draw was opened already."))
    rules, prizes = reading.rules(), reading.prizes_of(draw.id)
    if any(finding.is_open for finding in checklist(draw, prizes, rules)):
        raise NotReadyError
    if rules.needs_two and actor_id == draw.changed_by:
        raise SecondPersonError
    odds_sha256 = fairness.digest_of(fairness.canonical_odds(draw, prizes))
    changed(
        sa.update(DRAW)
        .where(DRAW.c.id == draw.id)
        .values(
            state=State.OPEN,
            odds_sha256=odds_sha256,
            epoch_plays=rules.epoch_plays,
            opened_by=actor_id,
            opened_at=clock.now(),
        )
    )
    seeds.make(draw.id, 1, EpochState.CURRENT, clock.business_date())
    if draw.is_played:
        seeds.make(draw.id, 2, EpochState.NEXT)
    audit.note(actor_id, "draw.opened", Ref("draw", draw.id), odds=odds_sha256)
    facts.publish(
        DrawOpened(draw.id, draw.game.value), actor_id=actor_id, subject=Ref("draw", draw.id)
    )
    return odds_sha256


@use_case
def pause(slug: str, *, actor_id: int) -> bool:
    """Let a draw stand still; return whether it was open.

    Raises:
        NotFoundError: there is no such draw.
    """
    draw = reading.locked(slug)
    done = pause_now(draw.id, PauseCause.STAFF, actor_id=actor_id)
    if done:
        audit.note(actor_id, "draw.paused", Ref("draw", draw.id))
    return done


@use_case
def resume(slug: str, *, actor_id: int) -> bool:
    """Let a paused draw go on, under the odds it had; return whether it was paused.

    Raises:
        NotFoundError: there is no such draw.
    """
    draw = reading.locked(slug)
    done = changed(
        sa.update(DRAW)
        .where(DRAW.c.id == draw.id, DRAW.c.state == State.PAUSED)
        .values(state=State.OPEN, paused_because=None)
    )
    if done:
        _end_pause(draw.id)
        audit.note(actor_id, "draw.resumed", Ref("draw", draw.id))
    return done == 1


def _end_pause(draw_id: int) -> None:
    """Note that a draw stands still no more: what is read later must know when it did."""
    changed(
        sa.update(PAUSE)
        .where(PAUSE.c.draw_id == draw_id, PAUSE.c.resumed_at.is_(None))
        .values(resumed_at=clock.now())
    )


@use_case
def close(slug: str, *, actor_id: int | None = None) -> bool:
    """End a draw and reveal its seeds; return whether it was running.

    The seed of a list stays sealed until the list is drawn.

    Raises:
        NotFoundError: there is no such draw.
    """
    return _end(slug, State.CLOSED, actor_id)


@use_case
def cancel(slug: str, *, actor_id: int) -> bool:
    """Call a draw off: tries that brought nothing are paid back by a sweep.

    Raises:
        NotFoundError: there is no such draw.
    """
    return _end(slug, State.CANCELLED, actor_id)


def _end(slug: str, state: State, actor_id: int | None) -> bool:
    draw = reading.locked(slug)
    now = clock.now()
    is_settled = draw.is_played and state is State.CLOSED
    done = changed(
        sa.update(DRAW)
        .where(DRAW.c.id == draw.id, DRAW.c.state.in_([State.OPEN, State.PAUSED]))
        .values(
            state=state,
            paused_because=None,
            closed_at=now,
            settled_at=now if is_settled else None,
        )
    )
    if not done:
        return False
    if draw.is_played or state is State.CANCELLED:
        seeds.end_all(draw.id)
    subject = Ref("draw", draw.id)
    if state is State.CLOSED:
        facts.publish(DrawClosed(draw.id, draw.play_count), actor_id=actor_id, subject=subject)
    else:
        facts.publish(DrawCancelled(draw.id, draw.play_count), actor_id=actor_id, subject=subject)
    if actor_id is not None:
        audit.note(actor_id, f"draw.{state.value}", subject, plays=draw.play_count)
    return True


def close_due() -> int:
    """Close draws whose period is over; return how many. A re-runnable sweep."""
    due = db.session.scalars(
        sa.select(DRAW.c.slug)
        .where(DRAW.c.state.in_([State.OPEN, State.PAUSED]), DRAW.c.ends_at <= clock.now())
        .limit(20)
    ).all()
    db.session.rollback()
    return sum(close(slug) for slug in due)


# --- paying back ---------------------------------------------------------------------------------


def refund_some() -> int:
    """Pay back tries of draws that were called off; return how many. A re-runnable sweep."""
    draw_id = db.session.scalar(
        sa.select(DRAW.c.id)
        .where(DRAW.c.state == State.CANCELLED, DRAW.c.settled_at.is_(None))
        .order_by(DRAW.c.id)
        .limit(1)
    )
    db.session.rollback()
    return 0 if draw_id is None else _refund(draw_id)


def _owed(draw_id: int) -> list[sa.ColumnElement[bool]]:
    """Return which tries of a draw are to be paid back: those that cost something in vain."""
    return [
        PLAY.c.draw_id == draw_id,
        sa.or_(PLAY.c.points > 0, PLAY.c.ticket_id.is_not(None)),
        PLAY.c.is_win.is_(False),
        PLAY.c.refunded_at.is_(None),
    ]


@use_case
def _refund(draw_id: int) -> int:
    """Pay back one batch of a draw; mark the draw when nothing is left. Each try once."""
    rows = db.session.execute(
        sa.select(PLAY.c.id, PLAY.c.txn_id, PLAY.c.ticket_id)
        .where(*_owed(draw_id))
        .order_by(PLAY.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    now = clock.now()
    for row in rows:
        if row.txn_id is None:  # a ticket is whole again: whoever sold it can pay it back
            back = sa.update(TICKET).where(TICKET.c.id == row.ticket_id, TICKET.c.used > 0)
            changed(back.values(used=TICKET.c.used - 1))
        else:
            ledger.post(
                Reverse(
                    txn_id=row.txn_id,
                    grace_days=GRACE_DAYS,
                    reason=REFUND_REASON,
                    scope=REFUND_SCOPE,
                    key=str(row.id),
                    source=Ref("draw_play", row.id),
                )
            )
        changed(
            sa.update(PLAY)
            .where(PLAY.c.id == row.id, PLAY.c.refunded_at.is_(None))
            .values(refunded_at=now)
        )
    left = sa.exists().where(*_owed(draw_id))
    changed(
        sa.update(DRAW)
        .where(DRAW.c.id == draw_id, DRAW.c.settled_at.is_(None), ~left)
        .values(settled_at=now)
    )
    return len(rows)
