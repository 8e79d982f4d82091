"""Short videos: sent, prepared in the background, watched, replaced, swept."""

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.community import service
from app.community.models import Thread
from app.community.queries.videos import VIDEO
from app.community.service import film_work
from app.identity.models import Member
from app.identity.types import MemberRow, MemberState
from app.kernel import clock, jobs, leaving, verify
from app.kernel.db import changed, db, use_case
from app.kernel.media import ffmpeg, films
from app.kernel.media import service as media
from app.kernel.media.film_types import FilmBrokenError, FilmProblem
from app.kernel.media.models import Media
from app.kernel.media.storage import FolderStorage, storage
from tests.community.reading import text_of, titles, value_of
from tests.factories.community import a_photo, a_thread
from tests.factories.films import a_film
from tests.factories.identity import Browser
from tests.factories.photos import as_form

EN = {"Accept-Language": "en"}
HTMX = {"HX-Request": "true", **EN}
JSON = {"Accept": "application/json"}
WATCHED = ("community.counters", "community.reading", "community.videos")


def post(by: Browser, **fields: Any) -> TestResponse:
    form = {"title": "Two hours of broth", "body": "", "board": "pot", **fields}
    if "request_key" not in form:
        form["request_key"] = value_of(by.get("/compose"), "request_key")
    return by.post("/compose", **as_form(form), headers=EN)


def send(by: Browser, data: io.BytesIO | None = None, name: str = "VID_1.mp4") -> TestResponse:
    return by.post("/videos", **as_form({"video": [(data or a_film(), name)]}), headers=JSON)


def rows() -> list[Any]:
    db.session.rollback()
    return list(db.session.execute(sa.select(VIDEO).order_by(VIDEO.c.id)))


def drifts() -> list[str]:
    db.session.rollback()
    return [drift for report in verify.run(WATCHED) for drift in report.drifts]


def files() -> list[str]:
    shelf = storage()
    assert isinstance(shelf, FolderStorage)
    return sorted(p.name[64:] for p in shelf.root.rglob("*") if p.is_file())


@use_case
def mute(member_id: int) -> None:
    changed(sa.update(Member).where(Member.id == member_id).values(state=MemberState.MUTED))


@pytest.fixture
def posted(alice_client: Browser, boards: dict[str, int]) -> str:
    """The address of a thread with a video that waits."""
    sent = post(alice_client, video=[(a_film(sound=True), "VID_1.mp4")])
    assert sent.status_code == 303
    return str(sent.location)


# --- it works ------------------------------------------------------------------------------------


def test_without_javascript_the_video_comes_with_the_form_and_needs_no_words(
    alice_client: Browser, client: Browser, posted: str
) -> None:
    page = text_of(alice_client.get(posted, headers=EN))
    assert "The video is being prepared" in page
    assert "<video" not in page
    assert "hx-trigger" in page[page.index('id="film"') : page.index("</figure>")]
    stranger = text_of(client.get(posted, headers=EN))
    assert "The video is being prepared" in stranger
    assert 'id="film-refresh"' not in stranger
    assert service.prepare_next() == 1
    assert service.prepare_next() == 0
    page = text_of(client.get(posted + "?fresh", headers=EN))
    video = page[page.index("<video") : page.index("</video>")]
    for word in (
        'preload="none"',
        "controls",
        "playsinline",
        "poster=",
        'width="160"',
        'height="120"',
    ):
        assert word in video
    assert drifts() == []


def test_the_card_of_a_video_says_how_long_it_is_and_shows_its_poster(
    client: Browser, alice: MemberRow, posted: str
) -> None:
    before = text_of(client.get("/", headers=EN))
    assert "<video-preview" not in before
    assert "note-media" in before
    service.prepare_next()
    card = text_of(client.get("/?fresh", headers=EN))
    assert "<video-preview" in card
    assert "-preview.mp4" in card
    assert "0:01" in card


