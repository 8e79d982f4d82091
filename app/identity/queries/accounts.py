"""Contacts, passwords and waiting codes: what sign-in and the settings pages read."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from app.identity.models import Member, MemberContact, MemberCredential, OneTimeCode
from app.identity.types import BounceKind, MemberState, Purpose
from app.kernel import clock, contacts
from app.kernel.contacts import Contact, ContactKind
from app.kernel.db import db
from app.kernel.errors import NotFoundError

MAY_SIGN_IN = (MemberState.ACTIVE, MemberState.MUTED)


@dataclass(frozen=True, slots=True)
class Account:
    """What proves a member: for sign-in and reset only, never for a page."""

    member_id: int
    state: MemberState
    name: str
    locale: str | None
    auth_version: int
    password_hash: str | None = field(repr=False)

    @property
    def may_sign_in(self) -> bool:
        """Whether this membership can be used at all."""
        return self.state in MAY_SIGN_IN


_ACCOUNT = (
    sa.select(
        Member.id,
        Member.state,
        Member.display_name,
        Member.locale,
        Member.auth_version,
        MemberCredential.password_hash,
    )
    .select_from(Member)
    .outerjoin(MemberCredential, MemberCredential.member_id == Member.id)
)


def find_account(contact: Contact) -> Account | None:
    """Return the account that a contact opens, or None. One statement."""
    row = db.session.execute(
        _ACCOUNT.join(MemberContact, MemberContact.member_id == Member.id).where(
            MemberContact.digest.in_(contacts.digests(contact))
        )
    ).first()
    return Account(*row) if row else None


def get_account(member_id: int) -> Account:
    """Return a member's account.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(_ACCOUNT.where(Member.id == member_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return Account(*row)


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One proved contact of a member."""

    id: int
    contact: Contact
    verified_at: datetime


def contacts_of(member_id: int) -> list[ContactLine]:
    """Return a member's contacts, the oldest first."""
    rows = db.session.execute(
        sa.select(
            MemberContact.id, MemberContact.kind, MemberContact.value, MemberContact.verified_at
        )
        .where(MemberContact.member_id == member_id)
        .order_by(MemberContact.id)
    )
    return [ContactLine(r.id, Contact(ContactKind(r.kind), r.value), r.verified_at) for r in rows]


def locales_of(member_ids: Collection[int]) -> dict[int, str | None]:
    """Return the languages of those of these members who can sign in. One statement."""
    rows = db.session.execute(
        sa.select(Member.id, Member.locale).where(
            Member.id.in_(sorted(set(member_ids))), Member.state.in_(MAY_SIGN_IN)
        )
    )
    return {row.id: row.locale for row in rows}


@dataclass(frozen=True, slots=True)
class Bounced:
    """An address to which nothing unasked is written any more."""

    contact_id: int
    member_id: int
    masked: str
    why: BounceKind
    since: datetime


def bounced_contacts(member_id: int | None = None, limit: int = 200) -> list[Bounced]:
    """Return addresses that letters came back from, of a member or of all. One statement."""
    query = (
        sa.select(MemberContact.__table__)
        .where(MemberContact.bounced_at.is_not(None))
        .order_by(MemberContact.bounced_at.desc(), MemberContact.id)
        .limit(limit)
    )
    if member_id is not None:
        query = query.where(MemberContact.member_id == member_id)
    return [
        Bounced(row.id, row.member_id, Contact(row.kind, row.value).masked, row.bounce,
                row.bounced_at)
        for row in db.session.execute(query)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reach:
    """How a member is written to."""

    contact: Contact = field(repr=False)
    name: str
    locale: str | None


def reach_unasked(member_ids: Collection[int]) -> dict[int, Reach]:
    """Return how these members are written to unasked: by the e-mail address proved first.

    Left out is who has no address that takes letters, who wants none, and who can't sign in. One
    statement.
    """
    rows = db.session.execute(
        sa.select(MemberContact.value, Member.id, Member.display_name, Member.locale)
        .join(Member, Member.id == MemberContact.member_id)
        .where(
            Member.id.in_(sorted(set(member_ids))),
            Member.state.in_(MAY_SIGN_IN),
            Member.do_not_contact_at.is_(None),
            MemberContact.kind == ContactKind.EMAIL,
            MemberContact.bounced_at.is_(None),
        )
        .order_by(MemberContact.id.desc())  # the oldest is kept
    )
    return {
        row.id: Reach(Contact(ContactKind.EMAIL, row.value), row.display_name, row.locale)
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class WaitingCode:
    """Where a code went, for the page that asks for it."""

    contact: Contact
    expires_at: datetime


def find_waiting_code(
    ticket: str, purpose: Purpose, *, member_id: int | None = None
) -> WaitingCode | None:
    """Return where the code of a ticket went, or None if it is used, too old or none.

    Args:
        ticket: from the page's address.
        purpose: what the page is for.
        member_id: only a code that this member asked for.
    """
    query = sa.select(OneTimeCode.kind, OneTimeCode.value, OneTimeCode.expires_at).where(
        OneTimeCode.ticket == hashlib.sha256(ticket.encode()).hexdigest(),
        OneTimeCode.purpose == purpose,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > clock.now(),
    )
    if member_id is not None:
        query = query.where(OneTimeCode.member_id == member_id)
    row = db.session.execute(query).one_or_none()
    return WaitingCode(Contact(row.kind, row.value), row.expires_at) if row else None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a member may edit of himself."""

    name: str
    bio: str
    locale: str | None
    theme: str
    avatar_id: int | None


def get_profile(member_id: int) -> Profile:
    """Return what a member wrote about himself.

    Raises:
        NotFoundError: there is no such member.
    """
    row = db.session.execute(
        sa.select(
            Member.display_name, Member.bio, Member.locale, Member.theme, Member.avatar_id
        ).where(Member.id == member_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return Profile(*row)
