"""A file's way in through the console, without JavaScript: columns, dry run, yes, report."""

import io
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import queries, service
from app.commerce.models import ImportBatch, ImportDraft, ImportMapping, Order
from app.commerce.service import files, working
from app.commerce.settings import uploads_folder
from app.commerce.types import BatchState, Counts, DraftState, FileKind
from app.identity.types import MemberRow
from app.kernel import clock, jobs
from app.kernel.db import db
from app.kernel.permissions import Role
from tests.factories.commerce import HEADER, a_channel, a_file, an_order, many_rows
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.workbooks import a_workbook

EN = {"Accept-Language": "en"}
Counting = Callable[[], AbstractContextManager[list[str]]]


def _page(client: Browser, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=EN)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def _send(
    client: Browser, content: bytes, name: str = "orders.csv", **values: str
) -> tuple[int, str]:
    data = {"channel": "tmall", "kind": "orders", "file": (io.BytesIO(content), name), **values}
    answer = client.post(
        "/staff/imports", data=data, content_type="multipart/form-data", headers=EN
    )
    return answer.status_code, answer.location or answer.get_data(as_text=True)


def _csv(tmp_path: Path, count: int, *more: tuple[object, ...]) -> bytes:
    return a_file(tmp_path, [*many_rows(count), *more]).read_bytes()


def _shown(page: str) -> dict[str, str]:
    """Return what the form of columns would send as it is shown."""
    form = page[page.index("Look through the file") - 60_000 if len(page) > 60_000 else 0 :]
    values = dict(re.findall(r'name="(version|currency|name)"[^>]*value="([^"]*)"', form))
    for name, inner in re.findall(
        r'<select[^>]*name="([a-z_]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'<option selected value="([^"]*)"', inner)
        values[name] = chosen.group(1) if chosen else ""
    return values


def _look_through(client: Browser, path: str, **choices: str) -> str:
    """Send the columns as shown, let the worker look, return the page."""
    values = {**_shown(_page(client, path)), **choices}
    answer = client.post(path, data=values, headers=EN)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert jobs.run("commerce.drafts").error is None
    return _page(client, path)


def _yes(client: Browser, path: str) -> str:
    """Say yes; return the import's page."""
    answer = client.post(f"{path}/confirm", data=_version(_page(client, path)), headers=EN)
    assert answer.status_code == 303
    return str(answer.location)


def _version(page: str) -> dict[str, str]:
    found = re.search(r'name="version"[^>]*value="([^"]+)"', page)
    assert found
    return {"version": found.group(1)}


