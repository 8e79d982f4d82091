"""The points of orders: a rate, frozen when the order first earns, and whatever rules add."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.kernel import clock
from app.kernel.db import db, use_case
from app.kernel.errors import ConflictError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Earn, Fund, Part
from app.loyalty import policy
from app.loyalty.queries import books, context
from app.loyalty.service import budgets
from app.loyalty.types import Act, Award, OrderEarn, RuleBook, Value

SCOPE = "loyalty.order"
TRIES = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """What an order earns against the rule.

    Attributes:
        permille: in thousandths.
        campaign: that lifted it, or empty; ``extra`` points came out of its budget.
        plain_permille: the rate without the campaign: what a refund gives back follows from it.
    """

    permille: int
    campaign: str = ""
    extra: int = 0
    plain_permille: int | None = None


_PLAIN_RATE = Rate(policy.PLAIN)


@use_case
def rate_orders(orders: Sequence[OrderEarn], abouts: Sequence[Mapping[str, Value]]) -> list[Rate]:
    """Return what orders earn against the rule: to be frozen with each of them.

    The channel's rate, times the member's tier, times the best campaign that runs and whose budget
    still holds the whole of it. A budget is taken here; :func:`move_lifts` follows refunds.

    Args:
        orders: at most about a thousand, new ones.
        abouts: of each what the action's attributes say (channel, products …).
    """
    book = books.current()
    facts = _known(book, orders)
    for attempt in range(1, TRIES + 1):
        left = budgets.left_of(book, policy.ORDER) if attempt < TRIES else {}
        if left:  # wallets before budgets, as an act does
            ledger.lock_wallets(sorted({order.member_id for order in orders}))
        rates, spent = _rated(book, facts, left, orders, abouts)
        try:
            with db.session.begin_nested():
                budgets.spend(spent)
        except ConflictError:  # somebody else took what was left; at last without any
            continue
        return rates
    raise AssertionError("unreachable: nothing can be lost without a budget")


@use_case
def move_lifts(changes: Sequence[tuple[str, int]]) -> list[int]:
    """Let campaigns' budgets follow what stays of orders; return what moved of each.

    The caller holds the locks of the orders and of their members' wallets.

    Args:
        changes: campaign, and by how much more (or less) it should pay for an order.
    """
    return budgets.move(changes)


def _known(book: RuleBook, orders: Sequence[OrderEarn]) -> list[policy.Facts]:
    """Return what is known of each order's member; where a campaign asks, if it is his first."""
    asked = context.asked(book, [policy.ORDER], of_hooks=False)
    facts = context.of_members({order.member_id for order in orders}, asked)
    known: list[policy.Facts] = [facts.get(order.member_id, {}) for order in orders]
    if not any(
        condition.attribute == policy.FIRST_TIME
        for campaign in book.campaigns.values()
        if policy.ORDER in campaign.actions and campaign.is_on
        for condition in campaign.conditions
    ):
        return known
    bought = context.done_before({order.member_id for order in orders}, [policy.ORDER])
    done = {member_id for member_id, _action in bought}
    firsts: dict[int, OrderEarn] = {}
    for order in sorted(orders, key=lambda each: (each.paid_at, each.order_id)):
        firsts.setdefault(order.member_id, order)
    return [
        {
            **each,
            policy.FIRST_TIME: order.member_id not in done and firsts[order.member_id] is order,
        }
        for each, order in zip(known, orders, strict=True)
    ]


def _rated(
    book: RuleBook,
    facts: Sequence[policy.Facts],
    left: Mapping[str, int],
    orders: Sequence[OrderEarn],
    abouts: Sequence[Mapping[str, Value]],
) -> tuple[list[Rate], dict[str, int]]:
    rates, spent = list[Rate](), dict[str, int]()
    for order, about, known in zip(orders, abouts, facts, strict=True):
        tier = known.get(policy.MULTIPLIER)
        rate = order.earning_permille * max(policy.PLAIN, tier if isinstance(tier, int) else 0)
        rate //= policy.PLAIN
        if not book.campaigns:
            rates.append(_PLAIN_RATE if rate == policy.PLAIN else Rate(rate))
            continue
        source = Ref("order", order.order_id)
        act = Act(order.member_id, policy.ORDER, source, order.paid_at, about)
        campaign, lifted, extra = _best(book, act, known, order, rate)
        if campaign and extra <= left.get(campaign, 0) - spent.get(campaign, 0):
            spent[campaign] = spent.get(campaign, 0) + extra
            rates.append(Rate(lifted, campaign, extra, rate))
        else:
            rates.append(Rate(rate, plain_permille=rate))
    return rates, spent


def _best(
    book: RuleBook, act: Act, known: policy.Facts, order: OrderEarn, rate: int
) -> tuple[str, int, int]:
    """Return the campaign that gives an order most, its rate with it, and what that costs."""
    plain = book.order_points(order.earns_minor, rate)
    best = ("", rate, 0)
    for campaign in book.campaigns.values():
        if not campaign.runs(act.action, act.at) or policy.unmet(campaign.conditions, act, known):
            continue
        lifted = rate * campaign.multiplier_permille // policy.PLAIN
        extra = book.order_points(order.earns_minor, lifted) - plain
        if extra > best[2]:
            best = campaign.key, lifted, extra
    return best


@use_case
def award_orders(orders: Sequence[OrderEarn]) -> list[Award]:
    """Give the points of paid orders, set-wise: 1 per full 1.00, rounded down per order.

    Points and growth alike; the points are on their way until the return window is over and can
    be spent from the day after, at once when that day has come. An order is paid for once: called
    again, the first award comes back. Orders worth less than a point earn and post nothing.

    Args:
        orders: at most about a thousand; the rule version is frozen in the ledger's lines.

    Returns:
        One award per order, in their order.

    Raises:
        DomainError: the ledger refuses one of them; nothing was given to anybody.
    """
    book = books.current()
    amounts = [book.order_points(order.earns_minor, order.earning_permille) for order in orders]
    ledger.post_many(
        [
            _order_earn(book, order, points)
            for order, points in zip(orders, amounts, strict=True)
            if points
        ]
    )
    pairs = zip(orders, amounts, strict=True)
    return [_order_award(order, points) for order, points in pairs]


def _order_award(order: OrderEarn, points: int) -> Award:
    waits = points > 0 and order.window_ends_on >= clock.business_date()
    until = clock.day_end(order.window_ends_on) if waits else None
    return Award(points, points, capped=False, reason=policy.ORDER, pending_until=until)


def _order_earn(book: RuleBook, order: OrderEarn, points: int) -> Earn:
    # Maturity and expiry depend on the order alone, not on today: the command of a second call is
    # the same to the letter, and the ledger answers it with the first result.
    matures_on = order.window_ends_on + timedelta(days=1)
    part = Part(
        reason=policy.ORDER,
        points=points,
        growth=points,
        fund=Fund.ORDER,
        matures_on=matures_on,
        expires_on=book.order_expiry.last_day(matures_on),
    )
    source = Ref("order", order.order_id)
    return Earn(
        member_id=order.member_id,
        parts=(part,),
        scope=SCOPE,
        key=str(source),
        source=source,
        rule_version=book.version,
        occurred_at=order.paid_at,
    )
