"""Who a buyer is: by the channel's key, by a proved contact, else somebody new.

An order's contacts are not kept: only keyed digests and masked forms are. Anybody can type
anybody's contact into an order, so an unproved one joins nobody to anybody: it is noted as a clue,
and whoever proves it brings its buyers home (:mod:`.claiming`). A proved contact that names
somebody else than the channel's key does is settled by :mod:`.disagreeing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries
from app.identity.models import IdentityClue, Member, MemberContact, MemberIdentity
from app.identity.service import disagreeing, members
from app.identity.service.disagreeing import Disagreement
from app.identity.types import (
    GUEST_KEY,
    Buyer,
    ChannelIdentity,
    ConflictCause,
    LinkProof,
    MemberState,
)
from app.kernel import clock, contacts, ids
from app.kernel.contacts import Contact, ContactError, ContactKind
from app.kernel.db import changed, changed_by_all, db, insert, is_one_of, use_case

IDENTITIES = cast("sa.Table", MemberIdentity.__table__)
CLUES = cast("sa.Table", IdentityClue.__table__)
CONTACTS = cast("sa.Table", MemberContact.__table__)
MEMBERS = cast("sa.Table", Member.__table__)
CHUNK = 500
SHOWN = 64


@use_case
def resolve_buyers(
    channel_code: str,
    buyers: Sequence[Buyer],
    *,
    at: datetime,
    key_kind: ContactKind | None = None,
) -> dict[str, int]:
    """Return the member id of every buyer by his key, making silent members for unknown ones.

    For each 500 buyers: one statement when all are known, two more when some are new; with
    contacts one for those that are proved, one for what was noted of known buyers, one for what is
    new of them.
    Safe against another import of the same buyers.

    Args:
        channel_code: where they bought.
        buyers: repeats are fine.
        at: when they became known.
        key_kind: what the channel's key is where that is a contact: its digest is kept, not it.
    """
    found: dict[str, int] = {}
    for start in range(0, len(buyers), CHUNK):
        chunk = _Chunk(channel_code, buyers[start : start + CHUNK], at, key_kind)
        found |= chunk.resolve()
    return found


@use_case
def create_silent_members(
    identities: Sequence[ChannelIdentity], *, at: datetime
) -> dict[ChannelIdentity, int]:
    """Return the member id of every buyer of whom nothing is known but the channel's key.

    Args:
        identities: (channel code, external id) pairs; repeats are fine.
        at: when they became known.
    """
    found: dict[ChannelIdentity, int] = {}
    for channel in sorted({channel for channel, _key in identities}):
        keys = sorted({key for code, key in identities if code == channel})
        known = resolve_buyers(channel, [Buyer(key) for key in keys], at=at)
        found |= {(channel, key): member_id for key, member_id in known.items()}
    return found


@lru_cache(maxsize=4_096)
def _parse(kind: ContactKind, text: str, _region: str) -> Contact | None:
    read = contacts.parse_phone if kind is ContactKind.PHONE else contacts.parse_email
    try:
        return read(text)
    except ContactError:
        return None  # files are full of half a number; it only means that nobody is found by it


def read_contact(kind: ContactKind, text: str) -> Contact | None:
    """Return the contact that an order tells, or None if there is none or it can't exist."""
    return _parse(kind, text, contacts.home_region()) if text else None


@dataclass(slots=True)
class _Ask:
    """One buyer of a chunk.

    Attributes:
        stored: under which external ids he may stand; the first is how he is written now.
        is_typed: the key is made of a contact that the buyer typed: the first of ``clues``.
        clues: his contacts by their present digest: what the key is made of, then telephone first.
    """

    key: str
    stored: list[str]
    shown: str
    is_typed: bool
    clues: dict[str, Contact] = field(default_factory=dict)
    member_id: int | None = None
    proof: LinkProof | None = None  # of a new link; None: the link is known


