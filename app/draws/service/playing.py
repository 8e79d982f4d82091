"""A try: everything is checked, paid, rolled, handed over and written down in one transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.draws.events import DrawPaused, DrawPlayed
from app.draws.policy import fairness
from app.draws.policy import playing as policy
from app.draws.queries import reading
from app.draws.queries.reading import Standing
from app.draws.queries.tables import DRAW, PAUSE, PLAY, PLAYER, TICKET
from app.draws.service import awarding, seeds
from app.draws.service.awarding import Awarded
from app.draws.types import (
    DrawClosedError,
    DrawRow,
    InsiderError,
    NotForYouError,
    PaidBy,
    PauseCause,
    Played,
    Prize,
    State,
)
from app.kernel import audience, clock, facts, ids
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, insert, use_case
from app.kernel.permissions import Permission, permissions_of
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Spend

SCOPE = "draw.play"
REASON = "draw.play"
_system = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class _Player:
    id: int
    losses: int


@use_case
def play(member_id: int, slug: str, *, client_seed: str, shown: PaidBy, request_key: str) -> Played:
    """Play one try.

    Args:
        member_id: who plays, pays and wins.
        slug: of the draw.
        client_seed: the member's own part of the chance, chosen before the server's is used.
        shown: what the page said that the try is paid with; it never costs more.
        request_key: of the form; the same key again gives the first answer and costs nothing.

    Raises:
        NotFoundError: there is no such draw.
        DrawClosedError: it is not open now.
        OutOfHoursError: it is open at other hours of the day.
        NotForYouError: the member does not belong to its audience.
        InsiderError: the member can change draws.
        LimitReachedError: he has no try left.
        PriceChangedError: it would cost more than was shown.
        InsufficientPointsError: he has fewer points.
        GoodsGoneError: not even the last fallback can be handed over.
    """
    locked = ledger.lock_wallets([member_id])  # his tries wait for one another here
    now, today = clock.now(), clock.business_date()
    standing = reading.standing(slug, member_id, today, request_key)
    prizes = reading.prizes_of(standing.draw.id)
    if standing.earlier_id is not None:
        return _as_played(standing, prizes)
    way = _check(standing, member_id, shown, now)
    player = _player(standing.draw.id, member_id, client_seed)
    play_id = ids.next_id()
    txn_id, points = None, 0
    if way is PaidBy.TICKET:
        _use_ticket(standing)
    elif way is PaidBy.POINTS:
        points = standing.draw.cost_points
        paid = Spend(
            member_id=member_id,
            points=points,
            reason=REASON,
            scope=SCOPE,
            key=str(play_id),
            source=Ref("draw_play", play_id),
        )
        txn_id = ledger.post_many([paid], locked=locked)[0].txn_id
    _count(standing.draw)
    turn = seeds.next_turn(standing.draw.id, today, standing.draw.epoch_plays)
    number = fairness.roll(turn.seed, turn.number, turn.nonce, client_seed)
    rolled = prizes[fairness.prize_at(number, [prize.odds_ppm for prize in prizes])]
    awarded = awarding.award(
        standing.draw, prizes, rolled, losses=player.losses, member_id=member_id, play_id=play_id
    )
    code = ids.new_code()
    insert_dicts(
        PLAY,
        [
            {
                "id": play_id,
                "code": code,
                "draw_id": standing.draw.id,
                "epoch_id": turn.epoch_id,
                "nonce": turn.nonce,
                "player_id": player.id,
                "member_id": member_id,
                "request_key": request_key,
                "client_seed": client_seed,
                "paid_by": way.value,
                "points": points,
                "txn_id": txn_id,
                "ticket_id": standing.ticket_id if way is PaidBy.TICKET else None,
                "roll": number,
                "losses_before": player.losses,
                "rolled_id": rolled.id,
                "awarded_id": awarded.prize.id,
                "reason": awarded.reason.value,
                "is_win": not awarded.prize.is_nothing,
                "where_kind": awarded.where.kind if awarded.where else None,
                "where_id": awarded.where.id if awarded.where else None,
                "on_date": today,
                "at": now,
                "refunded_at": None,
            }
        ],
    )
    _after(standing.draw, player, awarded)
    facts.publish(
        DrawPlayed(
            standing.draw.id, play_id, awarded.prize.id, points, not awarded.prize.is_nothing
        ),
        actor_id=member_id,
        subject=Ref("draw_play", play_id),
    )
    return Played(code, slug, awarded.prize.code, not awarded.prize.is_nothing, points, is_new=True)


def _as_played(standing: Standing, prizes: tuple[Prize, ...]) -> Played:
    row = db.session.execute(
        sa.select(PLAY.c.code, PLAY.c.awarded_id, PLAY.c.is_win, PLAY.c.points).where(
            PLAY.c.id == standing.earlier_id
        )
    ).one()
    prize = next(prize.code for prize in prizes if prize.id == row.awarded_id)
    return Played(row.code, standing.draw.slug, prize, row.is_win, row.points, is_new=False)


def _check(standing: Standing, member_id: int, shown: PaidBy, now: datetime) -> PaidBy:
    policy.check_open(standing.draw, now)
    if not standing.draw.is_played:
        raise DrawClosedError
    if Permission.DRAWS_EDIT in permissions_of(standing.roles):
        raise InsiderError
    if not audience.includes(standing.draw.audience, member_id):
        raise NotForYouError
    return policy.choose_payment(standing.draw, standing.member, shown)


def _player(draw_id: int, member_id: int, client_seed: str) -> _Player:
    """Return the member's row in the draw, made on first use, locked. One statement."""
    statement = insert(PLAYER).values(
        id=ids.next_id(),
        draw_id=draw_id,
        member_id=member_id,
        code=ids.new_code(),
        client_seed=client_seed,
        losses=0,
    )
    row = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["draw_id", "member_id"], set_={"client_seed": client_seed}
        ).returning(PLAYER.c.id, PLAYER.c.losses)
    ).one()
    return _Player(row.id, row.losses)


