"""Two members who have a row in every table that names one, and dumps of everything."""

from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.archive import service as archive
from app.archive.types import Grant, UseDraft
from app.archive.types import Scope as ReuseScope
from app.archive.types import Term as ReuseTerm
from app.brand import service as brand
from app.brand.models import BrandColumn
from app.checkin import service as checkin
from app.checkin.types import Item, Scope, SeedCheckIn
from app.commerce import models as commerce
from app.commerce import service as shops
from app.commerce.types import ClaimState, IssueKind, IssueState, SeedProduct, TagKind
from app.community import queries
from app.community import service as community
from app.community.models import ExternalPost
from app.community.service import bookmarks, places, polls, reactions, reads, watching
from app.community.types import Platform
from app.community.types.reading import PollDraft, PollKind, WatchKind, WatchLevel
from app.coupons import queries as coupon_queries
from app.coupons import service as coupons
from app.coupons.types import PoolDraft, Worth, WorthKind
from app.draws import service as draws
from app.draws.types import EntrySource, Game, PaidBy, PrizeDraft
from app.identity import service
from app.identity.models import (
    IdentityClue,
    IdentityConflict,
    Member,
    MemberConsent,
    MemberIdentity,
)
from app.identity.types import (
    ConflictCause,
    ConflictState,
    FrameColor,
    FrameShape,
    LinkProof,
    MemberRow,
)
from app.integrations.movein.models import OldPath
from app.kernel import clock, goods, ids, jobs, merging, verify
from app.kernel.contacts import ContactKind
from app.kernel.db import db, use_case
from app.kernel.goods import Giving, Thing
from app.loyalty.models import SuperMember, SuperStep
from app.loyalty.service import badges, camps, tier_grants
from app.loyalty.types.badges import BadgeKind
from app.loyalty.types.supers import SuperState
from app.messages import service as messages
from app.messages.types import SeedChat, Who, Wish
from app.moderation import service as moderation
from app.moderation.types import HideReason, Verdict
from app.notify import service as notices
from app.notify.policy import Habit
from app.notify.types import Rhythm
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
from app.search import service as searches
from app.seats import service as event_seat_service
from tests.factories import mall
from tests.factories import seats as event_seats
from tests.factories.camps import a_badge, a_camp, a_mission, an_act
from tests.factories.commerce import a_channel, an_order
from tests.factories.community import a_painted_photo, a_thread
from tests.factories.draws import LISTED, LOSING, a_draw, plays
from tests.factories.films import a_painted_video
from tests.factories.identity import a_member
from tests.factories.ranking import a_board as a_ranking
from tests.factories.ranking import settle as settle_ranking
from tests.factories.referrals import comes_by
from tests.ledger.book import TABLES as LEDGER
from tests.ledger.book import buckets, earn, hold, in_days, lots, spend

# A browser's public key: the one of RFC 8291, section 5.
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
KEPT = {"audit_entry", "fact", "fact_delivery", "member_merge", "merge_move", "limit_window"}
KEPT |= {"outbound_message"}  # the letter that tells of the parting
KEPT |= {"checkin_movement"}  # append-only: what goes over comes back by further movements
KEPT |= {"super_step"}  # append-only: a merge and a parting are steps too
KEPT |= {"ranking_dirty"}  # work of the next sweep: both are scored anew
KEPT |= {"sweep_run", "alembic_version", *(table.name for table in LEDGER)}


def dump() -> dict[str, list[Any]]:
    """Return every row of every table but the ledger's, the audit's, facts and the merge's own."""
    db.session.rollback()
    return {
        table.name: sorted(
            (tuple(map(repr, row)) for row in db.session.execute(sa.select(table))), key=str
        )
        for table in db.metadata.sorted_tables
        if table.name not in KEPT
    }


def differences(before: dict[str, list[Any]]) -> dict[str, Any]:
    """Return the tables that differ now, with what was lost and what came."""
    now = dump()
    return {
        name: (
            sorted(set(before[name]) - set(now[name])),
            sorted(set(now[name]) - set(before[name])),
        )
        for name in before
        if before[name] != now[name]
    }


@use_case
def forget_sign_out(target_id: int) -> None:
    """Undo the one thing that parting changes by intention: the target is signed out once."""
    db.session.execute(
        sa.update(Member).where(Member.id == target_id).values(auth_version=Member.auth_version - 1)
    )


