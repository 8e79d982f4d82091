"""Reads of notices."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.types import Page
from app.notify.models import NoticeRow, NoticeWish
from app.notify.types import UNREAD_SHOWN, Link, Notice, Params, find_kind

NOTICE = cast("sa.Table", NoticeRow.__table__)
WISH = cast("sa.Table", NoticeWish.__table__)
PAGE = 30


def unread_of(member_id: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return how many notices a member has not read, as a part of another statement.

    It stops counting where the page says "99+".
    """
    owner = cast("sa.Column[int]", member_id).table
    few = (
        sa.select(sa.literal(1).label("one"))
        .where(NOTICE.c.member_id == member_id, NOTICE.c.read_at.is_(None))
        .limit(UNREAD_SHOWN)
        .correlate(owner)
        .subquery("unread")
    )
    return sa.select(sa.func.count()).select_from(few).correlate(owner).scalar_subquery()


def notices(member_id: int, *, after: str | None = None, limit: int = PAGE) -> Page[Notice]:
    """Return a page of a member's notices, the newest first, with the figures of now.

    One statement, and one for each kind on the page whose figures change.

    Args:
        member_id: whose.
        after: ``next_key`` of the page before; anything that is no such key starts at the top.
        limit: how many.
    """
    query = (
        sa.select(NOTICE)
        .where(NOTICE.c.member_id == member_id)
        .order_by(NOTICE.c.id.desc())
        .limit(limit + 1)
    )
    if after and after.isdecimal() and int(after) < 2**63:
        query = query.where(NOTICE.c.id < int(after))
    rows = db.session.execute(query).all()
    shown = [notice_from(row) for row in rows[:limit]]
    return Page(fresh(shown), str(shown[-1].id) if len(rows) > limit else None)


def notice_from(row: Any) -> Notice:
    """Return the notice of a row of its table."""
    link = Link(row.endpoint, row.link) if row.endpoint else None
    is_read = row.read_at is not None
    return Notice(row.id, row.member_id, row.kind, row.params, link, row.told_at, is_read)


def fresh(shown: Sequence[Notice]) -> list[Notice]:
    """Return notices with their figures as they are now. One statement a kind that has such."""
    by_kind: dict[str, list[Notice]] = {}
    for notice in shown:
        by_kind.setdefault(notice.kind, []).append(notice)
    now: dict[int, Params] = {}
    for key, group in by_kind.items():
        kind = find_kind(key)
        if kind is not None and kind.refresh is not None:
            now.update(kind.refresh(group))
    return [replace(each, params=now[each.id]) if each.id in now else each for each in shown]


def stopped(member_ids: Collection[int]) -> set[tuple[int, str]]:
    """Return (member, kind) of the letters that members have stopped. One statement."""
    rows = db.session.execute(
        sa.select(WISH.c.member_id, WISH.c.kind).where(
            WISH.c.member_id.in_(sorted(member_ids)), WISH.c.by_mail.is_(sa.false())
        )
    )
    return {(row.member_id, row.kind) for row in rows}


def export_rows(
    member_id: int, after: str | None = None, limit: int = 500
) -> Page[tuple[str, str, str, str]]:
    """Return what a member was told, for the copy of his data: moment, kind, figures, read at.

    Args:
        member_id: whose.
        after: ``next_key`` of the page before.
        limit: rows a page.
    """
    query = sa.select(NOTICE).where(NOTICE.c.member_id == member_id).order_by(NOTICE.c.id)
    if after:
        query = query.where(NOTICE.c.id > int(after))
    rows = db.session.execute(query.limit(limit + 1)).all()
    page = [
        (
            row.told_at.isoformat(),
            row.kind,
            " ".join(f"{name}={value}" for name, value in _sorted(row.params)),
            row.read_at.isoformat() if row.read_at else "",
        )
        for row in rows[:limit]
    ]
    return Page(page, str(rows[limit - 1].id) if len(rows) > limit else None)


def _sorted(params: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    return sorted(params.items())
