"""How a member leaves his conversations: without his words; the other keeps his own."""

import sqlalchemy as sa

from app.kernel import clock, leaving
from app.kernel.db import changed
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Gone, Shown
from app.messages.queries.tables import CONVERSATION, LINE, MESSAGE, SIDE, TALK, WISH
from app.messages.types import KEEP_DELETED

EMPTY = {"body": "", "body_html": "", "excerpt": "", "photo_id": None, "request_key": None}
OURS = frozenset({"body_html", "excerpt", "conversation_id", "is_final", "is_gone_reader"})


def register() -> None:
    """Say what goes with a member: his lists, and what he wrote. Places of messages stay."""
    leaving.register(
        "messages",
        gone=(
            Gone(SIDE.c.member_id),
            Gone(WISH.c.member_id, _l("Who may write to you")),
            Gone(LINE.c.member_id, _l("What you and the team wrote"), OURS | {"author_id"}),
            Gone(TALK.c.member_id),
        ),
        blank=(Blank(MESSAGE.c.author_id, EMPTY),),
        shown=(Shown(MESSAGE.c.author_id, _l("Messages you sent"), OURS),),
        again=_tidy_later,
    )


def _tidy_later(member_id: int) -> None:
    """Let the sweep look for what the other deleted too: nobody sees it any more."""
    his = sa.select(SIDE.c.conversation_id).where(SIDE.c.member_id == member_id)
    changed(
        sa.update(CONVERSATION)
        .where(CONVERSATION.c.id.in_(his))
        .values(tidy_at=clock.now() + KEEP_DELETED)
    )
