"""Foreign currencies, stale versions, and imports that no longer stand for what they brought."""

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Signal

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import policy, queries, service
from app.commerce.models import ImportIssue, Order, Refund
from app.commerce.reading import Options
from app.commerce.service import refunds as refund_service
from app.commerce.types import Batch, ChannelRow, FileKind, IdentityKind, RefundState
from app.identity.types import MemberRow
from app.kernel import clock, jobs, verify
from app.kernel.db import db, use_case
from tests.factories.commerce import a_channel, a_file
from tests.factories.deliveries import PAID_AT, TOMATO, deliver, order, outcome, refund
from tests.factories.identity import Browser

EN = {"Accept-Language": "en"}
ORDER_HEADER = ("order", "buyer", "paid_at", "total", "updated at")
REFUND_HEADER = ("refund", "order", "refund amount", "refund date", "updated at")
CHECKS = ("commerce.awards", "commerce.figures", "commerce.refunds", "commerce.states", "ledger")


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    return a_channel()


def _nothing_drifts() -> bool:
    db.session.rollback()
    return not any(report.drifts for report in verify.run(CHECKS))


def _row(number: str = "N1") -> Order:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Order).where(Order.external_id == number)).one()


def _states() -> list[RefundState]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Refund.state).order_by(Refund.external_id)))


def _open_issues() -> int:
    waits = sa.select(sa.func.count()).where(ImportIssue.state == "open")
    return db.session.scalar(waits) or 0


# --- another currency ----------------------------------------------------------------------------


def test_an_order_in_another_currency_earns_nothing_and_says_why(
    shop: ChannelRow, alice: MemberRow, alice_client: Browser, staff_client: Browser
) -> None:
    won = order("N1", lines=(TOMATO,), currency="KRW")
    service.place_orders(shop, [won], members={won.buyer: alice.id})
    assert (outcome("N1")["points"], _row().earning_minor) == (0, 0)
    assert _nothing_drifts()
    deliver(shop, [refund("N1", "a", 25_00, 5, currency="KRW")])
    deliver(shop, [refund("N1", "a", 25_00, 6, currency="KRW", is_cancelled=True)])
    assert (outcome("N1")["points"], _row().earning_minor) == (0, 0)
    assert _nothing_drifts()
    for client, path in ((alice_client, "/me/orders/"), (staff_client, "/staff/orders/")):
        page = client.get(f"{path}{_row().code}", headers=EN).get_data(as_text=True)
        assert "paid in another currency than this shop" in page.replace("&#39;", "'"), path


@pytest.mark.parametrize("told", [10, -10, None])
def test_a_version_in_another_currency_waits_for_staff(shop: ChannelRow, told: int | None) -> None:
    deliver(shop, [order("N1")])
    taken = deliver(shop, [order("N1", told, currency="KRW")])
    assert (taken.kept_aside, taken.orders.replaced) == (1, [])
    assert (_row().currency, outcome("N1")["points"]) == ("CNY", 80)
    assert _nothing_drifts()


# --- stale versions ------------------------------------------------------------------------------


def test_a_withdrawn_order_is_not_revived_by_an_older_version(shop: ChannelRow) -> None:
    deliver(shop, [order("N1", 10)])
    service.withdraw_orders([_row().id], actor_id=None)
    taken = deliver(shop, [order("N1", 5, (TOMATO,))])
    assert (taken.orders.duplicates, taken.orders.revived) == (1, [])
    assert _row().withdrawn_at is not None
    assert len(deliver(shop, [order("N1", 10)]).orders.revived) == 1
    assert outcome("N1")["points"] == 80
    assert _nothing_drifts()


# --- whose import it is --------------------------------------------------------------------------


def _import(folder: Path, channel: ChannelRow, name: str, told: str, amount: str = "25") -> Batch:
    """Import the refund N1-a as a file of ``told`` tells it."""
    row = ("N1-a", "N1", amount, "2026-08-29", told)
    path = a_file(folder, [row], header=REFUND_HEADER, name=name)
    return _imported(path, channel, FileKind.REFUNDS)


def _imported(path: Path, channel: ChannelRow, kind: FileKind) -> Batch:
    errors = path.with_suffix(".errors.csv")
    return service.import_file(path, channel, Options(kind=kind), errors_path=errors).batch


def _roll_back(batch: Batch) -> int:
    service.ask_rollback(batch.code, actor_id=None)
    assert jobs.run("commerce.roll_back").error is None
    return queries.get_batch(batch.code).withdrawn


def test_a_refund_that_a_webhook_told_later_outlives_its_import(
    shop: ChannelRow, tmp_path: Path
) -> None:
    deliver(shop, [order("N1")])
    batch = _import(tmp_path, shop, "one.csv", "2026-08-29 10:00")
    deliver(shop, [refund("N1", "a", 30_00, 60 * 24 * 3)])
    assert (_roll_back(batch), _states(), outcome("N1")["points"]) == (0, [RefundState.ACTIVE], 50)
    assert _nothing_drifts()


