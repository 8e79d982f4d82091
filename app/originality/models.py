"""Fingerprints of posts and claims, what they are like, and what the team said of it.

Words (where something is from, why it is a copy, an objection) stand in rows of their own that are
blanked when their author leaves.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.originality.types import Because, Kind, LookState, State, Work


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


class Look(Model):
    """A post that has been compared, or waits for it. One row a post; the lock of its findings.

    Attributes:
        asked_at: since when it waits.
        is_flagged: one of its findings is open, or it is a copy: it counts nothing.
        is_history: it was here long before it was first looked at (moved in, loaded): later posts
            are compared with it, itself only with what is known from elsewhere.
    """

    __tablename__ = "originality_look"
    __table_args__ = (
        sa.Index(
            "ix_originality_look_waiting",
            "thread_id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    state: Mapped[LookState] = mapped_column(enum_type(LookState))
    asks: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    is_flagged: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_history: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    asked_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]


class Reach(Model):
    """Up to which post everything has been put down to be compared. One row."""

    __tablename__ = "originality_reach"

    name: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    thread_id: Mapped[int]


class Print(Model):
    """The fingerprint of a photo or a text, of a post or of a claim.

    Attributes:
        position: which photo of the post.
        hashes: of a photo and its crops, sixteen hex digits each.
        shingles: of a text, four bytes each.
    """

    __tablename__ = "originality_print"
    __table_args__ = (
        sa.Index("ix_originality_print_thread_id", "thread_id", "kind", "position"),
        sa.Index("ix_originality_print_claim_id", "claim_id"),
        sa.CheckConstraint("(thread_id IS NULL) <> (claim_id IS NULL)", name="of_one_thing"),
    )

    id: Mapped[Id]
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    thread_id: Mapped[int | None] = _to("thread.id")
    claim_id: Mapped[int | None] = _to("originality_claim.id")
    position: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    hashes: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    shingles: Mapped[bytes | None] = mapped_column(sa.LargeBinary)


class Band(Model):
    """A part of a fingerprint: what is alike is found by its equality.

    Attributes:
        band: 0 to 3 of a photo, 100 to 119 of a text.
    """

    __tablename__ = "originality_band"

    band: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    print_id: Mapped[int] = _to("originality_print.id", primary_key=True, index=True)


class Finding(Model):
    """A post is like something earlier.

    Attributes:
        matter: what it is like, in short: a post is like a thing once in each kind.
        permille: how alike.
        position: which of its photos; ``other_position`` which of the earlier post.
    """

    __tablename__ = "originality_finding"
    __table_args__ = (
        sa.UniqueConstraint("thread_id", "kind", "matter"),
        sa.CheckConstraint("(other_thread_id IS NULL) <> (claim_id IS NULL)", name="like_one"),
        sa.Index("ix_originality_finding_state", "state", "id"),
        sa.Index("ix_originality_finding_other_thread_id", "other_thread_id", "kind"),
        sa.Index("ix_originality_finding_claim_id", "claim_id"),
        sa.Index(
            "ix_originality_finding_objected",
            "id",
            sqlite_where=sa.text("objected_at IS NOT NULL AND state = 'copied'"),
            postgresql_where=sa.text("objected_at IS NOT NULL AND state = 'copied'"),
        ),
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = _to("thread.id")
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    matter: Mapped[str] = mapped_column(sa.String(24))
    other_thread_id: Mapped[int | None] = _to("thread.id")
    claim_id: Mapped[int | None] = _to("originality_claim.id")
    position: Mapped[int | None] = mapped_column(sa.Integer)
    other_position: Mapped[int | None] = mapped_column(sa.Integer)
    permille: Mapped[int] = mapped_column(sa.Integer)
    other_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(enum_type(State))
    because: Mapped[Because | None] = mapped_column(enum_type(Because))
    version: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    found_at: Mapped[datetime]
    judged_by: Mapped[int | None] = _to("member.id")
    judged_at: Mapped[datetime | None]
    objected_at: Mapped[datetime | None]


class FindingWords(Model):
    """What was said about a finding: free text, so erasable.

    Attributes:
        reason: the team's, to the author.
        source_text: where it is from, as its author says; ``source_url`` its address.
        objection: what the author says against a verdict.
    """

    __tablename__ = "originality_words"

    finding_id: Mapped[int] = _to("originality_finding.id", primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    source_text: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    source_url: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    objection: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")


class ClaimImport(Model):
    """A file of claims. Its claims are rows at once; fingerprints are made in the background.

    Attributes:
        digest: of the file's bytes: the same file again leads to the first import.
        faults: bad lines: [number, stable word].
    """

    __tablename__ = "originality_import"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    line_count: Mapped[int] = mapped_column(sa.Integer)
    done_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    faults: Mapped[list[Any]]
    made_by: Mapped[int] = _to("member.id")
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Claim(Model):
    """Something known from elsewhere: a text, a photo, or a photo's hash, with its source.

    Attributes:
        published_on: when it appeared; posts before that day are not compared with it.
        photo_hash: of a photo that we have not, sixteen hex digits.
        retired_at: it is compared with nothing any more.
    """

    __tablename__ = "originality_claim"
    __table_args__ = (
        sa.Index(
            "ix_originality_claim_waiting",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[Id]
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    label: Mapped[str] = mapped_column(sa.String(120))
    source_url: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    published_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    media_id: Mapped[int | None] = _to("media.id", index=True)
    photo_hash: Mapped[str] = mapped_column(sa.String(16), default="", server_default="")
    state: Mapped[Work] = mapped_column(enum_type(Work))
    import_id: Mapped[int | None] = _to("originality_import.id", index=True)
    added_by: Mapped[int] = _to("member.id")
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
