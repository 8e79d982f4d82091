"""Strangers' videos: what is taken, what is refused, what becomes of them, how they are served."""

import io
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from app.kernel.db import use_case
from app.kernel.media import ffmpeg, films
from app.kernel.media.film_types import (
    FilmBrokenError,
    FilmCodecError,
    FilmError,
    FilmGoneError,
    FilmMissingError,
    FilmShapeError,
    FilmsNotOfferedError,
    FilmTooBigError,
    FilmTooHeavyError,
    FilmTooLongError,
    NoPictureError,
    NotAFilmError,
    Taken,
)
from app.kernel.media.storage import FolderStorage, S3Storage, film_key, key_of, storage
from tests.factories.films import (
    a_bright_film,
    a_film,
    a_film_with_notes,
    a_turned_film,
    grey_of,
)
from tests.factories.identity import Browser, browser
from tests.factories.photos import GPS_SIGN, a_file
from tests.factories.work import peak_bytes_of


@pytest.fixture(autouse=True)
def own_shelf(app: Flask, tmp_path: Path) -> Iterator[None]:
    before = app.extensions["media_storage"]
    app.extensions["media_storage"] = FolderStorage(tmp_path / "shelf")
    yield
    app.extensions["media_storage"] = before


def ignore(_percent: int) -> None:
    """Watch nothing."""


def shelf_files() -> list[Path]:
    shelf = storage()
    assert isinstance(shelf, FolderStorage)
    return sorted(path for path in shelf.root.rglob("*") if path.is_file())


# --- what is taken -------------------------------------------------------------------------------


def test_a_video_is_prepared_for_every_phone_and_says_nothing_of_where_it_was_taken(
    app: Flask, tmp_path: Path
) -> None:
    came = a_film_with_notes()
    assert GPS_SIGN in came.getvalue()
    taken = films.take_in(came)
    told: list[int] = []
    film = films.prepare(taken, told.append)
    assert (film.width, film.height, film.milliseconds) == (160, 120, 1000)
    assert told
    shown = tmp_path / "shown.mp4"
    assert storage().fetch(film_key(film.sha256), shown)
    data = shown.read_bytes()
    assert GPS_SIGN not in data
    assert b"Spyphone" not in data
    assert data.index(b"moov") < data.index(b"mdat")  # it begins to play before it is whole
    assert films.probe(tmp_path, shown.name, films.MOV).codec == "h264"


def test_a_video_held_upright_is_shown_upright(app: Flask) -> None:
    taken = films.take_in(a_turned_film())
    film = films.prepare(taken, ignore)
    assert (taken.poster.width, taken.poster.height) == (120, 160)
    assert (film.width, film.height) == (120, 160)


def test_webm_is_taken_and_its_sound_kept(app: Flask, tmp_path: Path) -> None:
    taken = films.take_in(a_film("webm", sound=True))
    assert taken.has_sound
    film = films.prepare(taken, ignore)
    for is_preview, sound in ((False, "aac"), (True, None)):
        assert storage().fetch(film_key(film.sha256, is_preview=is_preview), tmp_path / "f.mp4")
        assert films.probe(tmp_path, "f.mp4", films.MOV).sound == sound


def test_a_large_video_is_made_smaller_and_a_small_one_is_not_made_larger() -> None:
    assert films._scaled(1920, 1080, 720, 1280).startswith("scale=1280:720,")
    assert films._scaled(1080, 1920, 720, 1280).startswith("scale=720:1280,")
    assert films._scaled(201, 99, 720, 1280).startswith("scale=200:100,")


# The white of a page in both curves, ITU-R BT.2408: 75 % of HLG's signal, 58 % of PQ's.
@pytest.mark.parametrize(("transfer", "level"), [("arib-std-b67", 721), ("smpte2084", 572)])
def test_the_white_of_a_bright_video_is_white_on_every_screen(
    app: Flask, transfer: str, level: int
) -> None:
    taken = films.take_in(a_bright_film(transfer, level))
    film = films.prepare(taken, ignore)
    shown = storage().get(film_key(film.sha256))
    assert shown is not None
    assert 205 <= grey_of(shown) <= 245
    assert int(taken.poster.color[1:3], 16) >= 205


def test_a_bright_video_is_taken_where_its_light_cannot_be_mapped(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films, "MAPPED", ",nosuchfilter")
    taken = films.take_in(a_bright_film("arib-std-b67", 721))
    assert films.prepare(taken, ignore).width == 160


def test_the_poster_is_a_photo_as_others_are(app: Flask) -> None:
    poster = films.take_in(a_film(size="640x360")).poster
    data = storage().get(key_of(poster.sha256, 240))
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.width) == ("WEBP", 240)
    assert re.fullmatch("#[0-9a-f]{6}", poster.color)


# --- what is refused -----------------------------------------------------------------------------


