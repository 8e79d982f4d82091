"""A community moves in: times, authors, floors, figures; nobody is told and nothing is paid."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries as community
from app.community import service as talk
from app.community.queries.welcomes import new_first_posts
from app.identity.models import Member
from app.identity.types import MemberState
from app.integrations.movein import queries, service
from app.integrations.movein.models import MoveItem
from app.integrations.movein.reading import Package
from app.integrations.movein.types import ItemState, JobState, StoppedError
from app.kernel import clock
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.notify.models import NoticeRow
from tests.community.reading import text_of
from tests.factories.identity import Browser, a_member
from tests.integrations.movein.packages import (
    ROWS,
    a_package,
    begun,
    drifts,
    moved,
    row_of,
    steps,
    told,
    troubles,
)


def _members() -> dict[str, MemberState]:
    rows = db.session.execute(sa.select(Member.display_name, Member.state))
    return {row.display_name: row.state for row in rows}


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
    assert _members() == {"Mei": "silent", "bo": "silent", "": "closed"}
    assert drifts() == []


def test_nobody_is_told_nothing_is_paid_and_nobody_is_welcomed(app: Flask, tmp_path: Path) -> None:
    yesterday = (clock.now() - timedelta(hours=20)).isoformat()
    moved(a_package(tmp_path, [*ROWS[:4], row_of(4, created_at=yesterday, edited_at=None)]))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(FactRow)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NoticeRow)) == 0
    assert new_first_posts(10) == []


def test_what_moved_in_counts_as_read_and_what_follows_does_not(app: Flask, tmp_path: Path) -> None:
    reader = a_member("reader")
    just_now = (clock.now() - timedelta(hours=2)).isoformat()
    rows = [*ROWS[:4], row_of(4, created_at=just_now, edited_at=None)]
    moved(a_package(tmp_path, [*rows, row_of(6, created_at=just_now)]))
    (line,) = community.feed(reader.id).items
    assert not line.is_unread
    talk.reply(a_member("other").id, line.code, "Still boiling?")
    (line,) = community.feed(reader.id).items
    assert line.is_unread


def test_old_posts_are_old_in_the_hot_feed(app: Flask, tmp_path: Path) -> None:
    author = a_member("new")
    moved(a_package(tmp_path))
    fresh = talk.publish_thread(author.id, "hot-pots", "Tonight", "Mushrooms.")
    ordered = db.session.scalars(
        sa.select(community.THREAD.c.id).order_by(community.THREAD.c.hot_ms.desc())
    ).all()
    assert ordered[0] == fresh.thread_id


# --- again ---------------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(app: Flask, tmp_path: Path) -> None:
    moved(a_package(tmp_path))
    before = told()
    again = moved(tmp_path)
    assert told() == before
    assert again.counts["known"] == len(ROWS)
    assert not {"new", "changed", "bad", "notes"} & set(again.counts)


def test_rows_in_any_order_come_to_the_same(app: Flask, tmp_path: Path) -> None:
    mixed = [*ROWS]
    Random(7).shuffle(mixed)
    moved(a_package(tmp_path, mixed))
    shuffled = told()
    assert [row[0] for row in shuffled] == ["Broth", 1, "番茄锅", 1, 2]
    assert shuffled[4][2] == 1
    assert drifts() == []


class KilledError(BaseException):
    """A kill -9, as near as a test gets: nothing catches it."""


def _kill_at(place: Path, number: int) -> bool:
    """Move until the n-th commit; return whether there was one."""
    for count, _job in enumerate(steps(place), 1):
        if count == number:
            db.session.rollback()
            return True
    return False


def test_killed_at_every_chunk_it_ends_the_same(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.integrations.movein.service.staging.CHUNK", 3)
    monkeypatch.setattr("app.integrations.movein.service.writings.THREADS", 1)
    monkeypatch.setattr("app.integrations.movein.service.writings.REPLIES", 2)
    monkeypatch.setattr("app.integrations.movein.service.moving.ROWS", 2)
    place = a_package(tmp_path)
    kills = 0
    while _kill_at(place, 1):  # each run does one commit, then dies
        kills += 1
        assert kills < 60
        if queries.unfinished_job("old-forum") is None:
            break
    assert kills > 15
    assert [row[:3] for row in told()][2][0] == "番茄锅"
    assert (len(told()), drifts()) == (5, [])
    assert moved(place).counts["known"] == len(ROWS)


@pytest.mark.parametrize(
    "where", ["people.settling.write", "writings.settling.write", "ties.settling.write",
              "staging.jobs.tell"]
)  # fmt: skip
def test_killed_in_the_middle_of_a_chunk_nothing_is_half_written(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    place = a_package(tmp_path)

    def die(*_args: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(f"app.integrations.movein.service.{where}", die)
        with pytest.raises(KilledError):
            moved(place)
    db.session.rollback()
    assert drifts() == []
    job = queries.unfinished_job("old-forum")
    assert job is not None
    done = db.session.scalar(sa.select(sa.func.count()).where(MoveItem.state == ItemState.DONE))
    stands = sum(job.counts.get(kind, 0) for kind in ("board", "member", "thread", "reply"))
    assert (done or 0) >= stands
    assert moved(place).state is JobState.DONE
    assert (len(told()), drifts()) == (5, [])


def test_two_that_drive_one_move_do_not_do_it_twice(app: Flask, tmp_path: Path) -> None:
    place = a_package(tmp_path)
    job = begun(place)
    one, other = (service.Mover(job, Package(place)).steps() for _ in range(2))
    next(one)
    with pytest.raises(StoppedError):
        next(other)
    db.session.rollback()
    assert [*one][-1].state is JobState.DONE
    assert len(told()) == 5


def test_a_paused_move_stops_and_goes_on(app: Flask, tmp_path: Path) -> None:
    running = steps(a_package(tmp_path))
    job = next(running)
    service.pause(job.code, actor_id=None)
    with pytest.raises(StoppedError):
        next(running)
    db.session.rollback()
    assert service.resume(job.code, actor_id=None).state is JobState.RUNNING
    assert moved(tmp_path).state is JobState.DONE
    assert len(told()) == 5


# --- changes -------------------------------------------------------------------------------------


def test_a_row_that_changed_there_changes_here(app: Flask, tmp_path: Path) -> None:
    moved(a_package(tmp_path))
    rows = [*ROWS]
    rows[1] = row_of(1, name="Mei Lin")
    rows[4] = row_of(4, text="煮了三个小时。 #soup", edited_at="2021-01-01T00:00:00Z")
    rows[6] = row_of(6, text="很香")
    again = moved(a_package(tmp_path, rows))
    assert (again.counts["changed"], again.counts.get("notes", 0)) == (3, 0)
    found = told()
    assert (found[2][0], found[2][3]) == ("番茄锅", datetime(2021, 1, 1, tzinfo=UTC))
    assert (found[2][1], found[3][1]) == ("Mei Lin", "很香")
    assert drifts() == []


def test_what_was_changed_here_stays(app: Flask, client: Browser, tmp_path: Path) -> None:
    moved(a_package(tmp_path))
    thread = community.THREAD
    code, author = db.session.execute(
        sa.select(thread.c.code, thread.c.author_id).where(thread.c.title == "番茄锅")
    ).one()
    db.session.execute(sa.update(Member).where(Member.id == author).values(state="active"))
    db.session.commit()
    talk.edit_thread(author, code, board_slug="hot-pots", title="番茄锅", body="Mine now.")
    rows = [*ROWS]
    rows[4] = row_of(4, text="Theirs.")
    again = moved(a_package(tmp_path, rows))
    assert troubles(again) == [("changed_here", 5)]
    assert "Mine now." in text_of(client.get(f"/p/{code}"))


def test_a_reply_that_comes_later_takes_the_next_floor(app: Flask, tmp_path: Path) -> None:
    moved(a_package(tmp_path, [row for row in ROWS if row.get("id") != "a"]))
    again = moved(a_package(tmp_path))
    assert again.counts["reply"] == 1
    assert [row[:2] for row in told()[3:]] == [(1, "真香 +1"), (2, "真香")]
    assert drifts() == []
