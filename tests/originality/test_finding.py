"""From a post to a finding: after publishing, the later one, flagged until somebody judges."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from app.community import service as community
from app.community.types import Published
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db, use_case
from app.kernel.facts import FactRow
from app.originality import queries, service
from app.originality.models import Band, Finding, Look, Print
from app.originality.queries import looking
from app.originality.types import FindingRow, Kind, LookState, Show, State
from tests.conftest import NOON
from tests.factories.community import a_thread, many_threads
from tests.factories.originality import OTHER, POT, SOUP, a_dish, a_shot, work

CHECKS = ("originality.flags", "originality.bands", "originality.imports")


def a_post(author: MemberRow, body: str = "好吃。", image: Image.Image | None = None) -> Published:
    photos = (a_shot(author, image),) if image is not None else ()
    return a_thread(author, "今晚这一锅", body, photo_ids=photos)


def findings(show: Show = Show.OPEN) -> list[FindingRow]:
    return list(queries.findings(show).items)


def drifts() -> list[Any]:
    return [drift for report in verify.run(CHECKS) for drift in report.drifts]


def told() -> list[str]:
    names = sa.select(FactRow.name).where(FactRow.name.like("originality.%")).order_by(FactRow.id)
    return list(db.session.scalars(names))


def test_a_photo_that_was_here_before_is_found(alice: MemberRow, bob: MemberRow) -> None:
    first = a_post(alice, image=a_dish(1))
    a_post(alice, image=a_dish(2))
    work()
    assert findings() == []
    smaller = a_dish(1).resize((400, 300)).crop((8, 6, 392, 294))
    copy = a_post(bob, image=smaller)
    work()
    (found,) = findings()
    assert (found.thread_id, found.kind, found.is_self) == (copy.thread_id, Kind.PHOTO, False)
    assert found.earlier.author is not None
    assert found.earlier.author.id == alice.id
    assert found.earlier.photo is not None
    assert queries.flagged([first.thread_id, copy.thread_id]) == {copy.thread_id}
    assert told() == ["originality.flagged"]
    assert drifts() == []


@pytest.mark.parametrize(
    ("text", "old", "new"), [(POT, "半斤", "一斤"), (SOUP, "Sunday", "Friday")]
)
def test_a_text_that_was_here_before_is_found(
    alice: MemberRow, bob: MemberRow, text: str, old: str, new: str
) -> None:
    a_post(alice, text)
    a_post(alice, OTHER)
    copy = a_post(bob, text.replace(old, new))
    work()
    (found,) = findings()
    assert (found.thread_id, found.kind) == (copy.thread_id, Kind.TEXT)
    assert drifts() == []


def test_who_repeats_himself_is_found_too(alice: MemberRow) -> None:
    a_post(alice, POT)
    again = a_post(alice, POT)
    work()
    (found,) = findings()
    assert (found.thread_id, found.is_self, found.percent) == (again.thread_id, True, 100)


def test_publishing_itself_compares_nothing(alice: MemberRow) -> None:
    a_post(alice, POT, a_dish(3))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Print)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Look)) == 0


def test_the_earlier_one_is_the_original_whichever_is_looked_at_first(
    alice: MemberRow, bob: MemberRow
) -> None:
    first, second = a_post(alice, POT), a_post(bob, POT)
    third = a_post(bob, POT + "好吃！")
    service.ask([third.thread_id])
    assert service.look_at_posts() == 1
    service.ask([second.thread_id])
    assert service.look_at_posts() == 1  # the third waits again
    work()
    found = {each.thread_id: each.earlier.author.id for each in findings() if each.earlier.author}
    assert found == {second.thread_id: alice.id, third.thread_id: alice.id}
    assert first.thread_id not in queries.flagged([first.thread_id])
    assert drifts() == []


def test_a_post_is_looked_at_again_when_it_is_changed(alice: MemberRow, bob: MemberRow) -> None:
    a_post(alice, POT)
    copy = a_post(bob, POT)
    work()
    assert len(findings()) == 1
    _rewrite(bob, copy, OTHER)
    work()
    assert findings() == []
    assert told() == ["originality.flagged", "originality.cleared"]
    _rewrite(bob, copy, POT)
    work()
    assert [each.thread_id for each in findings()] == [copy.thread_id]
    assert drifts() == []


def _rewrite(author: MemberRow, post: Published, body: str) -> None:
    code = post.thread_code
    community.edit_thread(author.id, code, board_slug="pot", title="今晚这一锅", body=body)


def test_what_settles_itself_when_the_earlier_post_goes(alice: MemberRow, bob: MemberRow) -> None:
    first, copy = a_post(alice, POT), a_post(bob, POT)
    work()
    community.remove_thread(alice.id, first.thread_code)
    work()
    assert findings() == []
    assert queries.flagged([copy.thread_id]) == set()
    community.bring_back_thread(alice.id, first.thread_code)
    work()
    assert [each.thread_id for each in findings()] == [copy.thread_id]
    assert drifts() == []


def test_a_version_that_names_its_origin_may_share_its_words(
    alice: MemberRow, bob: MemberRow
) -> None:
    first = a_post(alice, POT)
    remix = a_post(bob, POT)
    db.session.execute(
        sa.text("UPDATE thread SET origin_id = :origin WHERE id = :id"),
        {"origin": first.thread_id, "id": remix.thread_id},
    )
    db.session.commit()
    work()
    assert findings() == []


def test_posts_that_no_fact_tells_of_are_found_by_the_sweep(alice: MemberRow) -> None:
    many_threads(alice, 3, body=POT, at=NOON)
    assert service.find_posts() == 3
    assert service.find_posts() == 0
    while service.look_at_posts():
        pass
    assert len(findings()) == 2


def test_a_post_whose_transaction_ends_after_that_of_a_newer_one_is_found(
    alice: MemberRow,
) -> None:
    many_threads(alice, 3, body=POT, at=NOON)
    ids = sorted(db.session.scalars(sa.text("SELECT id FROM thread")))
    assert service.find_posts() == 3
    _write("DELETE FROM originality_look WHERE thread_id = :id", id=ids[1])  # as if it came late
    assert service.find_posts() == 1
    with clock.frozen(NOON + timedelta(minutes=3)):
        assert service.find_posts() == 0  # from here on nobody looks back
        _write("DELETE FROM originality_look WHERE thread_id = :id", id=ids[0])
        assert service.find_posts() == 0


def test_what_was_here_long_before_is_history_that_nobody_has_to_judge(
    alice: MemberRow, bob: MemberRow
) -> None:
    many_threads(alice, 2, body=POT, at=clock.now() - timedelta(days=30))
    many_threads(alice, 2, body=OTHER, at=clock.now() - timedelta(hours=2))
    assert service.take_over(clock.now() - timedelta(hours=1)) == 4
    work()
    many_threads(bob, 2, body=SOUP, at=clock.now() - timedelta(days=8))
    service.ask(list(db.session.scalars(sa.text("SELECT id FROM thread"))))
    work()
    assert findings() == []
    copies = {a_post(bob, body).thread_id for body in (POT, OTHER, SOUP)}
    work()
    assert {each.thread_id for each in findings()} == copies
    assert drifts() == []


def test_a_look_can_be_run_twice_and_after_a_broken_one(
    alice: MemberRow, bob: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_post(alice, POT)
    copy = a_post(bob, POT)
    with monkeypatch.context() as patched:
        patched.setattr(looking, "content_of", _broken)
        work()
    waiting = sa.select(Look.thread_id).where(Look.state == LookState.WAITING)
    assert copy.thread_id in set(db.session.scalars(waiting))
    work()
    service.ask([copy.thread_id])
    work()
    assert len(findings()) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Finding)) == 1
    assert drifts() == []


def _broken(_thread_id: int) -> None:
    raise OSError


def test_a_post_that_can_not_be_read_gives_up_after_five_times(
    alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = a_post(alice, POT)
    service.ask([post.thread_id])
    monkeypatch.setattr(looking, "content_of", _broken)
    for _each in range(5):
        assert service.look_at_posts() == 0
    state = sa.select(Look.state).where(Look.thread_id == post.thread_id)
    assert db.session.scalar(state) is LookState.FAILED


def test_a_post_that_changes_while_it_is_read_is_read_again(
    alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = a_post(alice, POT)
    service.ask([post.thread_id])
    read = looking.content_of

    def changing(thread_id: int) -> looking.Content | None:
        found = read(thread_id)
        monkeypatch.setattr(looking, "content_of", read)
        service.ask([thread_id])
        return found

    monkeypatch.setattr(looking, "content_of", changing)
    assert service.look_at_posts() == 0
    assert service.look_at_posts() == 1


def test_alike_things_are_found_by_an_index(app: Flask) -> None:
    """No scan of fingerprints, however many there are: every part is a search by equality."""
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            assert Band.__tablename__ == "originality_band"  # its key is the index, as on SQLite
            return
        bands = looking.photo_bands((1, 2, 3), 4)
        parts = sa.union(
            *(
                sa.select(Band.print_id).where(Band.band == band, Band.value.in_(sorted(values)))
                for band, values in bands.items()
            )
        )
        query = looking._alike(parts, 1)
        sql = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in db.session.execute(sa.text("EXPLAIN QUERY PLAN " + sql))]
        assert not [line for line in plan if line.startswith("SCAN originality")], plan
        assert sum("SEARCH originality_band" in line for line in plan) == len(bands)


def test_pages_of_findings_follow_each_other(alice: MemberRow, bob: MemberRow) -> None:
    many_threads(alice, 1, body=POT, at=clock.now() - timedelta(hours=2))
    many_threads(bob, 23, body=POT)
    db.session.commit()
    service.ask(list(db.session.scalars(sa.text("SELECT id FROM thread"))))
    work()
    first = queries.findings(Show.OPEN)
    assert first.next_key is not None
    second = queries.findings(Show.OPEN, after=int(first.next_key))
    keys = [each.id for each in [*first.items, *second.items]]
    assert keys == sorted(keys)
    assert len(set(keys)) == 23
    assert {each.state for each in first.items} == {State.OPEN}


@use_case
def _write(statement: str, **values: int) -> None:
    db.session.execute(sa.text(statement), values)
