"""Posts that go out at their hour."""

from collections.abc import Sequence

from app.community.service import drafting
from app.community.service.threads import publish
from app.community.service.writing import WrittenThread, compose
from app.community.types import Published
from app.community.types.writing import Extras
from app.kernel import parts
from app.kernel.db import use_case


def publish_scheduled(
    author_id: int,
    draft_id: int,
    board_slug: str,
    title: str,
    body: str,
    photo_ids: Sequence[int],
    request_key: str,
    filled: tuple[parts.Given, Extras],
) -> Published | None:
    """Publish a post whose hour has come, once; its points come now.

    Args:
        author_id: who wrote it.
        draft_id: what was kept of it; it goes in the same transaction.
        board_slug: as for ``publish_thread``, and so on.
        title: one line.
        body: Markdown.
        photo_ids: his uploads.
        request_key: of the form.
        filled: what other domains add to it, and what belongs to its kind.

    Returns:
        The thread; None when it was posted, changed or taken back meanwhile.

    Raises:
        DomainError: as for ``publish_thread``; nothing has changed then.
    """
    given, extras = filled
    written = compose(author_id, title, body, photo_ids, extras)
    return _publish(author_id, draft_id, board_slug, written, request_key, given)


@use_case
def _publish(
    author_id: int,
    draft_id: int,
    board_slug: str,
    written: WrittenThread,
    request_key: str,
    given: parts.Given,
) -> Published | None:
    if not drafting.take_scheduled(draft_id):
        return None
    return publish(author_id, board_slug, written, request_key, given)
