"""A community moves in: times, authors, floors, figures; nobody is told and nothing is paid."""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app.community import queries as community
from app.identity.models import Member
from app.identity.types import MemberState
from app.integrations.movein.types import JobState
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.ledger import queries as ledger
from tests.integrations.movein.packages import a_package, drifts, moved, told, troubles


def test_a_community_moves_in_with_its_times_and_authors(app: Flask, tmp_path: Path) -> None:
    job = moved(a_package(tmp_path))
    assert job.state is JobState.DONE
    assert troubles(job) == []
    assert {k: job.counts.get(k) for k in ("board", "member", "thread", "reply", "like")} == {
        "board": 1, "member": 3, "thread": 2, "reply": 3, "like": 2
    }  # fmt: skip
    at = datetime(2020, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
    later = datetime(2020, 5, 1, 13, tzinfo=UTC)
    found = told()
    assert found[2][:8] == ("番茄锅", "Mei", at, datetime(2020, 5, 2, 12, tzinfo=UTC), 2, 1, 2, 0)
    assert found[3] == (1, "真香", None, later, "bo", 1)
    assert found[4][:3] == (2, "真香 +1", 1)
    assert drifts() == []
