"""Members leave: with everything that names them, or with their data in a file first."""

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.community.models import Reply, Thread
from app.identity import queries, service
from app.identity.models import Member, MemberContact, MergeMove
from app.identity.types import MemberRow, MemberState, MergeCause
from app.kernel import clock, leaving
from app.kernel.db import db
from app.kernel.errors import ConflictError
from app.kernel.leaving import Wish
from app.ledger import queries as ledger
from tests.factories.community import a_thread
from tests.factories.identity import PASSWORD, Browser, a_member, letters, sign_in
from tests.identity.merged import drifts, furnish

Counting = Callable[[], AbstractContextManager[list[str]]]


def _leave(member_id: int, *, keeps_posts: bool = False) -> None:
    """Ask, let the time pass, and let the worker do it."""
    service.ask_for(member_id, keeps_posts=keeps_posts)
    clock.tick(service.GRACE + timedelta(minutes=1))
    while service.close_due():
        pass


def _is_gone(member_id: int) -> None:
    db.session.rollback()
    row = db.session.get_one(Member, member_id)
    assert (row.state, row.display_name, row.bio, row.avatar_sha) == (
        MemberState.CLOSED, "", "", None,
    )  # fmt: skip
    assert leaving.left_over(member_id) == {}
    db.session.rollback()


