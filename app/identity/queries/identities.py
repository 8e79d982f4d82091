"""Who somebody is in the shops, whom the evidence puts together, and what was merged."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeGuard, cast

import sqlalchemy as sa

from app.identity.models import (
    IdentityClue,
    IdentityConflict,
    Member,
    MemberContact,
    MemberIdentity,
    MemberMerge,
)
from app.identity.queries.people import person_columns, person_from
from app.identity.types import (
    GUEST_KEY,
    ConflictCause,
    ConflictState,
    LinkProof,
    MemberState,
    MergeCause,
)
from app.kernel import clock, ids
from app.kernel.contacts import Contact, ContactKind
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page, Person

IDENTITY = cast("sa.Table", MemberIdentity.__table__)
CLUE = cast("sa.Table", IdentityClue.__table__)
CONTACT = cast("sa.Table", MemberContact.__table__)
CONFLICT = cast("sa.Table", IdentityConflict.__table__)
MERGE = cast("sa.Table", MemberMerge.__table__)
PAGE = 20
KEY_DIGITS = 19  # what surely fits 64 bits
SHOWN_MERGES = timedelta(days=30)
MOST_IDENTITIES = 200  # of one member on one page: more than anybody has


def _is_key(after: str | None) -> TypeGuard[str]:
    return after is not None and after.isascii() and after.isdecimal() and len(after) < KEY_DIGITS


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """Who a member is in one channel; ``shown`` is enough for him to recognise it."""

    id: int
    channel: str
    shown: str
    proof: LinkProof
    created_at: datetime


def identities_of(member_id: int) -> list[IdentityLine]:
    """Return who a member is in the channels, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(IDENTITY)
        .where(IDENTITY.c.member_id == member_id)
        .order_by(IDENTITY.c.id.desc())
        .limit(MOST_IDENTITIES)
    )
    return [_line(row) for row in rows]


def find_identity(member_id: int, identity_id: int) -> IdentityLine | None:
    """Return one of a member's identities, or None if it is not his. One statement."""
    if not 0 < identity_id < 2**63:
        return None
    row = db.session.execute(
        sa.select(IDENTITY).where(IDENTITY.c.id == identity_id, IDENTITY.c.member_id == member_id)
    ).one_or_none()
    return None if row is None else _line(row)


# A key that is a contact shows it masked; the keys of guests are made of one (GUEST_KEY).
TYPED = sa.or_(IDENTITY.c.shown != "", IDENTITY.c.external_id.startswith(GUEST_KEY))


def typed_keys_of(member_ids: Collection[int]) -> list[tuple[int, str]]:
    """Return (member id, key) of every key that was made of a typed contact. One statement."""
    rows = db.session.execute(
        sa.select(IDENTITY.c.member_id, IDENTITY.c.external_id).where(
            IDENTITY.c.member_id.in_(member_ids), TYPED
        )
    )
    return [(row.member_id, row.external_id) for row in rows]


def is_one_shop_account(member_id: int) -> bool:
    """Return whether a member is one account of one channel, and no typed contact. One statement.

    Whoever shows that an order of such a buyer is his has shown that all of them are.
    """
    typed = sa.case((TYPED, 1), else_=0)
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(typed), 0)).where(
            IDENTITY.c.member_id == member_id
        )
    ).one()
    return tuple(row) == (1, 0)


def _line(row: Any) -> IdentityLine:
    shown = row.shown or row.external_id[:64]
    return IdentityLine(row.id, row.channel, shown, row.proof, row.created_at)


