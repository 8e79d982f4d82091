"""Many rows at once, for the bulk doors: seeding and taking in."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import THREAD
from app.community.service.counting import TALLY
from app.kernel.db import changed_by_all, db, insert, is_one_of

CHUNK = 500  # rows of an upsert or ids of an IN list; SQLite takes 32,766 parameters


def insert_all(table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows by one statement, none for no rows."""
    if rows:
        db.session.execute(sa.insert(table), rows)


def update_all(
    table: sa.Table, values: dict[str, Any], same: tuple[str, ...], rows: list[dict[str, Any]]
) -> None:
    """Update many rows by ``row_id`` with one executemany; ``same``: columns set as given."""
    if not rows:
        return
    given: dict[str, Any] = {name: sa.bindparam(name) for name in same}
    statement = sa.update(table).where(table.c.id == sa.bindparam("row_id"))
    # The Core connection: the ORM would take an executemany of updates for its own.
    db.session.connection().execute(statement.values(**values, **given), rows)


def count_members(figure: str, by: Counter[int]) -> None:
    """Add to one figure of many profiles, in ascending order of their ids."""
    statement = insert(TALLY)
    added = statement.on_conflict_do_update(
        index_elements=["member_id"],
        set_={figure: TALLY.c[figure] + statement.excluded[figure]},
    )
    changed_by_all(added, [{"member_id": i, figure: n} for i, n in sorted(by.items())])


def chunks(items: Any) -> Iterable[Any]:
    """Yield parts that fit one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def lock_threads(thread_ids: Iterable[int]) -> dict[int, Any]:
    """Return rows of threads by id, locked in ascending order.

    Raises:
        LookupError: one of them is not there.
    """
    found: dict[int, Any] = {}
    for some in chunks(sorted(thread_ids)):
        rows = db.session.execute(
            sa.select(
                THREAD.c.id,
                THREAD.c.author_id,
                THREAD.c.board_id,
                THREAD.c.last_floor,
                THREAD.c.last_reply_at,
                THREAD.c.old_floor,
            )
            .where(is_one_of(THREAD.c.id, some))
            .order_by(THREAD.c.id)
            .with_for_update()
        )
        found.update({row.id: row for row in rows})
        if missing := set(some) - found.keys():
            raise LookupError(f"no thread {sorted(missing)[:5]}")
    return found


def store_likes(rows: list[dict[str, Any]], table: sa.Table) -> set[int]:
    """Insert likes that are not there yet; return the ids of those."""
    if not rows:
        return set()
    statement = insert(table).on_conflict_do_nothing().returning(table.c.id)
    return set(db.session.connection().scalars(statement, rows))