def _count(model: type[object]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# --- the whole way -------------------------------------------------------------------------------


def test_a_file_goes_in_by_columns_dry_run_and_yes(staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    an_order(number="T1", buyer="buyer-1", paid_at=clock.day_start(clock.business_date()))
    status, draft = _send(staff_client, _csv(tmp_path, 12, ("T0", "lin", "soon", "=1")))
    assert status == 303
    page = _page(staff_client, draft)
    for words in ("Which column is what?", "guessed from the header", "buyer-1", "2026-08-31"):
        assert words in page, words
    result = _look_through(staff_client, draft)
    for words in ("Waits for your yes", "This is no date", "line 14", "Import it", "New silent"):
        assert words in result, words
    with staff_client.get(f"{draft}/errors.csv") as errors:
        assert "'=1" in errors.get_data(as_text=True)
    assert (_count(Order), _count(ImportBatch)) == (1, 0)
    batch = _yes(staff_client, draft)
    assert "Waiting" in _page(staff_client, batch)
    assert jobs.run("commerce.import").error is None
    done = _page(staff_client, batch)
    for words in ("Done", "orders.csv", "This is no date", "errors.csv", "Roll back"):
        assert words in done, words
    assert queries.batches().items[0].batch.counts == Counts(new=11, changed=1, kept_aside=1, bad=1)
    assert staff_client.get(draft).location == batch


def test_a_workbook_is_opened_by_the_worker(staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    content = a_workbook(tmp_path, {"说明": [], "订单": [HEADER, *many_rows(3)]}).read_bytes()
    status, draft = _send(staff_client, content, "orders.xlsx")
    assert status == 303
    waiting = _page(staff_client, draft)
    assert "being opened" in waiting
    assert 'http-equiv="refresh"' in waiting  # goes on by itself without JavaScript too
    assert jobs.run("commerce.drafts").error is None
    assert "Choose columns" in _look_through(staff_client, draft)
    _yes(staff_client, draft)
    jobs.run("commerce.import")
    assert _count(Order) == 3


def test_another_sheet_can_be_taken(staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    sheets = {"August": [HEADER, *many_rows(2)], "July": [HEADER, *many_rows(5)]}
    _status, draft = _send(staff_client, a_workbook(tmp_path, sheets).read_bytes(), "o.xlsx")
    jobs.run("commerce.drafts")
    assert "Take this sheet" in _page(staff_client, draft)
    assert staff_client.post(f"{draft}/sheet", data={"sheet": "July"}).status_code == 303
    jobs.run("commerce.drafts")
    _look_through(staff_client, draft)
    assert queries.get_draft(draft.rpartition("/")[2]).rows == 5


def test_a_workbook_that_is_none_is_refused_on_its_page(staff_client: Browser) -> None:
    a_channel()
    _status, draft = _send(staff_client, b"PK\x03\x04 not really", "orders.xlsx")
    jobs.run("commerce.drafts")
    page = _page(staff_client, draft)
    assert "broken" in page
    assert "Import another file" in page


def test_columns_are_remembered_and_saved_under_a_name(
    staff_client: Browser, tmp_path: Path
) -> None:
    a_channel()
    header = ("Beleg", "Kunde", "Datum", "Summe", "Notiz")
    rows = [(*row, "x") for row in many_rows(2)]
    content = a_file(tmp_path, rows, header=header).read_bytes()
    _status, draft = _send(staff_client, content)
    places = {"c_order": "0", "c_buyer": "1", "c_paid_at": "2", "c_total": "3"}
    refused = staff_client.post(
        draft, data={**_shown(_page(staff_client, draft)), "c_order": "0"}, headers=EN
    )
    assert refused.status_code == 422
    assert "Which column tells this?" in refused.get_data(as_text=True)
    assert "Waits for your yes" in _look_through(staff_client, draft, **places, name="Kasse")
    _status, second = _send(staff_client, content + b"T9,lin,2026-08-31,5,x\n")
    page = _page(staff_client, second)
    assert "saved as" in page
    assert places.items() <= _shown(page).items()
    other = a_file(tmp_path, [("", *row) for row in rows], header=("x", *header)).read_bytes()
    _status, third = _send(staff_client, other)
    assert _shown(_page(staff_client, third))["c_order"] == ""
    saved = next(
        m for m in queries.saved_mappings(queries.channels()[0].id, FileKind.ORDERS) if m.name
    )
    assert _shown(_page(staff_client, f"{third}?saved={saved.id}"))["c_total"] == "4"
    assert _count(ImportMapping) == 2


def test_columns_can_be_changed_after_the_dry_run(staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 3))
    _look_through(staff_client, draft)
    assert staff_client.post(f"{draft}/again").status_code == 303
    assert "Which column is what?" in _page(staff_client, draft)


def test_a_dry_run_that_cannot_read_the_file_says_so_at_the_columns(
    staff_client: Browser, tmp_path: Path
) -> None:
    a_channel()
    rows = [("shop", "lin", "2026-08-31", "1", f"S{n}") for n in range(1_001)]
    content = a_file(tmp_path, rows, header=(*HEADER, "sku")).read_bytes()
    _status, draft = _send(staff_client, content)
    page = _look_through(staff_client, draft)
    assert "Is it really the order number?" in page
    assert "Which column is what?" in page


def test_a_file_can_be_given_up(staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 3))
    assert "Give up this file?" in _page(staff_client, f"{draft}/drop")
    assert list(uploads_folder().glob("*.csv"))
    assert staff_client.post(f"{draft}/drop").status_code == 303
    assert not list(uploads_folder().glob("*.csv"))
    assert "was given up" in _page(staff_client, draft)
    assert staff_client.post(f"{draft}/confirm").status_code == 409


# --- two at once, stops, kills -------------------------------------------------------------------


def test_of_two_people_on_one_file_one_goes_on(staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 3))
    mine = _shown(_page(staff_client, draft))
    _look_through(staff_client, draft, currency="USD")
    late = staff_client.post(draft, data=mine, headers=EN)
    assert late.status_code == 409
    assert "Somebody else" in late.get_data(as_text=True)
    seen = _version(_page(staff_client, draft))
    staff_client.post(f"{draft}/again")
    _look_through(staff_client, draft, currency="EUR")
    assert staff_client.post(f"{draft}/confirm", data=seen).status_code == 409
    assert _count(ImportBatch) == 0


def test_two_yeses_are_one_import(staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 3))
    _look_through(staff_client, draft)
    seen = _version(_page(staff_client, draft))
    first = staff_client.post(f"{draft}/confirm", data=seen)
    second = staff_client.post(f"{draft}/confirm", data=seen)
    assert first.location == second.location
    assert _count(ImportBatch) == 1


