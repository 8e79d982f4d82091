"""Rows of members, and members in numbers: seeded ones for a demo."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.identity import passwords
from app.identity.models import (
    Member,
    MemberContact,
    MemberCredential,
    MemberRole,
)
from app.identity.types import MemberRow, MemberState, SeedMember
from app.kernel import clock, contacts, ids, profiles
from app.kernel.contacts import Contact
from app.kernel.db import db, use_case
from app.kernel.permissions import OFFICIAL, VISIBLE_MARKS, Role


def member_row(
    *,
    state: MemberState,
    name: str,
    at: datetime,
    locale: str | None = None,
    bio: str = "",
    roles: Sequence[Role] = (),
) -> dict[str, Any]:
    """Return the values of a new ``member`` row, id and Yid included."""
    return {
        "id": ids.next_id(),
        "yid": ids.new_code(),
        "state": state,
        "display_name": name,
        "bio": bio,
        "locale": locale,
        "theme": "auto",
        "avatar_id": None,
        "avatar_sha": None,
        "marks": marks_of(roles),
        "auth_version": 1,
        "version": 1,
        "created_at": at,
    }


def marks_of(roles: Iterable[Role], *, is_official: bool = False) -> str:
    """Return the copy of the visible roles that ``member.marks`` holds, the brand's mark first."""
    held = set(roles)
    shown = [role.value for role in VISIBLE_MARKS if role in held]
    return ",".join([OFFICIAL, *shown] if is_official else shown)


@use_case
def seed_members(seeds: Sequence[SeedMember]) -> list[MemberRow]:
    """Make many active members at once; their contacts count as verified. Five statements.

    Raises:
        ConflictError: one of the contacts belongs to somebody already; nothing was made.
    """
    hashes = passwords.hash_all([seed.password for seed in seeds if seed.password])
    rows = [_seeded(seed) for seed in seeds]
    by_member = list(zip(rows, seeds, strict=True))
    _insert(Member, rows)
    profiles.changed([row["id"] for row in rows])
    _insert(
        MemberContact,
        [
            contact_row(row["id"], contact, seed.joined_at)
            for row, seed in by_member
            for contact in _contacts(seed)
        ],
    )
    _insert(
        MemberCredential,
        [
            {
                "member_id": row["id"],
                "password_hash": hashes[seed.password],
                "changed_at": seed.joined_at,
            }
            for row, seed in by_member
            if seed.password
        ],
    )
    _insert(
        MemberRole,
        [
            {
                "member_id": row["id"],
                "role": role,
                "granted_by": None,
                "granted_at": clock.now(),
            }
            for row, seed in by_member
            for role in sorted(set(seed.roles))
        ],
    )
    return [
        MemberRow(row["id"], row["yid"], seed.name, MemberState.ACTIVE, frozenset(seed.roles))
        for row, seed in by_member
    ]


def _seeded(seed: SeedMember) -> dict[str, Any]:
    row = member_row(
        state=MemberState.ACTIVE,
        name=seed.name,
        at=seed.joined_at,
        locale=seed.locale,
        bio=seed.bio,
        roles=seed.roles,
    )
    return row | {"avatar_id": seed.avatar_id, "avatar_sha": seed.avatar_sha}


def _contacts(seed: SeedMember) -> list[Contact]:
    email = [contacts.parse_email(seed.email)] if seed.email else []
    phone = [contacts.parse_phone(seed.phone)] if seed.phone else []
    return [*email, *phone]


def contact_row(member_id: int, contact: Contact, at: datetime) -> dict[str, Any]:
    """Return the values of a new ``member_contact`` row."""
    return {
        "id": ids.next_id(),
        "member_id": member_id,
        "kind": contact.kind,
        "value": contact.value,
        "digest": contacts.digest(contact),
        "verified_at": at,
    }


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(table.__table__), rows)


@use_case
def rekey_contacts() -> int:
    """Write every contact's digest anew under the present secret; return how many changed.

    After ``POTLUCK_SECRET_KEY`` was replaced and while the old one still stands in
    ``POTLUCK_SECRET_KEY_FALLBACKS``.
    """
    rows = db.session.execute(
        sa.select(MemberContact.id, MemberContact.kind, MemberContact.value, MemberContact.digest)
    ).all()
    fresh = {row.id: contacts.digest(Contact(row.kind, row.value)) for row in rows}
    stale = [row.id for row in rows if row.digest != fresh[row.id]]
    if stale:
        db.session.execute(
            sa.update(MemberContact), [{"id": row_id, "digest": fresh[row_id]} for row_id in stale]
        )
    return len(stale)
