"""What staff set for referrals and the fraud desk: a name, and its figures."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Model


class DeskSetting(Model):
    """The figures under one name; what is not set has the default of the code.

    Attributes:
        version: goes up with every change; the audit log has the figures before and after.
    """

    __tablename__ = "loyalty_desk_setting"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    figures: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(sa.Integer)
    set_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    set_at: Mapped[datetime]
