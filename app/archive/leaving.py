"""How a member leaves the archive: what he granted ends with him; uses so far stay recorded."""

import sqlalchemy as sa

from app.archive import service
from app.archive.queries.tables import ANSWER, ASK, STATE, USE
from app.archive.types import Answer
from app.kernel import leaving
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Gone, Shown, Wish

PIECE = 20  # grants that are taken back between two looks at the clock
INSIDE = frozenset({"salt", "used_by", "text_digest", "answer_id"})


def register() -> None:
    """Say what goes with a member and what stays without his name."""
    leaving.register(
        "archive",
        gone=(Gone(ASK.c.author_id, _l("Requests of the brand"), frozenset({"asked_by"})),),
        blank=(Blank(STATE.c.author_id, {"credit": "", "salt": ""}),),
        shown=(
            Shown(STATE.c.author_id, _l("Rights of your posts"), INSIDE),
            Shown(ANSWER.c.author_id, _l("Your answers about reuse"), INSIDE),
            Shown(USE.c.author_id, _l("Uses of your posts"), INSIDE),
        ),
        prepare=_take_back_some,
    )


def _take_back_some(wish: Wish) -> bool:
    """Take some of his grants back: nobody could do it for him later."""
    standing = db.session.scalars(
        sa.select(STATE.c.thread_id)
        .where(STATE.c.author_id == wish.member_id, STATE.c.answer == Answer.GRANTED)
        .limit(PIECE)
    ).all()
    for thread_id in standing:
        service.revoke(wish.member_id, thread_id)
    return bool(standing)
