"""Tools that tell acts, the acts, and what they told."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.integrations.models import SignedDoor
from app.integrations.reports.types import (
    KEY_CHARS,
    NAME_CHARS,
    SHOWN_CHARS,
    SOURCE_CHARS,
    ReportState,
    Why,
)
from app.kernel.db import BigInt, Id, Model, enum_type
from app.ledger.types import Fund


class ReportSource(SignedDoor, Model):
    """A tool that tells acts, with its door. Its number stands in what it told: it stays."""

    __tablename__ = "report_source"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(SOURCE_CHARS))


class ReportedAct(Model):
    """An act that tools tell. Rules and statements name it for ever: it is switched off only."""

    __tablename__ = "reported_act"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(KEY_CHARS), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(NAME_CHARS))
    name_en: Mapped[str] = mapped_column(sa.String(NAME_CHARS))
    icon: Mapped[str] = mapped_column(sa.String(32))
    fund: Mapped[Fund] = mapped_column(enum_type(Fund))
    is_on: Mapped[bool]
    made_at: Mapped[datetime]


class ActReport(Model):
    """One act that a tool told of one member, once for each of its references.

    Attributes:
        body_digest: of act, member and moment: the same reference for something else is refused.
        named: how the tool names the member, while nobody is known by it; contacts are digests.
        shown: the same for the eyes of staff; empty once somebody is known.
        tried_at: when it was last asked whether somebody is known by that name.
    """

    __tablename__ = "act_report"
    __table_args__ = (
        sa.UniqueConstraint("source_id", "reference"),
        sa.Index("ix_act_report_member_id", "member_id"),
        sa.Index(
            "ix_act_report_kept",
            "tried_at",
            sqlite_where=sa.text("state = 'kept'"),
            postgresql_where=sa.text("state = 'kept'"),
        ),
    )

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("report_source.id"))
    reference: Mapped[str] = mapped_column(sa.String(128))
    body_digest: Mapped[str] = mapped_column(sa.String(64))
    act_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("reported_act.id"))
    member_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    named: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    shown: Mapped[str] = mapped_column(sa.String(SHOWN_CHARS), default="", server_default="")
    state: Mapped[ReportState] = mapped_column(enum_type(ReportState))
    why: Mapped[Why | None] = mapped_column(enum_type(Why))
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    tried_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


SOURCE = cast("sa.Table", ReportSource.__table__)
ACT = cast("sa.Table", ReportedAct.__table__)
REPORT = cast("sa.Table", ActReport.__table__)
