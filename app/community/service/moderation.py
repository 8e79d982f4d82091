"""What the team may do to threads and replies: hide with a reason, show again, remove. Audited.

Without a reason a thing waits unseen until somebody has looked at it; nobody of the team did that,
so there is no actor either.
"""

from typing import Any

import sqlalchemy as sa

from app.community import queries
from app.community.events import ReplyHidden, ReplyRestored, ThreadHidden, ThreadRestored
from app.community.service import counting, heat
from app.kernel import audit, clock, facts, parts, withdrawals
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.facts import Fact
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.moderation.types import HideReason
from app.search import service as search

THREAD, REPLY = queries.THREAD, queries.REPLY
UNDER_REVIEW = "under_review"
"""What facts and the audit say where there is no reason yet."""


@use_case
def hide_thread(
    actor_id: int | None, thread_id: int, reason: HideReason | None, *, is_final: bool = False
) -> bool:
    """Hide a thread from everybody but its author and the team; return whether it was not yet.

    A hidden one gets the new reason. One that its author took down stays hidden when he brings it
    back. ``is_final``: it is gone for its author too.

    Raises:
        NotFoundError: no such thread.
    """
    done = _hide(THREAD, thread_id, reason, is_final=is_final)
    if done:
        fact = ThreadHidden(done.id, reason.value if reason else UNDER_REVIEW)
        _note(actor_id, "thread", done, fact, hides=True, reason=reason)
    if done and done.removed_at is None:  # else it has left already, and took its points with it
        parts.show(done.id, is_visible=False)
        heat.show(done.id, is_visible=False)
        counting.count_thread(done.board_id, done.author_id, -1)
        search.forget("thread", [done.id])
        loyalty.take_back(Ref("thread", done.id))
        withdrawals.tell(Ref("thread", done.id))
    return bool(done)


@use_case
def restore_thread(actor_id: int | None, thread_id: int) -> bool:
    """Show a hidden thread again, unless its author took it down; return whether it was hidden.

    Raises:
        NotFoundError: no such thread.
    """
    done = _restore(THREAD, thread_id)
    if done:
        _note(actor_id, "thread", done, ThreadRestored(done.id))
    if done and done.removed_at is None:
        parts.show(done.id, is_visible=True)
        heat.show(done.id, is_visible=True)
        counting.count_thread(done.board_id, done.author_id, 1)
        search.refresh("thread", [done.id])
        loyalty.give_back(Ref("thread", done.id))
    return bool(done)


@use_case
def hide_reply(
    actor_id: int | None, reply_id: int, reason: HideReason | None, *, is_final: bool = False
) -> bool:
    """Hide a reply; its floor stays. Returns whether it was not hidden yet.

    A hidden one gets the new reason; one that its author took down, as for :func:`hide_thread`.

    Raises:
        NotFoundError: no such reply.
    """
    done = _hide(REPLY, reply_id, reason, is_final=is_final)
    if done:
        fact = ReplyHidden(done.id, done.thread_id, reason.value if reason else UNDER_REVIEW)
        _note(actor_id, "reply", done, fact, hides=True, reason=reason)
    if done and done.removed_at is None:
        counting.count_reply(done.thread_id, done.author_id, -1)
        search.forget("reply", [done.id])
        loyalty.take_back(Ref("reply", done.id))
        withdrawals.tell(Ref("reply", done.id))
    return bool(done)


@use_case
def restore_reply(actor_id: int | None, reply_id: int) -> bool:
    """Show a hidden reply again, unless its author took it down; return whether it was hidden.

    Raises:
        NotFoundError: no such reply.
    """
    done = _restore(REPLY, reply_id)
    if done:
        _note(actor_id, "reply", done, ReplyRestored(done.id, done.thread_id))
    if done and done.removed_at is None:
        counting.count_reply(done.thread_id, done.author_id, 1)
        search.refresh("reply", [done.id])
        loyalty.give_back(Ref("reply", done.id))
    return bool(done)


def _hide(table: sa.Table, thing_id: int, reason: HideReason | None, *, is_final: bool) -> Any:
    """Hide what is not and return it; what is hidden gets the new reason, and None is told."""
    why = {"hidden_reason": reason, "is_final": is_final}
    values = {"hidden_at": clock.now(), **why}
    done = _change(table, thing_id, (table.c.hidden_at.is_(None),), values)
    if done is None:
        hidden = table.c.id == thing_id, table.c.hidden_at.is_not(None)
        changed(sa.update(table).where(*hidden).values(why))
    return done


def _restore(table: sa.Table, thing_id: int) -> Any:
    values = {"hidden_at": None, "hidden_reason": None, "is_final": False}
    return _change(table, thing_id, (table.c.hidden_at.is_not(None),), values)


def _change(table: sa.Table, thing_id: int, before: tuple[Any, ...], values: dict[str, Any]) -> Any:
    """Change a row that is in the state ``before``; return it, or None where it was not."""
    statement = sa.update(table).where(table.c.id == thing_id, *before).values(values)
    row = db.session.execute(statement.returning(table)).one_or_none()
    if row is None and not db.session.scalar(sa.select(table.c.id).where(table.c.id == thing_id)):
        raise NotFoundError
    return row


def _note(
    actor_id: int | None,
    kind: str,
    row: Any,
    fact: Fact,
    *,
    hides: bool = False,
    reason: HideReason | None = None,
) -> None:
    subject = Ref(kind, row.id)
    detail = {"reason": reason.value if reason else UNDER_REVIEW} if hides else {}
    audit.note(actor_id, f"{kind}.{'hidden' if hides else 'restored'}", subject, **detail)
    board_id = row.board_id if kind == "thread" else None
    facts.publish(
        fact,
        actor_id=actor_id,
        subject=subject,
        concerns_id=row.author_id,
        scope=Ref("board", board_id) if board_id else None,
    )