def a_film_that_claims(seconds: int) -> io.BytesIO:
    """A second of video that says in its packets' times that it lasts for days."""
    data = bytearray(a_film().getvalue())
    at = data.index(b"stts") + 12  # version, flags, count; then frames and ticks a frame
    frames, _ticks = struct.unpack(">II", data[at : at + 8])
    scale_at = data.index(b"mdhd") + 16
    (scale,) = struct.unpack(">I", data[scale_at : scale_at + 4])
    data[at : at + 8] = struct.pack(">II", frames, min(2**31 - 1, scale * seconds // frames))
    return io.BytesIO(bytes(data))


LOCAL = b"ffconcat version 1.0\nfile '/etc/passwd'\nfile 'http://127.0.0.1:9/x'\n"
HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (io.BytesIO, FilmMissingError),
        (lambda: io.BytesIO(b"these are words, not pictures"), NotAFilmError),
        (lambda: io.BytesIO(LOCAL), NotAFilmError),
        (lambda: io.BytesIO(HLS), NotAFilmError),
        (lambda: io.BytesIO(b"\0\0\0\x18ftypmp42" + LOCAL), FilmBrokenError),
        (lambda: io.BytesIO(b"\x1aE\xdf\xa3" + HLS), FilmBrokenError),
        (a_file, NotAFilmError),
        (lambda: io.BytesIO(a_film().getvalue()[:2000]), FilmBrokenError),
        (lambda: io.BytesIO(b"\0\0\0\x18ftypmp42" + b"\xff" * 5000), FilmBrokenError),
        (lambda: a_film(seconds=600, rate=1, size="64x64"), FilmTooLongError),
        (lambda: a_film_that_claims(10_000_000), FilmTooLongError),
        (lambda: a_film(size="2x2"), FilmShapeError),
        (lambda: a_film(size="10000x64", rate=1), FilmShapeError),
        (lambda: a_film(picture=False, sound=True), NoPictureError),
        (lambda: a_film("mkv", more="-c:v ffv1"), FilmCodecError),
        (lambda: a_film(seconds=0.2, rate=3000, size="64x64"), FilmTooHeavyError),
    ],
    ids=[
        "empty", "words", "concat", "hls", "concat behind mp4", "hls behind mkv", "photo",
        "truncated", "noise", "ten minutes", "days by its own word", "one pixel", "very wide",
        "sound only", "strange codec", "three thousand frames a second",
    ],
)  # fmt: skip
def test_hostile_files_are_refused_and_leave_nothing(
    app: Flask, make: type[io.BytesIO], error: type[FilmError]
) -> None:
    with pytest.raises(error):
        films.take_in(make())
    assert shelf_files() == []


def test_a_minute_and_its_rounding_are_taken(app: Flask) -> None:
    taken = films.take_in(a_film(seconds=60.5, rate=2, size="64x64"))
    assert taken.milliseconds == 60_500