class _Chunk:
    """About 500 buyers of one channel on their way to members."""

    def __init__(
        self, channel: str, buyers: Iterable[Buyer], at: datetime, key_kind: ContactKind | None
    ) -> None:
        self.channel, self.at, self.key_kind = channel, at, key_kind
        self.alias: dict[str, str] = {}  # digest under any key -> under the present one
        self.asks: dict[str, _Ask] = {}
        for buyer in buyers:
            self._ask(buyer)
        self.states: dict[int, MemberState] = {}
        self.owners: dict[str, int] = {}  # who proved a contact
        self.noted: set[tuple[int, str]] = set()
        self.made: dict[int, dict[str, Any]] = {}

    def _ask(self, buyer: Buyer) -> None:
        as_key = read_contact(self.key_kind, buyer.key) if self.key_kind else None
        ask = self.asks.get(buyer.key)
        if ask is None:
            stored, shown = [buyer.key], ""
            if as_key is not None:
                stored, shown = [*contacts.digests(as_key), buyer.key], as_key.masked[:SHOWN]
            is_typed = as_key is not None or buyer.key.startswith(GUEST_KEY)
            ask = self.asks[buyer.key] = _Ask(buyer.key, stored, shown, is_typed)
        told = [
            read_contact(ContactKind.PHONE, buyer.phone),
            read_contact(ContactKind.EMAIL, buyer.email),
        ]
        if buyer.key.startswith(GUEST_KEY):
            told.reverse()  # such a key is made of the address where there is one
        for contact in (as_key, *told):
            if contact is not None:
                present, *retired = contacts.digests(contact)
                self.alias |= dict.fromkeys([present, *retired], present)
                ask.clues[present] = contact

    def resolve(self) -> dict[str, int]:
        """Return member ids by key."""
        known = self._read_identities()
        if self.alias:
            self._read_contacts(set(known.values()))
        disagreements: list[Disagreement] = []
        for key in sorted(self.asks):  # one order for all importers: nobody waits in a circle
            disagreements += self._decide(self.asks[key], known)
        self._write_links()
        self._write_clues()
        moved = disagreeing.settle(disagreements)
        return {
            key: moved.get(ask.member_id or 0, ask.member_id or 0) for key, ask in self.asks.items()
        }

    # --- reading

    def _read_identities(self) -> dict[str, int]:
        wanted = [stored for ask in self.asks.values() for stored in ask.stored]
        rows = db.session.execute(
            sa.select(
                IDENTITIES.c.external_id, IDENTITIES.c.member_id, MEMBERS.c.state,
                MEMBERS.c.merged_into_id,
            )
            .join(MEMBERS, MEMBERS.c.id == IDENTITIES.c.member_id)
            .where(IDENTITIES.c.channel == self.channel)
            .where(is_one_of(IDENTITIES.c.external_id, wanted))
        ).all()  # fmt: skip
        self.states |= {row.member_id: row.state for row in rows}
        known = {row.external_id: row.member_id for row in rows}
        merged = {row.member_id for row in rows if row.merged_into_id is not None}
        if merged:  # a link that came in the instant of a merge; it will follow
            now = queries.survivors_of(merged)
            self.states |= {now[m]: MemberState.ACTIVE for m in merged if now[m] not in self.states}
            known = {stored: now.get(m, m) for stored, m in known.items()}
        return known

    def _read_contacts(self, known: set[int]) -> None:
        digests = sorted(self.alias)
        proved = db.session.execute(
            sa.select(CONTACTS.c.digest, CONTACTS.c.member_id, MEMBERS.c.state)
            .join(MEMBERS, MEMBERS.c.id == CONTACTS.c.member_id)
            .where(CONTACTS.c.digest.in_(digests), MEMBERS.c.state != MemberState.CLOSED)
        )
        for row in proved:
            self.owners[self.alias[row.digest]] = row.member_id
            self.states[row.member_id] = row.state
        named = sorted(known | set(self.owners.values()))
        if not named:
            return
        noted = db.session.execute(  # theirs only: half a shop may share a placeholder's number
            sa.select(CLUES.c.digest, CLUES.c.member_id).where(
                CLUES.c.member_id.in_(named), CLUES.c.digest.in_(digests)
            )
        )
        self.noted |= {(row.member_id, self.alias[row.digest]) for row in noted}

    # --- deciding

    def _decide(self, ask: _Ask, known: dict[str, int]) -> list[Disagreement]:
        by_key = next((known[stored] for stored in ask.stored if stored in known), None)
        proved = [(d, self.owners[d]) for d in ask.clues if d in self.owners]
        if by_key is not None:
            ask.member_id = by_key
        elif proved:
            ask.member_id, ask.proof = proved[0][1], LinkProof.CONTACT
        else:
            ask.member_id, ask.proof = self._make(), LinkProof.ORDER
        member_id = ask.member_id
        others = [(d, owner) for d, owner in proved if owner != member_id]
        return [self._disagreement(ask, d, owner) for d, owner in others]

    def _make(self) -> int:
        row = members.member_row(state=MemberState.SILENT, name="", at=self.at)
        member_id = int(row["id"])
        self.made[member_id] = row
        self.states[member_id] = MemberState.SILENT
        return member_id

    def _disagreement(self, ask: _Ask, digest: str, owner_id: int) -> Disagreement:
        contact = ask.clues[digest]
        assert ask.member_id is not None  # noqa: S101 - decided just before
        return Disagreement(
            member_id=ask.member_id,
            other_id=owner_id,
            cause=ConflictCause(contact.kind.value),
            is_silent=self.states.get(ask.member_id) is MemberState.SILENT,
            is_weak=ask.is_typed and digest != next(iter(ask.clues)),
            kind=contact.kind,
            digests=frozenset(contacts.digests(contact)),
            evidence={
                "channel": self.channel,
                "key": (ask.shown or ask.key)[:SHOWN],
                "contacts": [
                    {"kind": each.kind.value, "shown": each.masked} for each in ask.clues.values()
                ],
            },
        )

    # --- writing

    def _write_links(self) -> None:
        if self.made:
            db.session.execute(sa.insert(MEMBERS), list(self.made.values()))
        fresh = [ask for _key, ask in sorted(self.asks.items()) if ask.proof is not None]
        if not fresh:
            return
        rows = [
            {
                "id": link_id,
                "member_id": ask.member_id,
                "channel": self.channel,
                "external_id": ask.stored[0],
                "created_at": self.at,
                "shown": ask.shown,
                "proof": ask.proof,
            }
            for link_id, ask in zip(ids.next_ids(len(fresh)), fresh, strict=True)
        ]
        statement = (
            insert(IDENTITIES)
            .on_conflict_do_nothing(index_elements=["channel", "external_id"])
            .returning(IDENTITIES.c.external_id)
        )
        won = set(db.session.scalars(statement, rows))
        lost = [ask for ask in fresh if ask.stored[0] not in won]
        if lost:  # another import was faster: its members stay, ours go
            known = self._read_identities()
            for ask in lost:
                ask.member_id = known[ask.stored[0]]
            used = {ask.member_id for ask in self.asks.values()}
            orphans = sorted(set(self.made) - used)
            changed(sa.delete(MEMBERS).where(MEMBERS.c.id.in_(orphans)))

    def _write_clues(self) -> None:
        rows = [
            {
                "id": ids.next_id(),
                "member_id": ask.member_id,
                "kind": contact.kind,
                "digest": digest,
                "shown": contact.masked[:SHOWN],
                "channel": self.channel,
                "created_at": self.at,
            }
            for _key, ask in sorted(self.asks.items())
            for digest, contact in ask.clues.items()
            if digest not in self.owners and (ask.member_id, digest) not in self.noted
        ]
        once = {(row["member_id"], row["digest"]): row for row in rows}
        statement = insert(CLUES).on_conflict_do_nothing(index_elements=["member_id", "digest"])
        changed_by_all(statement, list(once.values()))


