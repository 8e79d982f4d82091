"""Photos are uploaded, served and swept."""

import io
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.identity.types import MemberRow, MemberState
from app.kernel import clock, verify
from app.kernel.db import changed, db, use_case
from app.kernel.errors import TooManyError
from app.kernel.limits import Limit
from app.kernel.media import darkroom, service, uploads
from app.kernel.media.models import Media
from app.kernel.media.queries import find_photos
from app.kernel.media.storage import FolderStorage, S3Storage, open_storage, storage
from app.kernel.media.types import NotAPhotoError, PhotoGoneError
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.photos import a_file, a_picture, an_exif, as_form

JSON = {"Accept": "application/json"}


def send(to: Browser, data: io.BytesIO, name: str = "IMG_0001.jpg") -> TestResponse:
    return to.post("/photos", **as_form({"photo": [(data, name)]}), headers=JSON)


def rows() -> list[Any]:
    return list(db.session.execute(sa.select(Media.__table__).order_by(Media.id)))


def files(app: Flask) -> list[Path]:
    shelf = storage()
    assert isinstance(shelf, FolderStorage)
    return sorted(p for p in shelf.root.rglob("*") if p.is_file())


@pytest.fixture
def alice(app: Flask) -> MemberRow:
    return a_member("alice")


@pytest.fixture
def bob(app: Flask) -> MemberRow:
    return a_member("bob")


@pytest.fixture
def alice_client(app: Flask, alice: MemberRow) -> Browser:
    made = browser(app)
    sign_in(made, alice)
    return made


@pytest.fixture
def client(app: Flask) -> Browser:
    return browser(app)


@pytest.fixture(autouse=True)
def empty_shelf(app: Flask, tmp_path: Path) -> Iterator[None]:
    before = app.extensions["media_storage"]
    app.extensions["media_storage"] = FolderStorage(tmp_path / "shelf")
    yield
    app.extensions["media_storage"] = before


# --- uploading -----------------------------------------------------------------------------------


def test_an_upload_answers_with_its_address(alice_client: Browser, alice: MemberRow) -> None:
    answer = send(alice_client, a_file(a_picture(1200, 900)))
    assert answer.status_code == 201
    body = answer.get_json()
    assert set(body) == {"id", "url", "width", "height"}
    assert (body["width"], body["height"]) == (1200, 900)
    (row,) = rows()
    assert (str(row.id), row.owner_id, row.used_at) == (body["id"], alice.id, None)
    assert alice_client.get(body["url"]).status_code == 200


def test_nothing_of_the_files_name_is_kept(app: Flask, alice_client: Browser) -> None:
    send(alice_client, a_file(), "../../我家地址.jpg")
    assert all("我家地址" not in str(value) for value in rows()[0])
    assert all("我家" not in path.name for path in files(app))


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (io.BytesIO(b"<svg onload=alert(1)>"), 422, "photo_unknown"),
        (io.BytesIO(b""), 422, "photo_missing"),
        (io.BytesIO(a_file().getvalue()[:900]), 422, "photo_broken"),
        (io.BytesIO(b"\xff\xd8\xff" + b"\0" * (20 * 1024 * 1024)), 413, "photo_too_big"),
        (io.BytesIO(b"\xff\xd8\xff" + b"\0" * (40 * 1024 * 1024)), 413, "photo_too_big"),
    ],
)
def test_a_bad_upload_says_why_and_leaves_nothing(
    app: Flask, alice_client: Browser, data: io.BytesIO, status: int, code: str
) -> None:
    answer = send(alice_client, io.BytesIO(data.getvalue()))
    assert answer.status_code == status
    assert answer.get_json()["error"]["code"] == code
    assert answer.get_json()["error"]["message"]
    assert rows() == []
    assert files(app) == []


def test_an_upload_without_a_file_says_so(alice_client: Browser) -> None:
    answer = alice_client.post("/photos", data={"x": "y"}, headers=JSON)
    assert answer.get_json()["error"]["code"] == "photo_missing"


def test_a_guest_is_asked_to_sign_in(client: Browser) -> None:
    client.get("/signin")
    answer = send(client, a_file())
    assert answer.status_code in {400, 401}
    assert rows() == []


def test_a_muted_member_cannot_upload(app: Flask, alice_client: Browser, alice: MemberRow) -> None:
    mute(alice.id)
    assert send(alice_client, a_file()).status_code == 403
    assert rows() == []


@use_case
def mute(member_id: int) -> None:
    from app.identity.models import Member

    changed(sa.update(Member).where(Member.id == member_id).values(state=MemberState.MUTED))


def test_without_its_form_token_an_upload_is_refused(alice_client: Browser) -> None:
    answer = alice_client.post("/photos", data={"photo": (a_file(), "a.jpg")}, csrf=False)
    assert answer.status_code == 400
    assert rows() == []


