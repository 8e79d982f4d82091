"""What authors and the team are told about rights, in words as they read it."""

from collections.abc import Collection

import sqlalchemy as sa

from app.archive.service.answering import ASKED, REVOKED, USED
from app.archive.types import SCOPE_LABELS, Scope
from app.community.queries import THREAD
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.notify.types import Group, Named, NoticeKind, Params, Said, name_of, register


def titles(thread_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the titles of posts, hidden ones too: for their author and the team."""
    return sa.select(THREAD.c.id, THREAD.c.title, THREAD.c.title.label("en")).where(
        THREAD.c.id.in_(thread_ids)
    )


def register_notices() -> None:
    """Name the kinds of notices."""
    named = Named("thread", titles)
    kinds = (
        NoticeKind(
            ASKED, _l("The brand asks for a post"), "shield-check", asked_said, group=Group.TEAM,
            has_mail=True, named=named,
        ),
        NoticeKind(
            USED, _l("Your posts in use"), "sparkles", used_said, group=Group.TEAM, named=named
        ),
        NoticeKind(
            REVOKED, _l("Rights taken back"), "hand-stop", revoked_said, group=Group.TEAM,
            has_mail=True, named=named, is_essential=True,
        ),
    )  # fmt: skip
    for kind in kinds:
        register(kind)


def asked_said(params: Params) -> Said:
    """Say that the team asks for rights."""
    return Said(_("May the brand use your post?"), name_of(params))


def used_said(params: Params) -> Said:
    """Say that the brand uses a post, and where."""
    where = SCOPE_LABELS[Scope(str(params["scope"]))]
    return Said(_("The brand uses your post: %(where)s", where=where), name_of(params))


def revoked_said(params: Params) -> Said:
    """Say that an author took a grant back while uses run."""
    uses = int(params.get("uses", 0))
    return Said(
        ngettext(
            "An author took the rights back: take %(num)s use down",
            "An author took the rights back: take %(num)s uses down",
            uses,
        ),
        name_of(params),
    )
