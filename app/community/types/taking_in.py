"""What comes with a community that moves in: written elsewhere, long ago."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OldThread:
    """A thread from elsewhere; its text is Markdown with people as ``@`` and their Yid.

    Attributes:
        id: of the new row, from ``ids.next_id``; ``code`` from ``ids.new_code``.
        has_photos: photos will follow, so it may be without a text.
    """

    id: int
    code: str
    board_id: int
    author_id: int
    title: str
    body: str
    at: datetime
    edited_at: datetime | None = None
    has_photos: bool = False


@dataclass(frozen=True, slots=True)
class OldReply:
    """A reply from elsewhere.

    Attributes:
        id: of the new row.
        answers_id: the reply that it answers; it counts only if that one stands on an earlier
            floor of the same thread.
    """

    id: int
    thread_id: int
    author_id: int
    body: str
    at: datetime
    edited_at: datetime | None = None
    answers_id: int | None = None


@dataclass(frozen=True, slots=True)
class OldLike:
    """A like from elsewhere, of a thread or of a reply."""

    member_id: int
    at: datetime
    thread_id: int | None = None
    reply_id: int | None = None


@dataclass(frozen=True, slots=True)
class OldText:
    """What a thread or reply that moved in says now, there.

    Attributes:
        id: of the thread or reply.
        written: what was written here when it came, see ``text_digest``; if it says something
            else now, somebody has changed it here, and it stays.
        title: of a thread; a reply has none.
    """

    id: int
    written: str
    body: str
    title: str = ""
    edited_at: datetime | None = None
