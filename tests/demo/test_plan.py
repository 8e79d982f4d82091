from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.commerce.service.tags import check_tags
from app.commerce.types import TagKind
from app.commerce.types.tags import TagDraft
from app.demo.content import HANDWRITTEN
from app.demo.content.catalogue import GOODS
from app.demo.plan import (
    FAN,
    FAN_STREAK,
    CheckedIn,
    Followed,
    Happening,
    Joined,
    Liked,
    Ordered,
    Posted,
    Refunded,
    Replied,
    plan,
)

T = TypeVar("T")

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 12, 10, tzinfo=UTC)  # 20:10 on a Monday in Shanghai
TODAY = NOW.astimezone(SHANGHAI).date()


def told(
    members: int = 60, threads: int = 150, orders: int = 400, seed: int = 7
) -> list[Happening]:
    return list(plan(members, threads, orders, seed=seed, now=NOW, zone=SHANGHAI))


@pytest.fixture(scope="module")
def year() -> list[Happening]:
    return told()


def of(kind: type[T], happenings: list[Happening]) -> list[T]:
    return [happening for happening in happenings if isinstance(happening, kind)]


def test_the_same_seed_tells_the_same_year_and_another_seed_another(year: list[Happening]) -> None:
    assert told() == year
    assert told(seed=8) != year


def test_counts_are_exact_and_numbers_run_on(year: list[Happening]) -> None:
    assert [joined.member for joined in of(Joined, year)] == list(range(60))
    assert [posted.thread for posted in of(Posted, year)] == list(range(150))
    assert [ordered.order for ordered in of(Ordered, year)] == list(range(400))


class Witness:
    """Watches a plan and knows what must have come before what."""

    def __init__(self) -> None:
        self.joined: set[int] = set()
        self.said: dict[int, dict[int, int]] = defaultdict(dict)  # thread -> floor -> author
        self.liked: set[tuple[int, int, int]] = set()
        self.came: set[tuple[int, date]] = set()

    def sees(self, happening: Happening) -> None:
        match happening:
            case Joined():
                self.joined.add(happening.member)
            case Posted():
                self.said[happening.thread][0] = happening.member
            case Replied():
                floors = self.said[happening.thread]
                assert happening.reply == len(floors) > 0
                floors[happening.reply] = happening.member
            case Liked():
                assert self.said[happening.thread][happening.reply] != happening.member
                like = (happening.thread, happening.reply, happening.member)
                assert like not in self.liked
                self.liked.add(like)
            case CheckedIn():
                assert happening.on == happening.at.astimezone(SHANGHAI).date()
                assert (happening.member, happening.on) not in self.came
                self.came.add((happening.member, happening.on))
            case Followed():
                assert happening.whom in self.joined - {happening.member}
        assert happening.member is None or happening.member in self.joined


def check_order_of_things(happenings: list[Happening]) -> None:
    """What must be true of every plan, however small."""
    witness = Witness()
    for happening in happenings:
        assert NOW - timedelta(days=366) < happening.at < NOW
        witness.sees(happening)
    assert all(one.at <= other.at for one, other in pairwise(happenings))


def test_nothing_happens_before_its_cause_nor_in_the_future(year: list[Happening]) -> None:
    check_order_of_things(year)


@settings(max_examples=12, deadline=None)
@given(
    members=st.integers(1, 90),
    threads=st.integers(0, 260),
    orders=st.integers(0, 80),
    seed=st.integers(0, 9999),
)
def test_any_plan_keeps_causes_before_effects(
    members: int, threads: int, orders: int, seed: int
) -> None:
    happenings = told(members, threads, orders, seed)
    check_order_of_things(happenings)
    assert len(of(Joined, happenings)) == members
    assert len(of(Posted, happenings)) == threads
    assert len(of(Ordered, happenings)) == orders


@pytest.mark.parametrize("moment", [(16, 1), (15, 59), (16, 0), (3, 30)])
def test_a_plan_may_end_at_any_time_of_the_day(moment: tuple[int, int]) -> None:
    end = NOW.replace(hour=moment[0], minute=moment[1])  # 16:00 UTC is midnight in Shanghai
    happenings = list(plan(20, 30, 30, seed=7, now=end, zone=SHANGHAI))
    assert all(happening.at < end for happening in happenings)
    assert fan_days(happenings, end)[-1] == end.astimezone(SHANGHAI).date() - timedelta(days=1)


def fan_days(happenings: list[Happening], end: datetime = NOW) -> list[date]:
    return sorted(c.on for c in of(CheckedIn, happenings) if c.member == FAN and c.at < end)


@pytest.mark.parametrize("seed", [1, 2, 3, 7])
def test_the_fan_has_checked_in_on_twelve_days_running_but_not_today(seed: int) -> None:
    days = set(fan_days(told(30, 10, 10, seed)))
    streak = [TODAY - timedelta(days=back) for back in range(1, FAN_STREAK + 1)]
    assert days >= set(streak)
    assert TODAY not in days
    assert not days & {TODAY - timedelta(days=FAN_STREAK + back) for back in range(1, 5)}


