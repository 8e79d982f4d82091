"""What the team may do to a reported message, and how it may look around it. Audited."""

from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids
from app.kernel.db import db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.messages import queries
from app.messages.queries.tables import MESSAGE
from app.messages.types import KIND
from app.moderation.types import HideReason
from app.notify import service as notify
from app.notify.types import Link

HIDDEN = "messages.hidden"
UNDER_REVIEW = "under_review"


@use_case
def look_around(actor_id: int, message_id: int) -> None:
    """Note that somebody of the team reads what stands around a reported message.

    Raises:
        NotFoundError: nobody reported it, or its case was closed long ago.
    """
    if not queries.may_look(message_id):
        raise NotFoundError
    audit.note(actor_id, "message.read_around", Ref(KIND, message_id))


@use_case
def hide_message(
    actor_id: int | None, message_id: int, reason: HideReason | None, *, is_final: bool = False
) -> bool:
    """Hide a message from its reader; return whether it was visible. A hidden one gets the reason.

    ``is_final``: it is gone for its author too. He is told why, as soon as there is a reason.

    Raises:
        NotFoundError: no such message.
    """
    why = {"hidden_reason": reason, "is_final": is_final}
    visible = MESSAGE.c.hidden_at.is_(None)
    done = _change(message_id, visible, hidden_at=clock.now(), **why)
    row = done or _change(message_id, sa.not_(visible), **why)
    if row is None:
        raise NotFoundError
    detail = {"reason": reason.value if reason else UNDER_REVIEW, "is_final": is_final}
    audit.note(actor_id, "message.hidden", Ref(KIND, message_id), **detail)
    if reason is not None:
        notify.tell(
            row.author_id, HIDDEN, key=f"{message_id}:{ids.next_id()}",
            params={"reason": reason.value},
            link=Link("messages.conversation", {"conversation_id": row.conversation_id}),
            also_by_mail=True,
        )  # fmt: skip
    return done is not None


@use_case
def restore_message(actor_id: int | None, message_id: int) -> bool:
    """Show a hidden message again; return whether it was hidden.

    Raises:
        NotFoundError: no such message.
    """
    shown: dict[str, Any] = {"hidden_at": None, "hidden_reason": None, "is_final": False}
    row = _change(message_id, MESSAGE.c.hidden_at.is_not(None), **shown)
    if row is not None:
        audit.note(actor_id, "message.restored", Ref(KIND, message_id))
    elif not db.session.scalar(sa.select(MESSAGE.c.id).where(MESSAGE.c.id == message_id)):
        raise NotFoundError
    return row is not None


def _change(message_id: int, before: sa.ColumnElement[bool], **values: Any) -> Any:
    return db.session.execute(
        sa.update(MESSAGE)
        .where(MESSAGE.c.id == message_id, before)
        .values(values)
        .returning(MESSAGE.c.author_id, MESSAGE.c.conversation_id)
    ).one_or_none()
