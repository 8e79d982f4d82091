"""Members of another community move in: silent, with name and bio, until they sign in.

Who joins or signs in here proves an address or number, and what was his there comes home
(:mod:`.claiming`). Only what that community had verified counts; passwords and roles never come.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.identity import names, queries
from app.identity.models import IdentityClue, Member, MemberContact, MemberIdentity
from app.identity.service import members
from app.identity.service.disagreeing import open_conflict
from app.identity.service.profile import BIO_LENGTH
from app.identity.service.resolving import read_contact
from app.identity.types import (
    Arrival,
    Arrived,
    ConflictCause,
    FieldError,
    LinkProof,
    MemberState,
)
from app.kernel import contacts, ids
from app.kernel.contacts import Contact, ContactKind
from app.kernel.db import changed, changed_by_all, db, insert, use_case

MEMBERS = cast("sa.Table", Member.__table__)
IDENTITIES = cast("sa.Table", MemberIdentity.__table__)
CLUES = cast("sa.Table", IdentityClue.__table__)
CONTACTS = cast("sa.Table", MemberContact.__table__)
SHOWN = 64
MARK = "#"  # before a key: it is no contact, whatever it looks like


@use_case
def take_in_members(channel: str, arrivals: Sequence[Arrival]) -> dict[str, Arrived]:
    """Return who everybody is here by his key there, making silent members for new ones.

    Some hundreds a call; a fixed number of statements, and one for each pair that staff are asked
    about. No fact is noted and nobody is told.

    Args:
        channel: where they come from; their keys are unique within it.
        arrivals: one for each key.
    """
    return _Boat(channel, arrivals).land()


class _Boat:
    """One chunk of people on their way in."""

    def __init__(self, channel: str, arrivals: Sequence[Arrival]) -> None:
        self.channel = channel
        self.arrivals = {each.key: each for each in arrivals}
        self.proved: dict[str, dict[str, Contact]] = {}  # key -> digest -> contact
        self.told: dict[str, dict[str, Contact]] = {}  # as the row said, not verified there
        self.alias: dict[str, str] = {}
        for each in arrivals:
            self._read_contacts_of(each)
        self.rows: list[dict[str, Any]] = []
        self.links: list[dict[str, Any]] = []
        self.clues: list[dict[str, Any]] = []

    def _read_contacts_of(self, each: Arrival) -> None:
        proved, told = self.proved.setdefault(each.key, {}), self.told.setdefault(each.key, {})
        for kind, text, is_proved in (
            (ContactKind.EMAIL, each.email, each.email_is_proved),
            (ContactKind.PHONE, each.phone, each.phone_is_proved),
        ):
            contact = read_contact(kind, text)
            if contact is None or each.is_gone:
                continue
            present, *retired = contacts.digests(contact)
            self.alias |= dict.fromkeys([present, *retired], present)
            (proved if is_proved else told)[present] = contact

    def land(self) -> dict[str, Arrived]:
        """Find or make everybody."""
        found = self._known()
        owners, settled = self._owners(), self._settled()
        for key in sorted(self.arrivals.keys() - found.keys()):
            found[key] = self._decide(self.arrivals[key], owners, settled)
        if self.rows:
            db.session.execute(sa.insert(MEMBERS), self.rows)
        if self.links:
            db.session.execute(sa.insert(IDENTITIES), self.links)
        statement = insert(CLUES).on_conflict_do_nothing(index_elements=["member_id", "digest"])
        changed_by_all(statement, self.clues)
        self._ask_staff(found, owners, settled)
        return found

    def _known(self) -> dict[str, Arrived]:
        rows = db.session.execute(
            sa.select(IDENTITIES.c.external_id, IDENTITIES.c.member_id, MEMBERS.c.display_name)
            .join(MEMBERS, MEMBERS.c.id == IDENTITIES.c.member_id)
            .where(
                IDENTITIES.c.channel == self.channel,
                IDENTITIES.c.external_id.in_([MARK + key for key in sorted(self.arrivals)]),
            )
        ).all()
        now = queries.survivors_of({row.member_id for row in rows})
        return {
            row.external_id.removeprefix(MARK): Arrived(
                now[row.member_id], row.display_name, is_new=False
            )
            for row in rows
        }

    def _owners(self) -> dict[str, int]:
        """Return who has proved a contact here, by its digest."""
        if not self.alias:
            return {}
        rows = db.session.execute(
            sa.select(CONTACTS.c.digest, CONTACTS.c.member_id)
            .join(MEMBERS, MEMBERS.c.id == CONTACTS.c.member_id)
            .where(CONTACTS.c.digest.in_(sorted(self.alias)), MEMBERS.c.state != MemberState.CLOSED)
        )
        return {self.alias[row.digest]: row.member_id for row in rows}

    def _settled(self) -> dict[str, int]:
        """Return whom the same community has brought with a contact it had verified."""
        if not self.alias:
            return {}
        rows = db.session.execute(
            sa.select(CLUES.c.digest, CLUES.c.member_id)
            .join(MEMBERS, MEMBERS.c.id == CLUES.c.member_id)
            .where(
                CLUES.c.digest.in_(sorted(self.alias)),
                CLUES.c.channel == self.channel,
                MEMBERS.c.state == MemberState.SILENT,
            )
            .order_by(CLUES.c.id.desc())
        )
        return {self.alias[row.digest]: row.member_id for row in rows}

    def _decide(self, each: Arrival, owners: Mapping[str, int], settled: dict[str, int]) -> Arrived:
        proved = self.proved[each.key]
        owner = next((owners[d] for d in proved if d in owners), None)
        twin = next((settled[d] for d in proved if d in settled), None)
        name, bio = ("", "") if each.is_gone else (shown_name(each.name), _bio(each.bio))
        if owner is not None:
            member_id, is_new = owner, False
        elif twin is not None:
            member_id, is_new = twin, False
        else:
            row = members.member_row(
                state=MemberState.CLOSED if each.is_gone else MemberState.SILENT,
                name=name,
                at=each.joined_at,
                bio=bio,
            )
            member_id, is_new = int(row["id"]), True
            self.rows.append(row)
        self._link(each, member_id, LinkProof.ORDER if owner is None else LinkProof.CONTACT)
        if owner is None:
            for digest, contact in proved.items():
                settled.setdefault(digest, member_id)
                self._clue(each, member_id, digest, contact)
        others = self._others(each.key, member_id, owners, settled)
        return Arrived(
            member_id,
            name,
            is_new=is_new,
            is_renamed=not each.is_gone and name != each.name,
            is_aside=bool(others),
        )

    def _others(
        self, key: str, member_id: int, owners: Mapping[str, int], settled: Mapping[str, int]
    ) -> dict[int, Contact]:
        """Return whom this one's contacts name besides himself."""
        return {
            other: contact
            for digest, contact in {**self.proved[key], **self.told[key]}.items()
            for other in (owners.get(digest), settled.get(digest))
            if other is not None and other != member_id
        }

    def _link(self, each: Arrival, member_id: int, proof: LinkProof) -> None:
        self.links.append(
            {
                "id": ids.next_id(),
                "member_id": member_id,
                "channel": self.channel,
                "external_id": MARK + each.key,
                "created_at": each.joined_at,
                "shown": "",  # what stands here is a contact that somebody typed
                "proof": proof,
            }
        )

    def _clue(self, each: Arrival, member_id: int, digest: str, contact: Contact) -> None:
        self.clues.append(
            {
                "id": ids.next_id(),
                "member_id": member_id,
                "kind": contact.kind,
                "digest": digest,
                "shown": contact.masked[:SHOWN],
                "channel": self.channel,
                "created_at": each.joined_at,
            }
        )

    def _ask_staff(
        self, found: Mapping[str, Arrived], owners: Mapping[str, int], settled: Mapping[str, int]
    ) -> None:
        for key in sorted(found):
            arrived = found[key]
            if not arrived.is_aside:
                continue
            others = self._others(key, arrived.member_id, owners, settled)
            for other_id, contact in sorted(others.items()):
                cause = ConflictCause(contact.kind.value)
                shown = [{"kind": contact.kind.value, "shown": contact.masked}]
                evidence = {"channel": self.channel, "key": key[:SHOWN], "contacts": shown}
                open_conflict(arrived.member_id, other_id, cause, evidence)