def test_uploads_are_limited_by_the_hour(
    alice_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "UPLOADS", Limit("photos", hits=2, seconds=3600))
    answers = [send(alice_client, a_file()) for _ in range(3)]
    assert [a.status_code for a in answers] == [201, 201, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert answers[2].get_json()["error"]["code"] == "too_many"


def test_when_all_hands_are_busy_an_upload_is_told_to_come_back(
    app: Flask, alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "_hands", threading.BoundedSemaphore(1))
    monkeypatch.setattr(darkroom, "WAIT_FOR_A_HAND", 0.01)
    with darkroom._hands, pytest.raises(TooManyError):
        service.store_photo(alice.id, a_file())


# --- serving -------------------------------------------------------------------------------------


def an_address(owner: MemberRow) -> str:
    return service.store_photo(owner.id, a_file(a_picture(700, 500))).url(480)


def test_a_rendition_is_served_for_ever_and_inert(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    answer = client.get(an_address(alice))
    assert answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in answer.headers
    assert answer.data[:4] == b"RIFF"


def test_a_browser_that_has_it_is_not_sent_it_again(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    address = an_address(alice)
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_serving_a_photo_asks_the_database_nothing(
    app: Flask, alice_client: Browser, alice: MemberRow, count_statements: Any
) -> None:
    address = an_address(alice)
    with count_statements() as seen:
        assert alice_client.get(address).status_code == 200
    assert seen == []


@pytest.mark.parametrize(
    "path",
    [
        "/media/aa/{sha}-480.webp", "/media/{p}/{sha}-481.webp", "/media/{p}/{sha}-1600.webp",
        "/media/{p}/{sha}-480.png", "/media/{p}/../{sha}-480.webp", "/media/{p}/..%2f..%2fsecret",
        "/media/{p}/.new-abc", "/media/{p}/", "/media/..%2f{p}/{sha}-480.webp",
        "/media/{p}/{sha}-480.webp%00.html", "/media/{p}/%2e%2e",
    ],
)  # fmt: skip
def test_every_other_address_is_not_found(
    app: Flask, client: Browser, alice: MemberRow, path: str
) -> None:
    sha = an_address(alice).rpartition("/")[2].partition("-")[0]
    answer = client.get(path.format(p=sha[:2], sha=sha))
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


# --- use and sweep -------------------------------------------------------------------------------


def test_only_its_owner_takes_a_photo_into_use(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    stored = service.store_photo(alice.id, a_file(), waiting=True)
    with pytest.raises(PhotoGoneError):
        service.use_photos(bob.id, [stored.id])
    assert rows()[0].used_at is None
    assert find_photos([stored.id], owner_id=bob.id) == {}
    assert [p.id for p in service.use_photos(alice.id, [stored.id])] == [stored.id]
    assert rows()[0].used_at is not None


def test_photos_come_back_in_the_order_asked_for(app: Flask, alice: MemberRow) -> None:
    ids = [service.store_photo(alice.id, a_file(a_picture(w, 200))).id for w in (200, 300, 400)]
    wanted = [ids[2], ids[0], ids[1]]
    assert [photo.id for photo in service.use_photos(alice.id, wanted)] == wanted


def test_an_upload_nobody_took_is_forgotten_after_a_day(app: Flask, alice: MemberRow) -> None:
    waiting = service.store_photo(alice.id, a_file(), waiting=True)
    used = service.store_photo(alice.id, a_file(a_picture(300, 300)))
    clock.tick(timedelta(hours=23, minutes=59))
    assert service.forget_waiting() == 0
    clock.tick(timedelta(minutes=2))
    assert service.forget_waiting() == 1
    assert [row.id for row in rows()] == [used.id]
    with pytest.raises(PhotoGoneError):
        service.use_photos(alice.id, [waiting.id])


def age_all(app: Flask) -> None:
    old = (clock.now() - timedelta(days=2)).timestamp()
    for path in files(app):
        os.utime(path, (old, old))


def sweep_everything() -> int:
    return sum(service.sweep_files(f"{n:02x}") for n in range(256))


def test_files_go_when_their_last_row_is_gone(app: Flask, alice: MemberRow, bob: MemberRow) -> None:
    for owner in (alice, bob):  # the same picture twice: one set of files
        service.store_photo(owner.id, a_file(), waiting=owner is alice)
    assert len(files(app)) == 3
    clock.tick(timedelta(hours=25))
    assert service.forget_waiting() == 1
    age_all(app)
    assert sweep_everything() == 0
    service.release_photos([row.id for row in rows()])
    assert service.forget_waiting() == 1
    assert sweep_everything() == 3
    assert files(app) == []


def test_young_files_without_a_row_stay_for_the_upload_that_is_under_way(app: Flask) -> None:
    service.develop(a_file())
    assert len(files(app)) == 3
    now = clock.now().timestamp()
    for path in files(app):
        os.utime(path, (now, now))
    assert sweep_everything() == 0
    age_all(app)
    assert sweep_everything() == 3


def test_half_written_files_of_a_crash_are_swept(app: Flask) -> None:
    shelf = storage()
    assert isinstance(shelf, FolderStorage)
    (shelf.root / "ab").mkdir(parents=True)
    (shelf.root / "ab" / ".new-x1").write_bytes(b"half")
    age_all(app)
    assert service.sweep_files("ab") == 1


def test_a_photo_is_never_developed_inside_a_use_case(app: Flask, alice: MemberRow) -> None:
    @use_case
    def careless() -> None:
        service.store_photo(alice.id, a_file())

    with pytest.raises(RuntimeError, match="before the use case"):
        careless()


def test_a_refused_photo_leaves_no_row(app: Flask, alice: MemberRow) -> None:
    with pytest.raises(NotAPhotoError):
        service.store_photo(alice.id, io.BytesIO(b"no photo"))
    assert rows() == []


def test_the_same_photo_from_two_phones_has_one_set_of_files(app: Flask, alice: MemberRow) -> None:
    for orientation in (1, 1):
        service.store_photo(alice.id, a_file(exif=an_exif(orientation)))
    assert len(rows()) == 2
    assert len(files(app)) == 3


def test_verifiers_are_content(app: Flask) -> None:
    assert all(not report.drifts for report in verify.run())


# --- storage -------------------------------------------------------------------------------------


def test_a_file_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = FolderStorage(tmp_path)

    def power_cut(_handle: int) -> None:
        raise OSError("power")

    monkeypatch.setattr(os, "fsync", power_cut)
    with pytest.raises(OSError, match="power"):
        shelf.put("ab/x-240.webp", b"data")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_folder_keeps_what_it_was_given(tmp_path: Path) -> None:
    shelf = FolderStorage(tmp_path)
    shelf.put("ab/x-240.webp", b"one")
    shelf.put("ab/x-240.webp", b"two")
    assert shelf.get("ab/x-240.webp") == b"two"
    assert [key for key, _ in shelf.keys("ab")] == ["ab/x-240.webp"]
    assert list(shelf.keys("cd")) == []
    shelf.delete("ab/x-240.webp")
    shelf.delete("ab/x-240.webp")
    assert shelf.get("ab/x-240.webp") is None


class Bucket:
    """As much of an S3 client as the storage uses."""

    class exceptions:  # noqa: N801 - boto3's name
        class NoSuchKey(Exception):  # noqa: N818 - boto3's name
            pass

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}

    def put_object(self, **given: Any) -> None:
        assert given["Bucket"] == "photos"
        self.objects[given["Key"]] = {**given, "LastModified": clock.now()}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        if Key not in self.objects:
            raise self.exceptions.NoSuchKey
        return {"Body": io.BytesIO(self.objects[Key]["Body"])}

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803 - boto3's
        self.objects.pop(Key, None)

    def get_paginator(self, name: str) -> "Bucket":
        assert name == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803 - boto3's
        found = [{"Key": k, **v} for k, v in self.objects.items() if k.startswith(Prefix)]
        return [{"Contents": found}] if found else [{}]


def test_the_same_pages_work_with_a_bucket(
    app: Flask, alice_client: Browser, alice: MemberRow
) -> None:
    bucket = Bucket()
    app.extensions["media_storage"] = S3Storage("photos", "/club/", bucket)
    address = an_address(alice)
    key = "club/" + address.removeprefix("/media/")
    assert bucket.objects[key]["ContentType"] == "image/webp"
    answer = alice_client.get(address)
    assert answer.status_code == 200
    assert answer.data == bucket.objects[key]["Body"]
    assert answer.headers["Cache-Control"].endswith("immutable")
    missing = address.replace("-480", "-1600")
    assert alice_client.get(missing).status_code == 404
    service.release_photos([row.id for row in rows()])
    clock.tick(timedelta(hours=25))
    assert service.forget_waiting() == 1
    assert sweep_everything() == 3
    assert bucket.objects == {}


def test_the_setting_decides_where_photos_lie(tmp_path: Path) -> None:
    folder = open_storage("file:///srv/my%20photos", tmp_path)
    assert isinstance(folder, FolderStorage)
    assert folder.root == Path("/srv/my photos")
    default = open_storage("", tmp_path)
    assert isinstance(default, FolderStorage)
    assert default.root == tmp_path
    bucket = open_storage("s3://photos/club/2026", tmp_path)
    assert isinstance(bucket, S3Storage)
    assert (bucket.bucket, bucket.prefix) == ("photos", "club/2026/")