def purses(*members: int) -> list[Any]:
    """Return lots and buckets of members, as the ledger's part of a comparison."""
    return [(lots(member), buckets(member)) for member in members]


def drifts() -> list[str]:
    """Run every verifier of the house; return what drifts."""
    db.session.rollback()
    return [drift for report in verify.run() for drift in report.drifts]


def missing_rows(member_id: int) -> list[str]:
    """Return the columns that follow in a merge and in which a member does not stand."""
    return sorted(
        f"{move.column.table.name}.{move.column.name}"
        for domain in merging.domains()
        for move in domain.moves
        if not db.session.scalar(
            sa.select(sa.func.count())
            .select_from(move.column.table)
            .where(move.column == member_id)
        )
    )


def furnish(*, source: MemberRow | None = None) -> tuple[MemberRow, MemberRow, MemberRow]:
    """Return (source, target, somebody else), all with a past."""
    source = source or a_member("sue", phone="13800138001", joined_at=clock.now())
    target, other = a_member("tom", password=None), a_member("olga")
    _posts(source, target, other)
    _check_ins(source, target)
    _savers(source, target, other)
    _draws(source, target, other)
    _orders(source, target, other)
    _points(source, target)
    _identity_rows(source, target, other)
    _brand_and_rights(source, target, other)
    _rankings(source, target, other)
    _standing(source, other)
    _quests(source, other)
    _coupons(source, target, other)
    _seats(source, target, other)
    comes_by(source, other)
    _lived_elsewhere(source)
    _reports(source, target, other)
    _conversations(source, target, other)
    _frames(source, target)
    _mall(source, other)
    return source, target, other


@use_case
def _lived_elsewhere(source: MemberRow) -> None:
    """An address of another community leads to him."""
    path = {"path": "/u/sue", "source": "old-forum", "member_id": source.id}
    db.session.execute(sa.insert(OldPath).values(path))


