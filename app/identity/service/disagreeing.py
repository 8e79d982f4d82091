"""When the evidence names two members: they are made one where nothing speaks against it.

Else the stronger evidence holds, and staff are asked. Whom a person has set apart stays apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa

from app.identity.models import IdentityClue, IdentityConflict, MemberContact, MemberMerge
from app.identity.service import merging
from app.identity.types import ConflictCause, ConflictState, MergeCause
from app.kernel import clock, ids
from app.kernel.contacts import ContactKind
from app.kernel.db import db, insert
from app.kernel.errors import DomainError

CLUE = cast("sa.Table", IdentityClue.__table__)
CONFLICT = cast("sa.Table", IdentityConflict.__table__)
CONTACT = cast("sa.Table", MemberContact.__table__)
MERGE = cast("sa.Table", MemberMerge.__table__)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The stronger evidence names one member, a proved contact another.

    Attributes:
        member_id: whom the stronger evidence names.
        other_id: who proved the contact.
        is_silent: the first has never signed up.
        is_weak: that stronger evidence is a key made of another contact, which anybody can type.
        kind: of the contact; ``digests`` are its own, under every key.
        evidence: for staff: channel, kinds, masked values.
    """

    member_id: int
    other_id: int
    cause: ConflictCause
    is_silent: bool
    is_weak: bool
    kind: ContactKind
    digests: frozenset[str]
    evidence: dict[str, Any] = field(repr=False)


def settle(disagreements: Sequence[Disagreement]) -> dict[int, int]:
    """Merge where nothing contradicts, ask staff otherwise; return who was merged into whom.

    In the current transaction. Two statements to find out, then those of each merge.
    """
    if not disagreements:
        return {}
    apart = apart_pairs(
        {each.member_id for each in disagreements}, {each.other_id for each in disagreements}
    )
    waiting = [
        each for each in disagreements if frozenset((each.member_id, each.other_id)) not in apart
    ]
    contradicted = _contradicted(waiting)
    moved: dict[int, int] = {}
    for each in waiting:
        if moved.get(each.member_id) == each.other_id:
            continue
        # Under a typed key stand the earlier orders of whoever's contact it was made of.
        is_plain = each.is_silent and not each.is_weak and each.member_id not in contradicted
        if is_plain and try_merge(each.member_id, each.other_id, MergeCause.CONTACT):
            moved[each.member_id] = each.other_id
        else:
            open_conflict(each.member_id, each.other_id, each.cause, each.evidence)
    return moved


def _contradicted(disagreements: Sequence[Disagreement]) -> set[int]:
    """Return silent members whom other evidence speaks against making one with somebody.

    Two proved contacts of two people, or another contact of the same kind in an earlier order: a
    present that was sent to a friend's number must not give him the buyer's orders.
    """
    claimants: dict[int, set[int]] = {}
    for each in disagreements:
        claimants.setdefault(each.member_id, set()).add(each.other_id)
    contradicted = {member_id for member_id, others in claimants.items() if len(others) > 1}
    rows = db.session.execute(
        sa.select(CLUE.c.member_id, CLUE.c.kind, CLUE.c.digest).where(
            CLUE.c.member_id.in_(sorted(claimants))
        )
    ).all()
    for each in disagreements:
        for row in rows:
            alike = row.member_id == each.member_id and row.kind is each.kind
            if alike and row.digest not in each.digests:
                contradicted.add(each.member_id)
    return contradicted


def try_merge(source_id: int, target_id: int, cause: MergeCause) -> bool:
    """Make two members one, or leave everything as it is if that is refused."""
    try:
        with db.session.begin_nested():
            merging.merge_members(source_id, target_id, cause=cause)
    except DomainError:
        return False
    return True


def apart_pairs(ones: Iterable[int], others: Iterable[int]) -> set[frozenset[int]]:
    """Return the pairs whom staff or the member himself have set apart. One statement.

    Whoever undid a merge has said so too: what brought the two together must not do it again.
    """
    everybody = sorted({*ones, *others})
    apart = sa.select(CONFLICT.c.member_id, CONFLICT.c.other_id).where(
        CONFLICT.c.member_id.in_(everybody),
        CONFLICT.c.other_id.in_(everybody),
        CONFLICT.c.state == ConflictState.APART,
    )
    parted = sa.select(MERGE.c.source_id, MERGE.c.target_id).where(
        MERGE.c.source_id.in_(everybody),
        MERGE.c.target_id.in_(everybody),
        MERGE.c.undone_at.is_not(None),
    )
    rows = db.session.execute(sa.union(apart, parted))
    return {frozenset(row) for row in rows}


def are_apart(one_id: int, other_id: int) -> bool:
    """Return whether somebody has said that these are two. One statement."""
    return bool(apart_pairs([one_id], [other_id]))


def open_conflict(
    member_id: int,
    other_id: int,
    cause: ConflictCause,
    evidence: dict[str, Any],
    *,
    state: ConflictState = ConflictState.OPEN,
    decided_by: int | None = None,
) -> None:
    """Ask staff whether two members are one, once. One statement, in the current transaction."""
    now = clock.now()
    row = {
        "id": ids.next_id(),
        "code": ids.new_code(),
        "member_id": member_id,
        "other_id": other_id,
        "cause": cause,
        "state": state,
        "evidence": evidence,
        "created_at": now,
        "decided_by": decided_by,
        "decided_at": None if state is ConflictState.OPEN else now,
    }
    statement = insert(CONFLICT).values(row)
    if state is not ConflictState.OPEN:  # a decision goes before a question
        names = ("state", "evidence", "decided_by", "decided_at")
        statement = statement.on_conflict_do_update(
            index_elements=["member_id", "other_id", "cause"],
            set_={name: statement.excluded[name] for name in names},
        )
    else:
        statement = statement.on_conflict_do_nothing(
            index_elements=["member_id", "other_id", "cause"]
        )
    db.session.execute(statement)


def conflicting_owner(member_ids: Sequence[int], owner_id: int) -> set[int]:
    """Return which silent members have a contact that somebody else has proved. One statement."""
    return set(
        db.session.scalars(
            sa.select(CLUE.c.member_id)
            .join(CONTACT, CONTACT.c.digest == CLUE.c.digest)
            .where(CLUE.c.member_id.in_(member_ids), CONTACT.c.member_id != owner_id)
        )
    )
