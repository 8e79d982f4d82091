"""What can't be taken in is named with its line, and everything else comes in."""

import json
import stat
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.integrations.movein.errors_file import errors_csv
from app.integrations.movein.reading import Package, PathError, clean_path, read_mapping
from app.integrations.movein.types import PackageError, Problem, Text, Trouble
from app.kernel import clock
from tests.factories.work import peak_bytes_of
from tests.integrations.movein.packages import (
    ROWS,
    Row,
    a_package,
    drifts,
    lines,
    moved,
    options,
    row_of,
    told,
    troubles,
)

THREAD, REPLY, MEMBER = 4, 6, 2
BAD: list[tuple[Row | str | bytes, str]] = [
    ("{", "not_json"),
    ("[1, 2]", "not_json"),
    ("[" * 100_000, "not_json"),
    ('{"type": "thread", "id": ' + "9" * 5_000 + "}", "not_json"),
    ('{"type": "poll", "id": 1}', "unknown_type"),
    ('{"id": 1}', "unknown_type"),
    (json.dumps({"type": "board", "id": 5, "name": "火锅"}, ensure_ascii=False).encode("gbk"),
     "not_utf8"),
    ({"type": "board", "name": "No id"}, "no_id"),
    ({"type": "board", "id": True, "name": "True"}, "no_id"),
    ({"type": "board", "id": "x" * 101, "name": "Long"}, "no_id"),
    ({"type": "board", "id": 6}, "missing"),
    ({"type": "board", "id": 6, "name": {"en": "x"}}, "missing"),
    (row_of(THREAD, id=50, created_at="yesterday"), "bad_time"),
    (row_of(THREAD, id=51, created_at="-0044-03-15T12:00:00Z"), "bad_time"),
    (row_of(THREAD, id=52, created_at="2020-02-30T12:00:00Z"), "bad_time"),
    (row_of(THREAD, id=53, created_at="1970-01-01T00:00:00Z"), "bad_time"),
    (row_of(THREAD, id=54, created_at=1577836800), "bad_time"),
    (row_of(THREAD, id=55, created_at="0001-01-01T00:00:00+14:00"), "bad_time"),
    (row_of(THREAD, id=56, created_at="2020-05-01T12:00:00"), "no_zone"),
    (row_of(THREAD, id=57, created_at=(clock.now() + timedelta(days=400)).isoformat()), "future"),
    (row_of(THREAD, id=58, text="x" * 1_000_000), "too_long"),
    (row_of(THREAD, id=59, text="x" * 30_000), "too_long"),
    (row_of(THREAD, id=60, text="  \u200b "), "blank"),
    (row_of(THREAD, id=61, format="rtf"), "missing"),
    (row_of(THREAD, id=62, board=99), "no_board"),
    (row_of(THREAD), "twice"),
    (row_of(REPLY, id="x", thread=99), "no_thread"),
    (row_of(REPLY, id="y", text=""), "blank"),
    ({"type": "like", "reply": "nope", "member": 7}, "no_thing"),
    ({"type": "like", "thread": 12, "member": 99}, "no_member"),
    ({"type": "like", "thread": 12, "reply": "a", "member": 7}, "missing"),
    ({"type": "follow", "member": 7, "follows": 99}, "no_member"),
    ({"type": "follow", "member": 7, "follows": 7}, "missing"),
    ({"type": "photo", "thread": 12, "path": "../../etc/passwd"}, "bad_path"),
    ({"type": "photo", "thread": 12, "path": "a.jpg", "position": -1}, "missing"),
]  # fmt: skip


def test_each_bad_row_is_named_with_its_line_and_the_others_come_in(
    app: Flask, tmp_path: Path
) -> None:
    job = moved(a_package(tmp_path, [*ROWS, *(row for row, _why in BAD)]))
    wanted = {(why, line) for line, (_row, why) in enumerate(BAD, len(ROWS) + 1)}
    assert set(troubles(job)) == wanted
    assert len(told()) == 5
    assert drifts() == []
    again = moved(tmp_path)
    assert set(troubles(again)) == wanted
    assert again.counts["known"] >= len(ROWS)
    assert len(told()) == 5


def test_what_came_in_changed_is_named_too(app: Flask, tmp_path: Path) -> None:
    rows = [
        *ROWS,
        row_of(THREAD, id=70, title="t" * 300, photos=[f"{n}.jpg" for n in range(10_000)]),
        row_of(THREAD, id=71, photos=["/etc/passwd", "C:\\x.jpg", "no.jpg"]),
        row_of(REPLY, id="p", photos=["x.jpg"]),
        # A cycle: each answers the other. The earlier one answers nothing.
        row_of(REPLY, id="q", reply_to="r", created_at="2020-06-01T00:00:00Z"),
        row_of(REPLY, id="r", reply_to="q", created_at="2020-06-02T00:00:00Z"),
        row_of(REPLY, id="s", reply_to="s", created_at="2020-06-03T00:00:00Z"),
    ]
    job = moved(a_package(tmp_path, rows))
    named = [(why, line - len(ROWS)) for why, line in troubles(job) if line]
    assert sorted(named) == [
        ("answers_nothing", 4), ("answers_nothing", 6), ("bad_path", 2), ("reply_photo", 3),
        ("title_cut", 1), ("too_many_photos", 1),
    ]  # fmt: skip
    assert [why for why, line in troubles(job) if not line] == ["no_photo"] * 10
    floors = {row[3].month * 10 + row[3].day: row[2] for row in told() if isinstance(row[0], int)}
    assert (floors[61], floors[62], floors[63]) == (None, 4, None)
    assert drifts() == []


