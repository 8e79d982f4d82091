"""The people of the brand."""

from typing import Any

import sqlalchemy as sa

from app.brand.queries.tables import MEDIA, MEMBER, PERSON
from app.brand.types import PersonView
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.permissions import STAFF_ROLES
from app.kernel.types import Person


def people(*, even_hidden: bool = False) -> list[PersonView]:
    """Return the people of the brand in their order. One statement."""
    statement = _people()
    if not even_hidden:
        statement = statement.where(PERSON.c.is_shown.is_(True))
    return [_person(row) for row in db.session.execute(statement)]


def find_person(member_id: int) -> PersonView | None:
    """Return somebody's card, shown or not. One statement."""
    row = db.session.execute(_people().where(PERSON.c.member_id == member_id)).one_or_none()
    return _person(row) if row else None


def has_face(member_id: int) -> bool:
    """Return whether somebody stands among the people of the brand. One statement."""
    found = sa.select(PERSON.c.member_id).where(
        PERSON.c.member_id == member_id, PERSON.c.is_shown.is_(True)
    )
    return db.session.scalar(found) is not None


def writers() -> list[Person]:
    """Return who can write a column: the people who are shown. One statement."""
    rows = db.session.execute(
        sa.select(*identity.person_columns())
        .join(PERSON, PERSON.c.member_id == MEMBER.c.id)
        .where(PERSON.c.is_shown.is_(True))
        .order_by(PERSON.c.position, PERSON.c.member_id)
    )
    return [identity.person_from(row) for row in rows]


def faceless() -> list[Person]:
    """Return members with a role of the team who have shown no face. Two statements."""
    team = identity.members_with(STAFF_ROLES)
    known = set(
        db.session.scalars(sa.select(PERSON.c.member_id).where(PERSON.c.is_shown.is_(True)))
    )
    return sorted(identity.people(sorted(team - known)).values(), key=lambda each: each.name)


def _people() -> sa.Select[Any]:
    return (
        sa.select(PERSON, *identity.person_columns(), *media.photo_columns())
        .join(MEMBER, MEMBER.c.id == PERSON.c.member_id)
        .outerjoin(MEDIA, MEDIA.c.id == PERSON.c.media_id)
        .order_by(PERSON.c.position, PERSON.c.member_id)
    )


def _person(row: Any) -> PersonView:
    return PersonView(
        row.member_id, identity.person_from(row), row.job_zh, row.job_en, row.line_zh,
        row.line_en, row.ask_zh, row.ask_en, row.media_id, media.photo_from(row), row.position,
        row.is_shown,
    )  # fmt: skip
