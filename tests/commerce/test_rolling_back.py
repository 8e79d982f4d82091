"""An import is undone within a week; refunds come by file; both by console and by command."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app.commerce import queries, service
from app.commerce.models import Order, Refund
from app.commerce.reading import Options
from app.commerce.types import Batch, ChannelRow, Counts, FileKind, RefundState
from app.identity.models import Member
from app.kernel import audit, clock, facts, jobs, verify
from app.kernel.db import db
from app.ledger import queries as ledger
from tests.factories.commerce import HEADER, a_channel, a_file, many_rows, points_of
from tests.factories.identity import Browser

EN = {"Accept-Language": "en"}
REFUND_HEADER = ("refund", "order", "refund amount", "refund date")


def _import(path: Path, channel: ChannelRow, kind: FileKind = FileKind.ORDERS) -> Batch:
    errors = path.with_suffix(".errors.csv")
    return service.import_file(path, channel, Options(kind=kind), errors_path=errors).batch


def _points() -> int:
    members = db.session.scalars(sa.select(Member.id)).all()
    found = ledger.balances(members)
    return sum(each.pending + each.available - each.debt for each in found.values())


def _is_sound() -> bool:
    db.session.rollback()
    return not any(report.drifts for report in verify.run())


def _page(client: Browser, path: str) -> str:
    answer = client.get(path, headers=EN)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def _command(app: Flask, *arguments: str) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=["orders", *arguments])


# --- orders --------------------------------------------------------------------------------------


def test_an_import_is_rolled_back_from_its_page(staff_client: Browser, tmp_path: Path) -> None:
    channel = a_channel()
    kept = _import(a_file(tmp_path, many_rows(3), name="kept.csv"), channel)
    batch = _import(a_file(tmp_path, many_rows(9)), channel)
    page = f"/staff/imports/{batch.code}"
    assert "Roll back" in _page(staff_client, page)
    asked = _page(staff_client, f"{page}/roll-back")
    for words in ("orders.csv", "Orders that count as nothing", ">6<", "silent members stay"):
        assert words in asked, words
    assert str(points_of(9) - points_of(3)) in asked
    assert staff_client.post(f"{page}/roll-back").status_code == 303
    assert "Being rolled back" in _page(staff_client, page)
    assert jobs.run("commerce.roll_back").error is None
    done = _page(staff_client, page)
    assert "Rolled back on" in done
    assert "hx-trigger" not in done
    assert _points() == points_of(3)
    found = queries.get_batch(batch.code)
    assert (found.withdrawn, found.rolled_back_at is not None) == (6, True)
    assert queries.get_batch(kept.code).rolled_back_at is None
    assert (db.session.scalar(sa.select(sa.func.count()).select_from(Member)) or 0) >= 7
    assert _is_sound()
    actions = set(db.session.scalars(sa.select(audit.AuditEntry.action)))
    assert {"orders.rollback_asked", "orders.rolled_back"} <= actions
    told = sa.select(sa.func.count()).where(facts.FactRow.name == "orders.import_rolled_back")
    assert db.session.scalar(told) == 1


def test_importing_the_same_file_again_revives(app: Flask, tmp_path: Path) -> None:
    channel = a_channel()
    path = a_file(tmp_path, many_rows(5))
    batch = _import(path, channel)
    assert _command(app, "rollback", batch.code).exit_code == 0
    assert _points() == 0
    db.session.rollback()
    foreseen, _errors = service.dry_run(path, channel, Options(), errors_path=tmp_path / "e.csv")
    assert foreseen.counts == Counts(new=5)
    again = _import(path, channel)
    assert again.counts.new == 5
    assert _points() == points_of(5)
    assert _command(app, "rollback", again.code).exit_code == 0
    assert _points() == 0
    assert _is_sound()


def test_after_a_week_it_is_refused_with_the_reason(
    app: Flask, staff_client: Browser, tmp_path: Path
) -> None:
    batch = _import(a_file(tmp_path, many_rows(2)), a_channel())
    db.session.execute(
        sa.text("UPDATE import_batch SET finished_at = :then"),
        {"then": clock.now() - timedelta(days=7, seconds=1)},
    )
    db.session.commit()
    page = f"/staff/imports/{batch.code}/roll-back"
    assert "This one is older" in _page(staff_client, page)
    answer = staff_client.post(page, headers=EN)
    assert answer.status_code == 409
    assert "7 days" in answer.get_data(as_text=True)
    refused = _command(app, "rollback", batch.code)
    assert refused.exit_code == 1
    assert "7 天" in refused.output
    assert _points() == points_of(2)


def test_asking_twice_is_asking_once_and_stops_are_taken_up(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.commerce.service import rolling_back

    monkeypatch.setattr(rolling_back, "CHUNK", 4)
    batch = _import(a_file(tmp_path, many_rows(10)), a_channel())
    first = service.ask_rollback(batch.code, actor_id=None)
    assert service.ask_rollback(batch.code, actor_id=None).rollback_at == first.rollback_at
    steps = []
    while queries.batch_by_id(batch.id).rolled_back_at is None:
        steps.append(service.roll_back_some())
    assert steps == [4, 4, 2, 1]
    assert service.roll_back_some() == 0
    assert queries.batch_by_id(batch.id).withdrawn == 10


def test_what_an_import_laid_aside_is_declined_with_it(app: Flask, tmp_path: Path) -> None:
    channel = a_channel()
    _import(a_file(tmp_path, many_rows(2)), channel)
    other = [("T1", "buyer-1", "2026-08-31", "99"), ("T9", "lin", "2026-08-31", "9")]
    batch = _import(a_file(tmp_path, other, name="other.csv"), channel)
    assert batch.counts == Counts(new=1, changed=1, kept_aside=1)
    service.ask_rollback(batch.code, actor_id=None)
    while service.roll_back_some():
        pass
    assert queries.kept_aside_count() == 0
    assert _points() == points_of(2)
    assert _is_sound()


# --- refunds -------------------------------------------------------------------------------------


def test_refunds_of_a_file_take_points_and_their_roll_back_gives_them_again(
    app: Flask, tmp_path: Path
) -> None:
    channel = a_channel()
    _import(a_file(tmp_path, many_rows(4)), channel)
    rows = [("R1", "T4", "4.50", "2026-08-31"), ("R2", "T99", "5", "2026-08-31"),
            ("R3", "T3", "x", "2026-08-31")]  # fmt: skip
    path = a_file(tmp_path, rows, header=REFUND_HEADER, name="refunds.csv")
    dry = _command(app, "import", str(path), "--channel", "tmall", "--refunds", "--dry-run")
    assert "new 2 duplicate 0" in dry.output, dry.output
    assert "waiting_for_order 1" in dry.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 0
    done = _command(app, "import", str(path), "--channel", "tmall", "--refunds")
    assert "new 2 duplicate 0 changed 0 kept_aside 0 bad 1" in done.output, done.output
    assert _points() == points_of(4) - 4
    db.session.rollback()
    again = _import(path, channel, FileKind.REFUNDS)
    assert again.counts == Counts(duplicate=2, bad=1)
    code = queries.batches().items[1].batch.code
    assert _command(app, "rollback", code).exit_code == 0
    assert set(db.session.scalars(sa.select(Refund.state))) == {RefundState.CANCELLED}
    assert _points() == points_of(4)
    db.session.rollback()
    assert _import(path, channel, FileKind.REFUNDS).counts.bad == 1
    assert _points() == points_of(4) - 4
    assert _is_sound()


def test_refunds_go_in_through_the_console(staff_client: Browser, tmp_path: Path) -> None:
    a_channel()
    content = a_file(tmp_path, [("R1", "T1", "5", "2026-08-31")], header=REFUND_HEADER).read_bytes()
    data = {"channel": "tmall", "kind": "refunds", "file": (io.BytesIO(content), "r.csv")}
    sent = staff_client.post("/staff/imports", data=data, content_type="multipart/form-data")
    page = _page(staff_client, sent.location)
    assert "they wait for them" in page
    values = {"c_refund": "0", "c_order": "1", "c_amount": "2", "c_refunded_at": "3"}
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    assert staff_client.post(sent.location, data={**values, "version": version}).status_code == 303
    jobs.run("commerce.drafts")
    result = _page(staff_client, sent.location)
    assert "New refunds" in result
    assert "Wait for their order" in result
    version = result.split('name="version"')[1].split('value="')[1].split('"')[0]
    staff_client.post(f"{sent.location}/confirm", data={"version": version})
    jobs.run("commerce.import")
    assert db.session.scalars(sa.select(Refund.external_id)).all() == ["R1"]


# --- columns by command --------------------------------------------------------------------------


def test_saved_columns_serve_the_command_too(app: Flask, tmp_path: Path) -> None:
    channel = a_channel()
    header = ("a", "b", "c", "d")
    path = a_file(tmp_path, many_rows(2), header=header)
    from app.commerce.reading import peek
    from app.commerce.service import Choices
    from app.commerce.types import Field

    columns = {Field.ORDER: 0, Field.BUYER: 1, Field.PAID_AT: 2, Field.TOTAL: 3}
    with path.open("rb") as stream:
        draft = service.upload(tmp_path, stream, channel, file_name="x.csv", started_by=_somebody())
    service.choose_columns(
        draft.id, Choices(columns, name="Kasse"), peek(path, "utf-8", Options()),
        version=service.version_of(draft), found=draft.options["found"], actor_id=_somebody(),
    )  # fmt: skip
    done = _command(app, "import", str(path), "--channel", "tmall", "--mapping", "Kasse")
    assert "new 2" in done.output, done.output
    unknown = _command(app, "import", str(path), "--channel", "tmall", "--mapping", "Nobody")
    assert unknown.exit_code == 1
    assert "Kasse" in unknown.output


def _somebody() -> int:
    from tests.factories.identity import a_member

    found = db.session.scalar(sa.select(Member.id).limit(1))
    return int(found) if found else a_member("somebody").id


def test_orders_of_a_batch_are_counted_once(app: Flask, tmp_path: Path) -> None:
    batch = _import(a_file(tmp_path, many_rows(3), header=HEADER), a_channel())
    brought = queries.brought_by(batch.id)
    assert (brought.orders, brought.points, brought.refunds) == (3, points_of(3), 0)
    assert len(queries.standing_orders(batch.id, 10)) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 3
