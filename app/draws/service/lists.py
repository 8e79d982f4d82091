"""Winners out of a list: entrants frozen and hashed, floors gathered, the seed draws, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from app.draws.policy import fairness, floors
from app.draws.policy.fairness import Entrant
from app.draws.queries import lists as reading_lists
from app.draws.queries import reading
from app.draws.queries.tables import DRAW, ENTRY, EPOCH, MEMBER, PRIZE, WIN
from app.draws.service import seeds
from app.draws.service.floors import follow_replies
from app.draws.types import DrawRow, EntrySource, Game, Prize, State
from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import audience, audit, clock, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import changed, db, is_one_of, use_case
from app.kernel.errors import ConflictError, InvalidError
from app.kernel.facts import FactRow
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission, roles_with
from app.kernel.types import Ref

SETTLE_AFTER = timedelta(minutes=10)
MOST_ENTRANTS = 200_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where the entrants of a list come from.

    Attributes:
        audience: for ``AUDIENCE``.
        fact, since, until: for ``FACT``: who did it on business days ``since`` ≤ day ≤ ``until``.
        yids: for ``YIDS``: as pasted, one a line.
    """

    kind: EntrySource
    audience: str = "all"
    fact: str = ""
    since: date | None = None
    until: date | None = None
    yids: tuple[str, ...] = ()


@use_case
def freeze(slug: str, source: Source, *, actor_id: int) -> int:
    """Freeze the entrants of a draw and publish the hash of the list; return how many they are.

    Whoever is not active, and whoever can change draws, is left out. The list is in the order of
    the Yids and is never changed again.

    Raises:
        NotFoundError: there is no such draw.
        ConflictError: it is not open, or its list is frozen already.
        InvalidError: nobody is in it, a Yid is wrong, or there are too many.
    """
    draw = reading.locked(slug)
    is_running = draw.state in {State.OPEN, State.PAUSED, State.CLOSED}
    if draw.game is not Game.ENTRIES or not is_running or draw.settled_at is not None:
        raise ConflictError
    if draw.entries_sha256 is not None:
        raise ConflictError(_l("The list is frozen already. It can't be changed."))
    wanted = _meant(source)
    insiders = identity.members_with(roles_with(Permission.DRAWS_EDIT))
    rows = db.session.execute(
        sa.select(MEMBER.c.id, MEMBER.c.yid)
        .where(wanted, MEMBER.c.state == MemberState.ACTIVE)
        .order_by(MEMBER.c.yid)
        .limit(MOST_ENTRANTS + 1)
    ).all()
    entrants = [(row.id, row.yid) for row in rows if row.id not in insiders]
    if not entrants or len(rows) > MOST_ENTRANTS:
        raise InvalidError(_l("The list must have 1 to 200,000 entrants."))
    return _write(draw, list(enumerate(entrants)), source.kind, actor_id)


def _meant(source: Source) -> sa.ColumnElement[bool]:
    if source.kind is EntrySource.AUDIENCE:
        return audience.condition(source.audience, MEMBER.c.id)
    if source.kind is EntrySource.FACT:
        if not (source.fact and source.since and source.until):
            raise InvalidError(_l("Choose what they did, and from when until when."))
        did = sa.select(FactRow.actor_id).where(
            FactRow.name == source.fact,
            FactRow.on_date >= source.since,
            FactRow.on_date <= source.until,
        )
        return MEMBER.c.id.in_(did)
    found = identity.find_members_by_yid(source.yids)
    wrong = [text for text, one in zip(source.yids, found, strict=True) if one is None]
    if wrong:
        raise InvalidError(_l("%(yid)s is nobody's Yid.", yid=wrong[0]))
    return is_one_of(MEMBER.c.id, [one.id for one in found if one])


def _write(
    draw: DrawRow,
    placed: Sequence[tuple[int, tuple[int, str]]],
    source: EntrySource | None,
    actor_id: int | None,
) -> int:
    """Write a list and its hash; return how many it has."""
    kind = source.value if source else None
    rows = [
        (ids.next_id(), draw.id, place, member_id, yid, kind) for place, (member_id, yid) in placed
    ]
    insert_rows(ENTRY, rows, ("id", "draw_id", "place", "member_id", "yid", "source"))
    text = fairness.canonical_entries(Entrant(place, yid) for place, (_id, yid) in placed)
    digest = fairness.digest_of(text)
    changed(
        sa.update(DRAW)
        .where(DRAW.c.id == draw.id)
        .values(entries_sha256=digest, entry_count=len(rows))
    )
    audit.note(actor_id, "draw.frozen", Ref("draw", draw.id), entries=len(rows), digest=digest)
    return len(rows)


