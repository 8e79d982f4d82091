"""Building the index anew: killed half-way, while others write, and how it is checked."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import jobs, verify
from app.kernel.db import db, use_case
from app.search import service, types
from app.search.policy.writing import PARITY
from app.search.queries import tables
from app.search.queries.tables import ENTRY, STATE
from app.search.service import rebuilding
from app.search.types import Document, find_kind
from tests.conftest import NOON
from tests.factories.community import a_thread, many_threads
from tests.factories.search import ids_of


@use_case
def _write(statement: Any) -> None:
    db.session.execute(statement)


def _drifts() -> tuple[str, ...]:
    (report,) = verify.run(("search.entries",))
    db.session.rollback()
    return report.drifts


def test_a_rebuild_makes_the_same_index_again(app: Flask, alice: MemberRow) -> None:
    many_threads(alice, 30)
    _write(sa.delete(ENTRY))
    assert ids_of("锅") == []
    assert "cannot be found" in " ".join(_drifts())
    done = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert done.exit_code == 0, done.output
    assert "The new index is in use" in done.output
    assert len(ids_of("锅")) == 30
    assert _drifts() == ()


def test_killed_half_way_the_old_index_answers_and_the_next_one_goes_on(
    app: Flask, alice: MemberRow, bob: MemberRow, monkeypatch: Any
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 10)
    made = many_threads(alice, 35)
    assert service.begin_rebuild() is False
    for _ in range(2):  # twenty threads are in the new index when it is killed
        service.rebuild_step()
    assert len(ids_of("锅")) == 35
    community.edit_thread(alice.id, made[0].code, board_slug="pot", title="换了汤", body="菌汤")
    community.remove_thread(alice.id, made[1].code)
    late = a_thread(bob, "后来的锅").thread_id
    assert service.begin_rebuild() is True
    steps = 0
    while not (step := service.rebuild_step()).is_over:
        steps += 1
        assert late in ids_of("后来的锅")
        assert step.done >= 20
    assert steps >= 2
    while service.sweep_old_entries(limit=7):
        pass
    assert _drifts() == ()
    assert ids_of("菌汤") == [made[0].id]
    assert len(ids_of("锅")) == 34
    assert db.session.scalar(sa.select(sa.func.count(ENTRY.c.generation.distinct()))) == 1


def test_a_stopped_rebuild_can_be_thrown_away(
    app: Flask, alice: MemberRow, monkeypatch: Any
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 10)
    many_threads(alice, 25)
    service.begin_rebuild()
    service.rebuild_step()
    assert service.begin_rebuild(anew=True) is False
    assert db.session.scalar(sa.select(STATE.c.done)) == 0
    while not service.rebuild_step().is_over:
        pass
    service.sweep_old_entries()
    assert _drifts() == ()
    assert len(ids_of("锅")) == 25


def test_drift_is_named(app: Flask, alice: MemberRow) -> None:
    made = [a_thread(alice, f"火锅 {n}").thread_id for n in range(3)]
    _write(sa.delete(ENTRY).where(ENTRY.c.thing_id == made[0]))
    _write(sa.update(ENTRY).where(ENTRY.c.thing_id == made[1]).values(digest="other"))
    _write(sa.update(ENTRY).where(ENTRY.c.thing_id == made[2]).values(thing_id=77))
    told = " ".join(_drifts())
    assert f"thread {made[0]} cannot be found" in told
    assert f"thread {made[1]} is found by what it was before" in told
    assert "thread 77 is in the index and must not be found" in told
    if db.engine.dialect.name == "sqlite":
        assert "1 rows of words have no entry" in told


def test_old_entries_go_with_their_words(app: Flask, alice: MemberRow) -> None:
    many_threads(alice, 12)
    service.begin_rebuild()
    while not service.rebuild_step().is_over:
        pass
    assert service.sweep_old_entries(limit=5) == 5
    assert service.sweep_old_entries() == 8  # eleven, seven of the threads and the author
    assert service.sweep_old_entries() == 0
    assert _drifts() == ()


def test_what_was_there_before_its_kind_is_found_once_the_worker_has_been_by(
    app: Flask, alice: MemberRow, bob: MemberRow, count_statements: Any
) -> None:
    made = many_threads(alice, 25)
    a_thread(bob, "有话题", "煮好了 #周末#")
    _write(sa.delete(ENTRY).where(ENTRY.c.thing_id.in_([each.id for each in made[:20]])))
    _write(sa.delete(ENTRY).where(ENTRY.c.kind == "topic"))
    assert len(ids_of("锅")) == 5
    assert ids_of("周末", "topic") == []
    for _ in range(2):  # killed in the middle, by another worker taken up
        service.fill(limit=10)
    jobs.run("search.fill")
    while service.fill():
        pass
    assert len(ids_of("锅")) == 25
    assert len(ids_of("周末", "topic")) == 1
    assert _drifts() == ()
    with count_statements() as seen:
        assert service.fill() == 0
    assert len(seen) == 1


def test_a_raised_edition_has_everything_of_its_kind_indexed_anew(
    app: Flask, alice: MemberRow, monkeypatch: Any
) -> None:
    thread = a_thread(alice, "番茄锅").thread_id
    while service.fill():
        pass
    kind = find_kind("thread")
    assert kind is not None

    def richer(thread_ids: Collection[int]) -> list[Document]:
        return [replace(each, title=(*each.title, "新词")) for each in kind.documents(thread_ids)]

    monkeypatch.setitem(types._kinds, "thread", replace(kind, documents=richer, edition=2))
    assert ids_of("新词") == []
    while service.fill():
        pass
    assert ids_of("新词") == [thread]


def test_entries_of_a_former_layout_are_written_anew(
    app: Flask, alice: MemberRow, monkeypatch: Any
) -> None:
    made = many_threads(alice, 12)
    while service.fill():
        pass
    before = dict(db.session.execute(sa.select(ENTRY.c.id, ENTRY.c.digest)).all())
    monkeypatch.setitem(tables.LAYOUTS, db.engine.dialect.name, 7)
    assert "is found by what it was before" in " ".join(_drifts())
    assert len(ids_of("锅")) == len(made)  # nothing is lost meanwhile
    while service.fill():
        pass
    after = dict(db.session.execute(sa.select(ENTRY.c.id, ENTRY.c.digest)).all())
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert _drifts() == ()


def test_thousands_of_one_moment_are_all_found(app: Flask) -> None:
    # A file that knows the day only; the second batch has the same ends of ids as the first.
    batches = [
        [
            Document("member", number + batch * PARITY, NOON, (f"锅友{number}",))
            for number in range(60)
        ]
        for batch in (1, 2)
    ]
    for batch in batches:
        service.index([*batch, *(replace(one, kind="product") for one in batch)], is_new=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ENTRY)) == 240
