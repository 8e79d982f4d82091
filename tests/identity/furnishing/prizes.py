"""What furnished members won, drew, hold and wish for."""

import sqlalchemy as sa

from app.community import service as community
from app.coupons import queries as coupon_queries
from app.coupons import service as coupons
from app.coupons.types import PoolDraft, Worth, WorthKind
from app.draws import service as draws
from app.draws.types import EntrySource, Game, PaidBy, PrizeDraft
from app.identity.types import MemberRow
from app.kernel import clock, goods
from app.kernel.db import db, use_case
from app.kernel.goods import Giving, Thing
from app.loyalty.types.badges import BadgeKind
from app.ranking import service as ranking
from app.ranking.models import (
    RankingAward,
    RankingDirty,
    RankingExclusion,
    RankingPeriod,
    RankingStanding,
)
from app.ranking.types import AwardState, Preference
from app.rewards import queries as rewards_queries
from app.rewards import service as rewards
from app.rewards.models import MallEntry
from app.rewards.types import Entry
from app.seats import service as seats
from tests.factories import mall
from tests.factories import seats as event_seats
from tests.factories.camps import a_badge
from tests.factories.community import a_thread
from tests.factories.draws import LISTED, LOSING, a_draw, plays
from tests.factories.identity import a_member
from tests.factories.ranking import a_board as a_ranking
from tests.factories.ranking import settle as settle_ranking
from tests.identity.furnishing.rows import insert_row


def furnish_draws(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both played one draw, the source another; he has a ticket, a floor, a place in a list."""
    team = a_member("dora", password=None)
    a_draw(team, "both", LOSING, free_per_day=2)
    draw_id = a_draw(team, "his", LOSING, free_per_day=2)
    for player, slug in ((source, "both"), (target, "both"), (source, "his")):
        plays(player, slug, shown=PaidBy.FREE)
    gift = Giving(member_id=source.id, ref=str(draw_id), key="test:ticket")
    draws.give_ticket(gift)
    a_draw(team, "listed", LISTED, game=Game.ENTRIES)
    both = draws.Source(EntrySource.YIDS, yids=(source.yid,))
    draws.freeze("listed", both, actor_id=team.id)
    draws.close("listed", actor_id=team.id)
    draws.draw_list("listed", actor_id=team.id)
    thread_id = a_thread(other).thread_id
    floor = PrizeDraft("p", "锅", "Pot", Thing("points", "5"), value_minor=5, stock=1, floors="/9")
    a_draw(team, "floors", (floor,), game=Game.FLOOR, thread_id=thread_id)
    draws.take_floor(thread_id, floor=1, reply_id=1, member_id=source.id, at=clock.now())


def furnish_seats(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both have a seat at one event; the source was let in."""
    code = event_seats.an_occasion(other)
    for number, member in enumerate((source, target)):
        event_seats.win(member, code, f"draw:{number}")
    seats.check_in(other.id, event_seats.own(source).code)


def furnish_coupons(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both have coupons of one pool; one of the source's was looked at."""
    worth = Worth(WorthKind.MONEY, 20_00, "CNY")
    pool = coupons.make_pool(other.id, PoolDraft(name_zh="券", name_en="Coupon", worth=worth))
    coupons.seed_codes(pool, [f"MERGED-{n}" for n in range(5)])
    for number, member in enumerate((source, source, target)):
        coupons.give(goods.Giving(member_id=member.id, ref=pool, key=f"mall:{number}"))
    coupons.show(source.id, coupon_queries.usable_coupons(source.id).items[0].code)


def furnish_rankings(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both stand on a board; the source won a prize and was left out of another standing."""
    a_ranking(actor=other)
    first, second = a_thread(source, "榜上的一锅"), a_thread(target, "也在榜上")
    community.like_thread(other.id, first.thread_code)
    community.like_thread(source.id, second.thread_code)
    community.like_thread(target.id, first.thread_code)
    for member in (source, target):
        ranking.prefer(member.id, Preference(alias="辣椒"))
    settle_ranking()
    _won(source, other)


@use_case
def _won(source: MemberRow, other: MemberRow) -> None:
    period_id = db.session.scalar(sa.select(RankingPeriod.id))
    now = clock.now()
    insert_row(
        RankingStanding, period_id=period_id, place=1, rank=1, member_id=source.id, score=9,
        settled_at=now,
    )  # fmt: skip
    insert_row(
        RankingAward, period_id=period_id, member_id=source.id, prize_no=0, rank=1, kind="coupon",
        ref="1", pieces=1, state=AwardState.GIVEN, given_at=now,
    )  # fmt: skip
    insert_row(
        RankingExclusion, period_id=period_id, member_id=source.id, reason="?",
        excluded_by=other.id, excluded_at=now,
    )  # fmt: skip
    db.session.execute(
        sa.insert(RankingDirty).values(
            member_id=other.id, first_on=clock.business_date(), last_on=clock.business_date()
        )
    )


@use_case
def furnish_mall(source: MemberRow, other: MemberRow) -> None:
    """A prize on its way to him, a wish, a ticket in a drop, a badge that was handed over."""
    item_id = mall.an_item("cup")
    ref = str(mall.variant_id(item_id))
    goods.give("item", Giving(member_id=source.id, ref=ref, key="draw:cup"))
    code = rewards_queries.orders_of(source.id).items[0].code
    rewards.set_address(source.id, code, mall.HOME)
    rewards.wish(source.id, "cup", wants=True)
    insert_row(
        MallEntry, code="ENTRY0000001", item_id=item_id, member_id=source.id,
        variant_id=int(ref), state=Entry.WITHDRAWN, points=100, at=clock.now(), turn=1,
    )  # fmt: skip
    a_badge(other, "cup-friend", kind=BadgeKind.MANUAL)
    goods.give("badge", Giving(member_id=source.id, ref="cup-friend", key="mall:cup"))