def test_a_dry_run_shows_how_far_it_is_and_starts_again_after_a_kill(
    staff_client: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 4_500, ("T0", "lin", "soon", "1")))
    staff_client.post(draft, data=_shown(_page(staff_client, draft)))
    monkeypatch.setattr(jobs, "stopping", lambda: True)
    service.prepare_drafts(uploads_folder())
    page = _page(staff_client, draft)
    assert "2,000" in page
    assert "4,501" in page
    working._close_all(working._open_checks)  # as a kill would
    service.prepare_drafts(uploads_folder())
    assert queries.get_draft(draft.rpartition("/")[2]).position == 2_000
    monkeypatch.setattr(jobs, "stopping", lambda: False)
    jobs.run("commerce.drafts")
    found = queries.get_draft(draft.rpartition("/")[2])
    assert (found.state, found.position) == (DraftState.CHECKED, 4_501)
    assert found.foreseen is not None
    assert found.foreseen["counts"] == [4_500, 0, 0, 0, 1]


def test_an_import_goes_on_after_the_worker_was_stopped(
    staff_client: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 1_200))
    _look_through(staff_client, draft)
    _yes(staff_client, draft)
    monkeypatch.setattr(jobs, "stopping", lambda: True)
    monkeypatch.setattr(files, "CHUNK_ROWS", 500)
    assert service.import_uploads(uploads_folder()) == 500
    assert queries.batches().items[0].batch.state is BatchState.RUNNING
    working._close_all(working._open_imports)  # as a kill would
    assert service.import_uploads(uploads_folder()) == 500
    monkeypatch.setattr(jobs, "stopping", lambda: False)
    assert service.import_uploads(uploads_folder()) == 200
    assert queries.batches().items[0].batch.state is BatchState.DONE
    assert _count(Order) == 1_200


def test_an_upload_whose_file_is_gone_is_refused_not_lost(
    staff_client: Browser, tmp_path: Path
) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 3))
    _look_through(staff_client, draft)
    page = _yes(staff_client, draft)
    for path in uploads_folder().iterdir():
        path.unlink()
    db.session.rollback()
    jobs.run("commerce.import")
    shown = _page(staff_client, page)
    assert "Refused" in shown
    assert "Upload it again" in shown


