"""Lines for the scorer: of some members, or of everybody in chunks."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import sqlalchemy as sa

from app.community.queries.tables import BOARD as COMMUNITY_BOARD
from app.community.queries.tables_reading import BOARD_PLACE, TAG
from app.kernel import places
from app.kernel.db import db
from app.ranking.queries.tables import ACTIVITY
from app.ranking.types import BoardDraft, Line, Scope, Span

CHUNK = 500  # members of one piece

Lines = dict[int, list[Line]]
"""Member id -> his lines."""

COLUMNS = (
    ACTIVITY.c.id, ACTIVITY.c.act, ACTIVITY.c.member_id, ACTIVITY.c.at, ACTIVITY.c.on_date,
    sa.func.coalesce(ACTIVITY.c.counterpart_id, 0), ACTIVITY.c.quality, ACTIVITY.c.is_original,
    ACTIVITY.c.is_buyer, ACTIVITY.c.is_flagged, ACTIVITY.c.subject_kind, ACTIVITY.c.subject_id,
)  # fmt: skip


def in_scope(draft: BoardDraft) -> sa.ColumnElement[bool]:
    """Return the condition that a line happened where a board looks.

    Check-ins and orders happen nowhere: they count on boards for the whole site only.
    """
    if draft.scope == Scope.SITE:
        return sa.true()
    if draft.scope == Scope.TOPIC:
        tagged = sa.select(TAG.c.thread_id).where(TAG.c.name == draft.scope_ref)
        return ACTIVITY.c.thread_id.in_(tagged)
    if draft.scope == Scope.CITY:
        boards = sa.select(BOARD_PLACE.c.board_id).where(BOARD_PLACE.c.city_en == draft.scope_ref)
        return ACTIVITY.c.board_id.in_(boards)
    if draft.scope != Scope.BOARD:
        kind = places.find(draft.scope)  # nobody answers for it any more: nothing counts
        return ACTIVITY.c.thread_id.in_(kind.threads(draft.scope_ref)) if kind else sa.false()
    one = sa.select(COMMUNITY_BOARD.c.id).where(COMMUNITY_BOARD.c.slug == draft.scope_ref)
    return ACTIVITY.c.board_id == one.scalar_subquery()


def within(draft: BoardDraft, span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that a line counts on a board in a period."""
    return (
        ACTIVITY.c.on_date >= span.starts_on,
        ACTIVITY.c.on_date < span.ends_on,
        ACTIVITY.c.is_void.is_(False),
        in_scope(draft),
    )


def lines_of(draft: BoardDraft, span: Span, member_ids: Collection[int]) -> Lines:
    """Return members' lines on a board in a period. One statement."""
    found: Lines = defaultdict(list)
    rows = db.session.execute(
        sa.select(*COLUMNS).where(
            ACTIVITY.c.member_id.in_(sorted(member_ids)), *within(draft, span)
        )
    )
    for row in rows:
        line = Line._make(row)
        found[line.member_id].append(line)
    return found


def lines_by_chunks(
    draft: BoardDraft, span: Span, *, chunk: int = CHUNK
) -> Iterator[Mapping[int, list[Line]]]:
    """Yield everybody's lines on a board in a period, some members at a time, by ascending id.

    Two statements a chunk. For a formula that is tried over what was.
    """
    after = 0
    while True:
        members = db.session.scalars(
            sa.select(ACTIVITY.c.member_id)
            .where(ACTIVITY.c.member_id > after, *within(draft, span))
            .distinct()
            .order_by(ACTIVITY.c.member_id)
            .limit(chunk)
        ).all()
        if not members:
            return
        yield lines_of(draft, span, members)
        after = members[-1]
