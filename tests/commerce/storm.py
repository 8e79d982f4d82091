"""A storm: orders, refunds, merges, partings, claims and spending at once, by the dice.

Whatever happens to be refused is refused for a reason that is known here; everything else is a
finding. When it is over every event is told once more, as shops do, and each order must have the
points of the same order that nobody disturbed.
"""

import random
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import sqlalchemy as sa
from flask import Flask

from app.commerce import service
from app.commerce.models import Order
from app.commerce.service import Claim
from app.commerce.types import ChannelRow, ClaimRefusedError, OrderDraft, RefundPhase
from app.identity import service as identity
from app.identity.models import MemberMerge
from app.identity.types import MemberRow, MergeCause, MergeRefusedError
from app.kernel import verify
from app.kernel.db import db
from app.kernel.errors import ConflictError, TooManyError
from app.kernel.permissions import Role
from app.ledger import queries as ledger
from app.ledger import service as points
from app.ledger.models import TRANSFER
from app.ledger.types import Account, Book, InsufficientPointsError, MergeError, Spend
from tests.factories.commerce import a_channel
from tests.factories.deliveries import POST, SPICY, TOMATO, Event, at, deliver, order, refund
from tests.factories.identity import a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule

REFUSALS = (
    InsufficientPointsError, MergeRefusedError, MergeError, ClaimRefusedError, TooManyError,
)  # fmt: skip
BASKETS = ((TOMATO, SPICY, POST), (TOMATO, POST), (SPICY,))
LINES = ("", "L1", "L2")
PHASES = (None, *RefundPhase)
WAITED = ("40P01", "55P03")  # SQLSTATE: deadlock; waited too long for a lock
ENOUGH = 1_000_000  # points of a budget that never ends: what it pays does not tell who was first
Work = Callable[[], object]


