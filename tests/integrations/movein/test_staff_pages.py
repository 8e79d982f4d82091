"""Staff move a community in: upload, dry run, yes, progress, pause, report."""

import os
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from app.integrations.movein import queries
from app.integrations.movein.settings import inbox_folder, uploads_folder
from app.kernel import jobs
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from tests.community.reading import text_of, toasts
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.integrations.movein.packages import ROWS, a_package, lines, row_of, told

PAGE = "/staff/movein"


def _upload(client: Browser, data: bytes, name: str = "all.ndjson", **more: Any) -> Any:
    form = {"source": "old-forum", "form": "", "inbox": "", **more}
    if mapping := more.get("mapping"):
        form["mapping"] = (BytesIO(mapping[0]), mapping[1])
    return client.post(PAGE, data={**form, "file": (BytesIO(data), name)})


def _at(answer: Any) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def test_a_package_is_looked_through_before_anything_is_written(
    app: Flask, staff_client: Browser
) -> None:
    bad = [*ROWS, row_of(6, id="z", thread=99), row_of(4, id=50, created_at="yesterday")]
    page = _at(_upload(staff_client, lines(bad)))
    assert "Being looked through" in text_of(staff_client.get(page))
    jobs.run("movein.work")
    shown = text_of(staff_client.get(page))
    assert "Waits for your yes" in shown
    assert "Its thread is not in the package." in shown
    assert "This is no moment." in shown
    assert told() == []
    assert staff_client.post(f"{page}/confirm").status_code == 303
    jobs.run("movein.work")
    shown = text_of(staff_client.get(page))
    assert "Done" in shown
    assert len(told()) == 5
    errors = staff_client.get(f"{page}/errors.csv")
    assert "attachment" in errors.headers["Content-Disposition"]
    assert "bad_time" in errors.get_data(as_text=True)
    acts = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert {"movein.begun", "movein.confirmed"} <= set(acts)


def test_the_same_package_again_has_nothing_new(app: Flask, staff_client: Browser) -> None:
    shown = ""
    for _turn in range(2):
        page = _at(_upload(staff_client, lines(ROWS)))
        jobs.run("movein.work")
        shown = text_of(staff_client.get(page))
        staff_client.post(f"{page}/confirm")
        jobs.run("movein.work")
    assert "There is nothing new in this package." in shown
    assert len(told()) == 5


def test_a_zip_with_a_mapping_is_understood(app: Flask, staff_client: Browser) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("all.ndjson", lines(ROWS[1:]))
    mapping = (b'[boards]\n1 = "pot"\n', "mapping.toml")
    from tests.factories.community import some_boards

    some_boards()
    page = _at(_upload(staff_client, out.getvalue(), "all.zip", mapping=mapping))
    jobs.run("movein.work")
    staff_client.post(f"{page}/confirm")
    jobs.run("movein.work")
    assert len(told()) == 5


def test_a_folder_of_the_inbox_can_be_chosen(app: Flask, staff_client: Browser) -> None:
    a_package(inbox_folder() / "big")
    (inbox_folder() / "out").symlink_to("/etc")
    assert ">big<" in text_of(staff_client.get(PAGE))
    form = {"source": "old-forum", "form": "ndjson", "inbox": "big"}
    page = _at(staff_client.post(PAGE, data=form))
    jobs.run("movein.work")
    assert "Waits for your yes" in text_of(staff_client.get(page))
    refused = staff_client.post(PAGE, data={**form, "source": "other", "inbox": "out"})
    assert refused.status_code == 422
    assert staff_client.post(PAGE, data={**form, "inbox": "../.."}).status_code == 422


@pytest.mark.parametrize(
    ("data", "name", "more", "said"),
    [
        (b"", "", {}, "Choose a package"),
        (b"x", "all.exe", {}, "Upload a ZIP"),
        (b"x", "all.ndjson", {"source": "Old Forum!"}, "small letters"),
        (b"x", "all.ndjson", {"mapping": (b"[", "m.toml")}, "neither TOML nor JSON"),
        (b"x", "all.ndjson", {"form": "phpbb"}, "valid choice"),
    ],
    ids=["nothing", "exe", "source", "mapping", "format"],
)
def test_what_will_not_do_says_why(
    app: Flask, staff_client: Browser, data: bytes, name: str, more: dict[str, Any], said: str
) -> None:
    answer = _upload(staff_client, data, name, **more)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert queries.jobs().items == []
    folder = uploads_folder()
    assert not folder.is_dir() or not list(folder.iterdir())


def test_a_trap_is_refused_and_deleted(app: Flask, staff_client: Browser) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.ndjson", b"\0" * 30_000_000)
    answer = _upload(staff_client, out.getvalue(), "all.zip")
    assert answer.status_code == 422
    assert "200 times its size" in text_of(answer)
    assert not list(uploads_folder().iterdir())


def test_only_one_move_from_a_place_at_a_time(app: Flask, staff_client: Browser) -> None:
    _at(_upload(staff_client, lines(ROWS)))
    again = _upload(staff_client, lines(ROWS))
    assert again.status_code == 409
    assert "is not over yet" in text_of(again)
    assert len(list(uploads_folder().iterdir())) == 1


def test_a_package_that_is_gone_refuses_the_move(app: Flask, staff_client: Browser) -> None:
    page = _at(_upload(staff_client, lines(ROWS)))
    for path in uploads_folder().iterdir():
        path.unlink()
    jobs.run("movein.work")
    shown = text_of(staff_client.get(page))
    assert "The package could not be read to its end" in shown
    assert "Upload it again" in shown