def test_others_keep_streaks_too_and_some_have_come_today(year: list[Happening]) -> None:
    check_ins = of(CheckedIn, year)
    assert any(check_in.on == TODAY for check_in in check_ins)
    assert len({check_in.member for check_in in check_ins}) > 30


def test_evenings_are_busier_than_mornings_and_nights_are_quiet() -> None:
    posted = of(Posted, told(40, 2000, 0))
    hours = Counter(p.at.astimezone(SHANGHAI).hour for p in posted)
    share = {hour: count / len(posted) for hour, count in hours.items()}
    assert sum(share.get(hour, 0) for hour in range(18, 23)) > 0.38
    assert sum(share.get(hour, 0) for hour in range(1, 6)) < 0.03


def test_a_weekend_day_is_busier_than_a_weekday() -> None:
    posted = of(Posted, told(40, 2500, 0))
    earlier = [p for p in posted if p.at < NOW - timedelta(days=30)]
    days = Counter(p.at.astimezone(SHANGHAI).weekday() for p in earlier)
    assert (days[5] + days[6]) / 2 > 1.15 * sum(days[k] for k in range(5)) / 5


def test_a_few_do_much_of_the_writing_and_many_write_a_little() -> None:
    posted = of(Posted, told(400, 1500, 0))
    works = sorted(Counter(p.member for p in posted).values(), reverse=True)
    assert sum(works[:40]) > 0.35 * len(posted)
    assert len(works) > 100


def test_members_write_in_their_own_language(year: list[Happening]) -> None:
    people = {joined.member: joined.person for joined in of(Joined, year)}
    posted = of(Posted, year)
    same = sum(people[p.member].language == p.post.language for p in posted)
    assert same > 0.93 * len(posted)


def test_a_thread_of_a_named_person_is_his(year: list[Happening]) -> None:
    people = {joined.member: joined.person for joined in of(Joined, year)}
    by_name = [p for p in of(Posted, year) if p.post.by in {one.name for one in people.values()}]
    late = [p for p in by_name if p.at > NOW - timedelta(days=120)]
    assert late
    assert sum(people[p.member].name == p.post.by for p in late) > 0.8 * len(late)


def test_the_newest_threads_are_handwritten_pictured_and_on_changing_boards() -> None:
    posted = of(Posted, told(60, 400, 0))
    assert [p.post in HANDWRITTEN for p in posted] == [False] * 240 + [True] * 160
    front = posted[-12:]
    assert all(p.pictures for p in front)
    assert all(one.post.board != other.post.board for one, other in pairwise(front))


def test_the_last_days_are_alive(year: list[Happening]) -> None:
    fresh = [p for p in of(Posted, year) if p.at > NOW - timedelta(days=7)]
    assert len(fresh) >= 12
    answered = {reply.thread for reply in of(Replied, year)} | {li.thread for li in of(Liked, year)}
    assert sum(p.thread in answered for p in of(Posted, year)) > 0.95 * 150


def test_replies_suit_their_thread(year: list[Happening]) -> None:
    posts = {posted.thread: posted for posted in of(Posted, year)}
    texts: dict[int, list[str]] = defaultdict(list)
    for reply in of(Replied, year):
        assert reply.language == posts[reply.thread].post.language
        texts[reply.thread].append(reply.text)
    for thread, said in texts.items():
        own = [answer.text for answer in posts[thread].post.replies]
        assert said[: len(own)] == own[: len(said)]
        assert len(set(said)) == len(said)


def test_nobody_but_the_author_answers_as_the_author(year: list[Happening]) -> None:
    posts = {posted.thread: posted for posted in of(Posted, year)}
    others = 0
    for reply in of(Replied, year):
        posted = posts[reply.thread]
        own = {a.text: a.voice for a in posted.post.replies}
        if own.get(reply.text) == "author":
            assert reply.member == posted.member
        elif own.get(reply.text) == "anyone":
            others += reply.member != posted.member
    assert others > 200


def test_order_numbers_are_unique_and_tell_their_channel(year: list[Happening]) -> None:
    orders = of(Ordered, year)
    assert len({order.number for order in orders}) == len(orders)
    assert all(order.number.startswith(order.channel.prefix) for order in orders)
    assert {order.channel.code for order in orders} == {"tmall", "jd", "douyin", "wechat"}


def test_an_order_costs_what_its_lines_cost_and_has_no_product_twice(year: list[Happening]) -> None:
    for order in of(Ordered, year):
        assert 1 <= len(order.lines) <= 4
        assert len({line.product.sku for line in order.lines}) == len(order.lines)
        assert order.total_minor == sum(
            line.product.price_minor * line.quantity for line in order.lines
        )


def test_a_buyer_is_one_person_and_many_come_back() -> None:
    orders = of(Ordered, told(300, 0, 3000))
    who: dict[int, int | None] = {}
    for order in orders:
        assert who.setdefault(order.buyer, order.member) == order.member
    members = [member for member in who.values() if member is not None]
    assert len(set(members)) == len(members)
    times = Counter(order.buyer for order in orders)
    once = sum(count == 1 for count in times.values()) / len(times)
    assert 0.45 < once < 0.75
    assert max(times.values()) >= 10
    assert any(member is None for member in who.values())


