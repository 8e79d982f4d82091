"""The one way in which an order's points move: toward what its current rows make.

Whatever happened to an order (a refund, a correction, a cancellation, a roll-back), its rows are
written first and then it is settled: the figures kept beside it are recomputed, the target follows
from them and the rules frozen at its first award, and only the difference to what the ledger has
posted moves. Settling twice moves nothing twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.commerce import queries
from app.commerce.models import OrderStep
from app.commerce.queries.standings import AWARDS, ORDERS, OrderRows
from app.commerce.service import projecting, telling
from app.commerce.service.awards import follow_orders
from app.commerce.types import Change, StepKind
from app.kernel import clock, ids
from app.kernel.db import db, insert, is_one_of, use_case
from app.kernel.types import Ref
from app.ledger import queries as book
from app.ledger import service as ledger
from app.ledger.types import Claw, Command, Earn, Fund, Part
from app.loyalty import service as loyalty

SCOPE = "order.points"
REASONS = {
    StepKind.PLACED: "order.paid",
    StepKind.REFUNDED: "order.refunded",
    StepKind.REFUND_CANCELLED: "order.refund_cancelled",
    StepKind.REFUND_CHANGED: "order.refund_changed",
    StepKind.CORRECTED: "order.corrected",
    StepKind.CANCELLED: "order.cancelled",
    StepKind.REVIVED: "order.revived",
    StepKind.WITHDRAWN: "order.withdrawn",
}
STEPS = cast("sa.Table", OrderStep.__table__)


@use_case
def settle_orders(
    order_ids: Collection[int], *, kind: StepKind, actor_id: int | None = None
) -> dict[int, int]:
    """Bring orders' points to what their current rows make, set-wise.

    Args:
        order_ids: at most about a thousand; their rows are written already.
        kind: what happened to them, for their story and their buyers' statements.
        actor_id: the member of staff who did it.

    Returns:
        By how many points each order's award moved, by order id; unknown orders are left out.
    """
    return settle([Change(order_id, kind) for order_id in order_ids], actor_id=actor_id)


@use_case
def settle(
    changes: Sequence[Change],
    *,
    actor_id: int | None = None,
    moved_window: Collection[int] = (),
    locked: Sequence[Any] = (),
) -> dict[int, int]:
    """Settle orders after changes; each change becomes a step of its order's story.

    Args:
        changes: in the order in which they happened; several may concern one order.
        actor_id: the member of staff who did it.
        moved_window: orders whose return window ends on another day than before: their points are
            taken back from where they lie and given anew.
        locked: orders that the caller locked and has not written since, as
            :func:`queries.lock_orders` returned them: they are not read again.

    Returns:
        By how many points each order's award moved, by order id.
    """
    by_order: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        by_order[change.order_id].append(change)
    rows = queries.locked_rows(by_order, locked)
    posted = book.earned_by_sources("order", [each.order.id for each in rows])
    projecting.write(rows)
    rows = _with_lifts(rows)
    settled = [
        Settled(
            each,
            by_order[each.order.id],
            posted.get(each.order.id, 0),
            is_moved=each.order.id in moved_window,
            actor_id=actor_id,
        )
        for each in rows
    ]
    _post(settled)
    follow_orders({each.order_id: each.rows.is_gone for each in settled if each.may_turn})
    _remember(settled)
    _write_steps(settled, actor_id)
    telling.tell(settled, actor_id)
    return {each.order_id: each.moved for each in settled}


def _with_lifts(rows: Sequence[OrderRows]) -> list[OrderRows]:
    """Bring what campaigns pay for orders to what their figures make; return them with that.

    What is returned gives its share back to the budget; what comes back takes its share again, as
    far as the budget still reaches.
    """
    moving = [each for each in rows if each.is_lifted and each.lift != each.lifted_points]
    if not moving:
        return list(rows)
    holders = {each.order.member_id for each in moving} | {each.award.member_id for each in moving}
    ledger.lock_wallets(sorted(holders))  # wallets before budgets, as an act does
    wanted = [(each.award.campaign, each.lift - each.lifted_points) for each in moving]
    lifts = {
        each.order.id: each.lifted_points + moved
        for each, moved in zip(moving, loyalty.move_lifts(wanted), strict=True)
    }
    return [
        replace(each, lifted=lifts[each.order.id]) if each.order.id in lifts else each
        for each in rows
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an order, with what it counts and what the order earned afterwards."""

    change: Change
    amount_minor: int
    earning_minor: int
    points: int
    moved: int


