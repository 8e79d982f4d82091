"""Pages of missions, camps and badges: who may, what they show, what they cost."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.permissions import Role
from app.loyalty.queries import camps as queries
from app.loyalty.queries import missions as mission_queries
from app.loyalty.service import badges, camp_work, camps
from app.loyalty.service.camp_work import Handed
from app.loyalty.types.badges import BadgeKind
from app.loyalty.types.camps import TaskKind
from app.loyalty.types.doings import Doing, Wanted
from tests.factories.camps import a_badge, a_camp, a_mission, a_task, an_act, badges_of
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.photos import a_file, a_picture

Counting = Callable[[], AbstractContextManager[list[str]]]


def text_of(client: Browser, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.get_data(as_text=True)


def tasks_of(slug: str = "dips") -> list[int]:
    found = [task.id for task in queries.versions_of(slug)[0].tasks]
    db.session.rollback()
    return found


MEMBER_PAGES = ("/missions", "/camps", "/camps/dips", "/badges", "/badges/talker")


def test_guests_see_what_there_is_and_where_to_sign_in(
    app: Flask, staff: MemberRow, client: Browser
) -> None:
    a_mission(staff)
    a_camp(staff)
    a_badge(staff)
    for path in MEMBER_PAGES:
        page = text_of(client, path)
        assert "csrf_token" not in page
    assert "Reply once" in text_of(client, "/missions")
    assert "Sign in to join" in text_of(client, "/camps/dips")
    for path in ("/me/badges", f"/camps/dips/tasks/{tasks_of()[0]}"):
        assert client.get(path).status_code == 303
    for path in ("/camps/nowhere", "/badges/nowhere"):
        assert client.get(path).status_code == 404


def test_nothing_to_see_says_what_comes(app: Flask, alice_client: Browser) -> None:
    assert "No missions right now" in text_of(alice_client, "/missions")
    assert "No camp right now" in text_of(alice_client, "/camps")
    assert "No badges yet" in text_of(alice_client, "/badges")
    assert "Your first badge is near" in text_of(alice_client, "/me/badges")


def test_a_mission_shows_how_far_one_is_and_where_to_go(
    app: Flask, staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    a_mission(staff, goal=3)
    a_mission(staff, title_en="Check in", wanted=Wanted(Doing.CHECK_IN))
    an_act(alice)
    page = text_of(alice_client, "/missions")
    assert "1/3" in page
    assert 'href="/checkin"' in page
    alice_client.post("/checkin")
    assert "1 of 2 missions done" in text_of(alice_client, "/me")


def test_a_member_joins_hands_in_and_graduates_without_javascript(
    app: Flask, staff: MemberRow, alice: MemberRow, alice_client: Browser, staff_client: Browser
) -> None:
    code = a_camp(
        staff, a_task(1, TaskKind.PHOTO, is_reviewed=True),
        a_task(1, TaskKind.STEPS, text_zh="切\n拌", text_en="Cut\nMix"), bonus_points=25,
    )  # fmt: skip
    alice_client.get("/camps/dips")
    joined = alice_client.post("/camps/dips/join", data={"cohort": code})
    assert (joined.status_code, joined.location) == (303, "/camps/dips")
    photo, steps = tasks_of()

    empty = alice_client.post(f"/camps/dips/tasks/{photo}", data={"note": "等一下"})
    assert empty.status_code == 422
    assert 'value="等一下"' in empty.get_data(as_text=True)
    half = alice_client.post(f"/camps/dips/tasks/{steps}", data={"step": ["1"]})
    assert half.status_code == 422
    assert 'value="1" checked' in half.get_data(as_text=True)

    done = alice_client.post(f"/camps/dips/tasks/{steps}", data={"step": ["0", "1"]})
    assert done.status_code == 303
    picture = (BytesIO(a_file(a_picture(320, 240)).read()), "dip.jpg")
    sent = alice_client.post(
        f"/camps/dips/tasks/{photo}",
        data={"photo": picture, "note": "看"},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    assert "Being looked at" in text_of(alice_client, "/camps/dips")

    queue = text_of(staff_client, "/staff/camps-handed-in")
    assert "alice" in queue
    (work_id,) = re.findall(r"camps-handed-in/(\d+)/accept", queue)
    no_reason = staff_client.post(f"/staff/camps-handed-in/{work_id}/return", data={"reason": ""})
    assert no_reason.status_code == 422
    accepted = staff_client.post(f"/staff/camps-handed-in/{work_id}/accept")
    assert accepted.status_code == 303
    assert "Graduated" in text_of(alice_client, "/camps/dips")
    assert "Nothing waits for you" in text_of(staff_client, "/staff/camps-handed-in")


def test_another_members_seat_and_work_stay_his(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_camp(staff, a_task(1, TaskKind.LINK, is_reviewed=True))
    camps.join_cohort(alice.id, "dips", code)
    (task_id,) = tasks_of()
    link = "https://example.com/mine"
    camp_work.hand_in(alice.id, "dips", task_id, Handed(link=link))
    bobs = browser(app)
    sign_in(bobs, bob)
    assert link not in text_of(bobs, "/camps/dips")
    assert bobs.get(f"/camps/dips/tasks/{task_id}").status_code == 404
    assert bobs.post(f"/camps/dips/tasks/{task_id}", data={"link": link}).status_code == 404
    assert bobs.post("/camps/dips/join", data={"cohort": "0000000000000"}).status_code == 404


def test_a_member_chooses_what_his_profile_shows(
    app: Flask, staff: MemberRow, alice: MemberRow, alice_client: Browser, client: Browser
) -> None:
    for key in ("cook", "host"):
        a_badge(staff, key, kind=BadgeKind.HONOUR)
        badges.grant_badge(key, [alice.yid], "谢谢", actor_id=staff.id)
    assert "Show these" in text_of(alice_client, "/me/badges")
    chosen = alice_client.post("/me/badges", data={"show": ["host"]})
    assert chosen.status_code == 303
    profile = text_of(client, f"/u/{alice.yid}")
    assert "/badges/host" in profile
    assert "/badges/cook" not in profile
    assert alice_client.post("/me/badges", data={"show": ["nothing"]}).status_code == 422
    badges.revoke_badge("cook", alice.yid, "弄错了", actor_id=staff.id)
    assert "弄错了" in text_of(alice_client, "/me/badges")


# --- staff ---------------------------------------------------------------------------------------


def test_staff_build_a_camp_from_nothing_to_a_cohort(
    app: Flask, staff_client: Browser, alice_client: Browser
) -> None:
    plan = {
        "title_zh": "火锅营", "title_en": "Pot camp", "about_zh": "七天", "about_en": "Seven days",
        "day_count": "1", "late_days": "0", "late_max": "0", "bonus_points": "10",
    }  # fmt: skip
    staff_client.get("/staff/camps/new")
    assert staff_client.post("/staff/camps/new", data={**plan, "slug": "Pot!"}).status_code == 422
    odd = {**plan, "slug": "pot", "late_days": "2"}
    assert staff_client.post("/staff/camps/new", data=odd).status_code == 422
    made = staff_client.post("/staff/camps/new", data={**plan, "slug": "pot"})
    assert made.location == "/staff/camps/pot"
    assert "nothing to do on day 1" in text_of(staff_client, "/staff/camps/pot")
    task = {
        "day": "1", "kind": "act", "title_zh": "回帖", "title_en": "Reply", "doing": "reply",
        "board": "0", "topic": "0", "goal": "2", "min_length": "10",
    }  # fmt: skip
    assert (
        staff_client.post("/staff/camps/pot/tasks/new", data={**task, "day": "9"}).status_code
        == 422
    )
    added = staff_client.post("/staff/camps/pot/tasks/new", data=task)
    assert added.location == "/staff/camps/pot#day-1"
    assert "at least 10 characters of text" in text_of(staff_client, "/staff/camps/pot/preview")
    assert alice_client.get("/camps/pot").status_code == 404
    staff_client.post("/staff/camps/pot/publish")
    today = clock.business_date()
    late = {"starts_on": str(today), "join_until": str(today + timedelta(days=9))}
    assert staff_client.post("/staff/camps/pot/cohorts/new", data=late).status_code == 422
    cohort = {"starts_on": str(today), "join_until": str(today), "capacity": "5"}
    assert staff_client.post("/staff/camps/pot/cohorts/new", data=cohort).status_code == 303
    assert "Pot camp" in text_of(alice_client, "/camps/pot")
    assert staff_client.get("/staff/camps/pot/plan").status_code == 422
    assert "Group 1" in text_of(staff_client, "/staff/camps/pot")
    assert "Close “Pot camp”?" in text_of(staff_client, "/staff/camps/pot/close")
    assert staff_client.post("/staff/camps/pot/close").status_code == 303
    assert alice_client.get("/camps/pot").status_code == 404


def test_staff_write_open_and_close_a_mission(app: Flask, staff_client: Browser) -> None:
    today = clock.business_date()
    sent = {
        "title_zh": "签到", "title_en": "Check in", "doing": "check_in", "board": "0", "topic": "0",
        "goal": "1", "period": "day", "points": "3", "starts_on": str(today), "audience": "all",
        "position": "0",
    }  # fmt: skip
    staff_client.get("/staff/missions/new")
    assert staff_client.post("/staff/missions/new", data={**sent, "goal": "2"}).status_code == 422
    assert staff_client.post("/staff/missions/new", data={**sent, "points": "x"}).status_code == 422
    made = staff_client.post("/staff/missions/new", data=sent)
    code = made.location.rpartition("/")[2]
    staff_client.post(f"/staff/missions/{code}/open", data={"open": "1"})
    changed = staff_client.post(f"/staff/missions/{code}", data={**sent, "points": "99"})
    assert changed.status_code == 422
    assert "Running" in text_of(staff_client, "/staff/missions")
    staff_client.post(f"/staff/missions/{code}/open", data={"open": "0"})
    assert mission_queries.missions_of(None) == []


def test_staff_make_give_and_take_a_badge(
    app: Flask, staff_client: Browser, alice: MemberRow
) -> None:
    sent = {
        "key": "cook", "name_zh": "掌勺", "name_en": "Cook",
        "about_zh": "会做", "about_en": "Cooks", "icon": "chef-hat", "level": "3",
        "kind": "honour", "standard": "count", "doing": "reply", "at_least": "1", "name": "",
    }  # fmt: skip
    staff_client.get("/staff/badges/new")
    assert staff_client.post("/staff/badges/new", data={**sent, "icon": "x"}).status_code == 422
    assert staff_client.post("/staff/badges/new", data=sent).location == "/staff/badges/cook"
    assert staff_client.post("/staff/badges/new", data=sent).status_code == 422
    staff_client.post("/staff/badges/cook/active", data={"active": "1"})
    assert (
        staff_client.post("/staff/badges/cook/grant", data={"yids": "", "reason": "x"}).status_code
        == 422
    )
    yids = f"{alice.yid}, NOBODY"
    given = staff_client.post("/staff/badges/cook/grant", data={"yids": yids, "reason": "好汤"})
    assert given.status_code == 303
    assert badges_of(alice) == ["cook"]
    assert "好汤" in text_of(staff_client, "/staff/badges/cook")
    take = f"/staff/badges/cook/revoke/{alice.yid}"
    assert "Take “Cook” from alice?" in text_of(staff_client, take)
    assert staff_client.post(take, data={"reason": ""}).status_code == 422
    assert staff_client.post(take, data={"reason": "误发"}).status_code == 303
    assert badges_of(alice) == []
    assert (
        staff_client.post("/staff/badges/cook/edit", data={**sent, "level": "2"}).status_code == 303
    )


@pytest.mark.only("sqlite")
def test_who_has_no_right_does_not_come_in(
    app: Flask, staff: MemberRow, alice_client: Browser
) -> None:
    a_camp(staff)
    a_badge(staff)
    code = a_mission(staff)
    analyst = browser(app)
    sign_in(analyst, a_member("anna", (Role.ANALYST,)))
    for path in (
        "/staff/missions", "/staff/missions/new", f"/staff/missions/{code}", "/staff/camps",
        "/staff/camps/new", "/staff/camps/dips", "/staff/camps/dips/preview", "/staff/badges",
        "/staff/camps-handed-in", "/staff/badges/talker", "/staff/badges/new",
    ):  # fmt: skip
        assert alice_client.get(path).status_code == 403, path
        assert analyst.get(path).status_code == 403, path


# --- what pages cost -----------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 12])
def test_pages_run_a_fixed_number_of_statements(
    app: Flask, staff: MemberRow, alice: MemberRow, alice_client: Browser, staff_client: Browser,
    count_statements: Counting, many: int,
) -> None:  # fmt: skip
    tasks = [a_task(1 + n % 3, TaskKind.LINK, is_reviewed=True) for n in range(max(3, many))]
    camps.join_cohort(alice.id, "dips", a_camp(staff, *tasks))
    for n in range(many):
        a_mission(staff, title_en=f"M{n}", goal=2)
        a_badge(staff, f"talker-{n}")
        a_camp(staff, a_task(1), slug=f"camp-{n}")
    for task_id in [task.id for task in queries.versions_of("dips")[0].of_day(1)]:
        db.session.rollback()
        handed = Handed(link="https://example.com/x")
        camp_work.hand_in(alice.id, "dips", task_id, handed)
    an_act(alice)
    an_act(alice)
    budgets = {
        "/missions": 8, "/camps": 8, "/camps/dips": 9, "/badges": 8, "/badges/talker-0": 8,
        "/me/badges": 9, f"/u/{alice.yid}": 9, "/me": 9,
    }  # fmt: skip
    staff_budgets = {
        "/staff/missions": 8, "/staff/camps": 8, "/staff/camps/dips": 9, "/staff/badges": 8,
        "/staff/camps-handed-in": 8, "/staff/badges/talker-0": 9,
    }  # fmt: skip
    for client, pages in ((alice_client, budgets), (staff_client, staff_budgets)):
        for path, most in pages.items():
            client.get(path)
            with count_statements() as seen:
                assert client.get(path).status_code == 200
            assert len(seen) <= most, (path, len(seen), seen)


def test_an_act_that_moves_everything_stays_within_its_budget(
    app: Flask, staff: MemberRow, alice: MemberRow, count_statements: Counting
) -> None:
    camps.join_cohort(alice.id, "dips", a_camp(staff, a_task(1, goal=9)))
    a_mission(staff, goal=9)
    a_badge(staff)
    for n in range(20):
        a_mission(staff, goal=9, title_en=f"Post {n}", wanted=Wanted(Doing.POST))
        a_badge(staff, f"other-{n}")
    an_act(alice)
    with count_statements() as nobody:
        an_act(a_member("zoe"), Doing.LIKE)
    with count_statements() as seen:
        an_act(alice, Doing.CHECK_IN)
    assert len(seen) <= 16, seen
    assert len(nobody) <= 8 + 8, nobody
