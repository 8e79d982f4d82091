"""Members as staff see them: lists by keyset, one member's page, who holds which role."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.identity.models import Member, MemberContact, MemberLeaving, MemberRole
from app.identity.queries.people import MEMBER, person_columns, person_from, remember
from app.identity.types import MemberState, Who
from app.kernel import ids
from app.kernel.contacts import Contact, ContactKind
from app.kernel.db import db
from app.kernel.permissions import Role
from app.kernel.types import Page, Person

LIMIT = 30


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One line of the staff list; contacts are masked."""

    person: Person
    state: MemberState
    roles: tuple[Role, ...]
    contacts: tuple[str, ...]
    joined_at: datetime


def member_list(
    *,
    search: str = "",
    role: Role | None = None,
    who: Who = Who.ALL,
    after: str | None = None,
    limit: int = LIMIT,
) -> Page[MemberLine]:
    """Return members, the newest first. Three statements.

    Args:
        search: part of a name, or a Yid as somebody typed it.
        role: only who holds it.
        who: which kind of members; a Yid finds anybody.
        after: key of the page before.
        limit: lines on a page.
    """
    keys = sa.select(Member.id).order_by(Member.id.desc()).limit(limit + 1)
    keys = keys.where(*_filters(search.strip(), role, who, after))
    found = list(db.session.scalars(keys))
    shown = found[:limit]
    return Page(_lines(shown), str(shown[-1]) if len(found) > limit else None)


def _filters(
    search: str, role: Role | None, who: Who, after: str | None
) -> list[sa.ColumnElement[bool]]:
    if yid := ids.read_code(search):
        return [Member.yid == yid]
    filters: list[sa.ColumnElement[bool]] = []
    if search:
        filters.append(Member.display_name.icontains(search, autoescape=True))
    if who is not Who.ALL:
        silent = Member.state == MemberState.SILENT
        filters.append(silent if who is Who.SILENT else sa.not_(silent))
    if role is not None:
        holders = sa.select(MemberRole.member_id).where(MemberRole.role == role)
        filters.append(Member.id.in_(holders))
    if after and after.isascii() and after.isdecimal():
        filters.append(Member.id < min(int(after), 2**63 - 1))
    return filters


def _lines(member_ids: list[int]) -> list[MemberLine]:
    if not member_ids:
        return []
    rows = db.session.execute(
        sa.select(*person_columns(), Member.state, Member.created_at)
        .where(Member.id.in_(member_ids))
        .order_by(Member.id.desc())
    ).all()
    roles, reach = _roles_and_contacts(member_ids)
    return [
        MemberLine(
            person_from(row),
            row.state,
            tuple(sorted(roles[row.person_id])),
            tuple(reach[row.person_id]),
            row.created_at,
        )
        for row in rows
    ]


def _roles_and_contacts(
    member_ids: Collection[int],
) -> tuple[dict[int, list[Role]], dict[int, list[str]]]:
    roles: dict[int, list[Role]] = defaultdict(list)
    reach: dict[int, list[str]] = defaultdict(list)
    held = sa.select(
        MemberRole.member_id,
        sa.cast(MemberRole.role, sa.String).label("role"),
        sa.null().label("kind"),
        sa.null().label("value"),
    ).where(MemberRole.member_id.in_(member_ids))
    reached = sa.select(
        MemberContact.member_id,
        sa.null().label("role"),
        sa.cast(MemberContact.kind, sa.String).label("kind"),
        MemberContact.value,
    ).where(MemberContact.member_id.in_(member_ids))
    for row in db.session.execute(held.union_all(reached)):
        if row.role is not None:
            roles[row.member_id].append(Role(row.role))
        else:
            reach[row.member_id].append(Contact(ContactKind(row.kind), row.value).masked)
    return roles, reach


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role that a member holds: since when, by whose hand (None: from the command line)."""

    role: Role
    granted_at: datetime
    granted_by: Person | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the console's page says of a member himself.

    Attributes:
        no_letters_since: since when he wants no letters he did not ask for.
        roles: with who granted them.
        leaves_at: when his account closes, as he wished; None: it stays.
    """

    person: Person
    no_letters_since: datetime | None
    roles: list[RoleLine]
    leaves_at: datetime | None


def staff_sheet(member_id: int) -> Sheet:
    """Return a member with his wish and his roles. One statement."""
    granter = sa.orm.aliased(Member)
    rows = db.session.execute(
        sa.select(
            *person_columns(),
            MEMBER.c.do_not_contact_at,
            MemberLeaving.due_at.label("leaves_at"),
            MemberRole.role,
            MemberRole.granted_at,
            *person_columns(granter, "granter_"),
        )
        .select_from(MEMBER)
        .outerjoin(MemberRole, MemberRole.member_id == MEMBER.c.id)
        .outerjoin(granter, granter.id == MemberRole.granted_by)
        .outerjoin(
            MemberLeaving,
            sa.and_(MemberLeaving.member_id == MEMBER.c.id, MemberLeaving.left_at.is_(None)),
        )
        .where(MEMBER.c.id == member_id)
        .order_by(MemberRole.role)
    ).all()
    remember({member_id: rows[0]})
    roles = [
        RoleLine(row.role, row.granted_at, person_from(row, "granter_") if row.granter_id else None)
        for row in rows
        if row.role is not None
    ]
    return Sheet(person_from(rows[0]), rows[0].do_not_contact_at, roles, rows[0].leaves_at)