# --- drawing -------------------------------------------------------------------------------------


@use_case
def draw_list(slug: str, *, actor_id: int, beacon_value: str = "") -> int:
    """Draw the winners of a frozen list and reveal the seed; return how many won.

    Args:
        slug: of a draw that is over and whose list is frozen.
        actor_id: the member of staff.
        beacon_value: the public figure that was announced, if one was.

    Raises:
        NotFoundError: there is no such draw.
        ConflictError: it is not over, not frozen, or drawn already.
        InvalidError: the announced figure is missing.
    """
    draw = reading.locked(slug)
    if draw.state is not State.CLOSED or draw.game is not Game.ENTRIES or draw.settled_at:
        raise ConflictError(_l("Winners are drawn once, when the draw is over."))
    if draw.entries_sha256 is None:
        raise ConflictError(_l("Freeze the list of entrants first."))
    value = beacon_value.strip()
    if bool(draw.beacon) != bool(value):
        raise InvalidError(_l("Write the public figure that was announced."))
    entries = reading_lists.entries(draw.id)
    prizes = reading.prizes_of(draw.id)
    order = fairness.shuffled(
        _seed_of(draw.id), draw.entries_sha256, value, [entry for entry, _id in entries]
    )
    stocks = [(prize.code, prize.stock or 0) for prize in prizes]
    found = fairness.winners(order, stocks, draw.wins_per_person)
    _settle(draw, prizes, found, {e.place: m for e, m in entries}, beacon_value=value)
    audit.note(actor_id, "draw.drawn", Ref("draw", draw.id), winners=len(found))
    return len(found)


def _seed_of(draw_id: int) -> bytes:
    """Return the seed of a list: the draw's only one, sealed until now."""
    sealed = db.session.scalar(
        sa.select(EPOCH.c.seed_sealed).where(EPOCH.c.draw_id == draw_id, EPOCH.c.number == 1)
    )
    return seeds.unsealed(str(sealed))


def _settle(
    draw: DrawRow,
    prizes: Sequence[Prize],
    found: Mapping[int, str],
    member_of: Mapping[int, int],
    *,
    beacon_value: str,
) -> None:
    """Write the winners down, count the prizes, reveal the seed."""
    now, by_code = clock.now(), {prize.code: prize for prize in prizes}
    insert_rows(
        WIN,
        [
            (ids.next_id(), draw.id, place, by_code[code].id, member_of[place], "waiting", now)
            for place, code in sorted(found.items())
        ],
        ("id", "draw_id", "place", "prize_id", "member_id", "state", "at"),
    )
    codes = list(found.values())
    for prize in prizes:
        if count := codes.count(prize.code):
            changed(
                sa.update(PRIZE).where(PRIZE.c.id == prize.id).values(given=PRIZE.c.given + count)
            )
    changed(
        sa.update(DRAW)
        .where(DRAW.c.id == draw.id)
        .values(
            settled_at=now,
            beacon_value=beacon_value,
            spent_minor=sum(by_code[code].value_minor for code in codes),
            spent_points=sum(by_code[code].points for code in codes),
        )
    )
    seeds.end_all(draw.id)


# --- floors --------------------------------------------------------------------------------------


def settle_floors() -> int:
    """Find the winners of floor draws that are over; return how many draws. A re-runnable sweep.

    It waits until every reply that was written in time can be read, and reads them all.
    """
    follow_replies()
    due = db.session.scalars(
        sa.select(DRAW.c.slug)
        .where(
            DRAW.c.game == Game.FLOOR,
            DRAW.c.state == State.CLOSED,
            DRAW.c.settled_at.is_(None),
            DRAW.c.closed_at <= clock.now() - SETTLE_AFTER,
        )
        .limit(10)
    ).all()
    db.session.rollback()
    return sum(_settle_floors(slug) for slug in due)


@use_case
def _settle_floors(slug: str) -> int:
    draw = reading.locked(slug)
    if draw.settled_at is not None or draw.state is not State.CLOSED:
        return 0
    counting = reading_lists.floors_that_count(draw.id)
    placed = [(floor, (member_id, yid)) for floor, member_id, yid in counting]
    _write(draw, placed, None, None)
    prizes = reading.prizes_of(draw.id)
    entrants = [Entrant(floor, yid) for floor, _id, yid in counting]
    text = fairness.canonical_entries(entrants)
    found = floors.winning(
        prizes,
        entrants,
        seed=_seed_of(draw.id),
        entries_sha256=fairness.digest_of(text),
        beacon="",
        per_person=draw.wins_per_person,
    )
    member_of = {floor: member_id for floor, member_id, _yid in counting}
    _settle(draw, prizes, found, member_of, beacon_value="")
    return 1
