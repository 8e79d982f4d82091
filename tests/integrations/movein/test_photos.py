"""Photos follow their posts, by the house's own guarded way; what is missing is named."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries as community
from app.community import service as talk
from app.identity.models import Member
from app.integrations.movein import queries
from app.integrations.movein.models import MovePhoto
from app.integrations.movein.types import Phase
from app.kernel.db import db
from app.kernel.media.models import Media
from tests.factories.identity import a_member
from tests.factories.photos import a_file, a_picture
from tests.integrations.movein.packages import (
    ROWS,
    Row,
    a_package,
    drifts,
    lines,
    moved,
    row_of,
    steps,
    troubles,
)

THREAD = 4


def _jpeg(size: int) -> bytes:
    return bytes(a_file(a_picture(size, size // 2)).read())


def _rows() -> list[Row]:
    rows = [*ROWS]
    rows[1] = row_of(1, avatar="faces/mei.jpg")
    text = "Look: ![pot](img/2.jpg) and ![far](https://x.example/3.jpg)"
    rows[THREAD] = row_of(THREAD, photos=["img/1.jpg", "img/no.jpg", "img/bad.jpg"], text=text)
    return [*rows, {"type": "photo", "thread": 12, "path": "img/4.jpg", "position": 8}]


def _files() -> dict[str, bytes]:
    return {
        "img/1.jpg": _jpeg(320), "img/2.jpg": _jpeg(240), "img/4.jpg": _jpeg(200),
        "img/bad.jpg": b"<svg onload=alert(1)>", "faces/mei.jpg": _jpeg(160),
    }  # fmt: skip


def _put(folder: Path) -> Path:
    a_package(folder, _rows())
    for name, data in _files().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def _thread() -> Any:
    thread = community.THREAD
    return db.session.execute(sa.select(thread).where(thread.c.title == "番茄锅")).one()


def _check_photos() -> None:
    row = _thread()
    assert (row.photo_count, row.cover_media_id) == (3, next(iter(community.photo_ids_of(row.id))))
    widths = db.session.scalars(sa.select(Media.width).order_by(Media.id)).all()
    assert sorted(widths) == [160, 200, 240, 320]
    assert "far" in row.body
    assert "img/2.jpg" not in row.body
    mei = db.session.execute(sa.select(Member).where(Member.display_name == "Mei")).scalar_one()
    assert mei.avatar_sha
    assert drifts() == []


def test_photos_of_a_folder_follow_their_posts(app: Flask, tmp_path: Path) -> None:
    job = moved(_put(tmp_path))
    assert sorted(troubles(job)) == [("bad_photo", 0), ("no_photo", 0)]
    assert (job.photos, job.photos_done, job.counts["photos"]) == (6, 6, 4)
    _check_photos()
    again = moved(tmp_path)
    assert (again.photos, again.counts.get("photos", 0)) == (0, 0)
    _check_photos()


def test_photos_of_a_zip_are_never_unpacked_to_a_path(app: Flask, tmp_path: Path) -> None:
    place = tmp_path / "all.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("all.ndjson", lines(_rows()))
        for name, data in _files().items():
            archive.writestr(name, data)
    moved(place)
    _check_photos()
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]


def test_killed_while_photos_are_developed_it_goes_on(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = _put(tmp_path)
    for job in steps(place):
        if job.phase is Phase.PHOTOS:
            break

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("app.integrations.movein.service.photos.jobs.tell", die)
        with pytest.raises(KeyboardInterrupt):
            moved(place)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Media)) == 0
    moved(place)
    _check_photos()


def test_photos_that_were_hung_here_meanwhile_stay(app: Flask, tmp_path: Path) -> None:
    a_member("Meimei", email="mei@old.example")
    place = _put(tmp_path)
    for job in steps(place):
        if job.phase is Phase.PHOTOS:
            break
    row = _thread()
    talk.edit_thread(row.author_id, row.code, board_slug="hot-pots", title="番茄锅", body="Mine.")
    job = moved(place)
    assert ("changed_here", 0) in troubles(job)
    assert _thread().photo_count == 0
    assert drifts() == []


def test_a_move_that_is_given_up_forgets_what_waits(app: Flask, tmp_path: Path) -> None:
    from app.integrations.movein import service

    for job in steps(_put(tmp_path)):
        if job.phase is Phase.PHOTOS:
            service.drop(job.code, actor_id=None)
            break
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MovePhoto)) == 0
    assert queries.unfinished_job("old-forum") is None
    assert _thread().photo_count == 0
    assert drifts() == []
