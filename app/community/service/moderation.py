"""What the team may do to threads and replies: hide with a reason, show again. Audited."""

from typing import Any

import sqlalchemy as sa

from app.community import queries
from app.community.events import ReplyHidden, ReplyRestored, ThreadHidden, ThreadRestored
from app.community.service import counting, heat
from app.community.types import HideReason
from app.kernel import audit, clock, facts, parts
from app.kernel.db import db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.facts import Fact
from app.kernel.types import Ref
from app.loyalty import service as loyalty

THREAD, REPLY = queries.THREAD, queries.REPLY


@use_case
def hide_thread(actor_id: int, thread_id: int, reason: HideReason) -> bool:
    """Hide a thread from everybody but its author and the team; return whether it was visible.

    Raises:
        NotFoundError: no such thread.
    """
    done = _hide(THREAD, thread_id, reason)
    if done:
        _note(actor_id, "thread", done, ThreadHidden(done.id, reason.value), reason)
        parts.show(done.id, is_visible=False)
        heat.show(done.id, is_visible=False)
        counting.count_thread(done.board_id, done.author_id, -1)
        loyalty.take_back(Ref("thread", done.id))
    return bool(done)


@use_case
def restore_thread(actor_id: int, thread_id: int) -> bool:
    """Show a hidden thread again; return whether it was hidden.

    Raises:
        NotFoundError: no such thread.
    """
    done = _restore(THREAD, thread_id)
    if done:
        _note(actor_id, "thread", done, ThreadRestored(done.id))
        parts.show(done.id, is_visible=True)
        heat.show(done.id, is_visible=True)
        counting.count_thread(done.board_id, done.author_id, 1)
        loyalty.give_back(Ref("thread", done.id))
    return bool(done)


@use_case
def hide_reply(actor_id: int, reply_id: int, reason: HideReason) -> bool:
    """Hide a reply; its floor stays. Returns whether it was visible.

    Raises:
        NotFoundError: no such reply.
    """
    done = _hide(REPLY, reply_id, reason)
    if done:
        fact = ReplyHidden(done.id, done.thread_id, reason.value)
        _note(actor_id, "reply", done, fact, reason)
        counting.count_reply(done.thread_id, done.author_id, -1)
        loyalty.take_back(Ref("reply", done.id))
    return bool(done)


@use_case
def restore_reply(actor_id: int, reply_id: int) -> bool:
    """Show a hidden reply again; return whether it was hidden.

    Raises:
        NotFoundError: no such reply.
    """
    done = _restore(REPLY, reply_id)
    if done:
        _note(actor_id, "reply", done, ReplyRestored(done.id, done.thread_id))
        counting.count_reply(done.thread_id, done.author_id, 1)
        loyalty.give_back(Ref("reply", done.id))
    return bool(done)


def _hide(table: sa.Table, thing_id: int, reason: HideReason) -> Any:
    values = {"hidden_at": clock.now(), "hidden_reason": reason}
    return _change(table, thing_id, queries.visible(table.c), values)


def _restore(table: sa.Table, thing_id: int) -> Any:
    values = {"hidden_at": None, "hidden_reason": None}
    return _change(table, thing_id, (table.c.hidden_at.is_not(None),), values)


def _change(table: sa.Table, thing_id: int, before: tuple[Any, ...], values: dict[str, Any]) -> Any:
    """Change a row that is in the state ``before``; return it, or None where it was not."""
    statement = sa.update(table).where(table.c.id == thing_id, *before).values(values)
    row = db.session.execute(statement.returning(table)).one_or_none()
    if row is None and not db.session.scalar(sa.select(table.c.id).where(table.c.id == thing_id)):
        raise NotFoundError
    return row


def _note(actor_id: int, kind: str, row: Any, fact: Fact, reason: HideReason | None = None) -> None:
    subject = Ref(kind, row.id)
    detail = {"reason": reason.value} if reason else {}
    audit.note(actor_id, f"{kind}.{'hidden' if reason else 'restored'}", subject, **detail)
    board_id = row.board_id if kind == "thread" else None
    facts.publish(
        fact,
        actor_id=actor_id,
        subject=subject,
        concerns_id=row.author_id,
        scope=Ref("board", board_id) if board_id else None,
    )