@dataclass(slots=True)
class Settled:
    """One order being settled.

    Attributes:
        before: points that the ledger holds for it.
        is_moved: its return window ends on another day now.
        moves: how many postings it has had, counting those of now.
    """

    rows: OrderRows
    changes: list[Change]
    before: int
    is_moved: bool
    actor_id: int | None
    moves: int = field(init=False)

    def __post_init__(self) -> None:
        """Go on counting where the award stands; leave out changes that nobody could see."""
        self.moves = self.rows.award.moves if self.rows.award else 0
        self.changes = [change for change in self.changes if change.kind is not None]
        if self.moved and not self.changes:
            self.changes = [Change(self.order_id, StepKind.CORRECTED)]

    @property
    def order_id(self) -> int:
        """Return whose points these are."""
        return int(self.rows.order.id)

    @property
    def target(self) -> int:
        """Return the points that its rows make."""
        return self.rows.target

    @property
    def moved(self) -> int:
        """Return by how many points it moves."""
        return self.target - self.before

    @property
    def holder_id(self) -> int:
        """Return the member who has the points so far."""
        award = self.rows.award
        return int(award.member_id if award else self.rows.order.member_id)

    @property
    def may_turn(self) -> bool:
        """Return whether it may be gone now, or be there again, other than before.

        Refunds alone leave its kept figures to be written here: these tell what it was before.
        """
        if any(change.refund_id is None for change in self.changes):
            return True
        return (self.rows.order.earning_minor <= 0) is not self.rows.is_gone

    def claws(self) -> list[Claw]:
        """Return what is taken back: the difference, or everything where it lies wrong."""
        is_elsewhere = self.is_moved or self.holder_id != self.rows.order.member_id
        points = self.before if is_elsewhere else max(0, -self.moved)
        if points <= 0:
            return []
        return [
            Claw(
                member_id=self.holder_id,
                fund=Fund.ORDER,
                points=points,
                growth=points,
                reason=self._reason,
                scope=SCOPE,
                key=self._next_key(),
                source=Ref("order", self.order_id),
                rule_version=self.rows.rule_version,
                actor_id=self.actor_id,
            )
        ]

    def earns(self, clawed: int) -> list[Earn]:
        """Return what is given: whatever lacks once ``clawed`` points are back."""
        points = self.target - self.before + clawed
        if points <= 0:
            return []
        order = self.rows.order
        part = Part(
            reason=self._reason,
            points=points,
            growth=points,
            fund=Fund.ORDER,
            matures_on=order.window_ends_on + timedelta(days=1),
        )
        return [
            Earn(
                member_id=order.member_id,
                parts=(part,),
                scope=SCOPE,
                key=self._next_key(),
                source=Ref("order", self.order_id),
                rule_version=self.rows.rule_version,
                actor_id=self.actor_id,
                occurred_at=order.paid_at,
            )
        ]

    @property
    def _reason(self) -> str:
        kinds = [change.kind for change in self.changes if change.kind is not None]
        told = StepKind.PLACED if StepKind.PLACED in kinds else [StepKind.CORRECTED, *kinds][-1]
        return REASONS[told]

    def _next_key(self) -> str:
        self.moves += 1
        return f"{self.order_id}:{self.moves}"

    def steps(self) -> list[Step]:
        """Return its changes with what each of them moved; together exactly what was posted.

        Told backwards from where the order stands now: before a refund that much more earned.
        """
        earning, after = self.rows.standing.earning_minor, self.target
        told: list[Step] = []
        for change in reversed(self.changes):
            amount = self._amount(change)
            is_first = len(told) == len(self.changes) - 1
            earned = earning + (amount if change.refund_id else 0)
            former = self.before if is_first else self.rows.points_of(earned)
            told.append(Step(change, amount, earning, after, after - former))
            earning, after = earned, former
        return told[::-1]

    def _amount(self, change: Change) -> int:
        """Return what a change is about, in minor units: of a refund, by how much it counts."""
        if change.refund_id is None:
            return int(self.rows.order.paid_minor)
        found = self.rows.standing.refunds.get(change.refund_id)
        return (found.effective_minor if found else 0) - change.effective_before


