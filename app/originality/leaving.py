"""How a member leaves: his words about findings go; fingerprints go with posts that go."""

from typing import Any

import sqlalchemy as sa

from app.community.queries import THREAD
from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Shown
from app.originality.queries.tables import FINDING, WORDS
from app.originality.service import prints


def register() -> None:
    """Say what goes with a member, and what stands in his file."""
    leaving.register(
        "originality",
        blank=(
            Blank(
                WORDS.c.finding_id,
                {"reason": "", "source_text": "", "source_url": "", "objection": ""},
                _words_of,
            ),
        ),
        shown=(
            Shown(
                FINDING.c.thread_id, _l("Posts that were like something earlier"),
                frozenset({"judged_by", "version"}), _findings_of,
            ),
            Shown(WORDS.c.finding_id, _l("What you said about them"), frozenset(), _words_of),
        ),
        again=_forget_prints,
    )  # fmt: skip


def _posts_of(member_id: int) -> sa.Select[Any]:
    return sa.select(THREAD.c.id).where(THREAD.c.author_id == member_id)


def _findings_of(member_id: int) -> sa.ColumnElement[bool]:
    return FINDING.c.thread_id.in_(_posts_of(member_id))


def _words_of(member_id: int) -> sa.ColumnElement[bool]:
    return WORDS.c.finding_id.in_(sa.select(FINDING.c.id).where(_findings_of(member_id)))


def _forget_prints(member_id: int) -> None:
    """Delete the fingerprints of posts that he took down; those that stay keep theirs."""
    prints.forget(thread_ids=_posts_of(member_id).where(THREAD.c.removed_at.is_not(None)))
