"""What the community tells its members, in words as they read it.

Notices keep ids; a thread's title is read when the notice is read, so that one that was hidden or
taken down since is named nowhere.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa

from app.community.present import failure_text
from app.community.queries import REPLY, THREAD, visible
from app.community.queries.news import board_names, topic_names
from app.community.service import news, telling
from app.identity import queries as identity
from app.kernel import clock, i18n, ids
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission, Role
from app.moderation.types import REASON_LABELS, HideReason
from app.moderation.types import kinds as reportable
from app.notify import service as notify
from app.notify.types import (
    Crowd,
    Group,
    Link,
    Named,
    NoticeKind,
    Params,
    Said,
    name_of,
    register,
    register_crowd,
    who,
)


def titles(thread_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the titles of the visible ones among threads."""
    return sa.select(THREAD.c.id, THREAD.c.title, THREAD.c.title.label("en")).where(
        THREAD.c.id.in_(thread_ids), *visible(THREAD.c)
    )


def own_titles(thread_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the titles of threads, hidden ones too: for their author only."""
    return sa.select(THREAD.c.id, THREAD.c.title, THREAD.c.title.label("en")).where(
        THREAD.c.id.in_(thread_ids)
    )


def excerpts(reply_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return how the visible ones among replies begin."""
    return sa.select(REPLY.c.id, REPLY.c.excerpt, REPLY.c.excerpt.label("en")).where(
        REPLY.c.id.in_(reply_ids), *visible(REPLY.c)
    )


MUTED, UNMUTED = "moderation.muted", "moderation.unmuted"
THREAD_TITLE, OWN_TITLE = Named("thread", titles), Named("thread", own_titles)
PLACES = (
    Named("board", board_names), Named("topic", topic_names), Named("thread", titles, "title"),
)  # fmt: skip


def register_notices() -> None:
    """Name the kinds of notices, and who can be called together."""
    talk = partial(NoticeKind, group=Group.TALK, has_mail=True, by_push=True, is_urgent=False)
    kinds = (
        talk(telling.REPLIED, _l("Replies to my posts"), "message-circle", reply_said,
             named=THREAD_TITLE),
        talk(telling.ANSWERED, _l("Answers to my replies"), "messages", answer_said,
             named=THREAD_TITLE),
        talk(telling.REMIXED, _l("Who cooks after my posts"), icon="refresh",
             words=remix_said, named=THREAD_TITLE),
        talk(telling.THANKED, _l("Thanks from the brand"), icon="heart-handshake",
             words=thanks_said, named=THREAD_TITLE, has_mail=False),
        talk(telling.MENTIONED, _l("Who mentions me"), icon="at", words=mention_said,
             named=THREAD_TITLE),
        talk(telling.CALLED, _l("Calls for the team"), "speakerphone", call_said,
             named=THREAD_TITLE),
        talk(telling.OFFICIAL, _l("Answers from the brand"), "discount-check-filled",
             official_said, named=THREAD_TITLE),
        talk(telling.BEST, _l("Your answer helped"), "circle-check", best_said,
             named=THREAD_TITLE, has_mail=False),
        talk(news.NEW_REPLY, _l("New replies where I watch"), "bell-ringing", new_reply_said,
             named=THREAD_TITLE),
        talk(news.NEW_THREAD, _l("New posts where I watch"), "bell-ringing", new_thread_said,
             named=PLACES, by_push=False),
        NoticeKind(telling.LIKED, _l("Likes"), "heart", like_said, group=Group.PEOPLE,
             named=THREAD_TITLE),
        NoticeKind(telling.FOLLOWED, _l("New followers"), "user-plus", follow_said,
                   group=Group.PEOPLE),
        NoticeKind(telling.HIDDEN, _l("Posts the team hid"), "eye-off", hidden_said,
                   group=Group.TEAM, named=OWN_TITLE, has_mail=True, is_essential=True),
        NoticeKind(telling.RESTORED, _l("Posts that are back"), "eye", restored_said,
                   group=Group.TEAM, named=OWN_TITLE, is_essential=True),
        NoticeKind(telling.NOT_POSTED, _l("Posts at a given hour"), "clock", not_posted_said,
                   group=Group.TEAM, is_essential=True),
        NoticeKind(telling.FIRST_POST, _l("First posts to welcome"), "heart", first_post_said,
                   group=Group.TEAM, named=THREAD_TITLE, told_to=Permission.CONTENT_MODERATE),
    )  # fmt: skip
    voice = partial(NoticeKind, group=Group.TEAM, has_mail=True, is_essential=True)
    team = (
        voice(MUTED, _l("Muted by the team"), "volume-off", muted_said),
        voice(UNMUTED, _l("Writing again"), "volume", unmuted_said),
    )
    for kind in (*kinds, *team):
        register(kind)
    reportable.tells(_tell_of_mutes)
    for crowd in (
        Crowd("moderators", _l("Moderators"), moderators, ("版主", "moderator")),
        Crowd("operators", _l("Operators"), partial(_all_of, Role.OPERATOR), ("运营", "operator")),
        Crowd("mentors", _l("Mentors"), partial(_all_of, Role.MENTOR), ("带教老师", "mentor")),
    ):
        register_crowd(crowd)


def _tell_of_mutes(member_id: int, what: str, params: Mapping[str, object]) -> None:
    """Tell a member that he may not write for a while, or may again."""
    key = str(params.get("mute_id") or ids.next_id())
    until = params.get("until")
    told: dict[str, int | str] = {"reason": str(params.get("reason", ""))}
    if isinstance(until, datetime):
        told["on"] = clock.business_date(until).isoformat()
    kind = MUTED if what == "muted" else UNMUTED
    notify.tell(member_id, kind, key=key, params=told, link=Link("moderation.my_reports"),
                also_by_mail=True)  # fmt: skip


def muted_said(params: Params) -> Said:
    """Say until when he may not write, and why."""
    reason = REASON_LABELS[HideReason(str(params["reason"]))]
    until = i18n.day(date.fromisoformat(str(params["on"])))
    return Said(
        _("You can read but not post until %(day)s", day=until),
        _("The reason: %(reason)s.", reason=reason),
    )


def unmuted_said(_params: Params) -> Said:
    """Say that he may write again."""
    return Said(_("You can post again"))


def moderators() -> Collection[int]:
    """Return who looks after what is written. One statement."""
    return _all_of(Role.MODERATOR)


def _all_of(role: Role) -> Collection[int]:
    return identity.members_with({role})


# --- words ---------------------------------------------------------------------------------------


def _about(title: str, params: Params) -> Said:
    """Return words about a thread; they come to nothing when nobody may see it any more."""
    name = name_of(params)
    return Said(title, name, is_moot=not name)


def reply_said(params: Params) -> Said:
    """Say who replied to his post."""
    return _about(_("%(who)s replied to your post", who=who(params)), params)


def answer_said(params: Params) -> Said:
    """Say who answered his reply."""
    return _about(_("%(who)s answered you", who=who(params)), params)


def remix_said(params: Params) -> Said:
    """Say who cooked after his post."""
    return _about(_("%(who)s cooked after your post", who=who(params)), params)


def thanks_said(params: Params) -> Said:
    """Say that the brand thanks him."""
    if params["on"] == "reply":
        return _about(_("The brand thanks you for your reply"), params)
    return _about(_("The brand thanks you for your post"), params)


def mention_said(params: Params) -> Said:
    """Say who named him."""
    return _about(_("%(who)s mentioned you", who=who(params)), params)


def call_said(params: Params) -> Said:
    """Say who called the team."""
    return _about(_("%(who)s called the team", who=who(params)), params)


def official_said(params: Params) -> Said:
    """Say who of the brand replied."""
    return _about(_("%(who)s from the brand answered you", who=who(params)), params)


def like_said(params: Params) -> Said:
    """Say who liked what he wrote."""
    if params["on"] == "reply":
        return Said(_("%(who)s liked your reply", who=who(params)))
    return _about(_("%(who)s liked your post", who=who(params)), params)


def follow_said(params: Params) -> Said:
    """Say who follows him."""
    return Said(_("%(who)s started following you", who=who(params)))


def hidden_said(params: Params) -> Said:
    """Say that the team hid something, and why."""
    reason = str(params["reason"])
    why = _("somebody of the team has to look at it first")
    if reason in set(HideReason):  # else it is held until somebody has looked
        why = str(REASON_LABELS[HideReason(reason)])
    if params["on"] == "reply":
        title = _("The team hid a reply of yours")
    else:
        title = _("The team hid your post “%(title)s”", title=name_of(params))
    return Said(title, _("The reason: %(reason)s. You can still see it.", reason=why))


def restored_said(params: Params) -> Said:
    """Say that something is to be seen again."""
    if params["on"] == "reply":
        return Said(_("A reply of yours is back"), name_of(params))
    return Said(_("Your post is back"), name_of(params))


def new_reply_said(params: Params) -> Said:
    """Say that a thread which he watches has new replies."""
    things = int(params["things"])
    if things == 1:
        return _about(_("%(who)s replied in a post you watch", who=who(params)), params)
    return _about(
        ngettext("%(num)s new reply in a post you watch", "%(num)s new replies in a post you watch",
                 things), params
    )  # fmt: skip


def new_thread_said(params: Params) -> Said:
    """Say that a board, a topic or somebody whom he watches has new posts."""
    things, title = int(params["things"]), name_of(params, "title")
    if params["on"] == "member":
        if things == 1:
            return Said(_("%(who)s has a new post", who=who(params)), title)
        return Said(
            ngettext("%(num)s new post by %(who)s", "%(num)s new posts by %(who)s", things,
                     who=who(params))
        )  # fmt: skip
    place = name_of(params)
    if params["on"] == "topic":
        place = f"#{place}#"
    if things == 1:
        return Said(_("%(who)s posted in %(place)s", who=who(params), place=place), title)
    return Said(
        ngettext("%(num)s new post in %(place)s", "%(num)s new posts in %(place)s", things,
                 place=place), _("By %(who)s", who=who(params))
    )  # fmt: skip


def best_said(params: Params) -> Said:
    """Say that the reader's reply is the accepted answer."""
    return _about(_("Your reply is the best answer"), params)


def not_posted_said(params: Params) -> Said:
    """Say that a post could not go out at its hour, and why."""
    return Said(
        _("Your post couldn't go out at its hour"),
        _("%(why)s It waits among your drafts.", why=failure_text(str(params["reason"]))),
    )


def first_post_said(params: Params) -> Said:
    """Ask somebody of the team to welcome a first post."""
    return _about(_("A first post waits for your welcome"), params)
