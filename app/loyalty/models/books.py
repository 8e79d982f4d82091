"""The rule book: every version that was ever published, and the one that is being written."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Id, Model, append_only


@append_only
class LoyaltyBook(Model):
    """One published version. Version 1 is in the code; these are the later ones.

    Attributes:
        body: the book as :mod:`app.loyalty.policy.writing` writes it.
        digest: SHA-256 of the body's canonical JSON: what was published is what is there.
        note: why, in a few words, for the team.
    """

    __tablename__ = "loyalty_book"
    __table_args__ = (sa.CheckConstraint("version > 1", name="after_the_first"),)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.String(200))
    actor_id: Mapped[int | None]
    published_at: Mapped[datetime]


class LoyaltyBookDraft(Model):
    """A version that is being written. Nothing of it counts before it is published.

    Attributes:
        based_on: the version that it was begun from; publishing refuses when another came between.
        revision: goes up with every change, so that two editors don't overwrite each other.
    """

    __tablename__ = "loyalty_book_draft"

    id: Mapped[Id]
    based_on: Mapped[int]
    revision: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    body: Mapped[dict[str, Any]]
    actor_id: Mapped[int | None]
    changed_at: Mapped[datetime]