def test_rolling_back_the_import_that_won_withdraws_the_refund(
    shop: ChannelRow, tmp_path: Path
) -> None:
    deliver(shop, [order("N1")])
    first = _import(tmp_path, shop, "one.csv", "2026-08-29 10:00")
    second = _import(tmp_path, shop, "two.csv", "2026-08-30 10:00", "30")
    assert (_roll_back(first), _states()) == (0, [RefundState.ACTIVE])
    assert (_roll_back(second), _states()) == (1, [RefundState.CANCELLED])
    assert outcome("N1")["points"] == 80
    assert _nothing_drifts()


def test_an_order_that_a_webhook_corrected_outlives_its_import(
    shop: ChannelRow, tmp_path: Path
) -> None:
    rows = [(name, "b", "2026-08-28 10:00", "90", "2026-08-28 10:00") for name in ("N1", "N2")]
    path = a_file(tmp_path, rows, header=ORDER_HEADER)
    batch = _imported(path, shop, FileKind.ORDERS)
    deliver(shop, [order("N1", 60 * 24, (TOMATO,), buyer="b")])
    assert _roll_back(batch) == 1
    assert (_row("N1").withdrawn_at, _row("N1").paid_minor) == (None, 50_00)
    assert _row("N2").withdrawn_at is not None
    assert _nothing_drifts()


def test_a_refund_whose_order_comes_while_it_is_withdrawn_is_withdrawn_from_that_order(
    shop: ChannelRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is matched after the first look and before the lock."""
    deliver(shop, [refund("N1", "a", 25_00, 5)])
    refund_id = db.session.scalars(sa.select(Refund.id)).one()
    db.session.rollback()
    lock: Callable[..., None] = refund_service._lock_orders

    def late(order_ids: set[int]) -> None:
        deliver(shop, [order("N1")])
        lock(order_ids)

    monkeypatch.setattr(refund_service, "_lock_orders", late)
    assert service.withdraw_refunds([refund_id], actor_id=None) == 1
    assert outcome("N1")["points"] == 80
    assert _nothing_drifts()


@pytest.mark.race
def test_an_order_and_the_withdrawal_of_its_refund_never_miss_each_other(
    app: Flask, shop: ChannelRow
) -> None:
    deliver(shop, [refund("N1", "a", 25_00, 5)])
    refund_id = db.session.scalars(sa.select(Refund.id)).one()
    db.session.remove()
    is_written, may_commit = Signal(), Signal()

    @use_case
    def slowly() -> None:
        deliver(shop, [order("N1")])
        is_written.set()
        may_commit.wait(2)

    def then() -> None:
        is_written.wait(10)
        service.withdraw_refunds([refund_id], actor_id=None)

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            work()
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, [slowly, then]))
    assert outcome("N1")["points"] == 80
    assert _nothing_drifts()


# --- contacts in fingerprints --------------------------------------------------------------------


def _bare(buyer: str) -> str:
    day = clock.business_date(PAID_AT).isoformat()
    text = json.dumps(
        ["phone", "N1", buyer, "CNY", 50_00, day], ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_contact_does_not_stand_bare_in_a_fingerprint_and_old_ones_are_known(
    app: Flask,
) -> None:
    channel = a_channel("phone", identity_kind=IdentityKind.PHONE)
    told = order("N1", None, (TOMATO,), buyer="+8613800138000")
    deliver(channel, [told])
    under_first = _row().fingerprint
    assert under_first != _bare(told.buyer)
    was = app.config["SECRET_KEY"]
    app.config.update(SECRET_KEY="another" * 8, SECRET_KEY_FALLBACKS=[was])
    try:
        assert deliver(channel, [told]).orders.duplicates == 1
        with db.session.begin():
            db.session.execute(sa.update(Order).values(fingerprint=_bare(told.buyer)))
        assert deliver(channel, [told]).orders.duplicates == 1
        taken = deliver(channel, [order("N1", None, buyer=told.buyer)])
        assert (taken.kept_aside, _open_issues()) == (1, 1)
        app.config.update(SECRET_KEY="third" * 9, SECRET_KEY_FALLBACKS=["another" * 8, was])
        assert deliver(channel, [order("N1", None, buyer=told.buyer)]).kept_aside == 0
        later = deliver(channel, [order("N1", 5, (TOMATO,), buyer=told.buyer)])
        assert (later.orders.duplicates, _row().revision) == (1, 1)
    finally:
        app.config.update(SECRET_KEY=was, SECRET_KEY_FALLBACKS=[])


def test_other_channels_keep_their_fingerprints_to_the_byte(app: Flask) -> None:
    deliver(a_channel("phone"), [order("N1", None, (TOMATO,), buyer="lin")])
    assert _row().fingerprint == _bare("lin")


@pytest.mark.parametrize("goods_minor", [900, 1_000])
@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_fingerprint_is_the_digest_of_tight_json(
    goods_minor: int,
    is_cancelled: bool,
) -> None:
    paid_at = datetime(2026, 9, 1, 20, 0, tzinfo=UTC)
    order = policy.Figures("CNY", 1_000, paid_at, goods_minor, 50, is_cancelled)
    figures: list[object] = ["tmall", 'A"1', "买家\n7", "CNY", 1_000, "2026-09-02"]
    figures += [] if goods_minor == 1_000 else [["goods", 900]]
    figures += [["not_money", 50], *([["cancelled"]] if is_cancelled else [])]
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert policy.fingerprint_of("tmall", 'A"1', "买家\n7", order) == digest
