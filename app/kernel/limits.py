"""Limits that must hold over all processes and restarts: sign-in, codes, claims.

Cheap things are limited by Flask-Limiter in memory; these are rows, counted by one conditional
upsert in a transaction of their own, so that a refused attempt counts too.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Model, changed, db, insert, use_case
from app.kernel.errors import TooManyError


class LimitWindow(Model):
    """How often something was tried in a fixed window. The key is a salted digest."""

    __tablename__ = "limit_window"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    hits: Mapped[int]


@dataclass(frozen=True, slots=True)
class Limit:
    """``hits`` tries per ``seconds``, for what ``name`` names."""

    name: str
    hits: int
    seconds: int


def digest(text: str) -> str:
    """Return a salted digest of something personal (address, number, contact): 64 hex digits."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@use_case
def hit(limit: Limit, subject: str) -> None:
    """Count one try, committed on its own.

    Args:
        limit: the rule.
        subject: who or what is limited (address, account); stored as a digest only.

    Raises:
        TooManyError: this try is over the limit; it says when to come back. The refused try is
            not counted again.
    """
    now = clock.now()
    seconds = int(now.timestamp())
    start = now.fromtimestamp(seconds - seconds % limit.seconds, tz=now.tzinfo)
    key = digest(f"{limit.name}|{subject}")
    statement = insert(LimitWindow).values(key=key, window_at=start, hits=1)
    touched = changed(
        statement.on_conflict_do_update(
            index_elements=["key", "window_at"],
            set_={"hits": LimitWindow.hits + 1},
            where=LimitWindow.hits < limit.hits,
        )
    )
    if touched != 1:
        over_at = start + timedelta(seconds=limit.seconds)
        raise TooManyError(max(1, int((over_at - now).total_seconds())))


@use_case
def prune() -> int:
    """Forget windows older than two days; return how many."""
    return changed(
        sa.delete(LimitWindow).where(LimitWindow.window_at < clock.now() - timedelta(days=2))
    )


def tries(limit: Limit, subject: str) -> int:
    """Return how often ``subject`` has tried in the present window."""
    now = clock.now()
    seconds = int(now.timestamp())
    start = now.fromtimestamp(seconds - seconds % limit.seconds, tz=now.tzinfo)
    return (
        db.session.scalar(
            sa.select(LimitWindow.hits).where(
                LimitWindow.key == digest(f"{limit.name}|{subject}"), LimitWindow.window_at == start
            )
        )
        or 0
    )
