"""What is said in a video: written down, uploaded, corrected, served, found."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.community import service
from app.community.queries.videos import VIDEO
from app.community.types.writing import Extras
from app.identity.types import MemberRow
from app.kernel import audit
from app.kernel.db import db
from tests.community.reading import text_of, titles
from tests.factories.community import a_thread
from tests.factories.films import a_film
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.photos import as_form

EN = {"Accept-Language": "en"}
SRT = "1\n00:00:00,100 --> 00:00:00,900\n<b>先烫毛肚</b>\n"
VTT = "WEBVTT\n\n00:00:00.100 --> 00:00:00.900\n先烫毛肚\n"


@pytest.fixture
def code(alice: MemberRow, boards: dict[str, int]) -> str:
    """A thread with a video that is ready."""
    video_id = service.send_video(alice.id, a_film())
    published = a_thread(alice, "Tripe", "", extras=Extras(video_id=video_id))
    assert service.prepare_next() == 1
    return published.thread_code


def write(by: Browser, code: str, **fields: Any) -> TestResponse:
    form = {"transcript": "", "captions": "", "lang": "zh", **fields}
    return by.post(f"/p/{code}/captions", **as_form(form), headers=EN)


def kept() -> Any:
    db.session.rollback()
    return db.session.execute(sa.select(VIDEO)).one()


def test_a_transcript_stands_under_the_video_and_is_found(
    alice_client: Browser, client: Browser, code: str
) -> None:
    assert titles(client.get("/search?q=四川花椒")) == []
    assert "Add captions" in text_of(alice_client.get(f"/p/{code}", headers=EN))
    assert "Add captions" not in text_of(client.get(f"/p/{code}", headers=EN))
    sent = write(alice_client, code, transcript="先放四川花椒。\n再等七秒。")
    assert sent.status_code == 303
    page = text_of(client.get(f"/p/{code}?again", headers=EN))
    assert "What is said in it" in page
    assert "先放四川花椒。" in page
    found = text_of(client.get("/search?q=四川花椒", headers=EN))
    assert f"/p/{code}" in found
    write(alice_client, code, transcript="")
    assert f"/p/{code}" not in text_of(client.get("/search?q=四川花椒&again", headers=EN))


def test_a_file_of_captions_is_converted_served_and_found(
    alice_client: Browser, client: Browser, code: str
) -> None:
    assert client.get(f"/p/{code}/captions.vtt").status_code == 404
    sent = write(alice_client, code, captions_file=[(io.BytesIO(SRT.encode()), "film.srt")])
    assert sent.status_code == 303
    served = client.get(f"/p/{code}/captions.vtt?again")
    assert served.status_code == 200
    assert served.mimetype == "text/vtt"
    assert text_of(served) == VTT
    page = text_of(client.get(f"/p/{code}?again", headers=EN))
    assert '<track kind="captions"' in page
    assert 'srclang="zh-CN"' in page
    assert f"/p/{code}" in text_of(client.get("/search?q=先烫毛肚", headers=EN))
    form = text_of(alice_client.get(f"/p/{code}/captions", headers=EN))
    assert "先烫毛肚" in form


def test_what_cannot_be_read_is_told_and_stays_to_be_corrected(
    alice_client: Browser, code: str
) -> None:
    for fields in (
        {"captions": "no times at all"},
        {"captions_file": [(io.BytesIO(b"\xff\xff\x80"), "film.srt")]},
        {"captions_file": [(io.BytesIO(b"x" * 70_000), "film.srt")]},
    ):
        sent = write(alice_client, code, transcript="My words", **fields)
        assert sent.status_code == 422
        assert "aptions" in text_of(sent)
        assert "My words" in text_of(sent)
    long = write(alice_client, code, transcript="锅" * 5_001)
    assert long.status_code == 422
    assert "too long for a minute" in text_of(long)
    assert (kept().transcript, kept().captions) == ("", "")


def test_the_team_may_help_and_it_is_noted_but_nobody_else(
    staff_client: Browser, client: Browser, bob: MemberRow, app: Any, code: str
) -> None:
    bobs = browser(app)
    sign_in(bobs, bob)
    assert bobs.get(f"/p/{code}/captions").status_code == 404
    assert write(bobs, code, transcript="x").status_code == 404
    assert "somebody else wrote" in text_of(staff_client.get(f"/p/{code}/captions", headers=EN))
    assert write(staff_client, code, transcript="helped").status_code == 303
    assert kept().transcript == "helped"
    noted = db.session.execute(sa.select(audit.AuditEntry.__table__)).all()
    assert [row.subject_id for row in noted if row.action == "video.captioned"] == [
        kept().thread_id
    ]


def test_words_of_what_is_gone_are_gone(alice_client: Browser, client: Browser, code: str) -> None:
    write(alice_client, code, captions=VTT)
    alice_client.post(f"/p/{code}/remove")
    assert client.get(f"/p/{code}/captions.vtt?again").status_code == 404
    assert alice_client.get(f"/p/{code}/captions").status_code == 410
    assert write(alice_client, code, transcript="x").status_code == 410


def test_threads_without_a_video_have_no_captions(
    alice: MemberRow, alice_client: Browser, boards: dict[str, int]
) -> None:
    plain = a_thread(alice).thread_code
    for path in ("captions", "captions.vtt", "video"):
        assert alice_client.get(f"/p/{plain}/{path}").status_code == 404
    assert write(alice_client, plain, transcript="x").status_code == 404
