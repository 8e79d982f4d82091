"""Who somebody is: for names beside posts, and for services of other domains."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.identity.models import Member, MemberMerge, MemberRole
from app.identity.types import MemberRow, MemberState
from app.kernel import ids
from app.kernel.db import db, in_use_case, is_one_of
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.permissions import OFFICIAL, Role
from app.kernel.types import Person

AVATAR_WIDTH = 240
MEMBER = cast("sa.Table", Member.__table__)


# --- people in other domains' lists --------------------------------------------------------------


def person_columns(member: Any = MEMBER.c, prefix: str = "person_") -> list[sa.Label[Any]]:
    """Return what a list must select to print a member; join ``Member``'s table (or an alias).

    Read the row with :func:`person_from` and the same prefix.
    """
    return [
        member.id.label(f"{prefix}id"),
        member.yid.label(f"{prefix}yid"),
        member.display_name.label(f"{prefix}name"),
        member.state.label(f"{prefix}state"),
        member.marks.label(f"{prefix}marks"),
        member.avatar_sha.label(f"{prefix}avatar"),
        member.frame.label(f"{prefix}frame"),
        member.job_zh.label(f"{prefix}job_zh"),
        member.job_en.label(f"{prefix}job_en"),
    ]


def person_from(row: Any, prefix: str = "person_") -> Person:
    """Return the person whom :func:`person_columns` selected."""
    member_id, yid = getattr(row, f"{prefix}id"), getattr(row, f"{prefix}yid")
    if getattr(row, f"{prefix}state") == MemberState.CLOSED:
        return Person(member_id, yid, _("Former member"))
    marks: str = getattr(row, f"{prefix}marks")
    return Person(
        member_id,
        yid,
        shown_name(getattr(row, f"{prefix}name"), yid),
        avatar_url(getattr(row, f"{prefix}avatar")),
        tuple(marks.split(",")) if marks else (),
        _job(row, prefix) if OFFICIAL in marks else "",
        getattr(row, f"{prefix}frame"),
    )


def person_in(row: Any, first: int) -> Person:
    """Return the same by place: the person's columns begin at number ``first`` of the row.

    For lists of a hundred: by name each column costs a look-up in the row's keys.
    """
    member_id, yid, name, state, marks, avatar, frame = row[first : first + 7]
    if state == MemberState.CLOSED:
        return Person(member_id, yid, _("Former member"))
    return Person(
        member_id,
        yid,
        shown_name(name, yid),
        avatar_url(avatar),
        tuple(marks.split(",")) if marks else (),
        _job(row, "person_") if OFFICIAL in marks else "",
        frame,
    )


def _job(row: Any, prefix: str) -> str:
    """Return what somebody does for the brand, in the reader's language."""
    tag = "zh" if locale_tag().startswith("zh") else "en"
    return str(getattr(row, f"{prefix}job_{tag}") or getattr(row, f"{prefix}job_zh"))


def officials() -> sa.Select[tuple[int]]:
    """Return a SELECT of the ids of those who speak for the brand; a handful, by an index."""
    return sa.select(MEMBER.c.id).where(MEMBER.c.job_zh != "")


def people(member_ids: Collection[int]) -> dict[int, Person]:
    """Return the people of these ids that exist. One statement, none for no ids.

    Several parts of one page ask for the same people: outside a use case, where nothing is
    written, those that this transaction has read are not read again.
    """
    seen = _seen()
    missing = [each for each in member_ids if each not in seen]
    if missing:
        query = sa.select(*person_columns()).where(Member.id.in_(missing))
        found = {row.person_id: row for row in db.session.execute(query)}
        remember(found)
        seen = {**seen, **found}
    return {each: person_from(seen[each]) for each in member_ids if each in seen}


def _seen() -> Mapping[int, Any]:
    """Return the rows of people that the current transaction has read."""
    session = db.session()
    transaction, rows = session.info.get("people", (None, {}))
    is_of_now = transaction is not None and transaction is session.get_transaction()
    return rows if is_of_now and not in_use_case() else {}


def remember(found: Mapping[int, Any]) -> None:
    """Let :func:`people` know rows with :func:`person_columns`, read outside a use case."""
    if not in_use_case():
        session = db.session()
        session.info["people"] = (session.get_transaction(), {**_seen(), **found})


def shown_name(name: str, yid: str) -> str:
    """Return the name others see; who never gave one is told apart by the end of his Yid."""
    return name or _("Guest %(tail)s", tail=yid[-4:])


def avatar_url(sha: str | None) -> str | None:
    """Return the address of an avatar, or None for a letter on a colour."""
    return f"/media/{sha[:2]}/{sha}-{AVATAR_WIDTH}.webp" if sha else None


# --- one member ----------------------------------------------------------------------------------


def get_member(member_id: int) -> MemberRow:
    """Return a member with his roles. One statement.

    Raises:
        NotFoundError: there is none.
    """
    found = _member_where(Member.id == member_id)
    if found is None:
        raise NotFoundError
    return found


def find_member_by_yid(text: str) -> MemberRow | None:
    """Return the member of a Yid as a person typed it, or None."""
    yid = ids.read_code(text)
    return _member_where(Member.yid == yid) if yid else None