def _reports(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both reported one post: one of the two reports stays; the source was judged and muted."""
    judge = a_member("justine", ("moderator",), password=None)
    bad = a_thread(other, "可疑的锅")
    for member in (source, target):
        moderation.report(member.id, "thread", bad.thread_id, HideReason.ADVERT)
    case = moderation.report(other.id, "thread", a_thread(source).thread_id, HideReason.RUDE)
    moderation.decide(judge.id, case.case_id, Verdict.FINE)
    moderation.mute(judge.id, source.id, 7, HideReason.RUDE)
    moderation.unmute(judge.id, source.id)


def _frames(source: MemberRow, target: MemberRow) -> None:
    """Each has a frame and wears it."""
    for number, member in enumerate((source, target)):
        color = (FrameColor.GOLD, FrameColor.SEA)[number]
        frame_id = service.make_frame(
            name_zh="框", name_en="Frame", shape=FrameShape.RING, color=color, actor_id=None
        )
        goods.give(
            "frame", Giving(member_id=member.id, ref=str(frame_id), key=f"test:frame{number}")
        )
        service.wear_frame(member.id, frame_id)


def _conversations(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both wrote to one member, and to each other: one conversation is a second, one goes."""
    now = clock.now()
    for one, two in ((source, other), (other, target), (source, target)):
        lines = [(0, now, "hello"), (1, now, "hi"), (0, now, "and?")]
        messages.seed_chats([SeedChat((one.id, two.id), lines, unread=1)])
    messages.choose(source.id, Wish(Who.FOLLOWED))


def _posts(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    one, two, three = (a_thread(member) for member in (source, target, other))
    for code in (one.thread_code, two.thread_code, three.thread_code):
        for member in (source, target, other):
            community.reply(member.id, code, f"hello from {member.name}")
    for member in (source, target):  # both like the same post: one of the two likes stays
        community.like_thread(member.id, three.thread_code)
        community.like_reply(member.id, three.thread_code, 3)
    community.like_reply(source.id, two.thread_code, 3)
    community.like_thread(source.id, two.thread_code)
    community.like_thread(other.id, one.thread_code)
    community.unlike_thread(other.id, one.thread_code)
    for follower, followed in (
        (source, target), (target, source), (source, other), (target, other), (other, source),
    ):  # fmt: skip
        community.follow(follower.id, followed.yid)
    a_painted_video(source.id, one.thread_id, a_painted_photo(source))
    community.reply(other.id, one.thread_code, f"@{source.name} hello")
    while community.do_work():
        pass
    community.put_first_posts_on_desk()
    jobs.run("community.tell")  # who liked, replied, followed
    community.save_draft(source.id, "a-key-of-twenty-signs", {"title": ["half a pot"]})
    _reading(source, target, other, two.thread_code, three.thread_code)


def _reading(
    source: MemberRow, target: MemberRow, other: MemberRow, mine: str, theirs: str
) -> None:
    """Marks that reading leaves: both keep one post, each something of his own."""
    folder = bookmarks.make_folder(source.id, "soups")
    for member in (source, target):
        bookmarks.keep(member.id, theirs)
        reactions.react(member.id, theirs, 0, "fire", is_on=True)
        reads.read_board(member.id, "dips")
    bookmarks.keep(source.id, mine, folder)
    reactions.react(source.id, mine, 3, "hug", is_on=True)
    reads.read_board(source.id, "pot")
    reads.read_thread(source.id, mine, 2)
    for level, kind, key in (
        (WatchLevel.MUTED, WatchKind.MEMBER, other.yid),
        (WatchLevel.TRACKING, WatchKind.MEMBER, target.yid),
        (WatchLevel.WATCHING, WatchKind.THREAD, theirs),
    ):
        watching.set_watch(source.id, kind, key, level)
    watching.set_watch(other.id, WatchKind.MEMBER, source.yid, WatchLevel.MUTED)
    places.place_board("pot", "成都", "Chengdu", actor_id=other.id)
    places.choose_place(source.id, "pot")
    thread = queries.find_owned_thread(theirs)
    assert thread is not None
    draft = PollDraft("?", PollKind.SINGLE, ("a", "b"))
    use_case(polls.add_poll)(thread.id, draft)
    for member in (source, target):
        polls.vote(member.id, theirs, [0])
    reads.count_views([reads.View(theirs, "x", None, source.yid)])


def _standing(source: MemberRow, other: MemberRow) -> None:
    tier_grants.grant_tier(
        source.id, "gourmet", until_on=in_days(90), reason="hosted the fair",
        request_key="a-key-of-twenty-signs", actor_id=other.id,
    )  # fmt: skip
    invite(source.id)


def _quests(source: MemberRow, other: MemberRow) -> None:
    """A mission in work, a seat in a camp, a badge, a notice."""
    a_mission(other, goal=9)
    camps.join_cohort(source.id, "dips", a_camp(other))
    a_badge(other, kind=BadgeKind.MANUAL)
    badges.grant_badge("talker", [source.yid], "cooked for all", actor_id=other.id)
    an_act(source)
    told: dict[str, int | str] = {"on": in_days(7).isoformat(), "points": 3, "stage": 7}
    notices.tell(source.id, "loyalty.expiring", key="7", params=told)
    notices.choose_letters(source.id, {"loyalty.expiring": False})
    _told(source, other)
    searches.note_search(source.id, "火锅")


def _seats(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both have a seat at one event; the source was let in."""
    code = event_seats.an_occasion(other)
    for number, member in enumerate((source, target)):
        event_seats.win(member, code, f"draw:{number}")
    event_seat_service.check_in(other.id, event_seats.own(source).code)


def _coupons(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both have coupons of one pool; one of the source's was looked at."""
    worth = Worth(WorthKind.MONEY, 20_00, "CNY")
    pool = coupons.make_pool(other.id, PoolDraft(name_zh="券", name_en="Coupon", worth=worth))
    coupons.seed_codes(pool, [f"MERGED-{n}" for n in range(5)])
    for number, member in enumerate((source, source, target)):
        coupons.give(goods.Giving(member_id=member.id, ref=pool, key=f"mall:{number}"))
    coupons.show(source.id, coupon_queries.usable_coupons(source.id).items[0].code)


def _told(source: MemberRow, other: MemberRow) -> None:
    """What gathers, what he did, when he is reached, his browser, a letter on its way."""
    nora = a_member("nora", password=None)  # neither muted nor blocked by anybody
    for whose, by in ((source, nora), (nora, source), (other, source)):
        notices.tell(whose.id, "community.follow", key=f"member:{by.id}", actor_id=by.id,
                     subject="me")  # fmt: skip
    notices.tell(source.id, "loyalty.review", key="1", params={"what": "frozen"}, also_by_mail=True)
    notices.keep_habit(source.id, Habit(Rhythm.WEEKLY))
    notices.subscribe(source.id, "https://fcm.googleapis.com/fcm/send/sue", P256DH, "A" * 22)
    while notices.dispatch():
        pass


@use_case
def invite(member_id: int) -> None:
    """Make somebody a super-member, as the rule and his answer would."""
    row = {"member_id": member_id, "net_minor": 5_000_00}
    state, now = SuperState.ACCEPTED, clock.now()
    db.session.execute(sa.insert(SuperMember).values(state=state, invited_at=now, **row))
    db.session.execute(sa.insert(SuperStep).values(id=ids.next_id(), to_state=state, at=now, **row))


def _check_ins(source: MemberRow, target: MemberRow) -> None:
    today = clock.now()
    days = {source: (0, 1, 2, 5, 6, 9), target: (0, 2, 3, 4, 9)}
    checkin.seed_check_ins(
        [
            SeedCheckIn(member.id, today - timedelta(days=ago))
            for member, agos in days.items()
            for ago in agos
        ]
    )


def _savers(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    checkin.give(source.id, Item.CARD, 2, key="gift")
    checkin.give(source.id, Item.SHIELD, 1, key="gift-2")
    checkin.give(target.id, Item.CARD, 1, key="gift")
    yesterday = clock.business_date() - timedelta(days=1)
    checkin.make_up(source.id, yesterday - timedelta(days=2))
    checkin.grant_day(yesterday, Scope.EVERYONE, points=3, actor_id=other.id)
    while checkin.grant_some():
        pass


def _draws(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
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


def _orders(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    shop = a_channel()
    for member, number in ((source, "S-1"), (source, "S-2"), (target, "T-1"), (other, "O-1")):
        an_order(member.id, channel=shop, number=number)
    shops.seed_products([SeedProduct("POT-1", "锅", "Pot", "pots", 9_900)])
    _commerce_rows(source, target, shop.id)


def _points(source: MemberRow, target: MemberRow) -> None:
    earn(source.id, 40, 40, expires_on=in_days(30))
    earn(source.id, 15, matures_on=in_days(7))
    hold(source.id, 12, expires_at=clock.now() + timedelta(days=3))
    spend(source.id, 5)
    earn(target.id, 20, 20, expires_on=in_days(30))


def _insert(model: type[Any], **values: Any) -> int:
    row = {"id": ids.next_id(), "created_at": clock.now(), **values}
    table = cast("sa.Table", model.__table__)
    known = {key: value for key, value in row.items() if key in table.c}
    db.session.execute(sa.insert(table), [known])
    return int(row["id"])


@use_case
def _commerce_rows(source: MemberRow, target: MemberRow, channel_id: int) -> None:
    product_id = db.session.scalar(sa.select(commerce.Product.id))
    order_id = db.session.scalar(sa.select(commerce.Order.id))
    now = clock.now()
    batch_id = _insert(
        commerce.ImportBatch, code=ids.new_code(), channel_id=channel_id, file_name="f",
        file_digest="d", mapping={}, mapping_digest="m", state="done", is_upload=False,
        row_position=0, new_count=0, duplicate_count=0, changed_count=0, kept_aside_count=0,
        bad_count=0, started_at=now, finished_at=now,
    )  # fmt: skip
    _insert(
        commerce.ImportIssue, batch_id=batch_id, kind=IssueKind.KEPT_ASIDE,
        state=IssueState.DECLINED, reason="other_figures", row_number=1, line_number=2,
        column_name="", member_id=source.id,
    )  # fmt: skip
    for member, number in ((source, "X-1"), (source, "X-2"), (target, "X-2")):
        _insert(
            commerce.OrderClaim, code=ids.new_code(), member_id=member.id, channel_id=channel_id,
            external_id=number, state=ClaimState.PENDING,
        )  # fmt: skip
    db.session.execute(
        sa.update(commerce.Product).where(commerce.Product.id == product_id).values(post_count=1)
    )
    _insert(
        commerce.ProductTag, thread_id=1, position=0, product_id=product_id, author_id=source.id,
        kind=TagKind.SHOWN, order_id=order_id, is_visible=True,
    )  # fmt: skip
    db.session.execute(sa.update(commerce.Product).values(post_count=1))
    for member in (source, target):
        shops.show_collection(member.id, is_shown=True)
    _insert(
        commerce.ProductClick, code=ids.new_code(), product_id=product_id, channel_id=channel_id,
        member_id=source.id, clicked_at=now,
    )  # fmt: skip


@use_case
def _identity_rows(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    now = clock.now()
    for member, number in ((source, "s"), (target, "t")):
        _insert(
            MemberIdentity, member_id=member.id, channel="tmall", external_id=f"buyer-{number}",
            shown="", proof=LinkProof.ORDER,
        )  # fmt: skip
        for digest in ("shared", number):
            _insert(
                IdentityClue, member_id=member.id, kind=ContactKind.PHONE, digest=digest,
                shown="138****", channel="tmall",
            )  # fmt: skip
    for one, two in ((source, target), (source, other), (other, source)):
        _insert(
            IdentityConflict, code=ids.new_code(), member_id=one.id, other_id=two.id,
            cause=ConflictCause.PHONE, state=ConflictState.OPEN, evidence={"channel": "tmall"},
        )  # fmt: skip
    _insert(MemberConsent, member_id=source.id, purpose="membership", wording="w", given_at=now)
    _insert(
        ExternalPost, member_id=source.id, platform=Platform.XIAOHONGSHU, url="https://x.example/1",
        url_digest="u", title="Elsewhere", posted_on=clock.business_date(), metrics={},
        is_public=True, added_by=source.id,
    )  # fmt: skip
    service.set_do_not_contact(target.id, on=True)


def _rankings(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
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
    _insert(
        RankingStanding, period_id=period_id, place=1, rank=1, member_id=source.id, score=9,
        settled_at=now,
    )  # fmt: skip
    _insert(
        RankingAward, period_id=period_id, member_id=source.id, prize_no=0, rank=1, kind="coupon",
        ref="1", pieces=1, state=AwardState.GIVEN, given_at=now,
    )  # fmt: skip
    _insert(
        RankingExclusion, period_id=period_id, member_id=source.id, reason="?",
        excluded_by=other.id, excluded_at=now,
    )  # fmt: skip
    db.session.execute(
        sa.insert(RankingDirty).values(
            member_id=other.id, first_on=clock.business_date(), last_on=clock.business_date()
        )
    )


@use_case
def _brand_and_rights(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both follow a column; the source granted the use of a post that is in use."""
    column_id = _insert(
        BrandColumn, slug="soup-school", title_zh="课", title_en="School", weekday=2,
        author_id=other.id, issue_count=0, due_on=clock.business_date(), is_active=True,
    )  # fmt: skip
    assert column_id
    for member in (source, target):
        brand.follow(member.id, "soup-school")
    post = a_thread(source, "可以用的一锅")
    archive.ask(other.id, post.thread_code, "可以吗？")
    archive.answer(source.id, post.thread_code, Grant(True, (ReuseScope.SHOPS,), ReuseTerm.OPEN))
    use = UseDraft(ReuseScope.SHOPS, "首页", "", clock.business_date(), None)
    archive.record_use(other.id, post.thread_code, use)


@use_case
def _mall(source: MemberRow, other: MemberRow) -> None:
    """A prize on its way to him, a wish, a ticket in a drop, a badge that was handed over."""
    item_id = mall.an_item("cup")
    ref = str(mall.variant_id(item_id))
    goods.give("item", Giving(member_id=source.id, ref=ref, key="draw:cup"))
    code = rewards_queries.orders_of(source.id).items[0].code
    rewards.set_address(source.id, code, mall.HOME)
    rewards.wish(source.id, "cup", wants=True)
    _insert(
        MallEntry, code="ENTRY0000001", item_id=item_id, member_id=source.id,
        variant_id=int(ref), state=Entry.WITHDRAWN, points=100, at=clock.now(), turn=1,
    )  # fmt: skip
    a_badge(other, "cup-friend", kind=BadgeKind.MANUAL)
    goods.give("badge", Giving(member_id=source.id, ref="cup-friend", key="mall:cup"))
