"""What furnished members wrote, read, said, reported and granted."""

import sqlalchemy as sa

from app.archive import service as archive
from app.archive.types import Grant, UseDraft
from app.archive.types import Scope as ReuseScope
from app.archive.types import Term as ReuseTerm
from app.brand import service as brand
from app.brand.models import BrandColumn
from app.community import queries
from app.community import service as community
from app.community.service import bookmarks, places, polls, reactions, reads, watching
from app.community.types.reading import PollDraft, PollKind, WatchKind, WatchLevel
from app.identity.types import MemberRow
from app.integrations.movein.models import OldPath
from app.integrations.reports.models import ActReport, ReportedAct, ReportSource
from app.integrations.reports.types import ReportState
from app.kernel import clock, ids, jobs
from app.kernel.db import db, use_case
from app.ledger.types import Fund
from app.messages import service as messages
from app.messages.types import SeedChat, Who, Wish
from app.moderation import service as moderation
from app.moderation.types import HideReason, Verdict
from tests.factories.community import a_painted_photo, a_thread
from tests.factories.films import a_painted_video
from tests.factories.identity import a_member
from tests.identity.furnishing.rows import insert_row


def furnish_posts(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
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


def furnish_reports(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both reported one post: one of the two reports stays; the source was judged and muted."""
    judge = a_member("justine", ("moderator",), password=None)
    bad = a_thread(other, "可疑的锅")
    for member in (source, target):
        moderation.report(member.id, "thread", bad.thread_id, HideReason.ADVERT)
    case = moderation.report(other.id, "thread", a_thread(source).thread_id, HideReason.RUDE)
    moderation.decide(judge.id, case.case_id, Verdict.FINE)
    moderation.mute(judge.id, source.id, 7, HideReason.RUDE)
    moderation.unmute(judge.id, source.id)


def furnish_conversations(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both wrote to one member, and to each other: one conversation is a second, one goes."""
    now = clock.now()
    for one, two in ((source, other), (other, target), (source, target)):
        lines = [(0, now, "hello"), (1, now, "hi"), (0, now, "and?")]
        messages.seed_chats([SeedChat((one.id, two.id), lines, unread=1)])
    messages.choose(source.id, Wish(Who.FOLLOWED))
    for member in (source, target):
        messages.write_to_team(member.id, "where is my parcel?")
    messages.answer_for_team(other.id, source.yid, "on its way")


@use_case
def furnish_brand_and_rights(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both follow a column; the source granted the use of a post that is in use."""
    column_id = insert_row(
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
def furnish_lived_elsewhere(source: MemberRow) -> None:
    """An address of another community leads to him, and another tool told what he did."""
    path = {"path": "/u/sue", "source": "old-forum", "member_id": source.id}
    db.session.execute(sa.insert(OldPath).values(path))
    tool_id = insert_row(
        ReportSource, name="Formbricks", code=ids.new_code(), sealed_secret="s", is_on=True,
        changed_at=clock.now(),
    )  # fmt: skip
    act_id = insert_row(
        ReportedAct, key="survey_passed", name_zh="问卷通过", name_en="Survey passed", icon="star",
        fund=Fund.CONTENT, is_on=True, made_at=clock.now(),
    )  # fmt: skip
    insert_row(
        ActReport, source_id=tool_id, reference="r-1", body_digest="d", act_id=act_id,
        member_id=source.id, state=ReportState.COUNTED, happened_at=clock.now(),
        received_at=clock.now(), tried_at=clock.now(),
    )  # fmt: skip
