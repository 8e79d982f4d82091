"""What members are told about posts, in words as they read it. Names are those of the moment."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.community.present import failure_text
from app.community.queries.tables import MEMBER, THREAD, visible
from app.community.service import telling
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.notify import types as notify
from app.notify.types import Notice, NoticeKind, Params, Said


def register() -> None:
    """Name the kinds of notices."""
    for kind in (
        NoticeKind(telling.MENTION, _l("Somebody names you"), "at", mention_said, _titles),
        NoticeKind(telling.ANSWER, _l("Your answer helped"), "circle-check", answer_said, _titles),
        NoticeKind(telling.SCHEDULED, _l("Posts at a given hour"), "clock", scheduled_said),
        NoticeKind(telling.WELCOME, _l("First posts to welcome"), "heart", welcome_said, _titles),
    ):
        notify.register(kind)


def _titles(notices: Sequence[Notice]) -> Mapping[int, Params]:
    """Add the title of the thread and the name of who did it. One statement."""
    by = [int(each.params["by"]) for each in notices if "by" in each.params]
    threads = sa.select(
        THREAD.c.id.label("thread_id"), THREAD.c.title, *identity.person_columns()
    ).join(MEMBER, sa.or_(MEMBER.c.id.in_(by), MEMBER.c.id == THREAD.c.author_id))
    wanted = sorted({int(each.params["thread"]) for each in notices})
    rows = db.session.execute(threads.where(THREAD.c.id.in_(wanted), *visible(THREAD.c))).all()
    titles = {row.thread_id: row.title for row in rows}
    names = {row.person_id: identity.person_from(row).name for row in rows}
    return {
        each.id: {
            **each.params,
            "title": titles.get(int(each.params["thread"]), ""),
            "name": names.get(int(each.params.get("by", 0)), ""),
        }
        for each in notices
    }


def mention_said(params: Params) -> Said:
    """Say that a text names the reader; moot when it can't be seen any more."""
    title, name = str(params.get("title", "")), str(params.get("name", ""))
    said = _("%(name)s names you in a post", name=name) if name else _("You are named in a post")
    return Said(said, title, is_moot=not title)


def answer_said(params: Params) -> Said:
    """Say that the reader's reply is the accepted answer."""
    title = str(params.get("title", ""))
    return Said(_("Your reply is the best answer"), title, is_moot=not title)


def scheduled_said(params: Params) -> Said:
    """Say that a post could not go out at its hour."""
    return Said(
        _("Your post couldn't go out at its hour"),
        _("%(why)s It waits among your drafts.", why=failure_text(str(params["reason"]))),
    )


def welcome_said(params: Params) -> Said:
    """Ask somebody of the team to welcome a first post."""
    title = str(params.get("title", ""))
    return Said(_("A first post waits for your welcome"), title, is_moot=not title)