@use_case
def seal_identities(channel_code: str, kind: ContactKind, *, limit: int = CHUNK) -> int:
    """Replace contacts that stand in the clear as a channel's keys by digests; return how many.

    For channels whose key is a contact. May be run again: what is sealed is passed over.
    """
    plain = IDENTITIES.c.external_id
    rows = db.session.execute(
        sa.select(IDENTITIES.c.id, plain, IDENTITIES.c.member_id)
        .where(
            IDENTITIES.c.channel == channel_code,
            plain.like("+%") if kind is ContactKind.PHONE else plain.like("%@%"),
        )
        .order_by(IDENTITIES.c.id)
        .limit(limit)
    ).all()
    read = [(row, read_contact(kind, row.external_id)) for row in rows]
    sealed = [(row, contact) for row, contact in read if contact is not None]
    if not sealed:
        return 0
    db.session.execute(
        sa.update(MemberIdentity),
        [
            {
                "id": row.id,
                "external_id": contacts.digest(contact),
                "shown": contact.masked[:SHOWN],
            }
            for row, contact in sealed
        ],
    )
    clues = [
        {
            "id": ids.next_id(),
            "member_id": row.member_id,
            "kind": kind,
            "digest": contacts.digest(contact),
            "shown": contact.masked[:SHOWN],
            "channel": channel_code,
            "created_at": clock.now(),
        }
        for row, contact in sealed
    ]
    statement = insert(CLUES).on_conflict_do_nothing(index_elements=["member_id", "digest"])
    changed_by_all(statement, clues)
    return len(sealed)