def test_a_move_is_paused_resumed_and_given_up(
    app: Flask, staff_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.integrations.movein.service.working.SLICE_SECONDS", -1.0)
    page = _at(_upload(staff_client, lines(ROWS)))
    while "Waits for your yes" not in text_of(staff_client.get(page)):
        jobs.get_sweep("movein.work").work()
    staff_client.post(f"{page}/confirm")
    jobs.get_sweep("movein.work").work()
    staff_client.post(f"{page}/pause")
    assert "Paused" in text_of(staff_client.get(page))
    assert jobs.get_sweep("movein.work").work() == 0
    staff_client.post(f"{page}/resume")
    assert jobs.get_sweep("movein.work").work() == 1
    assert "Give this move up?" in text_of(staff_client.get(f"{page}/drop"))
    staff_client.post(f"{page}/drop")
    assert "Given up" in text_of(staff_client.get(page))
    assert jobs.get_sweep("movein.work").work() == 0
    assert toasts(staff_client.get(page)) is not None


def test_a_move_works_itself_through_in_slices(
    app: Flask, staff_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.integrations.movein.service.working.SLICE_SECONDS", -1.0)
    page = _at(_upload(staff_client, lines(ROWS)))
    turns = 0
    while jobs.get_sweep("movein.work").work():
        turns += 1
        staff_client.post(f"{page}/confirm")
    assert turns > 10
    assert len(told()) == 5
    fragment = staff_client.get(page, headers={"HX-Request": "true"})
    assert text_of(fragment).lstrip().startswith("<section")


def test_the_pages_are_for_those_who_may(
    app: Flask, client: Browser, staff_client: Browser
) -> None:
    page = _at(_upload(staff_client, lines(ROWS)))
    fan, mona = browser(app), browser(app)
    sign_in(fan, a_member("fan"))
    sign_in(mona, a_member("mona", ("moderator",)))
    for path in (PAGE, page, f"{page}/drop", f"{page}/errors.csv"):
        assert client.get(path).status_code in {302, 303, 401}
        assert fan.get(path).status_code in {403, 404}
        assert mona.get(path).status_code == 403
    for act in ("confirm", "pause", "resume", "drop"):
        assert mona.post(f"{page}/{act}").status_code == 403
    assert staff_client.get(f"{PAGE}/NOSUCHCODE000").status_code == 404


def test_the_pages_cost_the_same_however_much_there_is(
    app: Flask, staff_client: Browser, count_statements: Any
) -> None:
    def costs() -> list[int]:
        found = []
        for path in (PAGE, page):
            with count_statements() as seen:
                staff_client.get(path)
            found.append(len(seen))
        return found

    page = _at(_upload(staff_client, lines(ROWS)))
    jobs.run("movein.work")
    few = costs()
    rows = [{"type": "poll", "id": n} for n in range(150)]
    for n in range(5):
        page = _at(_upload(staff_client, lines(rows), source=f"place-{n}"))
    for _turn in range(6):
        jobs.run("movein.work")
    assert "The first 100 of 150" in text_of(staff_client.get(page))
    assert costs() == few
    assert max(few) <= 8


def test_uploads_are_forgotten_after_a_week(app: Flask, staff_client: Browser) -> None:
    page = _at(_upload(staff_client, lines(ROWS)))
    (path,) = uploads_folder().iterdir()
    os.utime(path, (0, 0))
    jobs.run("movein.forget_uploads")
    assert path.exists()
    staff_client.post(f"{page}/drop")
    jobs.run("movein.forget_uploads")
    assert not path.exists()


# --- by command ----------------------------------------------------------------------------------


def _run(app: Flask, *words: str) -> Any:
    with force_locale("en"):
        return app.test_cli_runner().invoke(args=list(words))


def test_the_command_moves_in_looks_and_tells(app: Flask, tmp_path: Path) -> None:
    place = a_package(tmp_path / "old", [*ROWS, "{"])
    command = ["movein", "run", str(place), "--source", "old-forum"]
    looked = _run(app, *command, "--dry-run")
    assert looked.exit_code == 0, looked.output
    assert "new 12 known 0 changed 0 aside 0 bad 1" in looked.output
    assert told() == []
    done = _run(app, *command)
    assert done.exit_code == 0, done.output
    assert re.search(r"new \d+ known 0 changed 0 aside 0 bad 1", done.output)
    assert "not_json" in (tmp_path / "old.errors.csv").read_text(encoding="utf-8-sig")
    again = _run(app, *command)
    assert "new 0 known 12 " in again.output
    status = _run(app, "movein", "status")
    assert status.output.count("old-forum\tdone") == 2
    assert len(told()) == 5


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--source", "Old Forum"], "up to 24"),
        (["--source", "x", "--format", "flaskbb"], "SQLite file"),
        (["--source", "x", "--mapping", "MAPPING"], "neither TOML nor JSON"),
    ],
)
def test_the_command_says_what_is_wrong(
    app: Flask, tmp_path: Path, more: list[str], said: str
) -> None:
    (tmp_path / "mapping.toml").write_text("[")
    place = a_package(tmp_path / "old")
    more = [str(tmp_path / "mapping.toml") if each == "MAPPING" else each for each in more]
    answer = _run(app, "movein", "run", str(place), *more)
    assert answer.exit_code == 1
    assert said in answer.output