def test_with_javascript_the_video_goes_up_by_itself_and_the_form_names_it(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    sent = send(alice_client)
    assert sent.status_code == 201
    assert sent.json is not None
    assert sent.json["length"] == "0:01"
    assert post(alice_client, video_id=sent.json["id"]).status_code == 303
    (row,) = rows()
    assert row.thread_id is not None
    assert db.session.scalar(sa.select(Thread.cover_media_id)) == row.poster_id


def test_a_photo_stays_the_cover_beside_a_video(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    photo = a_photo(alice)
    post(alice_client, photo_ids=[str(photo)], video=[(a_film(), "v.mp4")])
    assert db.session.scalar(sa.select(Thread.cover_media_id)) == photo
    assert drifts() == []


def test_the_author_sees_how_far_it_is_and_the_page_stops_asking_when_it_is_done(
    alice_client: Browser, client: Browser, posted: str
) -> None:
    job = film_work._claim()
    assert job is not None
    assert film_work._note_progress(job, 40)
    fragment = text_of(alice_client.get(f"{posted}/video", headers=HTMX))
    assert fragment.strip().startswith("<figure")
    assert "40 %" in fragment
    assert "every 3s" in fragment
    clock.tick(timedelta(minutes=5))  # the worker died: its lease runs out
    assert service.prepare_next() == 1
    fragment = text_of(alice_client.get(f"{posted}/video", headers=HTMX))
    assert "<video" in fragment
    assert "every 3s" not in fragment
    assert alice_client.get(f"{posted}/video").location == posted


def test_pages_with_videos_take_no_statement_more(
    alice_client: Browser, client: Browser, posted: str, count_statements: Any
) -> None:
    service.prepare_next()
    for by in (alice_client, client):
        for url, most in (("/", 8), (posted, 9), (f"{posted}/video", 3), (f"{posted}/captions", 4)):
            by.get("/b")
            with count_statements() as seen:
                by.get(f"{url}?budget", headers=HTMX if url.endswith("video") else EN)
            assert len(seen) <= most, f"{url}:\n" + "\n".join(seen)


def test_writing_with_a_video_takes_few_statements(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    a_thread(alice)  # his wallet is opened
    sent = send(alice_client)
    assert sent.json is not None
    key = value_of(alice_client.get("/compose"), "request_key")
    with count_statements() as seen:
        made = post(alice_client, request_key=key, body="Words", video_id=sent.json["id"])
    assert made.status_code == 303
    assert len(seen) <= 20, "\n".join(seen)


# --- what is wrong is told, and nothing typed is lost --------------------------------------------


def test_what_is_no_video_is_refused_and_everything_typed_stays(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    photo = a_photo(alice)
    sent = post(
        alice_client, body="My words", photo_ids=[str(photo)],
        video=[(io.BytesIO(b"just words, and long enough"), "film.mp4")],
    )  # fmt: skip
    assert sent.status_code == 422
    page = text_of(sent)
    assert "film.mp4: This isn" in page
    assert "My words" in page
    assert f'value="{photo}"' in page
    assert rows() == []


def test_a_video_that_was_taken_stays_when_something_else_is_wrong(
    alice_client: Browser, boards: dict[str, int]
) -> None:
    sent = post(alice_client, title="", video=[(a_film(), "v.mp4")])
    assert sent.status_code == 422
    kept = value_of(sent, "video_id")
    assert kept == str(rows()[0].id)
    assert post(alice_client, video_id=kept).status_code == 303


def test_a_video_over_the_limit_is_told_with_the_limit(
    app: Flask, alice_client: Browser, boards: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films, "max_bytes", lambda: 1024 * 1024)
    sent = post(alice_client, video=[(io.BytesIO(b"\0" * 1_200_000), "v.mp4")])
    assert sent.status_code == 413
    assert "over 1 MB" in text_of(sent)


def test_somebody_elses_video_is_none(
    alice_client: Browser, bob: MemberRow, boards: dict[str, int]
) -> None:
    theirs = service.send_video(bob.id, a_film())
    sent = post(alice_client, body="x", video_id=str(theirs))
    assert sent.status_code == 422
    assert "Choose it again" in text_of(sent)
    assert rows()[0].thread_id is None


def test_one_video_stands_in_one_thread(alice_client: Browser, boards: dict[str, int]) -> None:
    sent = send(alice_client)
    assert sent.json is not None
    assert post(alice_client, video_id=sent.json["id"]).status_code == 303
    assert post(alice_client, video_id=sent.json["id"]).status_code == 422


def test_guests_and_the_muted_send_nothing(
    client: Browser, alice: MemberRow, alice_client: Browser
) -> None:
    assert send(client).status_code == 400
    mute(alice.id)
    answer = send(alice_client)
    assert answer.status_code == 403
    assert rows() == []


def test_without_ffmpeg_the_composer_says_so_and_works(
    alice_client: Browser, boards: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg, "find_ffmpeg", lambda: None)
    page = text_of(alice_client.get("/compose", headers=EN))
    assert "Videos can" in page
    assert 'name="video"' not in page
    answer = send(alice_client)
    assert answer.status_code == 422
    assert post(alice_client, body="Words alone").status_code == 303
    assert service.prepare_next() == 0


# --- work that is interrupted --------------------------------------------------------------------


def test_work_that_dies_three_times_is_given_up_and_told(
    alice: MemberRow, alice_client: Browser, posted: str
) -> None:
    for _ in range(3):
        assert film_work._claim() is not None
        assert film_work._claim() is None
        clock.tick(timedelta(minutes=5))
    assert service.prepare_next() == 1
    (row,) = rows()
    assert (row.state, row.problem) == ("failed", "gave_up")
    assert service.prepare_next() == 0
    page = text_of(alice_client.get(posted, headers=EN))
    assert "We tried three times" in page
    assert "Replace it" in page
    told = text_of(alice_client.get("/notices", headers=EN))
    assert "The video of “Two hours of broth” couldn" in told
    assert drifts() == []


def test_a_video_that_cannot_be_prepared_can_be_replaced(
    alice_client: Browser, posted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise FilmBrokenError

    with monkeypatch.context() as patch:
        patch.setattr(films, "prepare", broken)
        assert service.prepare_next() == 1
    page = alice_client.get(f"{posted}/edit", headers=EN)
    assert "The file is damaged" in text_of(page)
    form = {"title": "Two hours of broth", "body": "", "board": "pot"}
    form["request_key"] = value_of(page, "request_key")
    sent = alice_client.post(
        f"{posted}/edit", **as_form({**form, "video": [(a_film(size="128x128"), "v.mp4")]})
    )
    assert sent.status_code == 303
    assert service.prepare_next() == 1
    assert 'width="128"' in text_of(alice_client.get(posted, headers=EN))
    assert drifts() == []
    clock.tick(timedelta(hours=25))
    assert service.forget_spare() == 1
    assert len(rows()) == 1


def test_who_lost_a_video_to_another_worker_writes_nothing(posted: str) -> None:
    late = film_work._claim()
    assert late is not None
    clock.tick(timedelta(minutes=5))
    assert service.prepare_next() == 1
    assert not film_work._note_progress(late, 50)
    film_work._fail(late, FilmProblem.BROKEN)
    assert [row.state for row in rows()] == ["ready"]


def test_a_worker_that_goes_down_gives_the_video_back(
    posted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, True])
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "stopping", lambda: next(answers, True))
        assert service.prepare_next() == 0
    (row,) = rows()
    assert (row.state, row.tries) == ("waiting", 0)
    assert service.prepare_next() == 1


# --- sweeping ------------------------------------------------------------------------------------


def test_files_of_a_video_are_kept_as_long_as_it_is_and_no_longer(
    alice: MemberRow, posted: str
) -> None:
    before = files()
    assert [name for name in before if name.endswith(".source")] != []
    service.prepare_next()
    assert [name for name in files() if name.endswith(".source")] == []
    clock.tick(timedelta(hours=25))
    for prefix in range(256):
        media.sweep_files(f"{prefix:02x}")
    media.forget_waiting()
    assert {"-720.mp4", "-preview.mp4"} <= set(files())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Media)) == 1


def test_what_nobody_shows_is_forgotten_and_a_draft_keeps_its_video(
    alice: MemberRow, alice_client: Browser, boards: dict[str, int]
) -> None:
    kept, dropped = (service.send_video(alice.id, a_film()) for _ in range(2))
    key = value_of(alice_client.get("/compose"), "request_key")
    saved = alice_client.post(
        "/compose", **as_form({"title": "later", "board": "pot", "request_key": key,
                               "act": "save", "video_id": str(kept)})
    )  # fmt: skip
    assert saved.status_code == 303
    clock.tick(timedelta(hours=25))
    assert service.forget_spare() == 1
    media.forget_waiting()
    assert [row.id for row in rows()] == [kept]
    assert dropped != kept
    assert len(list(db.session.scalars(sa.select(Media.id)))) == 1
    assert post(alice_client, request_key=key, video_id=str(kept)).status_code == 303
    assert rows()[0].draft_id is None


def test_a_removed_thread_keeps_its_video_for_its_author_alone(
    alice_client: Browser, client: Browser, posted: str
) -> None:
    service.prepare_next()
    alice_client.post(f"{posted}/remove")
    assert client.get(f"{posted}/video", headers=HTMX).status_code == 404
    assert "<video" in text_of(alice_client.get(posted, headers=EN))
    assert titles(client.get("/")) == []
    alice_client.post(f"{posted}/bring-back")
    assert "<video" in text_of(client.get(posted + "?again", headers=EN))


@pytest.mark.parametrize("keeps_posts", [False, True])
def test_a_member_who_leaves_takes_his_video_along_or_leaves_it_to_the_table(
    alice: MemberRow, posted: str, *, keeps_posts: bool
) -> None:
    service.prepare_next()
    assert [name for name, _key in leaving.photos_of(alice.id) if name.endswith(".mp4")] != []
    wish = leaving.Wish(alice.id, keeps_posts=keeps_posts)
    while leaving.prepare(wish):
        pass
    use_case(leaving.close)(wish)
    assert [row.thread_id is not None for row in rows()] == [keeps_posts]
    clock.tick(timedelta(hours=25))
    assert service.forget_spare() == (not keeps_posts)
    media.forget_waiting()
    media.forget_waiting()
    assert len(list(db.session.scalars(sa.select(Media.id)))) == keeps_posts
