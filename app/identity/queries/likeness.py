"""Who looks like whom: the same device, network, nearly the same contact. None leaves here.

Evidence for people who look into abuse, never proof: a family shares a network and a tablet.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa

from app.identity.models import MemberContact, MemberSession
from app.kernel.contacts import ContactKind
from app.kernel.db import db

SHORTEST_ROOT = 4
PHONE_TAIL = 2
SESSION = cast("sa.Table", MemberSession.__table__).c
CONTACT = cast("sa.Table", MemberContact.__table__).c


class Likeness(StrEnum):
    """In what two members are alike."""

    DEVICE = "device"  # both signed in on one browser
    NETWORK = "network"  # both signed in from one network
    EMAIL = "email"  # addresses that differ by dots, a tag or figures at the end
    PHONE = "phone"  # numbers that differ in the last two digits


def contact_root(kind: ContactKind, value: str) -> str | None:
    """Return what near-copies of a contact have in common, or None where that says nothing.

    ``li.na+7@example.com`` and ``lina23@example.com`` have the root ``lina@example.com``;
    telephone numbers are alike but for their last two digits.
    """
    if kind is ContactKind.PHONE:
        return value[:-PHONE_TAIL]
    local, _, domain = value.partition("@")
    root = re.sub(r"[0-9]+$", "", local.partition("+")[0].replace(".", ""))
    return f"{root}@{domain}" if len(root) >= SHORTEST_ROOT else None


def likenesses(
    member_id: int, others: Collection[int], *, since: datetime
) -> dict[int, frozenset[Likeness]]:
    """Return in what others are like a member; who is not alike is left out. Two statements.

    Args:
        member_id: who.
        others: with whom he is compared.
        since: sessions begun earlier don't count.
    """
    people = [member_id, *others]
    found: dict[int, set[Likeness]] = defaultdict(set)
    marks = _marks(people, since)
    roots = _roots(people)
    for other in others:
        for likeness, held in (*marks.items(), *roots.items()):
            if held[member_id] & held[other]:
                found[other].add(likeness)
    return {other: frozenset(alike) for other, alike in found.items()}


Held = Mapping[int, set[str]]


def _marks(people: Collection[int], since: datetime) -> dict[Likeness, Held]:
    rows = db.session.execute(
        sa.select(SESSION.member_id, SESSION.device_digest, SESSION.net_digest)
        .where(SESSION.member_id.in_(people), SESSION.created_at >= since)
        .distinct()
    )
    devices: dict[int, set[str]] = defaultdict(set)
    networks: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.device_digest:
            devices[row.member_id].add(row.device_digest)
        if row.net_digest:
            networks[row.member_id].add(row.net_digest)
    return {Likeness.DEVICE: devices, Likeness.NETWORK: networks}


def _roots(people: Collection[int]) -> dict[Likeness, Held]:
    rows = db.session.execute(
        sa.select(CONTACT.member_id, CONTACT.kind, CONTACT.value).where(
            CONTACT.member_id.in_(people)
        )
    )
    mails: dict[int, set[str]] = defaultdict(set)
    phones: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        held = phones if row.kind is ContactKind.PHONE else mails
        if root := contact_root(row.kind, row.value):
            held[row.member_id].add(root)
    return {Likeness.EMAIL: mails, Likeness.PHONE: phones}


def shared_marks(
    likeness: Likeness, *, since: datetime, at_least: int, limit: int = 200
) -> list[list[int]]:
    """Return groups of members who share a device, or a network; the largest first.

    Two statements.

    Args:
        likeness: ``DEVICE`` or ``NETWORK``.
        since: sessions begun earlier don't count.
        at_least: smaller groups are left out.
        limit: groups at most.
    """
    column = SESSION.device_digest if likeness is Likeness.DEVICE else SESSION.net_digest
    recent = sa.and_(column.is_not(None), SESSION.created_at >= since)
    people = sa.func.count(sa.distinct(SESSION.member_id))
    digests = (
        sa.select(column.label("digest"))
        .where(recent)
        .group_by(column)
        .having(people >= at_least)
        .order_by(people.desc(), column)
        .limit(limit)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(column, SESSION.member_id)
        .join(digests, digests.c.digest == column)
        .where(recent)
        .distinct()
        .order_by(column, SESSION.member_id)
    )
    groups: dict[str, list[int]] = defaultdict(list)
    for digest, member_id in rows:
        groups[digest].append(member_id)
    return sorted(groups.values(), key=lambda group: (-len(group), group))


def marks_of(member_ids: Collection[int], *, since: datetime) -> dict[int, frozenset[str]]:
    """Return the digests of devices and networks that members used. One statement."""
    return _marks_in((SESSION.device_digest, SESSION.net_digest), member_ids, since)


def device_marks_of(member_ids: Collection[int], *, since: datetime) -> dict[int, frozenset[str]]:
    """Return the digests of devices that members used. One statement."""
    return _marks_in((SESSION.device_digest,), member_ids, since)


def _marks_in(
    columns: tuple[sa.Column[str], ...], member_ids: Collection[int], since: datetime
) -> dict[int, frozenset[str]]:
    rows = db.session.execute(
        sa.select(SESSION.member_id, *columns)
        .where(SESSION.member_id.in_(list(member_ids)), SESSION.created_at >= since)
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for member_id, *marks in rows:
        found[member_id].update(mark for mark in marks if mark is not None)
    return {member_id: frozenset(marks) for member_id, marks in found.items()}
