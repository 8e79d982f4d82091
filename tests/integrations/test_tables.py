"""Its tables are there."""

import sqlalchemy as sa
from flask import Flask

from app.integrations.models import Delivery, Endpoint, Poll
from app.kernel.db import db


def test_nothing_has_been_delivered_yet(app: Flask) -> None:
    for model in (Delivery, Endpoint, Poll):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
