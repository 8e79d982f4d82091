"""The weekly kit: planned in a few pages, ticked off, copied, its lists kept by the team."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.community.queries.topics import find_topic, topics_between
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db, use_case
from app.ops.queries import kit as queries
from app.ops.queries.tables import IDEA
from app.ops.service import kit as service
from app.ops.types import IdeaKind, IdeaState, ItemDraft, ItemKind, WeekFullError, read_week
from tests.community.reading import text_of, value_of
from tests.factories.community import a_thread, some_boards
from tests.factories.identity import Browser, a_member

MONDAY = date(2026, 8, 31)
NEXT = "2026-W37"
LINES = {
    "on-0": "1", "title-0": "Two picks", "day-0": "3", "on-1": "1", "title-1": "Look closer",
    "day-1": "5", "on-2": "1", "title-2": "Say hello", "day-2": "2", "on-3": "1",
    "title-3": "Ask about dips", "day-3": "1", "text-3": "蘸什么？", "on-4": "1",
    "title-4": "Thank you", "day-4": "4",
}  # fmt: skip


@use_case
def an_idea(key: str = "毛肚", kind: IdeaKind = IdeaKind.TERM) -> int:
    thread = a_thread(a_member(f"w{key}"[:12], password=None))
    row = {
        "id": 77, "kind": kind, "key": key, "shown_zh": key, "shown_en": key, "score_milli": 3200,
        "posts": 6, "authors": 4, "weeks": [0, 1, 0, 1, 6], "threads": [thread.thread_id],
        "board_id": some_boards()["dips"], "found_on": clock.business_date(),
        "state": IdeaState.NEW,
    }  # fmt: skip
    db.session.execute(sa.insert(IDEA), [row])
    return 77


def item(on: date, title: str = "Ask something", **more: Any) -> ItemDraft:
    return ItemDraft(on, more.pop("kind", ItemKind.QUESTION), title, **more)


def test_weeks_are_named_as_iso_names_them() -> None:
    assert read_week("2026-W49") == date(2026, 11, 30)
    assert read_week("2026-W53") == date(2026, 12, 28)
    for bad in (None, "", "2026-W54", "2026-W00", "2026-49", "1999-W01", "9999-W01", "x"):
        assert read_week(bad) is None


def test_a_whole_week_is_planned_in_fifteen_pages_at_most(staff_client: Browser) -> None:
    """Counted as a browser counts: every page it loads, redirects with what they lead to."""
    an_idea()
    loads: list[int] = []

    def load(method: str, url: str, **more: Any) -> Any:
        answer = getattr(staff_client, method)(url, **more)
        loads.append(answer.status_code)
        if answer.status_code == 303:
            return load("get", answer.location)
        return answer

    load("get", "/staff/kit")
    plan = text_of(load("get", f"/staff/kit/plan?week={NEXT}"))
    assert "毛肚" in plan
    draft = load("post", "/staff/kit/ideas/77/draft")
    assert value_of(draft, "name_zh") == "毛肚"
    assert value_of(draft, "slug") == "mao-du"
    where = draft.request.path
    form = {"name_zh": "毛肚", "name_en": "Tripe", "slug": "tripe", "week": NEXT, "board": "dips",
            "question_zh": "几秒？", "question_en": "How long?", "act": "plan"}  # fmt: skip
    page = load("post", where, data=form)
    week = load("post", f"/staff/kit/plan?week={NEXT}",
                data={**LINES, "request_key": value_of(page, "request_key")})  # fmt: skip
    assert week.status_code == 200
    found = queries.week_page(MONDAY + timedelta(days=7))
    assert found.gaps == 0
    assert [topic.slug for topic in found.topics] == ["tripe"]
    opening = found.days[0].items[0].draft
    assert (opening.text, opening.link) == ("几秒？\n\nHow long?", "/compose?topic=tripe")
    assert set(loads) == {200, 303}
    assert len(loads) <= 15, loads


def test_the_same_plan_sent_twice_plans_once(staff_client: Browser) -> None:
    page = staff_client.get(f"/staff/kit/plan?week={NEXT}")
    assert page.text.count('name="request_key"') == 1
    key = value_of(page, "request_key")
    for _ in range(2):
        sent = staff_client.post(f"/staff/kit/plan?week={NEXT}", data={**LINES, "request_key": key})
        assert sent.location == f"/staff/kit?week={NEXT}"
    assert len(queries.items_of(MONDAY + timedelta(days=7))) == 5


def test_what_was_typed_into_a_plan_is_not_lost(staff_client: Browser) -> None:
    key = value_of(staff_client.get(f"/staff/kit/plan?week={NEXT}"), "request_key")
    sent = {**LINES, "title-0": " ", "request_key": key}
    answer = staff_client.post(f"/staff/kit/plan?week={NEXT}", data=sent)
    assert answer.status_code == 422
    assert "Ask about dips" in text_of(answer)
    assert queries.items_of(MONDAY + timedelta(days=7)) == []


def test_work_is_added_given_to_somebody_ticked_off_and_removed(
    staff_client: Browser, operator: MemberRow, alice: MemberRow
) -> None:
    form = {"on": "2026-09-02", "kind": "question", "title": "Ask", "assignee": operator.yid}
    assert staff_client.post("/staff/kit/items/new", data=form).location == (
        "/staff/kit?week=2026-W36"
    )
    (made,) = queries.items_of(MONDAY)
    assert made.assignee is not None
    assert made.assignee.yid == operator.yid
    url = f"/staff/kit/items/{made.id}"
    assert staff_client.post(f"{url}/tick", data={"done": "1"}).status_code == 303
    assert queries.items_of(MONDAY)[0].done_at is not None
    staff_client.post(f"{url}/tick", data={"done": "0"})
    assert queries.items_of(MONDAY)[0].done_at is None
    moved = {**form, "on": "2026-09-09", "assignee": alice.yid}  # a fan is not of the team
    staff_client.post(url, data=moved)
    (moved_item,) = queries.items_of(MONDAY + timedelta(days=7))
    assert moved_item.assignee is None
    assert staff_client.get(f"{url}/remove").status_code == 200
    assert staff_client.post(f"{url}/remove").status_code == 303
    assert staff_client.get(url).status_code == 404
    acts = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert acts == [
        "kit.item_added", "kit.done", "kit.undone", "kit.item_changed", "kit.item_removed"
    ]  # fmt: skip


def test_last_week_is_copied_once_and_undone(operator: MemberRow) -> None:
    service.add_item(item(MONDAY + timedelta(1), "Ask"), actor_id=operator.id)
    made = service.add_item(item(MONDAY + timedelta(4), "Thank"), actor_id=operator.id)
    service.tick(made, is_done=True, actor_id=operator.id)
    following = MONDAY + timedelta(days=7)
    assert service.copy_last_week(following, actor_id=operator.id) == 2
    assert service.copy_last_week(following, actor_id=operator.id) == 0
    copied = queries.items_of(following)
    assert [(each.draft.on.weekday(), each.draft.title) for each in copied] == [
        (1, "Ask"), (4, "Thank")
    ]  # fmt: skip
    assert all(each.done_at is None for each in copied)


def test_a_week_has_an_end(operator: MemberRow) -> None:
    drafts = [item(MONDAY, f"n {n}") for n in range(60)]
    service.plan_week(MONDAY, drafts, request_key="k" * 20, actor_id=operator.id)
    with pytest.raises(WeekFullError):
        service.add_item(item(MONDAY), actor_id=operator.id)


def test_gaps_follow_what_happens(staff_client: Browser, alice: MemberRow) -> None:
    code = a_thread(alice).thread_code
    other = a_thread(alice).thread_code
    checks = {check.row.key: check for check in queries.week_page(MONDAY).checks}
    assert checks["features"].missing == 2
    for each in (code, other):
        data = {"week": "2026-W36", "pick": "1"}
        sent = staff_client.post(f"/staff/kit/features/{each}", data=data)
        assert sent.location == "/staff/kit?week=2026-W36"
    checks = {check.row.key: check for check in queries.week_page(MONDAY).checks}
    assert checks["features"].is_done
    assert checks["topic"].is_gap
    staff_client.post(f"/staff/kit/features/{code}", data={"pick": "0"})
    checks = {check.row.key: check for check in queries.week_page(MONDAY).checks}
    assert (checks["features"].done, checks["features"].is_gap) == (1, True)


def test_the_team_keeps_its_own_checklist_and_texts(staff_client: Browser) -> None:
    row = {"kind": "launch", "title_zh": "新品", "title_en": "A launch", "goal": "2",
           "weekday": "3", "position": "5", "is_on": "y"}  # fmt: skip
    assert staff_client.post("/staff/kit/rows/new", data=row).status_code == 303
    rows = queries.rows()
    assert [each.title_en for each in rows][:2] == ["A launch", "One hot topic"]
    off = {**row, "kind": "topic", "title_en": "No topic", "goal": "1"}
    off.pop("is_on")
    staff_client.post("/staff/kit/rows/topic", data=off)
    assert not next(each for each in queries.rows() if each.key == "topic").is_on
    assert staff_client.post("/staff/kit/rows/new", data={**row, "goal": "0"}).status_code == 422
    text = {"kind": "thanks", "name_zh": "谢", "name_en": "Thanks", "text_zh": "谢谢",
            "text_en": "Thank you", "position": "1"}  # fmt: skip
    assert staff_client.post("/staff/kit/texts/new", data=text).status_code == 303
    first = queries.texts()[0]
    assert first.text_en == "Thank you"
    assert staff_client.post(f"/staff/kit/texts/{first.key}/remove").status_code == 303
    assert len(queries.texts()) == 4


def test_a_draft_is_kept_planned_once_or_dropped(staff_client: Browser) -> None:
    an_idea()
    where = staff_client.post("/staff/kit/ideas/77/draft").location
    assert staff_client.post("/staff/kit/ideas/77/draft").location == where  # one idea, one draft
    kept = {"name_zh": "毛肚", "week": NEXT, "act": "keep"}
    assert staff_client.post(where, data=kept).status_code == 303
    bare = staff_client.post(where, data={**kept, "slug": "tripe", "act": "plan"})
    assert bare.status_code == 422
    assert "a name in both languages" in text_of(bare)
    assert find_topic("tripe") is None
    whole = {**kept, "slug": "tripe", "name_en": "Tripe", "act": "plan"}
    assert staff_client.post(where, data=whole).status_code == 303
    assert staff_client.post(where, data=whole).status_code == 404
    (topic,) = topics_between(date(2026, 9, 7), date(2026, 9, 13))
    assert (topic.first_on, topic.last_on) == (date(2026, 9, 7), date(2026, 9, 13))
    assert queries.drafts() == []


def test_a_dropped_draft_leaves_its_idea(staff_client: Browser) -> None:
    an_idea()
    where = staff_client.post("/staff/kit/ideas/77/draft").location
    assert staff_client.get(f"{where}/drop").status_code == 200
    staff_client.post(f"{where}/drop")
    assert staff_client.get(where).status_code == 404
    assert "毛肚" in text_of(staff_client.get("/staff/kit/ideas"))
    staff_client.post("/staff/kit/ideas/77/dismiss")
    assert "毛肚" not in text_of(staff_client.get("/staff/kit/ideas"))
    assert "毛肚" in text_of(staff_client.get("/staff/kit/ideas?show=dismissed"))


def test_only_who_plans_comes_in(
    alice_client: Browser, client: Browser, app: Any, moderator: MemberRow
) -> None:
    from tests.factories.identity import browser, sign_in

    judge = sign_in(browser(app), moderator)
    for url in ("/staff/kit", "/staff/kit/plan", "/staff/kit/ideas", "/staff/kit/rows",
                "/staff/kit/texts", "/staff/kit/items/new"):  # fmt: skip
        assert alice_client.get(url).status_code == 403, url
        assert judge.get(url).status_code == 403, url
        assert client.get(url).status_code in {302, 303, 401}, url


@pytest.mark.parametrize("rows", [1, 40])
def test_pages_take_few_statements_however_much_there_is(
    staff_client: Browser, staff: MemberRow, count_statements: Callable[[], Any], rows: int
) -> None:
    an_idea()
    drafts = [item(MONDAY, f"n {n}", assignee_id=staff.id) for n in range(rows)]
    service.plan_week(MONDAY, drafts, request_key="k" * 20, actor_id=staff.id)
    budgets = {"/staff/kit": 9, f"/staff/kit/plan?week={NEXT}": 14, "/staff/kit/ideas": 8,
               "/staff/kit/rows": 8, "/staff/kit/texts": 8}  # fmt: skip
    for url, most in budgets.items():
        with count_statements() as seen:
            assert staff_client.get(url).status_code == 200, url
        assert len(seen) <= most, f"{url}: {len(seen)}\n" + "\n".join(seen)
