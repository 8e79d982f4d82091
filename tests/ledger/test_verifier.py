"""Whatever is changed behind the ledger's back, the verifier names it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.kernel import clock
from app.kernel.db import APPEND_ONLY, db
from app.kernel.types import Ref
from app.ledger import service, verifier
from app.ledger.service import Difference, register_reconciler
from app.ledger.service.reconciling import _reconcilers
from tests.ledger.book import (
    claw,
    earn,
    earning,
    hold,
    in_days,
    in_hours,
    release,
    reverse,
    spend,
)

ANNA, BEN = 101, 202
EARLY, LATE = "'2026-09-01 12:00:00.000000'", "'2026-12-31 16:00:00.000000'"
ONE_LOT = "WHERE id = (SELECT min(id) FROM point_lot WHERE matures_on > '1970-01-01' AND"
MATURED, WAITING = f"{ONE_LOT} remaining = 0)", f"{ONE_LOT} remaining > 0)"


def furnish() -> None:
    earn(ANNA, 30, 10, source=Ref("order", 1), expires_on=in_days(30))
    earn(ANNA, 10, matures_on=in_days(2))
    earn(ANNA, 6, matures_at=in_hours(20))
    earn(BEN, 8, matures_at=in_hours(99))
    earn(BEN, 9, matures_on=in_days(9))
    earn(BEN, 40, 5)
    reverse(spend(ANNA, 9).txn_id, 4)
    claw(ANNA, Ref("order", 1), 3)
    release(hold(BEN, 5).txn_id)
    hold(BEN, 7)
    clock.tick(timedelta(days=3))
    service.mature_due()
    service.close_days()
    service.checkpoint()
    service.merge(ANNA, BEN, key="1")
    service.unmerge(ANNA, key="2")
    earn(ANNA, 1, 1)


def behind_the_back(statement: str) -> None:
    """Run SQL as somebody with the database's own tools would: triggers and keys off."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            for name in (t for names in APPEND_ONLY.values() for t in names):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        done = connection.exec_driver_sql(statement)
        assert done.rowcount > 0, "the attack changed nothing"
        if not is_sqlite:
            connection.exec_driver_sql("SET session_replication_role = origin")
        connection.commit()


def found() -> list[str]:
    return [drift for drift in verifier.drifts() if not drift.startswith("trigger")]


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        ("UPDATE wallet SET available = available + 1 WHERE debt = 0", "last line"),
        ("UPDATE wallet SET head_hash = 'x'", "last line"),
        ("UPDATE ledger_transfer SET amount = amount + 1 WHERE seq = 1", "digest"),
        ("UPDATE ledger_transfer SET reason = 'gift' WHERE seq = 1", "digest"),
        ("UPDATE ledger_txn SET rule_version = 9 WHERE kind = 'earn'", "digest"),
        ("UPDATE ledger_txn SET digest = 'x' WHERE kind = 'earn'", "chain breaks"),
        ("UPDATE wallet_entry SET available_after = available_after + 1 WHERE seq = 1",
         "does not add up"),
        ("UPDATE wallet_entry SET prev_hash = 'x' WHERE seq = 2", "chain breaks"),
        ("DELETE FROM wallet_entry WHERE seq = 2", "is missing"),
        ("DELETE FROM lot_move WHERE kind = 'claw'", "its lots by"),
        ("UPDATE point_lot SET remaining = remaining - 1 WHERE remaining > 1",
         "not what its moves say"),
        ("UPDATE point_lot SET expires_on = '2026-01-01' WHERE expires_on < '2027-01-01'",
         "outside their days"),
        (f"UPDATE point_lot SET matures_on = '2027-01-01', matures_at = {LATE} {MATURED}",  # noqa: S608 - ours
         "mature before their moment"),
        (f"UPDATE point_lot SET matures_on = '2026-09-02', matures_at = {EARLY} {WAITING}",  # noqa: S608 - ours
         "before the day its earning says"),
        (f"UPDATE point_lot SET matures_at = {EARLY} {WAITING}",  # noqa: S608 - ours
         "its moment is not in its day"),
        ("UPDATE hold SET amount = amount + 1 WHERE state = 'open'", "hold"),
        ("DELETE FROM hold_pin", "hold"),
        ("UPDATE wallet_merge SET undone_by_id = NULL", "merges"),
        ("UPDATE ledger_day SET issued = issued + 1", "roll-up"),
        ("UPDATE checkpoint SET root = 'x'", "checkpoint 1"),
        ("UPDATE checkpoint SET signature = 'x'", "signature"),
        ("DELETE FROM checkpoint_leaf WHERE version > 1", "no longer lead"),
    ],
)  # fmt: skip
def test_tampering_is_named(app: Flask, attack: str, words: str) -> None:
    furnish()
    assert found() == []
    behind_the_back(attack)
    assert any(words in drift for drift in found()), found()


def test_a_rewritten_and_rehashed_chain_is_given_away_by_the_checkpoint(app: Flask) -> None:
    """Whoever recomputes every hash of a wallet still meets the signed root."""
    furnish()
    behind_the_back(
        "UPDATE wallet_entry SET hash = 'forged' || seq "
        "WHERE wallet_id = (SELECT min(wallet_id) FROM wallet_entry)"
    )
    assert any("no longer lead to its root" in drift for drift in found())


def test_missing_triggers_are_named(app: Flask) -> None:
    furnish()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER ledger_txn_no_update")
        else:
            connection.exec_driver_sql("DROP TRIGGER ledger_txn_no_update ON ledger_txn")
        connection.commit()
    assert list(verifier.drifts()) == [
        "trigger ledger_txn_no_update does not stand: the table can be changed"
    ]


def test_the_command_names_drift_and_exits_1(app: Flask) -> None:
    furnish()
    runner = app.test_cli_runner()
    clean = runner.invoke(args=["ledger", "verify"])
    assert (clean.exit_code, clean.output) == (0, "ok    ledger\n")
    behind_the_back("UPDATE wallet SET available = available + 1 WHERE debt = 0")
    broken = runner.invoke(args=["ledger", "verify"])
    assert broken.exit_code == 1
    assert "it is not what its last line says" in broken.output


def test_reconcile_names_differences_and_repairs_projections(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ledger.service.reconciling._reconcilers", {})
    runner = app.test_cli_runner()
    assert runner.invoke(args=["ledger", "reconcile"]).output == "every target is posted\n"

    def compare(repair: bool) -> Any:
        yield Difference(Ref("order", 7), wanted=5, posted=4, is_repaired=repair)

    register_reconciler("tests.orders", compare)
    differs = runner.invoke(args=["ledger", "reconcile"])
    assert (differs.exit_code, differs.output) == (
        1,
        "tests.orders order:7: wanted 5, posted 4 (differs)\n",
    )
    repaired = runner.invoke(args=["ledger", "reconcile", "--repair"])
    assert repaired.exit_code == 0
    _reconcilers.pop("tests.orders", None)


def test_sweeps_run_from_the_command_line(app: Flask) -> None:
    service.post_many([earning(n, 5, matures_on=in_days(1)) for n in range(1, 4)])
    clock.tick(timedelta(days=1))
    out = app.test_cli_runner().invoke(args=["ledger", "sweep"]).output
    assert "matured: 3" in out
    assert found() == []
