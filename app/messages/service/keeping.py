"""What members choose, what is forgotten, and conversations loaded in bulk."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.media import service as media
from app.messages import queries
from app.messages.queries import checks
from app.messages.queries.tables import CONVERSATION, MESSAGE, SIDE, WISH
from app.messages.service.sending import side
from app.messages.service.writing import compose
from app.messages.types import KEEP_DELETED, Consent, SeedChat, Wish


@use_case
def choose(member_id: int, wish: Wish) -> None:
    """Keep who may write to a member, and whether others see that he has read."""
    now = {"who": wish.who, "shows_seen": wish.shows_seen, "changed_at": clock.now()}
    statement = insert(WISH).values(member_id=member_id, **now)
    changed(statement.on_conflict_do_update(index_elements=["member_id"], set_=now))


def tidy(limit: int = 100) -> int:
    """Forget messages that neither of the two has seen for thirty days; return how many."""
    due = checks.conversations_to_tidy(limit)
    db.session.rollback()
    return sum(_tidy(conversation_id) for conversation_id in due)


@use_case
def _tidy(conversation_id: int) -> int:
    """Forget what both deleted. What is being judged stays until it is."""
    unseen = checks.unseen(conversation_id)
    again = any(waits for _id, _photo, waits in unseen)
    changed(
        sa.update(CONVERSATION)
        .where(CONVERSATION.c.id == conversation_id)
        .values(tidy_at=clock.now() + KEEP_DELETED if again else None)
    )
    gone = [message_id for message_id, _photo, waits in unseen if not waits]
    if not gone:
        return 0
    media.release_photos([photo for _id, photo, waits in unseen if photo and not waits])
    return changed(sa.delete(MESSAGE).where(MESSAGE.c.id.in_(gone)))


# --- bulk ----------------------------------------------------------------------------------------


@use_case
def seed_chats(chats: Sequence[SeedChat]) -> int:
    """Load conversations; nobody is told. Two who write to each other already are left out.

    For demo data and imports.
    """
    return sum(_seed(chat) for chat in chats)


def _seed(chat: SeedChat) -> bool:
    if queries.conversation_with(*chat.members) is not None:
        return False
    conversation_id = ids.next_id()
    first = min(at for _who, at, _text in chat.lines)
    row = {"id": conversation_id, "last_number": len(chat.lines), "started_at": first}
    db.session.execute(sa.insert(CONVERSATION), [row])
    rows = [_seeded(conversation_id, n, chat, line) for n, line in enumerate(chat.lines, 1)]
    db.session.execute(sa.insert(MESSAGE), rows)
    one, two = chat.members
    last = {"last_id": rows[-1]["id"], "consent": Consent.ACCEPTED}
    by_one = [row["number"] for row in rows if row["author_id"] == one]
    unread = by_one[len(by_one) - chat.unread :] if chat.unread else []
    read = unread[0] - 1 if unread else len(rows)
    asked = {} if chat.is_accepted else {"consent": Consent.ASKED, "asked_at": first}
    sides = [
        side(conversation_id, one, two, **last, read_number=len(rows)),
        side(conversation_id, two, one, **last, read_number=read, unread_count=len(unread))
        | asked,
    ]  # fmt: skip
    db.session.execute(sa.insert(SIDE), sorted(sides, key=lambda each: int(each["member_id"])))
    return True


def _seeded(
    conversation_id: int, number: int, chat: SeedChat, line: tuple[int, Any, str]
) -> dict[str, Any]:
    who, at, text = line
    written = compose(text)
    return {
        "id": ids.next_id(), "conversation_id": conversation_id, "number": number,
        "author_id": chat.members[who], "body": written.body, "body_html": written.body_html,
        "excerpt": written.excerpt, "photo_id": None, "request_key": None, "sent_at": at,
    }  # fmt: skip