class TestWhoLeaves:
    @pytest.mark.parametrize("keeps_posts", [False, True])
    def test_takes_everything_that_names_him(self, app: Flask, keeps_posts: bool) -> None:
        source, target, other = furnish()
        _leave(source.id, keeps_posts=keeps_posts)

        _is_gone(source.id)
        assert drifts() == []
        for kept in (target, other):
            assert queries.get_member(kept.id).state is MemberState.ACTIVE
        threads = db.session.scalars(sa.select(Thread).where(Thread.author_id == source.id)).all()
        assert threads
        for thread in threads:
            stands = thread.removed_at is None and thread.hidden_at is None
            assert bool(thread.body or thread.title) == stands
            assert stands == keeps_posts or thread.hidden_at is not None
        replies = db.session.scalars(sa.select(Reply).where(Reply.author_id == source.id)).all()
        assert all(bool(r.body) == (r.removed_at is None and r.hidden_at is None) for r in replies)

    def test_loses_what_he_could_spend_and_the_ledger_says_so(self, app: Flask) -> None:
        source, _target, _other = furnish()
        assert ledger.balance(source.id).available > 0
        _leave(source.id)
        assert ledger.balance(source.id).available == 0
        clock.tick(timedelta(days=60))
        service.forget_left()
        assert ledger.balance(source.id).available == 0
        assert drifts() == []

    def test_takes_those_along_who_were_merged_into_him(self, app: Flask, staff: MemberRow) -> None:
        source, target, _other = furnish()
        service.merge_members(source.id, target.id, cause=MergeCause.STAFF, actor_id=staff.id)
        _leave(target.id)
        _is_gone(target.id)
        assert leaving.left_over(source.id) == {}
        assert db.session.scalar(sa.select(sa.func.count()).select_from(MergeMove)) == 0
        assert drifts() == []

    def test_is_called_a_former_member(self, app: Flask, alice: MemberRow, bob: MemberRow) -> None:
        a_thread(alice, title="毛肚七上八下")
        _leave(alice.id, keeps_posts=True)
        with app.test_request_context():
            assert queries.people([alice.id])[alice.id].name != "alice"

    def test_can_sign_in_no_more(self, app: Flask, client: Browser) -> None:
        gone = a_member("gone")
        sign_in(client, gone)
        assert client.get("/me").status_code == 200
        _leave(gone.id)
        assert client.get("/me").status_code in {302, 303, 401}
        assert (
            db.session.scalar(sa.select(MemberContact.id).where(MemberContact.member_id == gone.id))
            is None
        )

    def test_is_told_before_and_after(self, app: Flask, alice: MemberRow) -> None:
        service.ask_for(alice.id, keeps_posts=False)
        before = letters(app)
        assert "/settings/data" in before[-1].body
        clock.tick(service.GRACE + timedelta(minutes=1))
        service.close_due()
        after = letters(app)
        assert len(after) == len(before) + 1
        assert after[-1].subject != before[-1].subject

    def test_can_change_his_mind_until_the_last_day(self, app: Flask, alice: MemberRow) -> None:
        service.ask_for(alice.id, keeps_posts=False)
        assert service.stay(alice.id)
        clock.tick(service.GRACE + timedelta(days=1))
        assert service.close_due() == 0
        assert queries.get_member(alice.id).state is MemberState.ACTIVE
        assert not service.stay(alice.id)

    def test_asks_once(self, app: Flask, alice: MemberRow) -> None:
        service.ask_for(alice.id, keeps_posts=False)
        with pytest.raises(ConflictError):
            service.ask_for(alice.id, keeps_posts=True)

    def test_hands_his_rights_back_first(self, app: Flask, moderator: MemberRow) -> None:
        with pytest.raises(ConflictError):
            service.ask_for(moderator.id, keeps_posts=False)

    def test_goes_on_where_a_killed_worker_stopped(
        self, app: Flask, alice: MemberRow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(3):
            a_thread(alice, title=f"锅底 {number}")
        monkeypatch.setattr("app.community.leaving.PIECE", 2)
        wish, real, calls = Wish(alice.id, keeps_posts=False), community.remove_thread, []

        def dies(*args: object) -> None:
            calls.append(args)
            if len(calls) == 2:
                raise KeyboardInterrupt
            real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(community, "remove_thread", dies)
        with pytest.raises(KeyboardInterrupt):
            leaving.prepare(wish)
        db.session.rollback()
        monkeypatch.setattr(community, "remove_thread", real)
        _leave(alice.id)
        _is_gone(alice.id)
        assert drifts() == []


class TestThePages:
    def test_close_the_account_with_the_password(
        self, alice_client: Browser, alice: MemberRow
    ) -> None:
        assert alice_client.get("/settings/data/leave").status_code == 200
        wrong = alice_client.post(
            "/settings/data/leave", data={"posts": "keep", "current": "no-such-word"}
        )
        assert wrong.status_code == 422
        assert queries.find_leave(alice.id) is None
        done = alice_client.post(
            "/settings/data/leave", data={"posts": "keep", "current": PASSWORD}
        )
        assert done.status_code == 303
        asked = queries.find_leave(alice.id)
        assert asked is not None
        assert asked.keeps_posts
        assert alice_client.post("/settings/data/stay").status_code == 303
        assert queries.find_leave(alice.id) is None

    def test_run_few_statements(self, alice_client: Browser, count_statements: Counting) -> None:
        with count_statements() as statements:
            assert alice_client.get("/settings/data").status_code == 200
        assert len(statements) <= 5

    def test_the_team_closes_and_keeps_at_the_members_wish(
        self, staff_client: Browser, alice: MemberRow
    ) -> None:
        page = f"/staff/members/{alice.yid}"
        assert staff_client.get(f"{page}/close").status_code == 200
        assert staff_client.post(f"{page}/close", data={"posts": "remove"}).status_code == 303
        assert queries.find_leave(alice.id) is not None
        assert staff_client.post(f"{page}/keep").status_code == 303
        assert queries.find_leave(alice.id) is None

    def test_others_of_the_team_may_not(
        self, client: Browser, operator: MemberRow, alice: MemberRow
    ) -> None:
        sign_in(client, operator)
        assert client.get(f"/staff/members/{alice.yid}/close").status_code == 403


class TestTheFile:
    def test_holds_everything_that_is_his(self, app: Flask) -> None:
        source, _target, other = furnish()
        code = service.ask_for_takeout(source.id)
        assert service.write_takeouts() == 1
        found = queries.get_takeout(code, source.id)
        assert found.is_there
        with zipfile.ZipFile(service.takeout_path(found.code)) as bundle:
            names = set(bundle.namelist())
            texts = b"".join(bundle.read(name) for name in names if name.startswith("data/"))
            threads = [json.loads(line) for line in io.BytesIO(bundle.read("data/thread.ndjson"))]
            index = bundle.read("index.html").decode()
        assert {"data/sales_order.ndjson", "data/wallet.ndjson", "data/notice.ndjson"} <= names
        assert "data/checkin.ndjson" in names
        assert all(thread["title"] is not None for thread in threads)
        assert b"password" not in texts
        assert b"argon2" not in texts
        assert "thread.ndjson" in index
        assert other.yid not in index

    def test_is_his_alone_and_one_an_hour(
        self, alice_client: Browser, alice: MemberRow, bob: MemberRow
    ) -> None:
        assert alice_client.post("/settings/data/files").status_code == 303
        assert alice_client.post("/settings/data/files").status_code == 303
        files = queries.takeouts_of(alice.id)
        assert len(files) == 1
        db.session.rollback()
        service.write_takeouts()
        got = alice_client.get(f"/settings/data/files/{files[0].code}")
        assert got.status_code == 200
        assert got.data[:2] == b"PK"
        got.close()
        other = service.ask_for_takeout(bob.id)
        assert alice_client.get(f"/settings/data/files/{other}").status_code == 404
        assert alice_client.get("/settings/data/files/nonsense").status_code == 404

    def test_is_deleted_after_a_week(self, app: Flask, alice: MemberRow) -> None:
        code = service.ask_for_takeout(alice.id)
        service.write_takeouts()
        assert service.takeout_path(code).exists()
        clock.tick(timedelta(days=8))
        service.forget_takeouts()
        assert not service.takeout_path(code).exists()
