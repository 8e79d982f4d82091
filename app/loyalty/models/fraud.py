"""Cases of the fraud desk: what was seen of whom, and what people decided."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.loyalty.types.fraud import CaseState, SignalKind, Verdict

ALIVE = "state IN ('open', 'frozen')"


class FraudCase(Model):
    """One member whom signals point at. He has one living case at most.

    Attributes:
        score: the sum of its signals, at most 100.
        points: the most that any one signal is about.
        quiet_until: a dismissed case keeps new ones away so long.
        forgotten_at: when its evidence was deleted.
    """

    __tablename__ = "loyalty_fraud_case"
    __table_args__ = (
        sa.CheckConstraint("score BETWEEN 0 AND 100", name="score_in_bounds"),
        sa.Index(
            "uq_loyalty_fraud_case_alive",
            "member_id",
            unique=True,
            sqlite_where=sa.text(ALIVE),
            postgresql_where=sa.text(ALIVE),
        ),
        sa.Index("ix_loyalty_fraud_case_member_id", "member_id", "id"),
        sa.Index("ix_loyalty_fraud_case_queue", "state", "score", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    state: Mapped[CaseState] = mapped_column(enum_type(CaseState))
    score: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    points: Mapped[int] = mapped_column(default=0, server_default="0")
    opened_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    forgotten_at: Mapped[datetime | None]


class FraudSignal(Model):
    """A signal of a case; seen again, it is brought up to date.

    Attributes:
        evidence: figures only: no address, no contact, no name.
    """

    __tablename__ = "loyalty_fraud_signal"

    case_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("loyalty_fraud_case.id"), primary_key=True
    )
    kind: Mapped[SignalKind] = mapped_column(enum_type(SignalKind), primary_key=True)
    score: Mapped[int] = mapped_column(sa.Integer)
    points: Mapped[int]
    evidence: Mapped[dict[str, Any]]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    verdict: Mapped[Verdict | None] = mapped_column(enum_type(Verdict))


class FraudAct(Model):
    """An act whose points were taken back through a case, and stay away."""

    __tablename__ = "loyalty_fraud_act"
    __table_args__ = (sa.Index("ix_loyalty_fraud_act_source", "source_kind", "source_id"),)

    case_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("loyalty_fraud_case.id"), primary_key=True
    )
    source_kind: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    source_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    points: Mapped[int]
    undone_at: Mapped[datetime]


class FraudObjection(Model):
    """What a member wrote about his case: free text, so erasable."""

    __tablename__ = "loyalty_fraud_objection"

    case_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("loyalty_fraud_case.id"), primary_key=True
    )
    text: Mapped[str] = mapped_column(sa.String(1_000))
    written_at: Mapped[datetime]