@dataclass
class Storm:
    """One storm: who is in it, what was told, and what went wrong.

    Attributes:
        told: every event, as (number, event).
        found: what went wrong: tracebacks.
    """

    app: Flask
    seed: int
    orders: int = 6
    buyers: int = 3
    told: list[Event] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Furnish the town."""
        self.dice = random.Random(self.seed)
        self.shop: ChannelRow = a_channel("storm")
        self.people: list[MemberRow] = [a_member(f"p{n}") for n in range(2)]
        self.staff = a_member("boss", (Role.ADMINISTRATOR,))
        self.numbers = [f"S{n}" for n in range(self.orders)]
        self.names = count()
        self.minutes = count(1)
        self.days = self.dice.choice([0, 40])
        self.paid_at = at(-60 * 24 * self.days)
        if self.dice.random() < 0.5:
            bonus = a_rule("order.extra", 7, action="order.paid")
            starts_at = self.paid_at - timedelta(days=1)
            double = a_campaign(actions=("order.paid",), starts_at=starts_at, budget=ENOUGH)
            use_rules(bonus, campaigns=[double])
        for number in self.numbers[::2]:  # the others are told first in the storm
            deliver(self.shop, [self._tell(self._order(number))])

    def blow(self, *, works: int = 48, threads: int = 6) -> None:
        """Do things at random, several at a time."""
        todo = iter([self._work() for _ in range(works)])
        db.session.remove()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(self._run, todo))

    def calm(self) -> None:
        """Let everything that is late arrive, and tell every event once more."""
        identity.carry_late_rows()
        for event in self.dice.sample(self.told, len(self.told)):
            deliver(self.shop, [event])
        identity.carry_late_rows()
        points.mature_due()

    # --- what can happen

    def _work(self) -> Work:
        kinds = [
            self._a_delivery, self._a_delivery, self._a_delivery, self._a_merge, self._a_parting,
            self._a_claim, self._a_spending, self._a_sweep,
        ]  # fmt: skip
        return self.dice.choice(kinds)()

    def _a_delivery(self) -> Work:
        some = [self._tell(self._event()) for _ in range(self.dice.choice([1, 1, 2]))]
        return lambda: deliver(self.shop, some)

    def _event(self) -> Event:
        number = self.dice.choice(self.numbers)
        if self.dice.random() < 0.3:
            return self._order(number)
        name = self.dice.choice("abc")
        return refund(
            number,
            name,
            self.dice.choice([5_00, 10_00, 25_00, 80_00]),
            next(self.minutes),
            line_ref=self.dice.choice(LINES),
            phase=self.dice.choice(PHASES),
            is_cancelled=self.dice.random() < 0.35,
        )

    def _order(self, number: str) -> OrderDraft:
        buyer = int(number[1:]) % self.buyers
        if self.dice.random() < 0.15:
            buyer = self.dice.randrange(self.buyers)
        return order(
            number,
            next(self.minutes),
            self.dice.choice(BASKETS),
            buyer=f"buyer-{buyer}",
            paid_at=self.paid_at,
            phone="13800138001",
            is_cancelled=self.dice.random() < 0.15,
        )

    def _tell(self, event: Event) -> Event:
        self.told.append(event)
        return event

    def _a_merge(self) -> Work:
        dice = random.Random(self.dice.random())

        def merge() -> object:
            everybody = sorted(
                {*db.session.scalars(sa.select(Order.member_id)), *(p.id for p in self.people)}
            )
            db.session.rollback()
            one, other = dice.sample(everybody, 2)
            return identity.merge_members(
                one, other, cause=MergeCause.STAFF, actor_id=self.staff.id
            )

        return merge

    def _a_parting(self) -> Work:
        dice = random.Random(self.dice.random())

        def part() -> object:
            open_ = db.session.scalars(
                sa.select(MemberMerge.id)
                .where(MemberMerge.undone_at.is_(None))
                .order_by(MemberMerge.id)
            ).all()
            db.session.rollback()
            if not open_:
                return None
            return identity.unmerge_members(dice.choice(open_), actor_id=self.staff.id)

        return part

    def _a_claim(self) -> Work:
        who, number = self.dice.choice(self.people), self.dice.choice(self.numbers)
        paid = sum(line.paid_minor for line in self.dice.choice(BASKETS))
        claim = Claim(self.shop.id, number, paid, "8001")
        return lambda: service.claim_order(who.id, claim, address="10.0.0.1")

    def _a_spending(self) -> Work:
        key, amount = str(next(self.names)), self.dice.choice([5, 30, 60])
        dice = random.Random(self.dice.random())

        def spend() -> object:
            owners = sorted(set(db.session.scalars(sa.select(Order.member_id))))
            db.session.rollback()
            return points.post(
                Spend(
                    member_id=dice.choice(owners),
                    points=amount,
                    reason="test",
                    scope="storm",
                    key=key,
                )
            )

        return spend

    def _a_sweep(self) -> Work:
        return self.dice.choice([points.mature_due, points.expire_due, identity.carry_late_rows])

    def _run(self, work: Work) -> None:
        with self.app.app_context():
            try:
                work()
            except REFUSALS:
                pass
            except ConflictError as error:  # four deadlocks running; shops tell it again
                if getattr(getattr(error.__cause__, "orig", None), "sqlstate", "") not in WAITED:
                    self.found.append(traceback.format_exc())
            except Exception:  # noqa: BLE001 - whatever it is, it is told at the end
                self.found.append(traceback.format_exc())
            finally:
                db.session.remove()

    # --- what must be true afterwards

    def differences(self) -> Iterator[str]:
        """Yield what is not as it would be if nobody had disturbed anybody."""
        yield from self.found
        for report in verify.run():
            yield from (f"{report.name}: {drift}" for drift in report.drifts)
        still = a_channel("calm")
        for event in self.told:
            deliver(still, [_of_nobody(event)])
        mine, theirs = _points(self.shop), _points(still)
        if mine != theirs:
            yield f"points {mine}, undisturbed they are {theirs}"
        given, spent = sum(map(sum, (*mine.values(), *theirs.values()))), _spent()
        left = _left()
        if given - spent != left:
            yield f"{given} points of orders and {spent} spent leave {left}"


def _of_nobody(event: Event) -> Event:
    return replace(event, buyer="nobody") if isinstance(event, OrderDraft) else event


def _points(channel: ChannelRow) -> dict[str, tuple[int, int]]:
    """Return what orders have by the ledger: (by their rate, by rules on top), by number."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Order.external_id, Order.id).where(Order.channel_id == channel.id)
    ).all()
    orders = [row.id for row in rows]
    kinds = [ledger.earned_by_sources(kind, orders) for kind in ("order", "order_bonus")]
    return {row.external_id: (kinds[0].get(row.id, 0), kinds[1].get(row.id, 0)) for row in rows}


def _spent() -> int:
    return int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(TRANSFER.c.amount), 0)).where(
                TRANSFER.c.book == Book.POINTS, TRANSFER.c.credit == Account.REDEEMED
            )
        )
        or 0
    )


def _left() -> int:
    members = set(db.session.scalars(sa.select(Order.member_id)))
    members |= set(db.session.scalars(sa.select(MemberMerge.source_id)))
    members |= set(db.session.scalars(sa.select(MemberMerge.target_id)))
    found = ledger.balances(sorted(members)).values()
    return sum(each.available + each.pending + each.held - each.debt for each in found)


__all__ = ["Storm"]