def _use_ticket(standing: Standing) -> None:
    used = changed(
        sa.update(TICKET)
        .where(TICKET.c.id == standing.ticket_id, TICKET.c.used < TICKET.c.amount)
        .values(used=TICKET.c.used + 1)
    )
    if used != 1:
        raise DrawClosedError


def _count(draw: DrawRow) -> None:
    """Count the try on the draw itself: from here on tries of one draw follow one another.

    Raises:
        DrawClosedError: it closed or paused while this try waited.
    """
    counted = changed(
        sa.update(DRAW)
        .where(DRAW.c.id == draw.id, DRAW.c.state == State.OPEN)
        .values(play_count=DRAW.c.play_count + 1)
    )
    if counted != 1:
        raise DrawClosedError


def _after(draw: DrawRow, player: _Player, awarded: Awarded) -> None:
    """Count the tries without a prize; let the draw pause where the rules say so."""
    losses = player.losses + 1 if awarded.prize.is_nothing else 0
    if losses != player.losses:
        changed(sa.update(PLAYER).where(PLAYER.c.id == player.id).values(losses=losses))
    if awarded.pause is not None:
        pause_now(draw.id, awarded.pause)


def pause_now(draw_id: int, cause: PauseCause, *, actor_id: int | None = None) -> bool:
    """Let an open draw stand still; return whether it was open."""
    is_paused = (
        changed(
            sa.update(DRAW)
            .where(DRAW.c.id == draw_id, DRAW.c.state == State.OPEN)
            .values(state=State.PAUSED, paused_because=cause)
        )
        == 1
    )
    if is_paused:
        row = {"id": ids.next_id(), "draw_id": draw_id, "paused_at": clock.now()}
        db.session.execute(sa.insert(PAUSE), [row])
        facts.publish(
            DrawPaused(draw_id, cause.value), actor_id=actor_id, subject=Ref("draw", draw_id)
        )
    return is_paused


def random_seed() -> str:
    """Return a member's seed as a form proposes it; he may write another one."""
    return _system.randbytes(8).hex()
