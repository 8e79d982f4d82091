"""What originality tells authors, in words as they read it."""

from collections.abc import Collection

import sqlalchemy as sa

from app.community.queries import THREAD
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.notify.types import Group, Named, NoticeKind, Params, Said, name_of, register
from app.originality.service.judging import CLEARED, COPIED


def titles(thread_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the titles of posts that stand: for their author only."""
    return sa.select(THREAD.c.id, THREAD.c.title, THREAD.c.title.label("en")).where(
        THREAD.c.id.in_(thread_ids), THREAD.c.removed_at.is_(None)
    )


def register_notices() -> None:
    """Name the kinds of notices."""
    post = Named("thread", titles)
    register(
        NoticeKind(
            COPIED, _l("Posts that don't count on leaderboards"), "copy", copied_said,
            group=Group.TEAM, named=post, has_mail=True, is_essential=True,
        )
    )  # fmt: skip
    register(
        NoticeKind(
            CLEARED, _l("Posts that count again"), "circle-check", cleared_said,
            group=Group.TEAM, named=post, is_essential=True,
        )
    )  # fmt: skip


def copied_said(params: Params) -> Said:
    """Say that a post was judged a copy, and what can be done."""
    name = name_of(params)
    return Said(
        _("“%(title)s” doesn't count on leaderboards", title=name),
        _("The team found it earlier elsewhere. It stays where it is; you can object."),
        is_moot=not name,
    )


def cleared_said(params: Params) -> Said:
    """Say that an objection was right."""
    name = name_of(params)
    return Said(
        _("“%(title)s” counts again", title=name),
        _("The team looked once more: you were right."),
        is_moot=not name,
    )
