"""People are found by name, in Han or in pinyin, by Yid and by what they say of themselves."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import profiles
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.search import service
from app.search.policy import pinyin_of
from app.search.types import Card, Document, Filter, Kind, register, register_filter

MEMBER: Any = Member.__table__
KEY = "member"
HERE = (MemberState.ACTIVE, MemberState.MUTED)


def kind() -> Kind:
    """Return the kind: members who have signed up and have a name."""
    return Kind(
        KEY, 30, _l("Members"), "users", documents, ids_after, visible, cards, prefix_from=2
    )  # fmt: skip


def move_in() -> None:
    """Let people be found, searches be narrowed to one author, and names be followed."""
    register(kind())
    register_filter(
        Filter("author", _l("Written by"), "user", frozenset({"thread", "reply"}), find_author)
    )
    profiles.listen("search", lambda member_ids: service.refresh(KEY, member_ids))


def documents(member_ids: Collection[int]) -> Sequence[Document]:
    """Return what members are found by. One statement."""
    rows = db.session.execute(
        sa.select(
            MEMBER.c.id, MEMBER.c.yid, MEMBER.c.display_name, MEMBER.c.bio, MEMBER.c.created_at
        ).where(MEMBER.c.id.in_(member_ids), *_is_here())
    )
    return [
        Document(
            KEY,
            row.id,
            row.created_at,
            (row.display_name,),
            (row.bio, row.yid, *pinyin_of(row.display_name)),
        )
        for row in rows
    ]


def _is_here() -> tuple[sa.ColumnElement[bool], ...]:
    return MEMBER.c.state.in_(HERE), MEMBER.c.display_name != ""


def ids_after(after: int, limit: int) -> Sequence[int]:
    """Return the next members. One statement."""
    statement = sa.select(MEMBER.c.id).where(MEMBER.c.id > after).order_by(MEMBER.c.id)
    return list(db.session.scalars(statement.limit(limit)))


def visible(
    column: sa.ColumnElement[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> sa.ColumnElement[bool]:
    """Return whether a member can be met."""
    return sa.exists().where(MEMBER.c.id == column, *_is_here())


def cards(
    member_ids: Collection[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> Mapping[int, Card]:
    """Return members as hits. One statement."""
    if not member_ids:
        return {}
    rows = db.session.execute(
        sa.select(*identity.person_columns(), MEMBER.c.bio).where(
            MEMBER.c.id.in_(member_ids), *_is_here()
        )
    )
    found = {}
    for row in rows:
        person = identity.person_from(row)
        url = url_for("community.profile", yid=person.yid)
        found[person.id] = Card(url, person.name, row.bio, person=person)
    return found


def find_author(value: str, is_zh: bool) -> sa.Select[Any]:  # noqa: ARG001, FBT001 - a filter's signature
    """Return the member of a Yid."""
    from app.kernel import ids

    return sa.select(MEMBER.c.id, MEMBER.c.display_name.label("label")).where(
        MEMBER.c.yid == (ids.read_code(value) or "")
    )
