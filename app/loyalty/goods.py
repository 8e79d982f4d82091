"""Points as a kind of goods: what a prize in points hands over."""

from app.kernel import clock, goods
from app.kernel.goods import Given, Giving, UnknownGoodsError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.reasons import Reason
from app.kernel.reasons import register as register_reason
from app.ledger import service as ledger
from app.ledger.types import MAX_AMOUNT, Earn, Fund, Part
from app.loyalty.policy.book import MISSION
from app.loyalty.queries import books

SCOPE = "goods.points"
REASON = "goods.points"


def register() -> None:
    """Answer for points, and name their reason."""
    goods.register(
        goods.Kind("points", _l("Points"), choices=lambda: (), give=give, is_amount=True)
    )
    register_reason(
        REASON,
        Reason(
            _l("Prize in points"),
            icon="gift",
            explain=lambda _version: _("You won these points. Whoever gave them stands beside."),
        ),
    )


def give(giving: Giving) -> Given:
    """Hand prize points over, from the fund of prizes; they live as long as points of missions.

    Raises:
        UnknownGoodsError: the reference is no amount.
    """
    points = int(giving.ref) * giving.count if giving.ref.isdecimal() else 0
    if not 0 < points <= MAX_AMOUNT:
        raise UnknownGoodsError(giving.ref)
    book, today = books.current(), clock.business_date()
    part = Part(
        REASON,
        points,
        fund=Fund.PRIZE,
        expires_on=book.rule(MISSION).expiry.last_day(today),
    )
    posted = ledger.post(
        Earn(
            member_id=giving.member_id,
            parts=(part,),
            scope=SCOPE,
            key=giving.key,
            source=giving.source,
        )
    )
    return Given(posted.is_new)
