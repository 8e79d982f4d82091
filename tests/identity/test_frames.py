"""Frames around faces: made by the team, given as goods, worn by members, seen by everybody."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import queries, service
from app.identity.frame_models import MemberFrame
from app.identity.types import FrameColor, FrameShape, MemberRow, MergeCause
from app.kernel import clock, goods, verify
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.goods import Giving, GoodsGoneError, Thing, UnknownGoodsError
from app.rewards.types import Delivery, VariantDraft
from tests.factories import mall
from tests.factories.community import a_thread
from tests.factories.identity import Browser
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]


def a_frame(shape: FrameShape = FrameShape.DOTS, color: FrameColor = FrameColor.GOLD) -> int:
    return service.make_frame(
        name_zh="金点", name_en="Golden dots", shape=shape, color=color, actor_id=None
    )


def give(member_id: int, frame_id: int, key: str = "mall:1") -> goods.Given:
    return goods.give("frame", Giving(member_id=member_id, ref=f"{frame_id}.dots-gold", key=key))


def look_of(member_id: int) -> str:
    return queries.people([member_id])[member_id].frame


def drifts() -> list[str]:
    return [each for report in verify.run(("identity.frames",)) for each in report.drifts]


def test_a_frame_is_chosen_in_the_settings_and_seen_around_the_face(
    alice: MemberRow, alice_client: Browser, client: Browser
) -> None:
    assert "No frame yet" in alice_client.get("/settings/frame").text
    frame_id = a_frame()
    give(alice.id, frame_id)
    page = alice_client.get("/settings/frame").text
    assert "Golden dots" in page
    code = a_thread(alice).thread_code
    assert "data-frame" not in client.get(f"/p/{code}").text
    assert alice_client.post("/settings/frame", data={"frame": str(frame_id)}).status_code == 303
    assert "You wear it" in alice_client.get("/settings/frame").text
    assert 'data-frame="dots-gold"' in client.get(f"/p/{code}").text
    assert 'data-frame="dots-gold"' in alice_client.get("/me").text
    assert drifts() == []
    assert alice_client.post("/settings/frame", data={"frame": ""}).status_code == 303
    assert "data-frame" not in client.get(f"/p/{code}").text


def test_nobody_wears_what_is_not_his(
    alice: MemberRow, bob: MemberRow, alice_client: Browser, client: Browser
) -> None:
    frame_id = a_frame()
    give(bob.id, frame_id)
    assert alice_client.post("/settings/frame", data={"frame": str(frame_id)}).status_code == 404
    for nonsense in ("x", "-1", str(2**64)):
        assert alice_client.post("/settings/frame", data={"frame": nonsense}).status_code == 404
    assert look_of(alice.id) == ""
    assert client.get("/settings/frame").status_code in {302, 303}


def test_a_giving_happens_once_and_comes_back_only_unworn(alice: MemberRow) -> None:
    frame_id = a_frame()
    assert give(alice.id, frame_id).is_new
    assert not give(alice.id, frame_id).is_new
    assert goods.take_back("frame", "mall:1")
    assert not goods.take_back("frame", "mall:1")
    give(alice.id, frame_id, "mall:2")
    service.wear_frame(alice.id, frame_id)
    service.wear_frame(alice.id, None)
    assert not goods.take_back("frame", "mall:2")
    assert [each.name for each in queries.frames_of(alice.id)] == ["金点"]


def test_what_is_no_longer_handed_out_stays_with_its_owners(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    frame_id = a_frame()
    give(alice.id, frame_id)
    service.offer_frame(frame_id, is_offered=False, actor_id=staff.id)
    with pytest.raises(GoodsGoneError):
        give(bob.id, frame_id, "mall:2")
    with pytest.raises(UnknownGoodsError):
        give(bob.id, frame_id + 1, "mall:3")
    service.wear_frame(alice.id, frame_id)
    assert look_of(alice.id) == "dots-gold"
    assert goods.kind_of(Thing("frame", "-")).choices() == []


def test_an_item_of_the_mall_hands_a_frame_over(alice: MemberRow, alice_client: Browser) -> None:
    frame_id = a_frame()
    earn(alice.id, 100)
    mall.an_item(
        "frame", delivery=Delivery.GOODS, goods=f"frame:{frame_id}.dots-gold",
        variants=[VariantDraft(code="one", is_endless=True)],
    )  # fmt: skip
    assert 'data-frame="dots-gold"' in alice_client.get("/mall/frame").text
    assert 'data-frame="dots-gold"' in alice_client.get("/mall").text
    mall.buy(alice.id, "frame", address=None)
    assert [each.id for each in queries.frames_of(alice.id)] == [frame_id]
    where = alice_client.get(f"/go/frame/{frame_id}")
    assert where.location.endswith("/settings/frame")


def test_frames_follow_a_merge_and_go_back(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    frame_id = a_frame()
    give(bob.id, frame_id)
    service.merge_members(bob.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    service.wear_frame(alice.id, frame_id)
    assert look_of(alice.id) == "dots-gold"
    merge = db.session.scalar(sa.text("SELECT id FROM member_merge"))
    db.session.rollback()
    service.unmerge_members(int(merge or 0), actor_id=staff.id)
    assert look_of(alice.id) == ""
    assert [each.id for each in queries.frames_of(bob.id)] == [frame_id]
    assert drifts() == []


def test_who_leaves_takes_his_frames_along(alice: MemberRow) -> None:
    give(alice.id, a_frame())
    service.ask_for(alice.id, keeps_posts=True)
    clock.tick(service.GRACE + timedelta(minutes=1))
    while service.close_due():
        pass
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(MemberFrame.id))) == 0


def test_the_team_makes_frames_and_stops_handing_them_out(
    staff_client: Browser, alice_client: Browser
) -> None:
    assert alice_client.get("/staff/frames").status_code == 403
    sent = {"name_zh": "炭火", "name_en": "Embers", "shape": "glow", "color": "accent"}
    assert staff_client.post("/staff/frames", data=sent).status_code == 303
    assert staff_client.post("/staff/frames", data=sent).status_code == 422
    assert staff_client.post("/staff/frames", data={**sent, "shape": "star"}).status_code == 422
    assert staff_client.post("/staff/frames", data={**sent, "name_en": ""}).status_code == 422
    page = staff_client.get("/staff/frames").text
    (number,) = re.findall(r'action="/staff/frames/(\d+)"', page)
    assert staff_client.post(f"/staff/frames/{number}", data={"to": "stop"}).status_code == 303
    assert "Hand out again" in staff_client.get("/staff/frames").text
    assert staff_client.post(f"/staff/frames/{number}", data={"to": "offer"}).status_code == 303
    assert staff_client.post("/staff/frames/7", data={"to": "offer"}).status_code == 404


def test_pages_of_frames_run_few_statements(
    alice: MemberRow, alice_client: Browser, staff_client: Browser, count_statements: Counting
) -> None:
    for number, (shape, color) in enumerate((s, c) for s in FrameShape for c in FrameColor):
        give(alice.id, a_frame(shape, color), f"mall:{number}")
    for client, path in ((alice_client, "/settings/frame"), (staff_client, "/staff/frames")):
        client.get(path)
        with count_statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 4, seen


def test_wearing_nothing_of_a_frame_that_never_was(app: Flask, alice: MemberRow) -> None:
    assert app.name
    with pytest.raises(NotFoundError):
        service.wear_frame(alice.id, 12)
