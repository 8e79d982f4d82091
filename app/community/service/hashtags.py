"""Tags that somebody used, kept so that search finds them."""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from app.community.queries import found_topics as found
from app.community.queries.tables_reading import HASHTAG, TAG
from app.kernel import clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.search import service as search
from app.search.types import Document

CHUNK = 500
UNUSED_FOR = timedelta(days=1)


def meet(names: Collection[str]) -> None:
    """Note tags that nobody has used before, and let search find them.

    No statement for none, two for new ones, one where somebody else was faster.
    """
    search.index(note(names), is_new=True)


def note(names: Collection[str]) -> list[Document]:
    """Note tags that nobody has used before; return what search shall find from now on.

    No statement for none, else one. In one order, so that two who meet the same tags wait for each
    other and never for ever.
    """
    now, ordered = clock.now(), sorted(names)
    documents: list[Document] = []
    for start in range(0, len(ordered), CHUNK):
        rows = [
            {"id": ids.next_id(), "name": name, "created_at": now}
            for name in ordered[start : start + CHUNK]
        ]
        statement = insert(HASHTAG).values(rows).on_conflict_do_nothing(index_elements=["name"])
        new = db.session.execute(statement.returning(HASHTAG.c.id, HASHTAG.c.name)).all()
        documents += [found.hashtag_document(row.id, row.name, now) for row in new]
    return documents


@use_case
def forget_unused(limit: int = 200) -> int:
    """Forget tags that no thread has any more; return how many."""
    unused = (
        sa.select(HASHTAG.c.id)
        .where(
            HASHTAG.c.created_at < clock.now() - UNUSED_FOR,
            ~sa.exists().where(TAG.c.name == HASHTAG.c.name),
        )
        .limit(limit)
    )
    gone = list(db.session.scalars(unused))
    if gone:
        search.forget("topic", gone)
        changed(sa.delete(HASHTAG).where(HASHTAG.c.id.in_(gone)))
    return len(gone)
