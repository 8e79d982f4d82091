"""What search is told when something is written; for every later change it asks by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.community.queries import found
from app.community.service.writing import WrittenReply, WrittenThread
from app.kernel import clock
from app.search import service as search
from app.search.types import Document


def thread_written(
    thread_id: int,
    author_id: int,
    board_id: int,
    written: WrittenThread,
    also: Sequence[Document] = (),
) -> None:
    """Let a new thread be found, and what came into the house with it. One statement."""
    threads_written(
        [
            {
                "id": thread_id,
                "board_id": board_id,
                "author_id": author_id,
                "title": written.title,
                "body_html": written.body_html,
                "steps_html": "\n".join(step.text_html for step in written.steps),
                "photo_count": len(written.photo_ids),
                "cover_media_id": written.cover_id or written.video_id,  # any: there is a picture
                "created_at": clock.now(),
            }
        ],
        also,
    )


def threads_written(rows: Sequence[Mapping[str, Any]], also: Sequence[Document] = ()) -> None:
    """Let new threads be found, from their rows."""
    search.index([*(found.thread_document(row) for row in rows), *also], is_new=True)


def reply_written(reply_id: int, author_id: int, written: WrittenReply) -> None:
    """Let a new reply be found."""
    row = {"id": reply_id, "author_id": author_id, "body_html": written.body_html}
    replies_written([{**row, "created_at": clock.now()}])


def replies_written(rows: Sequence[Mapping[str, Any]]) -> None:
    """Let new replies be found, from their rows."""
    search.index([found.reply_document(row) for row in rows], is_new=True)
