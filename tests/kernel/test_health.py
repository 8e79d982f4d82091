"""Health pages: alive, ready with reasons, figures behind a guard."""

import shutil
from collections import namedtuple

import pytest
import sqlalchemy as sa
from flask import Flask

from app.config import Config
from app.kernel import health, jobs
from app.kernel.db import db, dialect_name
from tests.conftest import test_config

LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


def _drop_a_trigger() -> None:
    suffix = " ON fact" if dialect_name() == "postgresql" else ""
    with db.engine.begin() as connection:
        connection.execute(sa.text(f"DROP TRIGGER fact_no_delete{suffix}"))


def test_livez_asks_nobody(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    db.engine.dispose()
    monkeypatch.setattr(db.engine, "connect", None)
    assert app.test_client().get("/livez").text == "ok\n"


def test_readyz_is_ready_after_migration(app: Flask) -> None:
    response = app.test_client().get("/readyz")
    assert response.status_code == 200
    assert response.json is not None
    assert set(response.json["checks"].values()) == {"ok"}
    assert response.headers["Cache-Control"] == "no-store"


def test_readyz_names_a_missing_trigger(app: Flask) -> None:
    _drop_a_trigger()
    response = app.test_client().get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert "fact_no_delete" in response.json["checks"]["triggers"]


def test_readyz_names_a_schema_behind_the_code(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "migration_heads", lambda _root: frozenset({"ffff"}))
    checks = health.problems()
    assert "the code wants ffff: run flask db upgrade" in checks["schema"]


def test_readyz_names_a_full_disk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _p: usage(2**40, 2**40, 2**20))
    assert health.problems() == {"disk": "only 1 MiB free: make room"}


def test_readyz_says_when_the_database_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("secret detail"))

    monkeypatch.setitem(health.CHECKS, "database", away)
    response = app.test_client().get("/readyz")
    assert response.status_code == 503
    assert "does not answer (OperationalError)" in response.text
    assert "secret" not in response.text


def test_metrics_answer_this_machine_only(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics", environ_base=LOCAL).status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 403
    behind = client.get("/metrics", environ_base=LOCAL, headers={"X-Forwarded-For": "10.0.0.7"})
    assert behind.status_code == 403


def test_metrics_want_the_token_where_one_is_set(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Config = app.config["POTLUCK"]
    guarded = test_config(config.database_url, config.instance_dir, metrics_token="t" * 40)
    monkeypatch.setitem(app.config, "POTLUCK", guarded)
    client = app.test_client()

    def status(authorization: str) -> int:
        headers = {"Authorization": authorization, "X-Forwarded-For": "10.0.0.7"}
        return client.get("/metrics", environ_base=LOCAL, headers=headers).status_code

    assert status("Bearer " + "t" * 40) == 200
    assert status("Bearer " + "t" * 39) == 403
    assert client.get("/metrics", environ_base=LOCAL).status_code == 403


def test_metrics_count_requests_facts_and_sweeps(app: Flask) -> None:
    client = app.test_client()

    def figure(name: str) -> float:
        lines = client.get("/metrics", environ_base=LOCAL).text.splitlines()
        found = [line for line in lines if line.startswith(name)]
        return float(found[0].rpartition(" ")[2]) if found else 0.0

    asked = 'potluck_requests_total{endpoint="health.livez",method="GET",status="200"}'
    before = figure(asked)
    client.get("/livez")
    client.get("/livez")
    assert figure(asked) == before + 2
    jobs.run("worker.heartbeat")
    assert figure("potluck_worker_silence_seconds") == 0.0


@pytest.mark.only("sqlite")
def test_health_pages_are_not_rate_limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.kernel.startup import limiter

    monkeypatch.setattr(limiter, "enabled", True)
    client = app.test_client()
    assert {client.get("/livez").status_code for _ in range(700)} == {200}