def test_much_of_what_live_shows_sell_goes_back_and_little_of_the_rest() -> None:
    happenings = told(300, 0, 4000)
    sold = Counter(order.channel.code for order in of(Ordered, happenings))
    returned = {
        refund.order.order: refund.order.channel.code for refund in of(Refunded, happenings)
    }
    share = {code: n / sold[code] for code, n in Counter(returned.values()).items()}
    assert 0.35 <= share.pop("douyin") <= 0.45
    assert set(share) == {"tmall", "jd", "wechat"}
    assert all(0.07 <= each <= 0.13 for each in share.values())


def test_refunds_come_before_shipping_or_after_receipt_whole_or_in_part() -> None:
    kinds: Counter[tuple[bool, bool]] = Counter()
    for refund in of(Refunded, told(100, 0, 2000)):
        order, paid = refund.order, refund.order.at
        assert paid < refund.at <= paid + timedelta(days=order.channel.return_days)
        assert 0 < refund.amount_minor <= order.total_minor
        assert refund.sku in {"", *(line.product.sku for line in order.lines)}
        before_shipping = order.shipped_at is None or refund.at < order.shipped_at
        assert before_shipping or (order.received_at and order.received_at < refund.at)
        kinds[before_shipping, refund.amount_minor == order.total_minor] += 1
    assert kinds[True, True] > 50
    assert kinds[False, True] > 20
    assert kinds[False, False] > 20
    assert len({refund.number for refund in of(Refunded, told())}) == len(of(Refunded, told()))


@pytest.mark.parametrize("seed", [1, 7])
def test_the_fan_has_one_order_back_one_on_trial_and_one_that_may_go_back(seed: int) -> None:
    happenings = told(30, 10, 200, seed)
    his = [order for order in of(Ordered, happenings) if order.member == FAN]
    back = [refund for refund in of(Refunded, happenings) if refund.member == FAN]
    assert len(his) == 6
    (order,) = {refund.order for refund in back}
    assert [refund.amount_minor < order.total_minor for refund in back] == [True, True]
    assert sum(refund.amount_minor for refund in back) == order.total_minor
    assert NOW - his[-1].at < timedelta(days=his[-1].channel.return_days)
    bought = {line.product.sku for each in his for line in each.lines}
    (trial,) = [each for each in his if "SH-B09" in {line.product.sku for line in each.lines}]
    assert trial.received_at is not None
    assert NOW - trial.at < timedelta(days=115)
    assert "SH-B01" not in bought


def test_posts_about_products_carry_them_reviews_with_stars(year: list[Happening]) -> None:
    posted = [p for p in of(Posted, year) if p.tags]
    assert len(posted) > 0.35 * 150
    kinds = Counter(tag.kind for p in posted for tag in p.tags)
    assert min(kinds[kind] for kind in TagKind) > 0
    assert kinds[TagKind.REVIEW] >= 20
    for p in posted:
        assert {tag.good for tag in p.tags} <= {good.slug for good in GOODS}
        check_tags([TagDraft(n, tag.kind, tag.stars) for n, tag in enumerate(p.tags)])
        assert all(tag.stars in {3, 4, 5} for tag in p.tags if tag.kind is TagKind.REVIEW)
    his = [tag for p in of(Posted, told(3, 600, 0)) if p.member == FAN for tag in p.tags]
    assert not [tag for tag in his if tag.stars and tag.good == "mala-tallow-base"]
    assert his


def test_hot_pots_sell_in_winter_and_on_the_eleventh_of_november() -> None:
    orders = of(Ordered, told(50, 0, 3000))
    months = Counter(order.at.astimezone(SHANGHAI).month for order in orders)
    assert months[12] > 1.3 * months[7]
    days = Counter(order.at.astimezone(SHANGHAI).date() for order in orders)
    assert days[TODAY.replace(month=11, day=11)] > 3 * len(orders) / 365


def test_a_large_plan_is_told_without_being_made_first() -> None:
    endless = plan(50, 200_000, 0, seed=7, now=NOW, zone=SHANGHAI)
    first = list(islice(endless, 300))
    assert isinstance(first[0], Joined)
    assert len(first) == 300


@pytest.mark.parametrize(("members", "threads", "orders"), [(0, 1, 1), (1, -1, 0), (1, 0, -1)])
def test_numbers_that_make_no_sense_are_refused(members: int, threads: int, orders: int) -> None:
    with pytest.raises(ValueError, match="at least one member"):
        plan(members, threads, orders, seed=7, now=NOW, zone=SHANGHAI)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        plan(1, 1, 1, seed=7, now=naive, zone=SHANGHAI)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Pacific/Auckland"])
def test_clock_changes_and_other_zones_do_no_harm(zone: str) -> None:
    where = ZoneInfo(zone)
    happenings = list(plan(30, 100, 50, seed=7, now=NOW, zone=where))
    check_ins = of(CheckedIn, happenings)
    assert all(c.on == c.at.astimezone(where).date() for c in check_ins)
    assert max(c.at for c in happenings) < NOW
