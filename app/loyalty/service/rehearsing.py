"""Dry runs: asked for, counted by the worker step by step, taken up again after a kill."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
import structlog

from app.kernel import audit, clock, ids, jobs
from app.kernel.db import changed, db, use_case
from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.models import LoyaltyRehearsal
from app.loyalty.policy import rehearsing
from app.loyalty.policy.rehearsing import Run
from app.loyalty.queries import budgets, context, rehearsals, seals
from app.loyalty.queries.rehearsals import RUN, Done
from app.loyalty.types import Act, RuleBook
from app.loyalty.types.rehearsals import OrderSeen, Outlook

log = structlog.get_logger(__name__)

SWEEP = "loyalty.dry_runs"
ROWS = 4_000  # of acts in a step
KEPT = 20  # dry runs that stay to be read
MAX_DAYS = 366


@use_case
def ask(book: RuleBook, since: date, until: date, *, moves_campaigns: bool, actor_id: int) -> int:
    """Ask what a time would have cost under a book; the worker counts it. Return its id.

    Args:
        book: any rules; they need not be free of errors.
        since: the first business day.
        until: the last one; a day that is not over counts as far as it has come.
        moves_campaigns: look at campaigns of another time as if they had been on.
        actor_id: who asks.

    Raises:
        InvalidError: the days are reversed, or more than a year.
    """
    if not 0 <= (until - since).days < MAX_DAYS:
        raise InvalidError(_l("Choose a first and a last day, at most a year apart."))
    run_id, body = ids.next_id(), policy.written(book)
    db.session.execute(
        sa.insert(LoyaltyRehearsal).values(
            id=run_id,
            body=body,
            digest=policy.digest_of(body),
            based_on=book.version,
            since_on=since,
            until_on=until,
            moves_campaigns=moves_campaigns,
            acts_total=rehearsals.count_acts(since, until),
            acts_done=0,
            asked_by=actor_id,
            asked_at=clock.now(),
        )
    )
    _forget_old()
    audit.note(actor_id, "rules.dry_run", Ref("dry_run", run_id), since=since, until=until)
    jobs.nudge(SWEEP)
    return run_id


def _forget_old() -> None:
    kept = sa.select(RUN.c.id).order_by(RUN.c.id.desc()).limit(KEPT).subquery()
    changed(sa.delete(RUN).where(RUN.c.id < sa.select(sa.func.min(kept.c.id)).scalar_subquery()))


# --- the worker ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Place:
    """How far a dry run has come: behind which act, or, when these are over, which order."""

    run: Run
    after: tuple[date, int] | None = None
    order_id: int | None = None
    rows: int = 0


def step() -> int:
    """Count a few thousand acts of the oldest dry run that is not done; return how many.

    What it has counted is written down with how far it came; killed between, it loses a step.
    """
    row = db.session.execute(
        sa.select(RUN).where(RUN.c.finished_at.is_(None)).order_by(RUN.c.id).limit(1)
    ).one_or_none()
    if row is None:
        return 0
    try:
        place, outlook = _stepped(row)
    except Exception as problem:  # told on its page; the next ones have their turn
        db.session.rollback()
        log.exception("dry_run_failed", run=row.id)
        _finish(row.id, row.revision, error=type(problem).__name__)
        return 1
    if outlook is not None:
        _finish(row.id, row.revision, outlook=outlook)
    else:
        _note(row.id, row.revision, place)
    return max(1, place.rows)


def _stepped(row: Any) -> tuple[_Place, Outlook | None]:
    book = seals.sealed_book(policy.read_book(row.based_on, row.body))
    if row.moves_campaigns:
        book = rehearsing.moved(book, row.since_on, row.until_on)
    place = _read_place(row.state)
    place.rows = 0
    left = rehearsing.left_of(book, budgets.spent_before(book.campaigns, row.since_on))
    if place.order_id is None and not _some_acts(row, book, place, left):
        place.order_id = 0
    if place.order_id is None or _some_orders(row, book, place, left):
        return place, None
    return place, rehearsing.outlook(place.run)


def _some_acts(row: Any, book: RuleBook, place: _Place, left: Mapping[policy.Key, int]) -> int:
    firsts = _asking_for_firsts(book)
    some = rehearsals.acts_done(row.since_on, row.until_on, place.after, ROWS, firsts)
    members = {done.act.member_id for done in some}
    facts = context.of_members(members)
    before = rehearsals.used_before(book, members, row.since_on)
    for key, used in before.items():
        place.run.used.setdefault(key, used)
    orders = rehearsals.orders_of([done.act for done in some])
    asked, of_members = rehearsing.asked_by(book), context.kept()
    for done in some:
        known, act = _facts_of(done, facts), done.act
        order = orders.get(act.source)
        if order is not None:  # it is rated, then rewarded
            act = replace(act, about={**order.about, **act.about})
            rehearsing.replay_order(place.run, book, order, act, known, left)
        rehearsing.replay(place.run, book, act, known, left, done.given)
        rehearsing.note_unknown(place.run, asked, act, done.known, of_members)
        place.after = done.day, done.place
        place.rows += len(done.given)
    return place.rows


def _facts_of(done: Done, facts: Mapping[int, policy.Facts]) -> policy.Facts:
    """Return what was known of the member then, as far as it is kept; else what is known now."""
    known = {**facts.get(done.act.member_id, {}), **done.known, policy.FIRST_TIME: done.is_first}
    if done.multiplier_permille is not None:
        known[policy.MULTIPLIER] = done.multiplier_permille
    known[policy.FROZEN] = False  # points that wait cost as much
    return known


def _asking_for_firsts(book: RuleBook) -> set[str]:
    asking = {
        rule.action
        for rule in book.rules.values()
        if any(each.attribute == policy.FIRST_TIME for each in rule.conditions)
    }
    for campaign in book.campaigns.values():
        if any(each.attribute == policy.FIRST_TIME for each in campaign.conditions):
            asking |= set(campaign.actions)
    return asking


def _some_orders(row: Any, book: RuleBook, place: _Place, left: Mapping[policy.Key, int]) -> int:
    """Count orders from before orders were acts; the others had their turn among the acts."""
    after = place.order_id or 0
    orders: Sequence[OrderSeen] = rehearsals.orders_seen(row.since_on, row.until_on, after, ROWS)
    seen = rehearsals.abouts_of([order.act for order in orders])
    facts = context.of_members({order.member_id for order in orders if order.act not in seen})
    asked = rehearsing.asked_by(book)
    for order in orders:
        place.order_id = order.order_id
        if order.act not in seen:
            act = Act(order.member_id, policy.ORDER, order.act, order.paid_at, order.about)
            known = facts.get(order.member_id, {})
            rehearsing.replay_order(place.run, book, order, act, known, left)
            rehearsing.note_unknown(place.run, asked, act, (), context.kept())
    place.rows = len(orders)
    return place.rows


# --- written down --------------------------------------------------------------------------------


def _read_place(state: bytes | None) -> _Place:
    if state is None:
        return _Place(Run())
    body = json.loads(zlib.decompress(state))
    after = (date.fromisoformat(body["day"]), body["place"]) if body["day"] else None
    return _Place(rehearsing.read_run(body["run"]), after, body["order_id"])


def _written_place(place: _Place) -> bytes:
    day = place.after[0] if place.after else None
    body = {
        "run": rehearsing.written_run(place.run, day or date.min),
        "day": day.isoformat() if day else None,
        "place": place.after[1] if place.after else 0,
        "order_id": place.order_id,
    }
    return zlib.compress(json.dumps(body, separators=(",", ":")).encode(), 1)


@use_case
def _note(run_id: int, revision: int, place: _Place) -> None:
    changed(
        sa.update(RUN)
        .where(RUN.c.id == run_id, RUN.c.revision == revision)
        .values(
            state=_written_place(place),
            acts_done=RUN.c.acts_done + (place.rows if place.order_id is None else 0),
            revision=revision + 1,
        )
    )


@use_case
def _finish(run_id: int, revision: int, *, outlook: Outlook | None = None, error: str = "") -> None:
    changed(
        sa.update(RUN)
        .where(RUN.c.id == run_id, RUN.c.revision == revision)
        .values(
            state=None,
            outlook=rehearsing.written_outlook(outlook) if outlook else None,
            error=error,
            finished_at=clock.now(),
            revision=revision + 1,
        )
    )
