"""What the team may do to a reported message, and how it may look around it. Audited."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids
from app.kernel.db import db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.messages import queries
from app.messages.queries.tables import LINE, MESSAGE
from app.messages.types import KIND, TEAM_KIND
from app.moderation.types import HideReason
from app.notify import service as notify
from app.notify.types import Link

HIDDEN = "messages.hidden"
UNDER_REVIEW = "under_review"


@dataclass(frozen=True, slots=True)
class _Sort:
    """Something written that can be hidden.

    Attributes:
        acts: how its acts are called in the audit log.
        key: before its id in the keys of notices.
        link: where its author finds it, from its row.
    """

    table: sa.Table
    kind: str
    acts: str
    key: str
    link: Callable[[Any], Link]


def _conversation(row: Any) -> Link:
    return Link("messages.conversation", {"conversation_id": row.conversation_id})


_MESSAGE = _Sort(MESSAGE, KIND, "message", "", _conversation)
_TEAM_LINE = _Sort(LINE, TEAM_KIND, "team_line", "team:", lambda _row: Link("messages.team"))


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
    return _hide(_MESSAGE, actor_id, message_id, reason, is_final=is_final)


@use_case
def restore_message(actor_id: int | None, message_id: int) -> bool:
    """Show a hidden message again; return whether it was hidden.

    Raises:
        NotFoundError: no such message.
    """
    return _restore(_MESSAGE, actor_id, message_id)


@use_case
def hide_team_line(
    actor_id: int | None, line_id: int, reason: HideReason | None, *, is_final: bool = False
) -> bool:
    """Hide a line of a talk with the team, as :func:`hide_message` does.

    Raises:
        NotFoundError: no such line.
    """
    return _hide(_TEAM_LINE, actor_id, line_id, reason, is_final=is_final)


@use_case
def restore_team_line(actor_id: int | None, line_id: int) -> bool:
    """Show a hidden line again; return whether it was hidden.

    Raises:
        NotFoundError: no such line.
    """
    return _restore(_TEAM_LINE, actor_id, line_id)


def _hide(
    sort: _Sort, actor_id: int | None, row_id: int, reason: HideReason | None, *, is_final: bool
) -> bool:
    why = {"hidden_reason": reason, "is_final": is_final}
    visible = sort.table.c.hidden_at.is_(None)
    done = _change(sort, row_id, visible, hidden_at=clock.now(), **why)
    row = done or _change(sort, row_id, sa.not_(visible), **why)
    if row is None:
        raise NotFoundError
    detail = {"reason": reason.value if reason else UNDER_REVIEW, "is_final": is_final}
    audit.note(actor_id, f"{sort.acts}.hidden", Ref(sort.kind, row_id), **detail)
    if reason is not None:
        notify.tell(
            row.author_id, HIDDEN, key=f"{sort.key}{row_id}:{ids.next_id()}",
            params={"reason": reason.value}, link=sort.link(row), also_by_mail=True,
        )  # fmt: skip
    return done is not None


def _restore(sort: _Sort, actor_id: int | None, row_id: int) -> bool:
    shown: dict[str, Any] = {"hidden_at": None, "hidden_reason": None, "is_final": False}
    row = _change(sort, row_id, sort.table.c.hidden_at.is_not(None), **shown)
    if row is not None:
        audit.note(actor_id, f"{sort.acts}.restored", Ref(sort.kind, row_id))
    elif not db.session.scalar(sa.select(sort.table.c.id).where(sort.table.c.id == row_id)):
        raise NotFoundError
    return row is not None


def _change(sort: _Sort, row_id: int, before: sa.ColumnElement[bool], **values: Any) -> Any:
    return db.session.execute(
        sa.update(sort.table)
        .where(sort.table.c.id == row_id, before)
        .values(values)
        .returning(*sort.table.c)
    ).one_or_none()
