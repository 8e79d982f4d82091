"""lots mature at a moment, not with a day

Revision ID: 6b0e4d7a19f3
Revises: 4d81c7a3f5e2
Create Date: 2026-11-30 04:00:00+00:00

Every pending lot gets the midnight of its day in the brand's time zone, so nothing matures at another
time than it was promised. Chains cover transfers, not lots: no hash changes. The day stays, for code
that knows days only: what it writes has no moment, and the day alone says when it matures.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "6b0e4d7a19f3"
down_revision = "4d81c7a3f5e2"
branch_labels = None
depends_on = None

SPENDABLE = date(1970, 1, 1)
DUE = sa.text("remaining > 0 AND matures_on > '1970-01-01'")
BY_HOUR = "uq_point_lot_wallet_id_expires_on_matures_on_matures_at_fund"
BY_DAY = "uq_point_lot_wallet_id_expires_on_matures_on_fund"
DAYS = 200  # at once
ONE_DAY = timedelta(days=1)
LOT = sa.table(
    "point_lot",
    sa.column("id", sa.BigInteger),
    sa.column("wallet_id", sa.BigInteger),
    sa.column("fund", sa.String),
    sa.column("matures_on", sa.Date),
    sa.column("matures_at", sa.DateTime(timezone=True)),
    sa.column("expires_on", sa.Date),
    sa.column("remaining", sa.BigInteger),
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    by_day = "1970-01-01 00:00:00.000000" if is_sqlite else "1970-01-01 00:00:00+00"
    op.drop_index("ix_point_lot_matures", "point_lot")
    with op.batch_alter_table("point_lot") as batch:
        batch.add_column(
            sa.Column(
                "matures_at",
                sa.DateTime(timezone=True),
                server_default=sa.text(f"'{by_day}'"),
                nullable=False,
            )
        )
        batch.drop_constraint(op.f(BY_DAY), type_="unique")
        batch.create_unique_constraint(
            op.f(BY_HOUR), ["wallet_id", "expires_on", "matures_on", "matures_at", "fund"]
        )
    _fill()
    _index("matures_at")


def downgrade() -> None:
    _set_apart()
    op.drop_index("ix_point_lot_matures", "point_lot")
    with op.batch_alter_table("point_lot") as batch:
        batch.drop_constraint(op.f(BY_HOUR), type_="unique")
        batch.create_unique_constraint(
            op.f(BY_DAY), ["wallet_id", "expires_on", "matures_on", "fund"]
        )
        batch.drop_column("matures_at")
    _index("matures_on")


def _index(column: str) -> None:
    op.create_index(
        "ix_point_lot_matures",
        "point_lot",
        [column, "wallet_id"],
        unique=False,
        sqlite_where=DUE,
        postgresql_where=DUE,
    )


def _fill() -> None:
    """Give pending lots the midnight of their day; empty ones too: what comes back finds its like."""
    connection = op.get_bind()
    zone = ZoneInfo(current_app.config["POTLUCK"].timezone)
    days = connection.scalars(
        sa.select(LOT.c.matures_on).where(LOT.c.matures_on > SPENDABLE).distinct()
    ).all()
    for start in range(0, len(days), DAYS):
        some = days[start : start + DAYS]
        midnights = {
            day: datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC) for day in some
        }
        kind = LOT.c.matures_at.type
        told = {day: sa.literal(at, kind) for day, at in midnights.items()}
        connection.execute(
            sa.update(LOT)
            .where(LOT.c.matures_on.in_(some))
            .values(matures_at=sa.case(told, value=LOT.c.matures_on))
        )


def _set_apart() -> None:
    """Let lots that share their day have days of their own again, as a lot of a day must.

    What holds points waits a day or more longer, never shorter; an empty one goes to a day before.
    """
    connection = op.get_bind()
    place = (LOT.c.wallet_id, LOT.c.expires_on, LOT.c.fund)
    crowded = (
        sa.select(*place)
        .where(LOT.c.matures_on > SPENDABLE)
        .group_by(*place, LOT.c.matures_on)
        .having(sa.func.count() > 1)
        .distinct()
    )
    for wallet_id, expires_on, fund in connection.execute(crowded).all():
        lots = connection.execute(
            sa.select(LOT.c.id, LOT.c.matures_on, LOT.c.remaining)
            .where(
                LOT.c.wallet_id == wallet_id,
                LOT.c.expires_on == expires_on,
                LOT.c.fund == fund,
                LOT.c.matures_on > SPENDABLE,
            )
            .order_by(LOT.c.matures_on, LOT.c.remaining.desc(), LOT.c.id)
        ).all()
        taken = {lot.matures_on for lot in lots}
        first = set[date]()
        for lot in lots:
            if lot.matures_on not in first:
                first.add(lot.matures_on)
                continue
            day = _free_day(lot.matures_on, expires_on, taken, is_empty=not lot.remaining)
            taken.add(day)
            connection.execute(sa.update(LOT).where(LOT.c.id == lot.id).values(matures_on=day))


def _free_day(day: date, last: date, taken: set[date], *, is_empty: bool) -> date:
    later = day
    while later in taken:
        later += ONE_DAY
    if later <= last and not is_empty:
        return later
    while day in taken:  # better a day too early than never
        day -= ONE_DAY
    return day
