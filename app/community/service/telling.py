"""What members are told of what others did with their threads and replies.

Soon after the act, by a sweep that reads the log of facts: whoever writes or likes waits for
nobody, and pays no statement. What is told is how things stand *now*: a like that was taken back
counts no more, a reply that was hidden is told to nobody, whatever order facts come in and however
often. What is about one thing gathers in one notice until it is read. ``community.notices`` puts
it into words. Mentions are told by whoever reads the text for them (:func:`tell_mentions`), and
so are the few things that nobody reads from facts.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from app.community import events
from app.community.queries import FOLLOW, REPLY, REPLY_LIKE, THREAD, THREAD_LIKE, visible
from app.community.queries.hiding import has_muted_thread, who_muted_thread
from app.identity import queries as identity
from app.kernel.db import db, use_case
from app.kernel.facts import Fact
from app.kernel.permissions import Role
from app.kernel.tails import Heard
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link, Tell, crowd_members

REPLIED, ANSWERED, OFFICIAL = "community.reply", "community.answer", "community.official"
REMIXED, MENTIONED, THANKED = "community.remix", "community.mention", "community.thanked"
CALLED = "community.group_mention"
LIKED, FOLLOWED = "community.like", "community.follow"
HIDDEN, RESTORED = "community.hidden", "community.restored"
BEST, NOT_POSTED = "community.best_answer", "community.not_posted"
FIRST_POST = "community.first_post"
ME = "me"
MOST_MENTIONED = 20
MOST_CALLED = 100
TEAM = frozenset(Role) - {Role.FAN, Role.KOC, Role.MENTOR, Role.LEADER}

LIKES = (events.ThreadLiked, events.ThreadUnliked, events.ReplyLiked, events.ReplyUnliked)
FOLLOWS = (events.MemberFollowed, events.MemberUnfollowed)
REPLIES = (
    events.ReplyPublished, events.ReplyRemoved, events.ReplyBroughtBack, events.ReplyHidden,
    events.ReplyRestored,
)  # fmt: skip
HIDINGS = (
    events.ThreadHidden, events.ThreadRestored, events.ReplyHidden, events.ReplyRestored,
)  # fmt: skip
THREADS = (
    events.ThreadPublished, events.ThreadRemoved, events.ThreadBroughtBack, events.ThreadHidden,
    events.ThreadRestored,
)  # fmt: skip
HEARD = (*LIKES, *FOLLOWS, *REPLIES, *THREADS)

Standing = Iterator[tuple[Tell, bool]]
"""What there is to tell, and whether it stands now."""


@use_case
def tell_of(heard: Sequence[Heard]) -> int:
    """Tell what these facts are about as it stands now; return how much changed.

    About six statements where nothing is new, however many facts.
    """
    standing = [
        *_likes(_of(heard, LIKES)),
        *_follows(_of(heard, FOLLOWS)),
        *_replies(_of(heard, REPLIES)),
        *_remixes(_of(heard, THREADS)),
    ]
    return notify.settle(standing) + notify.tell_many(list(_hidings(_of(heard, HIDINGS))))


def _of(heard: Sequence[Heard], kinds: Collection[type[Fact]]) -> list[Heard]:
    names = {kind.name for kind in kinds}
    return [each for each in heard if each.name in names]


# --- likes and follows ---------------------------------------------------------------------------


def _likes(heard: Sequence[Heard]) -> Standing:
    """One statement for threads, one for replies, none where nobody liked any."""
    for kind, likes, things in (("thread", THREAD_LIKE, THREAD), ("reply", REPLY_LIKE, REPLY)):
        key = f"{kind}_id"
        pairs = {
            (each.said[key], each.actor_id) for each in heard if each.name.startswith(f"{kind}.")
        }
        if not pairs:
            continue
        thread_id = things.c.id if kind == "thread" else things.c.thread_id
        rows = db.session.execute(
            sa.select(
                likes.c[key].label("thing_id"), likes.c.member_id, things.c.author_id,
                thread_id.label("thread_id"),
                sa.and_(
                    likes.c.undone_at.is_(None), ~has_muted_thread(things.c.author_id, thread_id)
                ).label("stands"),
            )
            .join(things, things.c.id == likes.c[key])
            .where(
                likes.c[key].in_(sorted({thing for thing, _ in pairs})),
                likes.c.member_id.in_(sorted({who for _, who in pairs if who is not None})),
            )
            .order_by(likes.c.id)
        )  # fmt: skip
        for row in rows:
            if (row.thing_id, row.member_id) in pairs:
                liked = Ref(kind, row.thing_id)
                yield _like(row, liked), bool(row.stands)


def _like(row: Any, liked: Ref) -> Tell:
    return Tell(
        row.author_id, LIKED, f"{liked}:{row.member_id}", {"on": liked.kind, liked.kind: liked.id},
        Link.to(liked), actor_id=row.member_id, subject=str(liked), about=f"thread:{row.thread_id}",
    )  # fmt: skip


def _follows(heard: Sequence[Heard]) -> Standing:
    """One statement, none where nobody followed anybody."""
    pairs = {(each.actor_id, each.said["member_id"]) for each in heard if each.actor_id is not None}
    if not pairs:
        return
    rows = db.session.execute(
        sa.select(FOLLOW.c.follower_id, FOLLOW.c.followed_id).where(
            FOLLOW.c.follower_id.in_(sorted({who for who, _ in pairs})),
            FOLLOW.c.followed_id.in_(sorted({whom for _, whom in pairs})),
        )
    )
    standing = {(row.follower_id, row.followed_id) for row in rows}
    for follower_id, followed_id in sorted(pairs):
        yield (
            Tell(
                followed_id, FOLLOWED, f"member:{follower_id}", {},
                Link.to(Ref("member", follower_id)), actor_id=follower_id, subject=ME,
            ),
            (follower_id, followed_id) in standing,
        )  # fmt: skip


# --- replies -------------------------------------------------------------------------------------


def _replies(heard: Sequence[Heard]) -> Standing:
    """Whose thread and whose reply was answered; who wrote both hears of the answer.

    What a person of the team says is told as the brand's answer. Who has muted the thread hears
    nothing. One statement, none where nobody replied.
    """
    reply_ids = sorted({each.said["reply_id"] for each in heard})
    if not reply_ids:
        return
    floor = REPLY.alias("answered")
    stands = sa.and_(*visible(REPLY.c), *visible(THREAD.c))
    rows = db.session.execute(
        sa.select(
            REPLY.c.id, REPLY.c.author_id, REPLY.c.thread_id, THREAD.c.author_id.label("owner"),
            floor.c.author_id.label("asked"), stands.label("stands"),
            identity.roles_expression(REPLY.c.author_id).label("roles"),
            has_muted_thread(THREAD.c.author_id, THREAD.c.id).label("owner_muted"),
            has_muted_thread(floor.c.author_id, THREAD.c.id).label("asked_muted"),
        )
        .join(THREAD, THREAD.c.id == REPLY.c.thread_id)
        .outerjoin(
            floor, sa.and_(floor.c.thread_id == THREAD.c.id, floor.c.floor == REPLY.c.reply_to)
        )
        .where(REPLY.c.id.in_(reply_ids))
        .order_by(REPLY.c.id)  # who came last is named first
    )  # fmt: skip
    for row in rows:
        is_official = not TEAM.isdisjoint((row.roles or "").split(","))
        told = {row.owner: (REPLIED, row.owner_muted)}
        if row.asked is not None:
            told[row.asked] = (ANSWERED, row.asked_muted)
        for member_id, (kind, is_muted) in told.items():
            yield (
                Tell(
                    member_id, OFFICIAL if is_official else kind, f"reply:{row.id}",
                    {"thread": row.thread_id}, Link.to(Ref("reply", row.id)), also_by_mail=True,
                    actor_id=row.author_id, subject=f"thread:{row.thread_id}",
                ),
                bool(row.stands) and not is_muted,
            )  # fmt: skip


def _remixes(heard: Sequence[Heard]) -> Standing:
    """Whose post was cooked after. One statement, none where no thread is new, gone or back."""
    thread_ids = sorted({each.said["thread_id"] for each in heard})
    if not thread_ids:
        return
    origin = THREAD.alias("origin")
    rows = db.session.execute(
        sa.select(
            THREAD.c.id, THREAD.c.author_id, THREAD.c.origin_id, origin.c.author_id.label("owner"),
            sa.and_(
                *visible(THREAD.c), ~has_muted_thread(origin.c.author_id, origin.c.id)
            ).label("stands"),
        )
        .join(origin, origin.c.id == THREAD.c.origin_id)
        .where(THREAD.c.id.in_(thread_ids))
        .order_by(THREAD.c.id)
    )  # fmt: skip
    for row in rows:
        post = Ref("thread", row.id)
        yield (
            Tell(
                row.owner, REMIXED, str(post), {"thread": row.origin_id}, Link.to(post),
                also_by_mail=True, actor_id=row.author_id, subject=f"thread:{row.origin_id}",
            ),
            bool(row.stands),
        )  # fmt: skip


# --- the team's acts -----------------------------------------------------------------------------


def _hidings(heard: Sequence[Heard]) -> Iterator[Tell]:
    """What the team hid or shows again: its author is told, and why."""
    for each in heard:
        if each.concerns_id is None:
            continue
        on, what = each.name.split(".")
        post = Ref(on, int(each.said[f"{on}_id"]))
        params: dict[str, str | int | bool] = {"on": on, "thread": int(each.said["thread_id"])}
        is_hidden = what == "hidden"
        if is_hidden:
            params["reason"] = str(each.said["reason"])
        yield Tell(
            each.concerns_id, HIDDEN if is_hidden else RESTORED, f"{post}:{each.id}", params,
            Link.to(post), also_by_mail=is_hidden,
        )  # fmt: skip


# --- mentions ------------------------------------------------------------------------------------


def tell_mentions(author_id: int, member_ids: Collection[int], post: Ref, thread_id: int) -> None:
    """Tell members that a text names them, unless they muted the thread. Two statements.

    Args:
        author_id: who wrote it.
        member_ids: whom it names; of more than twenty only twenty are told.
        post: the thread or reply; naming somebody in it again by an edit tells nobody twice.
        thread_id: the thread it stands in.
    """
    some = sorted(member_ids)[:MOST_MENTIONED]
    muted = who_muted_thread(thread_id, some) if some else set()
    notify.tell_many(
        [
            Tell(
                member_id, MENTIONED, str(post), {"thread": thread_id}, Link.to(post),
                also_by_mail=True, actor_id=author_id, about=f"thread:{thread_id}",
            )
            for member_id in some if member_id not in muted
        ]
    )  # fmt: skip


def tell_crowds(author_id: int, names: Collection[str], post: Ref, thread_id: int) -> int:
    """Tell everybody of the groups that a text calls (``@moderators``): staff only.

    Of more than a hundred, the first hundred are told. Returns how many had not been told yet.
    """
    return notify.tell_many(
        [
            Tell(
                member_id, CALLED, str(post), {"thread": thread_id}, Link.to(post),
                also_by_mail=True, actor_id=author_id, about=f"thread:{thread_id}",
            )
            for member_id in sorted(crowd_members(names))[:MOST_CALLED]
        ]
    )  # fmt: skip


# --- what writing tells --------------------------------------------------------------------------


def tell_best_answer(actor_id: int, member_id: int, thread_id: int, reply_id: int) -> None:
    """Tell a member that his reply answers a question; once for each reply. One statement."""
    reply = Ref("reply", reply_id)
    told = Tell(
        member_id, BEST, str(reply), {"thread": thread_id}, Link.to(reply), actor_id=actor_id,
        about=f"thread:{thread_id}",
    )  # fmt: skip
    notify.tell_many([told])


def tell_thanks(staff_id: int, author_id: int, post: Ref, thread_id: int, *, is_on: bool) -> None:
    """Tell a member that the brand thanks him for a post; taken back, it is told no more."""
    key = f"{post}:{staff_id}"
    if not is_on:
        notify.withdraw(author_id, THANKED, key)
        return
    told = Tell(
        author_id, THANKED, key, {"thread": thread_id, "on": post.kind}, Link.to(post),
        actor_id=staff_id, subject=str(post), about=f"thread:{thread_id}",
    )  # fmt: skip
    notify.tell_many([told])


def tell_not_posted(member_id: int, draft_id: int, reason: str) -> None:
    """Tell a member that a post could not go out at its hour; it is among his drafts."""
    drafts = Link("community.drafts")
    notify.tell_many([Tell(member_id, NOT_POSTED, str(draft_id), {"reason": reason}, drafts)])


def tell_first_post(staff_id: int, thread_id: int) -> None:
    """Ask a person of the team to welcome somebody's first post."""
    desk = Link("community_welcomes.waiting")
    notify.tell_many([Tell(staff_id, FIRST_POST, str(thread_id), {"thread": thread_id}, desk)])
