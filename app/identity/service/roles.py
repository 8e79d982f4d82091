"""Who may do what: members made by staff, roles granted and taken back, every act audited."""

import sqlalchemy as sa

from app.identity import names, passwords, queries
from app.identity.events import RoleGranted, RoleRevoked
from app.identity.models import Member, MemberContact, MemberCredential, MemberRole
from app.identity.service import members
from app.identity.types import (
    ContactTakenError,
    FieldError,
    LastAdministratorError,
    MemberRow,
    MemberState,
)
from app.kernel import audit, clock, facts, profiles
from app.kernel.contacts import Contact
from app.kernel.db import changed, db, insert, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role
from app.kernel.types import Ref


def create_member(
    name: str, reach: list[Contact], password: str, roles: frozenset[Role] = frozenset()
) -> MemberRow:
    """Make an active member whose contacts count as proved: for the command line.

    Raises:
        FieldError: name or password will not do.
        ContactTakenError: a contact belongs to somebody already.
    """
    name = names.clean_name(name, trusted=True)
    passwords.check_password(password, [name, *(contact.value for contact in reach)])
    return _create(name, reach, passwords.hash_password(password), roles)


@use_case
def _create(
    name: str, reach: list[Contact], password_hash: str, roles: frozenset[Role]
) -> MemberRow:
    if any(queries.find_account(contact) for contact in reach):
        raise ContactTakenError
    now = clock.now()
    row = members.member_row(state=MemberState.ACTIVE, name=name, at=now)
    db.session.execute(sa.insert(Member), [row])
    profiles.changed([row["id"]])
    if reach:
        rows = [members.contact_row(row["id"], contact, now) for contact in reach]
        db.session.execute(sa.insert(MemberContact), rows)
    db.session.execute(
        sa.insert(MemberCredential),
        [{"member_id": row["id"], "password_hash": password_hash, "changed_at": now}],
    )
    for role in sorted(roles):
        grant_role(None, row["id"], role)
    return queries.get_member(row["id"])


@use_case
def grant_role(actor_id: int | None, member_id: int, role: Role) -> bool:
    """Give a member a role; False if he has it already. Works from his next request on.

    Args:
        actor_id: who grants it; None for the command line.
        member_id: to whom.
        role: which; every member is a fan without a row.

    Raises:
        NotFoundError: there is no such member.
        FieldError: he has never signed up, has left, or the role needs no granting.
    """
    member = queries.get_member(member_id)
    if member.state not in queries.MAY_SIGN_IN:
        raise FieldError("role", _l("Only a member who can sign in can hold a role."))
    if role is Role.FAN:
        raise FieldError("role", _l("Every member is a fan already."))
    granted = changed(
        insert(MemberRole)
        .values(member_id=member_id, role=role, granted_by=actor_id, granted_at=clock.now())
        .on_conflict_do_nothing(index_elements=["member_id", "role"])
    )
    if granted == 1:
        _write_marks(member_id)
        _note(actor_id, RoleGranted(member_id, role.value), member_id, role)
    return granted == 1


@use_case
def revoke_role(actor_id: int | None, member_id: int, role: Role) -> bool:
    """Take a role back; False if he did not hold it. Works from his next request on.

    Raises:
        LastAdministratorError: nobody could grant roles any more.
    """
    if role is Role.ADMINISTRATOR and _administrators() <= {member_id}:
        raise LastAdministratorError
    revoked = changed(
        sa.delete(MemberRole).where(MemberRole.member_id == member_id, MemberRole.role == role)
    )
    if revoked == 1:
        _write_marks(member_id)
        _note(actor_id, RoleRevoked(member_id, role.value), member_id, role)
    return revoked == 1


def _administrators() -> set[int]:
    """Return who can grant roles, locked until the commit: two can't take each other's away."""
    held = db.session.scalars(
        sa.select(MemberRole.member_id)
        .where(MemberRole.role == Role.ADMINISTRATOR)
        .order_by(MemberRole.member_id)
        .with_for_update()
    ).all()
    active = sa.select(Member.id).where(Member.id.in_(held), Member.state.in_(queries.MAY_SIGN_IN))
    return set(db.session.scalars(active))


@use_case
def show_job(member_id: int, job_zh: str, job_en: str) -> None:
    """Let a member speak for the brand under a job title, or no longer (two empty texts).

    The floor that keeps the people of the brand calls this; it says who may.
    """
    changed(sa.update(Member).where(Member.id == member_id).values(job_zh=job_zh, job_en=job_en))
    _write_marks(member_id)


def _write_marks(member_id: int) -> None:
    roles = db.session.scalars(
        sa.select(MemberRole.role).where(MemberRole.member_id == member_id)
    ).all()
    job = db.session.scalar(sa.select(Member.job_zh).where(Member.id == member_id))
    marks = members.marks_of(roles, is_official=bool(job))
    changed(
        sa.update(Member)
        .where(Member.id == member_id)
        .values(marks=marks, version=Member.version + 1)
    )


@use_case
def note_contacts_revealed(actor_id: int, member_id: int) -> None:
    """Note that staff looked at a member's contacts in full."""
    audit.note(actor_id, "contacts.revealed", Ref("member", member_id))


def _note(
    actor_id: int | None, fact: RoleGranted | RoleRevoked, member_id: int, role: Role
) -> None:
    subject = Ref("member", member_id)
    facts.publish(fact, actor_id=actor_id, subject=subject, concerns_id=member_id)
    action = "role.granted" if isinstance(fact, RoleGranted) else "role.revoked"
    audit.note(actor_id, action, subject, role=role.value)