def test_files_are_forgotten_after_a_week(
    app: Flask, staff_client: Browser, tmp_path: Path
) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 2, ("T0", "lin", "soon", "1")))
    _status, idle = _send(staff_client, _csv(tmp_path, 4))
    _look_through(staff_client, draft)
    page = _yes(staff_client, draft)
    long_ago = (clock.now() - timedelta(days=8)).timestamp()
    for path in uploads_folder().iterdir():
        os.utime(path, (long_ago, long_ago))
    assert jobs.run("commerce.forget_uploads").handled == 0  # both are still in use
    jobs.run("commerce.import")
    clock.tick(timedelta(days=8))
    for path in uploads_folder().iterdir():
        os.utime(path, (long_ago, long_ago))
    assert jobs.run("commerce.forget_uploads").error is None
    assert list(uploads_folder().iterdir()) == []
    later = browser(app)
    sign_in(later, a_member("later", (Role.OPERATOR,)))
    _page(later, f"{page}/errors.csv", 404)
    assert "was given up" in _page(later, idle)


# --- refusals, rights, budgets -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "values", "field", "words"),
    [
        (b"", {}, "file", "empty"),
        (b"order,buyer\x00,x\n1,2,3\n", {}, "file", "no text file"),
        ("order,买家\n1,满满\n".encode() + "2,满满\n".encode("gbk") * 3, {}, "file", "mixed"),
        (b"order,buyer,paid_at,total\n", {"channel": "nowhere"}, "channel", "valid choice"),
        (b"order,buyer,paid_at,total\n", {"kind": "wishes"}, "kind", "valid choice"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(
    staff_client: Browser, content: bytes, values: dict[str, str], field: str, words: str
) -> None:
    a_channel()
    status, page = _send(staff_client, content, **values)
    assert status == 422
    assert f'id="{field}-error"' in page
    assert words in page.replace("Not a valid", "valid")
    assert _count(ImportDraft) == 0
    assert not uploads_folder().exists() or list(uploads_folder().iterdir()) == []


def test_a_delimiter_that_cannot_be_right_is_refused_with_the_right_one(
    staff_client: Browser, tmp_path: Path
) -> None:
    a_channel()
    content = a_file(tmp_path, many_rows(2), delimiter=";").read_bytes()
    _status, draft = _send(staff_client, content)
    values = {**_shown(_page(staff_client, draft)), "delimiter": ","}
    answer = staff_client.post(draft, data=values, headers=EN)
    assert answer.status_code == 422
    assert "“;”" in answer.get_data(as_text=True)


def test_only_who_may_import_sees_a_file(app: Flask, staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    _status, draft = _send(staff_client, _csv(tmp_path, 1))
    analyst = browser(app)
    sign_in(analyst, a_member("analyst", (Role.ANALYST,)))
    for path in (draft, f"{draft}/drop", f"{draft}/errors.csv"):
        assert analyst.get(path).status_code == 403
    for path in (draft, f"{draft}/confirm", f"{draft}/again", f"{draft}/drop", f"{draft}/sheet"):
        assert analyst.post(path).status_code == 403
        assert staff_client.post(path, csrf=False).status_code == 400
        missing = path.replace(draft.rpartition("/")[2], "AAAAAAAAAAAA")
        assert staff_client.post(missing).status_code == 404


@pytest.mark.only("sqlite")
def test_pages_of_the_wizard_keep_to_their_statements(
    staff_client: Browser, tmp_path: Path, count_statements: Counting, alice: MemberRow
) -> None:
    a_channel()
    spent = []
    for count in (3, 3_000):
        _status, draft = _send(staff_client, _csv(tmp_path, count, ("T0", "x", "soon", "1")))
        with count_statements() as columns:
            _page(staff_client, draft)
        with count_statements() as chosen:
            staff_client.post(draft, data=_shown(_page(staff_client, draft)))
        jobs.run("commerce.drafts")
        with count_statements() as result:
            _page(staff_client, draft)
        with count_statements() as listed:
            _page(staff_client, "/staff/imports")
        db.session.rollback()
        seen = _version(_page(staff_client, draft))
        with count_statements() as confirmed:
            staff_client.post(f"{draft}/confirm", data=seen)
        spent.append([len(each) for each in (columns, result, listed, confirmed)])
        assert len(chosen) <= 30
    for few, many in zip(*spent, strict=True):
        assert many <= few
    assert max(spent[1][:3]) <= 9
    assert spent[1][3] <= 20