def shown_name(text: str) -> str:
    """Return a name from elsewhere as the house can show it; empty: he is called a guest."""
    name = " ".join(text.split())
    for attempt in (name, name[: names.MAX_LENGTH].strip()):
        try:
            return names.clean_name(attempt)
        except FieldError:
            continue
    return ""


def _bio(text: str) -> str:
    return text if len(text) <= BIO_LENGTH else text[: BIO_LENGTH - 1].rstrip() + "…"


def profile_digest(name: str, bio: str) -> str:
    """Return what tells whether a member is still called as he was when he came."""
    return hashlib.sha256(f"{shown_name(name)}\0{_bio(bio)}".encode()).hexdigest()


@use_case
def take_in_profile(member_id: int, written: str, name: str, bio: str) -> bool:
    """Let a silent member be called as he is elsewhere now; return whether he was.

    Args:
        member_id: who.
        written: :func:`profile_digest` of what came last; who is called otherwise by now stays so.
        name: as he is called there.
        bio: what he says of himself there.
    """
    now = db.session.execute(
        sa.select(MEMBERS.c.display_name, MEMBERS.c.bio).where(
            MEMBERS.c.id == member_id, MEMBERS.c.state == MemberState.SILENT
        )
    ).one_or_none()
    if now is None or profile_digest(now.display_name, now.bio) != written:
        return False
    same = (MEMBERS.c.id == member_id, MEMBERS.c.display_name == now.display_name)
    values = {"display_name": shown_name(name), "bio": _bio(bio), "version": MEMBERS.c.version + 1}
    return changed(sa.update(MEMBERS).where(*same).values(values)) == 1


@use_case
def take_in_face(member_id: int, media_id: int, sha: str) -> bool:
    """Give a silent member without a face the one he had elsewhere; return whether he had none."""
    same = (
        MEMBERS.c.id == member_id,
        MEMBERS.c.state == MemberState.SILENT,
        MEMBERS.c.avatar_id.is_(None),
    )
    values = {"avatar_id": media_id, "avatar_sha": sha, "version": MEMBERS.c.version + 1}
    return changed(sa.update(MEMBERS).where(*same).values(values)) == 1