def _post(settled: Iterable[Settled]) -> None:
    """Post the differences: everything that is taken back, then everything that is given."""
    claws: list[Command] = []
    earns: list[Command] = []
    for each in settled:
        taken = each.claws()
        claws += taken
        earns += each.earns(sum(claw.points for claw in taken))
    if claws or earns:
        # Their keys count the order's postings, read under its lock: nobody has used them.
        ledger.post_many([*claws, *earns], are_new=True)


def _remember(settled: Iterable[Settled]) -> None:
    now = clock.now()
    rows = [
        {
            "order_id": each.order_id,
            "member_id": each.rows.order.member_id,
            "rule_version": each.rows.rule_version,
            "points": each.target,
            "revision": each.rows.order.revision,
            "awarded_at": now,
            "earning_permille": each.rows.earning_permille,
            "lifted_points": each.rows.lifted_points,
            "moves": each.moves,
        }
        for each in settled
    ]
    if not rows:
        return
    statement = insert(AWARDS)
    current = (
        "member_id",
        "points",
        "revision",
        "moves",
        "lifted_points",
    )  # the rules stay those of the first
    statement = statement.on_conflict_do_update(
        index_elements=["order_id"], set_={name: statement.excluded[name] for name in current}
    )
    db.session.connection().execute(statement, rows)


def _write_steps(settled: Iterable[Settled], actor_id: int | None) -> None:
    now = clock.now()
    rows: list[dict[str, Any]] = []
    for each in settled:
        rows += [
            {
                "id": ids.next_id(),
                "order_id": each.order_id,
                "kind": step.change.kind,
                "refund_id": step.change.refund_id,
                "line_no": line_of(each.rows, step.change),
                "amount_minor": step.amount_minor,
                "earning_minor": step.earning_minor,
                "points": step.points,
                "moved_points": step.moved,
                "actor_id": actor_id,
                "at": now,
            }
            for step in each.steps()
        ]
    if rows:
        db.session.execute(sa.insert(STEPS), rows)


def line_of(rows: OrderRows, change: Change) -> int | None:
    """Return the one line that a change is about, or None."""
    found = rows.standing.refunds.get(change.refund_id) if change.refund_id else None
    return found.line_no if found else None


@use_case
def withdraw_orders(order_ids: Collection[int], *, actor_id: int | None) -> int:
    """Let orders count as nothing: their import is rolled back. Returns how many newly do.

    They stay, with all that is known of them, and are revived when they come again. Figures that
    waited for a decision on them are declined.

    Args:
        order_ids: at most about a thousand.
        actor_id: who rolls back; the caller audits the roll-back as a whole.
    """
    standing = db.session.scalars(
        sa.select(ORDERS.c.id)
        .where(is_one_of(ORDERS.c.id, order_ids), ORDERS.c.withdrawn_at.is_(None))
        .order_by(ORDERS.c.id)
        .with_for_update()
    ).all()
    if not standing:
        return 0
    projecting.withdraw(standing, actor_id)
    settle_orders(standing, kind=StepKind.WITHDRAWN, actor_id=actor_id)
    return len(standing)
