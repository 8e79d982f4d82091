"""Limits hold exactly, over processes and restarts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import clock, limits
from app.kernel.db import db
from app.kernel.errors import TooManyError

THREE = limits.Limit("knock", 3, 60)


def test_the_fourth_try_is_refused_and_says_when_to_come_back(app: Flask) -> None:
    for _ in range(3):
        limits.hit(THREE, "alice")
    with pytest.raises(TooManyError) as refused:
        limits.hit(THREE, "alice")
    assert refused.value.retry_after == 60
    limits.hit(THREE, "bob")
    clock.tick(timedelta(seconds=60))
    limits.hit(THREE, "alice")


def test_nothing_personal_is_stored(app: Flask) -> None:
    limits.hit(THREE, "alice@example.com")
    stored = str(db.session.execute(sa.select(limits.LimitWindow.__table__)).all())
    assert "alice" not in stored


def test_old_windows_are_forgotten(app: Flask) -> None:
    limits.hit(THREE, "alice")
    clock.tick(timedelta(days=3))
    assert limits.prune() == 1