def test_a_file_over_the_limit_is_never_whole_in_memory(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert size > 0
            return bytes(size)

    monkeypatch.setattr(films, "max_bytes", lambda: 32 * 1024 * 1024)

    def send() -> None:
        with pytest.raises(FilmTooBigError, match="32 MB"):
            films.take_in(Endless())  # type: ignore[arg-type]

    assert peak_bytes_of(send) < 4 * 1024 * 1024


def test_a_run_over_its_limits_ends(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg, "LOOK", {**ffmpeg.LOOK, "FSIZE": 1000})
    (tmp_path / "source").write_bytes(a_film().getvalue())
    order = ("-f", "mov", "-i", "file:source", "-f", "rawvideo", "file:out")
    with pytest.raises((FilmTooHeavyError, FilmBrokenError)):
        ffmpeg.look(order, tmp_path)
    assert (tmp_path / "out").stat().st_size <= 1000


def test_a_file_that_points_elsewhere_is_not_followed(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(LOCAL)
    with pytest.raises(FilmBrokenError):
        films.probe(tmp_path, "list", films.MOV)
    with pytest.raises(FilmBrokenError):
        ffmpeg.look((*ffmpeg.INPUT, "-i", "http://127.0.0.1:9/x", "-f", "null", "-"), tmp_path)


def test_whoever_watches_can_stop_the_work(app: Flask) -> None:
    class EnoughError(Exception):
        pass

    def stop(_percent: int) -> None:
        raise EnoughError

    taken = films.take_in(a_film())
    before = shelf_files()
    with pytest.raises(EnoughError):
        films.prepare(taken, stop)
    assert shelf_files() == before


def test_what_is_not_on_the_shelf_any_more_is_gone(app: Flask) -> None:
    taken = films.take_in(a_film())
    storage().delete(taken.key)
    with pytest.raises(FilmGoneError):
        films.prepare(taken, ignore)


def test_videos_are_never_looked_at_inside_a_transaction(app: Flask) -> None:
    @use_case
    def wrong() -> None:
        films.take_in(a_film())

    with pytest.raises(RuntimeError):
        wrong()


@pytest.mark.parametrize("setting", [{"ffmpeg": "off"}, {"video_max_mb": 0}])
def test_the_operator_may_want_no_videos(
    app: Flask, setting: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.config, "POTLUCK", replace(app.config["POTLUCK"], **setting))
    assert not films.are_offered()
    with pytest.raises(FilmsNotOfferedError):
        films.take_in(a_film())


# --- serving -------------------------------------------------------------------------------------


@pytest.fixture
def served(app: Flask) -> tuple[Browser, str, bytes]:
    """A visitor, the address of a video, and its bytes."""
    data = bytes(range(256)) * 40
    sha = "ab" * 32
    storage().put(film_key(sha), data)
    return browser(app), f"/media/ab/{sha}-720.mp4", data


def test_a_video_is_served_whole_and_for_ever(served: tuple[Browser, str, bytes]) -> None:
    visitor, address, data = served
    answer = visitor.get(address)
    assert (answer.status_code, answer.data) == (200, data)
    headers = answer.headers
    assert headers["Content-Type"] == "video/mp4"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Length"] == "10240"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    again = visitor.get(address, headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "first", "stop"),
    [("bytes=0-1", 0, 2), ("bytes=100-", 100, 10240), ("bytes=-10", 10230, 10240),
     ("bytes=10000-99999", 10000, 10240)],
)  # fmt: skip
def test_a_player_gets_the_range_it_asks_for(
    served: tuple[Browser, str, bytes], asked: str, first: int, stop: int
) -> None:
    visitor, address, data = served
    answer = visitor.get(address, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (206, data[first:stop])
    assert answer.headers["Content-Range"] == f"bytes {first}-{stop - 1}/10240"
    assert answer.headers["Content-Length"] == str(stop - first)


def test_a_range_outside_is_refused_and_several_mean_the_whole(
    served: tuple[Browser, str, bytes],
) -> None:
    visitor, address, data = served
    outside = visitor.get(address, headers={"Range": "bytes=99999-"})
    assert outside.status_code == 416
    assert outside.headers["Content-Range"] == "bytes */10240"
    for headers in (
        {"Range": "bytes=0-1,5-6"}, {"Range": "lines=1-2"},
        {"Range": "bytes=0-1", "If-Range": '"another"'},
    ):  # fmt: skip
        answer = visitor.get(address, headers=headers)
        assert (answer.status_code, answer.data) == (200, data)


def test_a_head_says_how_long_it_is(served: tuple[Browser, str, bytes]) -> None:
    visitor, address, _data = served
    answer = visitor.open(address, method="HEAD")
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == "10240"


def test_what_came_is_never_served(app: Flask) -> None:
    taken = films.take_in(a_film())
    visitor = browser(app)
    assert visitor.get(f"/media/{taken.key}").status_code == 404
    assert visitor.get(f"/media/{taken.key[:2]}/{taken.sha256}-720.mp4").status_code == 404


class Bucket:
    """As much of an S3 client as videos use."""

    class exceptions:  # noqa: N801 - boto3's name
        class ClientError(Exception):
            pass

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.types: dict[str, str] = {}

    def put_object(self, *, Key: str, Body: bytes, **_more: str) -> None:  # noqa: N803 - boto3's
        self.objects[Key] = Body

    def upload_file(self, name: str, _bucket: str, key: str, ExtraArgs: dict[str, str]) -> None:  # noqa: N803 - boto3's
        self.objects[key] = Path(name).read_bytes()
        self.types[key] = ExtraArgs["ContentType"]

    def download_file(self, _bucket: str, key: str, name: str) -> None:
        Path(name).write_bytes(self.objects[key])

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, int]:  # noqa: N803 - boto3's
        if Key not in self.objects:
            raise self.exceptions.ClientError
        return {"ContentLength": len(self.objects[Key])}

    def get_object(self, *, Bucket: str, Key: str, Range: str) -> dict[str, object]:  # noqa: N803 - boto3's
        first, last = map(int, Range.removeprefix("bytes=").split("-"))
        return {"Body": Body(self.objects[Key][first : last + 1])}


class Body(io.BytesIO):
    def iter_chunks(self, size: int) -> Iterator[bytes]:
        while piece := self.read(size):
            yield piece


def test_the_same_works_with_a_bucket(app: Flask) -> None:
    bucket = Bucket()
    app.extensions["media_storage"] = S3Storage("films", "/club/", bucket)
    taken: Taken = films.take_in(a_film())
    film = films.prepare(taken, ignore)
    key = film_key(film.sha256)
    assert bucket.types[f"club/{key}"] == "video/mp4"
    answer = browser(app).get(f"/media/{key}", headers={"Range": "bytes=4-7"})
    assert (answer.status_code, answer.data) == (206, b"ftyp")
    assert browser(app).get(f"/media/{key.replace('720', 'preview')}").status_code == 200
    assert browser(app).get("/media/ab/" + "ab" * 32 + "-720.mp4").status_code == 404
