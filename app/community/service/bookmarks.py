"""Threads that a member keeps, in folders of his own."""

import sqlalchemy as sa

from app.community import queries
from app.community.queries.tables_reading import BOOKMARK, FOLDER
from app.community.service import heat
from app.community.types import ThreadGoneError
from app.community.types.reading import MAX_FOLDERS, FolderError
from app.kernel import clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError

MOST_LETTERS = 24


@use_case
def keep(member_id: int, code: str, folder_id: int | None = None) -> None:
    """Keep a thread, or put it into another folder. Twice is once.

    Raises:
        NotFoundError: no such thread or folder.
        ThreadGoneError: it is removed or hidden.
    """
    found = queries.find_owned_thread(code)
    if found is None:
        raise NotFoundError
    if found.is_removed or found.is_hidden:
        raise ThreadGoneError
    if folder_id is not None and not _is_mine(member_id, folder_id):
        raise NotFoundError
    statement = insert(BOOKMARK).values(
        member_id=member_id, thread_id=found.id, folder_id=folder_id, saved_ms=heat.ms(clock.now())
    )
    changed(
        statement.on_conflict_do_update(
            index_elements=["member_id", "thread_id"], set_={"folder_id": folder_id}
        )
    )
    heat.warm(found.id, member_id)


def _is_mine(member_id: int, folder_id: int) -> bool:
    mine = (FOLDER.c.id == folder_id, FOLDER.c.member_id == member_id)
    return db.session.scalar(sa.select(FOLDER.c.id).where(*mine)) is not None


@use_case
def let_go(member_id: int, code: str) -> None:
    """Keep a thread no longer. Twice is once.

    Raises:
        NotFoundError: no such thread.
    """
    found = queries.find_owned_thread(code)
    if found is None:
        raise NotFoundError
    mine = (BOOKMARK.c.member_id == member_id, BOOKMARK.c.thread_id == found.id)
    changed(sa.delete(BOOKMARK).where(*mine))


@use_case
def make_folder(member_id: int, name: str) -> int:
    """Make a folder; return its id. One of the same name is found again.

    Raises:
        FolderError: no name, too long, or thirty folders already.
    """
    name = name.strip()
    if not name or len(name) > MOST_LETTERS:
        raise FolderError
    count = sa.select(sa.func.count()).where(FOLDER.c.member_id == member_id)
    if (db.session.scalar(count) or 0) >= MAX_FOLDERS:
        raise FolderError
    statement = insert(FOLDER).values(
        id=ids.next_id(), member_id=member_id, name=name, created_at=clock.now()
    )
    folder_id = db.session.scalar(
        statement.on_conflict_do_update(
            index_elements=["member_id", "name"], set_={"name": name}
        ).returning(FOLDER.c.id)
    )
    assert folder_id is not None  # noqa: S101 - the upsert always returns a row
    return int(folder_id)


@use_case
def drop_folder(member_id: int, folder_id: int) -> None:
    """Take a folder away; what it held stays among the bookmarks.

    Raises:
        NotFoundError: no such folder of his.
    """
    if not _is_mine(member_id, folder_id):
        raise NotFoundError
    changed(sa.update(BOOKMARK).where(BOOKMARK.c.folder_id == folder_id).values(folder_id=None))
    changed(sa.delete(FOLDER).where(FOLDER.c.id == folder_id))