def test_a_line_of_many_megabytes_is_never_held(tmp_path: Path) -> None:
    huge = b'{"type": "thread", "text": "' + b"x" * 24_000_000 + b'"}\n'
    (tmp_path / "all.ndjson").write_bytes(huge + lines(ROWS[:1]))
    from app.integrations.movein.reading import records
    from app.integrations.movein.types import Format, Options

    found: list[Any] = []
    peak = peak_bytes_of(lambda: found.extend(records(Package(tmp_path), Format.NDJSON, Options())))
    assert found[0] == Problem(Trouble.LINE_TOO_LONG, 1, part="all.ndjson")
    assert found[1].line == 2
    assert peak < 20_000_000


# --- packages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/etc/passwd", "C:\\x", "c:x", "", ".", "..", "a\n/b", "x" * 501]
)
def test_a_path_that_leads_out_is_none(path: str) -> None:
    with pytest.raises(PathError):
        clean_path(path)


def test_a_path_inside_has_one_written_form() -> None:
    assert clean_path(" a\\.\\b//c.jpg ") == "a/b/c.jpg"


def _zip(path: Path, write: Callable[[zipfile.ZipFile], None]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        write(archive)
    return path


@pytest.mark.parametrize(
    "write",
    [
        lambda z: z.writestr("../../evil.ndjson", "{}"),
        lambda z: z.writestr("/etc/cron.d/evil", "x"),
        lambda z: z.writestr("bomb.ndjson", b"\0" * 30_000_000),
    ],
    ids=["slip", "absolute", "bomb"],
)
def test_a_zip_that_is_a_trap_is_refused(tmp_path: Path, write: Any) -> None:
    place = _zip(tmp_path / "trap.zip", write)
    with pytest.raises(PackageError):
        Package(place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trap.zip"]


def test_a_zip_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    place = _zip(tmp_path / "liar.zip", lambda z: z.writestr("a.txt", b"\0" * 900_000))
    data = place.read_bytes()
    place.write_bytes(data.replace((900_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    package = Package(place)
    with pytest.raises(PackageError), package.open("a.txt") as stream:
        stream.read()


def test_links_in_a_folder_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    folder = a_package(tmp_path / "package")
    (folder / "link.ndjson").symlink_to(tmp_path / "secret")
    (folder / "out").symlink_to(tmp_path, target_is_directory=True)
    assert Package(folder).names == ["all.ndjson"]


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    place = _zip(tmp_path / "half.zip", lambda z: z.writestr("all.ndjson", lines(ROWS)))
    data = bytearray(place.read_bytes())
    data[60:120] = b"\0" * 60
    place.write_bytes(data)
    package = Package(place)
    with pytest.raises(PackageError), package.open("all.ndjson") as stream:
        stream.read()


@pytest.mark.parametrize(
    "text",
    ["[", "{", "x = 1", 'base_url = "ftp://x"', 'base_url = "https://[x"', "boards = 3",
     "[boards]\na = 3", "[fields.poll]\na = 'b'", "fields = 3", 'text = "rtf"',
     'zone = "Mars/Olympus"', "\xff".encode("latin-1").decode("latin-1") * 2],
)  # fmt: skip
def test_a_mapping_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(PackageError):
        read_mapping(text.encode("latin-1"))


def test_a_mapping_renames_fields_and_gives_moments_a_zone(app: Flask, tmp_path: Path) -> None:
    told_so = read_mapping(
        b'base_url = "https://old.example/"\ntext = "bbcode"\nzone = "Asia/Shanghai"\n'
        b'[boards]\n1 = "hot-pots"\n[fields.thread]\nsubject = "title"\nbody = "text"\n'
    )
    assert told_so == options(
        boards={"1": "hot-pots"}, text=Text.BBCODE, zone="Asia/Shanghai",
        fields={"thread": {"subject": "title", "body": "text"}},
    )  # fmt: skip
    moved(a_package(tmp_path / "boards", ROWS[:1]))
    thread = {
        "type": "thread", "id": 1, "board": 1, "subject": "Soup", "body": "[b]x[/b]",
        "created_at": "2020-01-01 08:00:00",
    }  # fmt: skip
    moved(a_package(tmp_path / "threads", [thread]), options=told_so)
    (row,) = told()
    assert (row[0], row[2].isoformat()) == ("Soup", "2020-01-01T00:00:00+00:00")


def test_no_cell_of_the_error_file_is_a_formula(app: Flask) -> None:
    found = errors_csv([Problem(Trouble.NO_ID, 3, "thread", "=cmd|' /C calc'!A0", "@evil.csv")])
    assert "'=cmd" in found
    assert "'@evil.csv,3,thread" in found


def test_uploads_are_read_by_nobody_else(app: Flask, tmp_path: Path) -> None:
    from io import BytesIO

    from app.integrations.movein import service

    place = service.receive(tmp_path, BytesIO(lines(ROWS)), "community.ndjson")
    path = tmp_path / place.removeprefix("upload:")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(PackageError):
        service.receive(tmp_path, BytesIO(b"x"), "community.exe")
