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

KEEP = timedelta(days=2)
FOR_EVER = 100 * 365 * 86_400
"""A window that began in 1970 and won't end while this program runs: tries are never forgotten."""

_LONG: set[int] = set()


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

    def __post_init__(self) -> None:
        """Remember long windows: the pruning must not forget them while they run."""
        if self.seconds > KEEP.total_seconds():
            _LONG.add(self.seconds)


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
    start = _window(limit.seconds)
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
    """Forget windows older than two days unless they still run; return how many."""
    running = [_window(seconds) for seconds in sorted(_LONG)]
    return changed(
        sa.delete(LimitWindow).where(
            LimitWindow.window_at < clock.now() - KEEP, LimitWindow.window_at.not_in(running)
        )
    )


def _window(seconds: int) -> datetime:
    """Return when the present window of a length began."""
    now = clock.now()
    moment = int(now.timestamp())
    return now.fromtimestamp(moment - moment % seconds, tz=now.tzinfo)


def tries(limit: Limit, subject: str) -> int:
    """Return how often ``subject`` has tried in the present window."""
    start = _window(limit.seconds)
    return (
        db.session.scalar(
            sa.select(LimitWindow.hits).where(
                LimitWindow.key == digest(f"{limit.name}|{subject}"), LimitWindow.window_at == start
            )
        )
        or 0
    )
