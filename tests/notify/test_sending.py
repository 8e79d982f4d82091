"""When and how it goes out: letters at once or together, quiet hours, one tap to stop."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import BounceKind, MemberRow
from app.kernel import clock, jobs
from app.kernel.db import db
from app.notify import policy, queries, service, types
from app.notify.policy import Habit
from app.notify.stopping import stop_path
from app.notify.types import Channel, Group, NoticeKind, Params, Rhythm, Said
from tests.conftest import NOON
from tests.factories.identity import Browser, a_member, letters

SLOW, URGENT = "test.slow", "test.urgent"


def words(params: Params) -> Said:
    return Said(f"Thing {params['n']}", "Come and see")


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    before = dict(types._kinds)
    types._kinds.clear()
    types.register(
        NoticeKind(SLOW, "Slow things", "heart", words, has_mail=True, group=Group.TALK,
                   is_urgent=False)
    )  # fmt: skip
    types.register(NoticeKind(URGENT, "Urgent things", "heart", words, has_mail=True))
    yield
    types._kinds.clear()
    types._kinds.update(before)


def tell(member: MemberRow, n: int = 1, kind: str = SLOW) -> None:
    service.tell(member.id, kind, key=str(n), params={"n": n}, also_by_mail=True)


def at(moment: datetime) -> int:
    """Run the sweep at a moment."""
    clock.tick(moment - clock.now())
    return jobs.run("notify.mail").handled


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=clock.zone()).astimezone(UTC)


# --- digests -------------------------------------------------------------------------------------


def test_what_can_wait_comes_together_the_next_morning(app: Flask) -> None:
    alice = a_member("alice", locale="en")
    tell(alice, 1)
    tell(alice, 2)
    at(NOON + timedelta(minutes=1))
    tell(alice, 3)
    at(shanghai(2, 8, 59))
    assert letters(app) == []
    at(shanghai(2, 9))
    at(shanghai(2, 9, 5))

    (letter,) = letters(app, "alice@example.com")
    assert letter.subject == "Thing 3, and 2 more things"
    for n in (1, 2, 3):
        assert f"- Thing {n}" in letter.body
    assert "Replies" in letter.body
    tell(alice, 4)
    at(shanghai(2, 10))
    at(shanghai(3, 9))
    assert [each.subject for each in letters(app)][-1] == "Thing 4"


def test_a_weekly_digest_waits_for_monday(app: Flask, alice: MemberRow) -> None:
    service.keep_habit(alice.id, Habit(Rhythm.WEEKLY))
    tell(alice)
    at(NOON)
    at(shanghai(6, 23))
    assert letters(app) == []
    at(shanghai(7, 9))  # Monday
    (letter,) = letters(app)
    assert "这一周" in letter.body


def test_what_was_read_meanwhile_is_in_no_digest(app: Flask, alice: MemberRow) -> None:
    tell(alice)
    at(NOON)
    service.read_all(alice.id, 2**62)
    at(shanghai(2, 9))
    assert letters(app) == []


def test_each_by_itself_and_not_at_all(app: Flask, alice: MemberRow, bob: MemberRow) -> None:
    service.keep_habit(alice.id, Habit(Rhythm.INSTANT))
    service.keep_habit(bob.id, Habit(Rhythm.NEVER))
    for who in (alice, bob):
        tell(who)
        tell(who, 2, URGENT)
    at(NOON)
    at(shanghai(2, 9))
    assert sorted(each.subject for each in letters(app, "alice@example.com")) == [
        "Thing 1", "Thing 2",
    ]  # fmt: skip
    assert [each.subject for each in letters(app, "bob@example.com")] == ["Thing 2"]


# --- quiet hours ---------------------------------------------------------------------------------


def test_nothing_goes_out_at_night(app: Flask, alice: MemberRow) -> None:
    clock.tick(shanghai(1, 23) - clock.now())
    tell(alice, 1, URGENT)
    at(shanghai(1, 23, 1))
    at(shanghai(2, 7, 59))
    assert letters(app) == []
    at(shanghai(2, 8))
    assert len(letters(app)) == 1


@pytest.mark.parametrize(
    ("habit", "hour", "wakes"),
    [
        (Habit(), 21, None),
        (Habit(), 22, (2, 8)),
        (Habit(), 3, (1, 8)),
        (Habit(), 8, None),
        (Habit(quiet_from=13 * 60, quiet_to=14 * 60), 13, (1, 14)),
        (Habit(quiet_from=13 * 60, quiet_to=14 * 60), 23, None),
        (Habit(quiet_from=None, quiet_to=None), 3, None),
        (Habit(zone="America/New_York"), 12, (1, 20)),  # midnight there
    ],
)
def test_quiet_hours_end_in_the_members_zone(
    app: Flask, habit: Habit, hour: int, wakes: tuple[int, int] | None
) -> None:
    moment = shanghai(1, hour)
    expected = shanghai(*wakes) if wakes else moment
    assert policy.first_loud_moment(habit, moment) == expected


# --- stopping ------------------------------------------------------------------------------------


def stop_link(app: Flask) -> str:
    (letter,) = letters(app)
    headers = {name: value.replace("\n", "") for name, value in letter.headers.items()}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<http://localhost(/notices/stop/\S+)>", headers["List-Unsubscribe"])
    assert found
    assert found.group(1) in letter.body
    return found.group(1)


def test_one_post_stops_a_kind_without_signing_in(
    app: Flask, alice: MemberRow, client: Browser
) -> None:
    tell(alice, 1, URGENT)
    at(NOON)
    link = stop_link(app)
    page = client.get(link + "?lang=en").text
    assert "No more of these letters?" in page
    assert "Urgent things" in page
    assert Channel.MAIL in queries.wishes_of(alice.id).channels(URGENT)

    one_click = {"List-Unsubscribe": "One-Click"}
    foreign = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post(link, data=one_click, headers=foreign, csrf=False).status_code == 200
    assert client.post(link, data=one_click, csrf=False).status_code == 200

    assert Channel.MAIL not in queries.wishes_of(alice.id).channels(URGENT)
    assert Channel.MAIL in queries.wishes_of(alice.id).channels(SLOW)
    db.session.rollback()
    tell(alice, 2, URGENT)
    at(clock.now())
    assert len(letters(app)) == 1


def test_one_post_stops_the_digest(app: Flask, alice: MemberRow, client: Browser) -> None:
    tell(alice)
    at(NOON)
    at(shanghai(2, 9))
    client.post(stop_link(app), csrf=False)
    assert queries.habits_of([alice.id])[alice.id].rhythm is Rhythm.NEVER


def test_a_link_that_is_not_ours_stops_nothing(alice: MemberRow, client: Browser) -> None:
    good = stop_path(alice.id, SLOW)
    for link in (good[:-6] + "AAAAA=", "/notices/stop/x"):
        assert client.get(link).status_code == 404
        assert client.post(link, csrf=False).status_code == 404


# --- letters that came back ----------------------------------------------------------------------


def test_nothing_unasked_goes_to_an_address_that_bounced(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    assert identity.note_bounce("Alice@Example.com", BounceKind.HARD)
    assert not identity.note_bounce("nobody@example.com", BounceKind.HARD)
    tell(alice, 1, URGENT)
    at(NOON)
    assert letters(app) == []

    page = alice_client.get("/settings/notices?lang=en").text
    assert "a***@example.com" in page
    assert "alice@example.com" not in page
    alice_client.post("/settings/notices/mail-again")
    tell(alice, 2, URGENT)
    at(NOON)
    assert len(letters(app)) == 1


def test_three_passing_failures_are_one_lasting_one(app: Flask, alice: MemberRow) -> None:
    for n in range(3):
        tell(alice, n, URGENT)
        at(NOON)
        assert len(letters(app)) == n + 1
        identity.note_bounce("alice@example.com", BounceKind.SOFT)
    tell(alice, 9, URGENT)
    at(NOON)
    assert len(letters(app)) == 3


def test_the_mail_service_reports_with_a_signature(
    app: Flask, alice: MemberRow, client: Browser
) -> None:
    secret = "s" * 40
    body = b'[{"address": "alice@example.com", "kind": "complaint"}]'
    moment = int(clock.now().timestamp())

    def report(signed: str, raw: bytes = body) -> int:
        return client.post(
            "/hooks/mail/bounces", data=raw, csrf=False, headers={"Potluck-Signature": signed}
        ).status_code

    def signed(at_: int = moment, raw: bytes = body) -> str:
        return f"t={at_},v1={policy.signature(secret, at_, raw)}"

    assert report(signed()) == 404  # no secret, no door
    config = app.config["POTLUCK"]
    object.__setattr__(config, "mail_hook_secret", secret)
    try:
        assert report("") == report("t=1,v1=2") == report(signed(moment - 301)) == 401
        assert report(signed(), b"[]") == 401
        assert report(signed(raw=b"{}"), b"{}") == 400
        assert report(signed()) == report(signed()) == 200
    finally:
        object.__setattr__(config, "mail_hook_secret", "")
    runner = app.test_cli_runner()
    assert "complaint" in runner.invoke(args=["notify", "suppressed"]).output
    assert "1 lifted" in runner.invoke(args=["notify", "lift", alice.yid]).output
    assert "noted" in runner.invoke(args=["notify", "bounce", "alice@example.com"]).output
    assert runner.invoke(args=["notify", "status"]).exit_code == 0


# --- settings ------------------------------------------------------------------------------------


def test_the_settings_page_keeps_when(alice: MemberRow, alice_client: Browser) -> None:
    sent = {
        "web_test_slow": "y", "rhythm": "weekly", "quiet": "y", "quiet_from": "23:30",
        "quiet_to": "07:00", "zone": "Europe/Berlin",
    }  # fmt: skip
    assert alice_client.post("/settings/notices", data=sent).status_code == 303
    habit = queries.habits_of([alice.id])[alice.id]
    assert habit == Habit(Rhythm.WEEKLY, 23 * 60 + 30, 7 * 60, "Europe/Berlin")
    page = alice_client.get("/settings/notices").text
    assert 'value="23:30"' in page
    assert re.search(r"<option selected[^>]*Europe/Berlin", page)


@pytest.mark.parametrize(
    "wrong",
    [{"quiet": "y", "quiet_from": "25:99", "quiet_to": "07:00"}, {"quiet": "y"},
     {"rhythm": "hourly"}, {"zone": "Mars/Base"}],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_kept(
    alice: MemberRow, alice_client: Browser, wrong: dict[str, str]
) -> None:
    answer = alice_client.post("/settings/notices", data={"mail_test_slow": "y", **wrong})
    assert answer.status_code == 422
    assert re.search(
        r'checked[^>]*id="mail_test_slow"|id="mail_test_slow"[^>]*checked', answer.text
    )
    assert queries.habits_of([alice.id])[alice.id] == Habit()


def test_push_settings_without_a_script(alice: MemberRow, alice_client: Browser) -> None:
    assert alice_client.post("/settings/notices/push/off").status_code == 303
    a_member("other")