def find_members_by_yid(texts: Sequence[str]) -> list[MemberRow | None]:
    """Return the members of some Yids as a person typed them, in their order. One statement."""
    yids = [ids.read_code(text) for text in texts]
    rows = db.session.execute(
        sa.select(Member.id, Member.yid, Member.display_name, Member.state).where(
            is_one_of(Member.__table__.c.yid, [yid for yid in yids if yid])
        )
    )
    found = {
        row.yid: MemberRow(row.id, row.yid, shown_name(row.display_name, row.yid), row.state)
        for row in rows
    }
    return [found.get(yid or "") for yid in yids]


def _member_where(condition: sa.ColumnElement[bool]) -> MemberRow | None:
    rows = db.session.execute(
        sa.select(Member.id, Member.yid, Member.display_name, Member.state, MemberRole.role)
        .outerjoin(MemberRole, MemberRole.member_id == Member.id)
        .where(condition)
    ).all()
    if not rows:
        return None
    first = rows[0]
    return MemberRow(
        first.id,
        first.yid,
        shown_name(first.display_name, first.yid),
        first.state,
        roles_of(rows),
    )


def who_can_sign_in(member_ids: Collection[int]) -> set[int]:
    """Return which of these members can sign in, and so read what they are told. One statement."""
    states = (MemberState.ACTIVE, MemberState.MUTED)
    return set(
        db.session.scalars(
            sa.select(Member.id).where(
                Member.id.in_(sorted(set(member_ids))), Member.state.in_(states)
            )
        )
    )


def roles_expression(member_id: Any) -> sa.ColumnElement[str | None]:
    """Return an expression for a member's roles, comma-separated; for a statement about him."""
    return (
        sa.select(sa.func.aggregate_strings(sa.cast(MemberRole.role, sa.String), ","))
        .where(MemberRole.member_id == member_id)
        .scalar_subquery()
    )


# --- merged members ------------------------------------------------------------------------------


def has_one_of(member_id: Any, roles: Collection[Role]) -> sa.ColumnElement[bool]:
    """Return whether a member has one of some roles, inside another statement."""
    return sa.exists().where(MemberRole.member_id == member_id, MemberRole.role.in_(sorted(roles)))


def members_with(roles: Collection[Role]) -> set[int]:
    """Return the ids of the active members who have one of these roles. One statement."""
    rows = (
        sa.select(MemberRole.member_id)
        .join(Member, Member.id == MemberRole.member_id)
        .where(MemberRole.role.in_(sorted(roles)), Member.state == MemberState.ACTIVE)
    )
    return set(db.session.scalars(rows))


def merged_pairs(name: str = "merged") -> sa.CTE:
    """Return (member_id, into_id) of every merged member with all whom he leads to, as a CTE."""
    merged = (
        sa.select(MEMBER.c.id.label("member_id"), MEMBER.c.merged_into_id.label("into_id"))
        .where(MEMBER.c.merged_into_id.is_not(None))
        .cte(name, recursive=True)
    )
    further = MEMBER.alias()
    return merged.union_all(
        sa.select(merged.c.member_id, further.c.merged_into_id)
        .join(further, further.c.id == merged.c.into_id)
        .where(further.c.merged_into_id.is_not(None))
    )


def family_of(member_id: int) -> list[int]:
    """Return a member and everybody who was merged into him, however far. One statement."""
    family = sa.select(sa.literal(member_id, MEMBER.c.id.type).label("id")).cte(
        "family", recursive=True
    )
    family = family.union_all(
        sa.select(MEMBER.c.id).join(family, MEMBER.c.merged_into_id == family.c.id)
    )
    return list(db.session.scalars(sa.select(family.c.id)))


def survivor_of(member_id: int) -> int:
    """Return who a member is now: himself, or whom he was merged into, however far."""
    return survivors_of([member_id])[member_id]


def survivors_of(member_ids: Collection[int]) -> dict[int, int]:
    """Return who members are now. One statement for each step of the longest way."""
    now = {member_id: member_id for member_id in member_ids}
    asked = set(now.values())
    while asked:
        rows = db.session.execute(
            sa.select(MEMBER.c.id, MEMBER.c.merged_into_id).where(
                is_one_of(MEMBER.c.id, sorted(asked)), MEMBER.c.merged_into_id.is_not(None)
            )
        )
        further = {row.id: row.merged_into_id for row in rows}
        now = {member_id: further.get(at, at) for member_id, at in now.items()}
        asked = set(further.values())
    return now


def merge_steps(member_ids: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """Return into whom members were merged, and when; those who are themselves are left out.

    One statement, none for nobody.
    """
    if not member_ids:
        return {}
    merges = cast("sa.Table", MemberMerge.__table__)
    rows = db.session.execute(
        sa.select(merges.c.source_id, merges.c.target_id, merges.c.merged_at).where(
            is_one_of(merges.c.source_id, sorted(member_ids)), merges.c.undone_at.is_(None)
        )
    )
    return {row.source_id: (row.target_id, row.merged_at) for row in rows}


def roles_of(rows: Collection[Any]) -> frozenset[Role]:
    """Return the roles of rows that an outer join with ``member_role`` made."""
    return frozenset(row.role for row in rows if row.role is not None)


def names_in_use(names: Collection[str]) -> set[str]:
    """Return which of these names, in any case, somebody has. One statement, none for no names."""
    if not names:
        return set()
    wanted = sorted({*names, *(name.capitalize() for name in names)})
    found = sa.select(Member.display_name).where(Member.display_name.in_(wanted)).distinct()
    return set(db.session.scalars(found))
