"""Money that is paid outside: what payment services told, and what must be given back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.rewards.types.money import BackWhy, PaymentState, PaymentWhy

MEMBER = "member.id"
ORDER = "mall_order.id"


class MallPayment(Model):
    """One payment that a payment service told, once, whatever became of it.

    Attributes:
        delivery_id: the sender's own number of the message.
        body_digest: SHA-256 of its raw body: a replay under another number is found by it.
        reference: the payment's number at the payment service.
        reference_key: the same, once only; None: it had come before with other figures.
        order_code: the order as the message named it.
        order_id: the order, where there is one.
        why: why it was set aside; None: it was taken at once.
    """

    __tablename__ = "mall_payment"
    __table_args__ = (
        sa.UniqueConstraint("delivery_id"),
        sa.UniqueConstraint("body_digest"),
        sa.UniqueConstraint("reference_key"),
        sa.CheckConstraint("minor > 0", name="something_was_paid"),
        sa.Index(
            "uq_mall_payment_taken",
            "order_id",
            unique=True,
            sqlite_where=sa.text("state = 'taken'"),
            postgresql_where=sa.text("state = 'taken'"),
        ),
        sa.Index(
            "ix_mall_payment_kept",
            "id",
            sqlite_where=sa.text("state = 'kept'"),
            postgresql_where=sa.text("state = 'kept'"),
        ),
    )

    id: Mapped[Id]
    delivery_id: Mapped[str] = mapped_column(sa.String(128))
    body_digest: Mapped[str] = mapped_column(sa.String(64))
    reference: Mapped[str] = mapped_column(sa.String(128))
    reference_key: Mapped[str | None] = mapped_column(sa.String(128))
    order_code: Mapped[str] = mapped_column(sa.String(32))
    order_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(ORDER), index=True)
    minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[PaymentState] = mapped_column(enum_type(PaymentState))
    why: Mapped[PaymentWhy | None] = mapped_column(enum_type(PaymentWhy))
    paid_at: Mapped[datetime]
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    note: Mapped[str] = mapped_column(sa.String(300))


class MallMoneyBack(Model):
    """Money that is to be given back outside, and whether it was.

    Attributes:
        key: ``order:<id>``, ``part:<order>:<pieces back>`` or ``payment:<id>``: what it is owed
            for, once.
        made_at: since when it is owed.
        done_at: when somebody noted that it went back.
        note: how it went back, in the words of whoever did it.
    """

    __tablename__ = "mall_money_back"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.CheckConstraint("minor > 0", name="something_goes_back"),
        sa.Index(
            "ix_mall_money_back_open",
            "id",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(40))
    order_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(ORDER), index=True)
    payment_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("mall_payment.id"))
    minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    why: Mapped[BackWhy] = mapped_column(enum_type(BackWhy))
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    note: Mapped[str] = mapped_column(sa.String(300))