# --- staff ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """One of two members side by side; contacts are masked.

    Attributes:
        contacts: proved ones.
        clues: contacts of his orders, proved by nobody.
        shops: (channel code, how he is known there).
    """

    person: Person
    state: MemberState
    joined_at: datetime
    contacts: tuple[str, ...] = ()
    clues: tuple[str, ...] = ()
    shops: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """Two members who may be one, and what was seen."""

    code: str
    cause: ConflictCause
    created_at: datetime
    evidence: Mapping[str, Any]
    member: Side
    other: Side


def open_conflicts(after: str | None = None, limit: int = PAGE) -> Page[ConflictCard]:
    """Return the conflicts that wait, the oldest first. Three statements."""
    later = (
        [CONFLICT.c.id > int(after)] if after and after.isdecimal() and len(after) < PAGE else []
    )
    rows = db.session.execute(
        sa.select(CONFLICT)
        .where(CONFLICT.c.state == ConflictState.OPEN, *later)
        .order_by(CONFLICT.c.id)
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    sides = sides_of({each for row in shown for each in (row.member_id, row.other_id)})
    cards = [
        ConflictCard(
            row.code, row.cause, row.created_at, row.evidence, sides[row.member_id],
            sides[row.other_id],
        )
        for row in shown
    ]  # fmt: skip
    return Page(cards, str(shown[-1].id) if len(rows) > limit else None)


def counting_open_conflicts() -> sa.Select[int]:
    """Return the statement that tells how many conflicts wait."""
    return sa.select(sa.func.count()).where(CONFLICT.c.state == ConflictState.OPEN)


def sides_of(member_ids: Collection[int]) -> dict[int, Side]:
    """Return members with what is known of them, masked. Two statements, none for no ids."""
    if not member_ids:
        return {}
    wanted = sorted(member_ids)
    people = db.session.execute(
        sa.select(*person_columns(), Member.state, Member.created_at).where(Member.id.in_(wanted))
    ).all()
    contacts, clues, shops = _known_of(wanted)
    return {
        row.person_id: Side(
            person_from(row),
            row.state,
            row.created_at,
            tuple(contacts[row.person_id]),
            tuple(clues[row.person_id]),
            tuple(shops[row.person_id]),
        )
        for row in people
    }


def _known_of(
    wanted: list[int],
) -> tuple[dict[int, list[str]], dict[int, list[str]], dict[int, list[tuple[str, str]]]]:
    contacts: dict[int, list[str]] = defaultdict(list)
    clues: dict[int, list[str]] = defaultdict(list)
    shops: dict[int, list[tuple[str, str]]] = defaultdict(list)
    text = sa.String()
    union = sa.union_all(
        sa.select(
            CONTACT.c.member_id, sa.literal("contact").label("what"),
            sa.cast(CONTACT.c.kind, text).label("one"), CONTACT.c.value.label("two"),
        ).where(CONTACT.c.member_id.in_(wanted)),
        sa.select(
            CLUE.c.member_id, sa.literal("clue"), sa.cast(CLUE.c.kind, text), CLUE.c.shown
        ).where(CLUE.c.member_id.in_(wanted)),
        sa.select(
            IDENTITY.c.member_id, sa.literal("shop"), IDENTITY.c.channel,
            sa.func.coalesce(sa.func.nullif(IDENTITY.c.shown, ""), IDENTITY.c.external_id),
        ).where(IDENTITY.c.member_id.in_(wanted)),
    )  # fmt: skip
    for row in db.session.execute(union):
        if row.what == "contact":
            contacts[row.member_id].append(Contact(ContactKind(row.one), row.two).masked)
        elif row.what == "clue":
            clues[row.member_id].append(row.two)
        elif len(shops[row.member_id]) < PAGE:
            shops[row.member_id].append((row.one, row.two))
    return contacts, clues, shops


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """An open or decided conflict, as services need it."""

    id: int
    member_id: int
    other_id: int
    state: ConflictState


def get_conflict(code: str) -> ConflictRow:
    """Return a conflict by its code.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(
        sa.select(CONFLICT.c.id, CONFLICT.c.member_id, CONFLICT.c.other_id, CONFLICT.c.state).where(
            CONFLICT.c.code == ids.read_code(code)
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return ConflictRow(*row)


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One merge of the last 30 days.

    Attributes:
        source_yid: the one that was closed; his name is no longer shown anywhere.
        by: who decided; None: a proof did.
    """

    id: int
    code: str
    source_yid: str
    target: Person
    cause: MergeCause
    by: Person | None
    merged_at: datetime
    undoable_until: date
    undone_at: datetime | None

    @property
    def is_undoable(self) -> bool:
        """Return whether it can still be undone, as far as time goes."""
        return self.undone_at is None and clock.business_date() <= self.undoable_until


def recent_merges(after: str | None = None, limit: int = PAGE) -> Page[MergeLine]:
    """Return the merges of the last 30 days, the newest first. One statement."""
    earlier = [MERGE.c.id < int(after)] if _is_key(after) else []
    rows = db.session.execute(
        _merges()
        .where(MERGE.c.merged_at > clock.now() - SHOWN_MERGES, *earlier)
        .order_by(MERGE.c.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    return Page([_merge(row) for row in shown], str(shown[-1].id) if len(rows) > limit else None)


def get_merge(code: str) -> MergeLine:
    """Return a merge by its code. One statement.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(_merges().where(MERGE.c.code == ids.read_code(code))).one_or_none()
    if row is None:
        raise NotFoundError
    return _merge(row)


def _merges() -> sa.Select[Any]:
    source, by = sa.orm.aliased(Member), sa.orm.aliased(Member)
    return (
        sa.select(
            MERGE.c.id, MERGE.c.code, MERGE.c.cause, MERGE.c.merged_at, MERGE.c.undoable_until,
            MERGE.c.undone_at, source.yid.label("source_yid"), *person_columns(prefix="target_"),
            *person_columns(by, "by_"),
        )
        .join(source, source.id == MERGE.c.source_id)
        .join(Member, Member.id == MERGE.c.target_id)
        .outerjoin(by, by.id == MERGE.c.actor_id)
    )  # fmt: skip


def _merge(row: Any) -> MergeLine:
    return MergeLine(
        row.id, row.code, row.source_yid, person_from(row, "target_"), row.cause,
        person_from(row, "by_") if row.by_id else None, row.merged_at, row.undoable_until,
        row.undone_at,
    )  # fmt: skip


def merged_yid(yid: str) -> str | None:
    """Return the Yid of whom a member is now, or None if he was not merged. Two statements."""
    target = sa.orm.aliased(Member)
    found = db.session.execute(
        sa.select(target.yid, target.merged_into_id)
        .join(Member, Member.merged_into_id == target.id)
        .where(Member.yid == (ids.read_code(yid) or ""))
    ).one_or_none()
    if found is None:
        return None
    return found.yid if found.merged_into_id is None else merged_yid(found.yid)


def wish_of(member_id: int) -> datetime | None:
    """Return since when a member wants no letters he did not ask for. One statement."""
    return db.session.scalar(sa.select(Member.do_not_contact_at).where(Member.id == member_id))
