"""Other tools tell what members did: each reference once, undone on demand, nobody guessed."""

import json
import os
import re
import subprocess
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask_babel import force_locale
from werkzeug.test import TestResponse

from app.identity import service as identity
from app.identity.models import MemberIdentity
from app.identity.types import LinkProof, MemberRow, MergeCause
from app.integrations.reports import queries, service
from app.integrations.reports.models import REPORT
from app.integrations.reports.types import (
    ActDraft,
    ActKeyTakenError,
    NoSuchActError,
    ReportState,
    Why,
)
from app.kernel import clock, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.ledger import queries as ledger
from app.ledger.types import Fund
from app.loyalty.types import Compare, Condition, actions
from tests.conftest import NOON, ROOT
from tests.factories.identity import Browser, a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule, daily
from tests.identity.furnishing.rows import insert_row
from tests.integrations.sending import signed_headers

SURVEY = "reported.survey_passed"


class Tool:
    """A survey tool that holds the secret of its door."""

    def __init__(self, client: Browser, staff: MemberRow, name: str = "Formbricks") -> None:
        self.client = client
        code, self.secret = service.make_source(name, actor_id=staff.id)
        self.source = queries.get_source(code)

    def tell(self, member: Any, reference: str = "r-1", **more: Any) -> TestResponse:
        """Tell that somebody passed a survey."""
        told = {
            "act": "survey_passed", "member": member, "reference": reference,
            "happened_at": NOON.isoformat(), **more,
        }  # fmt: skip
        raw = json.dumps(told).encode()
        return self.send(raw, signed_headers(raw, "d-1", self.secret))

    def send(self, raw: bytes, headers: dict[str, str]) -> TestResponse:
        return self.client.post(
            f"/hooks/acts/{self.source.code}", data=raw, headers=headers, csrf=False
        )


@pytest.fixture
def tool(client: Browser, staff: MemberRow) -> Tool:
    return Tool(client, staff)


def points_of(member: MemberRow) -> int:
    db.session.rollback()
    return ledger.balance(member.id).available


def knows(member: MemberRow, channel: str, buyer: str) -> None:
    insert_row(
        MemberIdentity, member_id=member.id, channel=channel, external_id=buyer, shown="",
        proof=LinkProof.ORDER,
    )  # fmt: skip
    db.session.commit()


def reports() -> list[tuple[str, str | None]]:
    rows = db.session.execute(sa.select(REPORT).order_by(REPORT.c.id)).all()
    return [(row.state.value, row.why.value if row.why else None) for row in rows]


def nothing_drifts() -> None:
    assert [drift for report in verify.run() for drift in report.drifts] == []


def test_a_reported_act_pays_once_by_its_rule(tool: Tool, alice: MemberRow) -> None:
    use_rules(a_rule(SURVEY, 30, caps=daily(times=2)))
    first = tool.tell(alice.yid)
    assert (first.status_code, first.json) == (202, {"status": "accepted"})
    again = tool.tell(alice.yid)
    assert (again.status_code, again.json) == (200, {"status": "known"})
    assert points_of(alice) == 30
    tool.tell(alice.yid, "r-2")
    tool.tell(alice.yid, "r-3")
    assert points_of(alice) == 60  # the limit of a day holds
    assert reports() == [("counted", None)] * 3
    earned = [line.points for line in queries.reports(tool.source.id).items]
    assert sorted(earned, key=str) == [0, 30, 30]
    nothing_drifts()


def test_the_same_reference_for_something_else_is_refused(
    tool: Tool, alice: MemberRow, bob: MemberRow
) -> None:
    tool.tell(alice.yid)
    clash = tool.tell(bob.yid)
    assert clash.status_code == 409
    assert clash.json is not None
    assert clash.json["error"]["code"] == "reference_conflict"
    assert reports() == [("counted", None)]


def test_what_is_undone_takes_its_points_back_whatever_came_first(
    tool: Tool, alice: MemberRow
) -> None:
    use_rules(a_rule(SURVEY, 30))
    tool.tell(alice.yid)
    assert tool.tell(alice.yid, undone=True).json == {"status": "undone"}
    assert tool.tell(alice.yid, undone=True).json == {"status": "known"}
    assert points_of(alice) == 0
    assert tool.tell(alice.yid).json == {"status": "known"}  # a late replay gives nothing
    assert tool.tell(alice.yid, "r-2", undone=True).json == {"status": "undone"}
    assert tool.tell(alice.yid, "r-2").json == {"status": "known"}
    assert points_of(alice) == 0
    assert reports() == [("undone", None)] * 2
    nothing_drifts()


def test_limits_of_the_day_on_which_it_happened_hold(tool: Tool, alice: MemberRow) -> None:
    use_rules(a_rule(SURVEY, 30, caps=daily(times=1)))
    yesterday = (NOON - timedelta(days=1)).isoformat()
    tool.tell(alice.yid, "r-1")
    tool.tell(alice.yid, "r-2", happened_at=yesterday)
    tool.tell(alice.yid, "r-3", happened_at=yesterday)
    assert points_of(alice) == 60
    nothing_drifts()


def test_campaigns_and_conditions_know_reported_acts(
    client: Browser, staff: MemberRow, alice: MemberRow
) -> None:
    one, other = Tool(client, staff), Tool(client, staff, "腾讯问卷")
    wanted = Condition("told_by", Compare.ANY_OF, (one.source.id,))
    use_rules(a_rule(SURVEY, 10, conditions=(wanted,)), campaigns=(a_campaign(action=SURVEY),))
    one.tell(alice.yid)
    assert points_of(alice) == 20
    other.tell(alice.yid)
    assert points_of(alice) == 20
    found = actions.find(SURVEY)
    assert found is not None
    (told_by,) = found.attributes
    assert told_by.options is not None
    assert [name for _number, name in told_by.options()] == ["Formbricks", "腾讯问卷"]


@pytest.mark.parametrize(("lang", "name"), [("zh_Hans_CN", "问卷通过"), ("en", "Survey passed")])
def test_the_statement_calls_it_by_its_name(
    tool: Tool, alice: MemberRow, alice_client: Browser, lang: str, name: str
) -> None:
    use_rules(a_rule(SURVEY, 30))
    tool.tell(alice.yid)
    alice_client.get(f"/?lang={lang}")
    with force_locale(lang):
        found = actions.find(SURVEY)
        assert found is not None
        assert str(found.label) == name
    assert name in alice_client.get("/me/acts").text


def test_a_member_is_found_by_shop_account_and_proved_contact(tool: Tool, alice: MemberRow) -> None:
    use_rules(a_rule(SURVEY, 30))
    knows(alice, "tmall", "lin")
    assert tool.tell({"channel": "tmall", "buyer": "lin"}, "r-1").status_code == 202
    contact = identity_contact(alice)
    assert tool.tell({"email": contact}, "r-2").json == {"status": "accepted"}
    assert points_of(alice) == 60


def identity_contact(member: MemberRow) -> str:
    from app.identity import queries as people

    (line, *_more) = people.contacts_of(member.id)
    return line.contact.value


def test_nobody_is_guessed_and_who_becomes_known_gets_it(
    tool: Tool, alice: MemberRow, staff: MemberRow
) -> None:
    use_rules(a_rule(SURVEY, 30))
    told = tool.tell({"channel": "tmall", "buyer": "lin"})
    assert (told.status_code, told.json) == (202, {"status": "set_aside", "reason": "member"})
    assert tool.tell("ABCDEFGH", "r-2").status_code in {202, 422}
    (line, *_more) = reversed(queries.reports(tool.source.id).items)
    assert (line.why, line.shown, line.points) == (Why.MEMBER, "tmall · lin", None)
    knows(alice, "tmall", "lin")
    before = points_of(alice)
    assert service.retry_kept() == 0  # each once an hour
    with clock.frozen(NOON + timedelta(hours=2)):
        assert service.retry_kept() == 1
    assert points_of(alice) == before + 30
    assert reports()[0] == ("counted", None)
    assert db.session.scalar(sa.select(REPORT.c.named).where(REPORT.c.id == line.id)) is None


def test_contacts_of_unknown_people_are_kept_as_digests_and_not_for_ever(tool: Tool) -> None:
    tool.tell({"phone": "+8613800138000"})
    row = db.session.execute(sa.select(REPORT)).one()
    assert "13800138000" not in json.dumps(row.named)
    assert row.shown == "+86138****8000" or "****" in row.shown
    db.session.rollback()
    with clock.frozen(NOON + timedelta(days=91)):
        assert service.forget_names() == 1
    row = db.session.execute(sa.select(REPORT)).one()
    assert (row.state, row.named, row.shown) == (ReportState.CLOSED, None, "")


def test_an_act_that_is_off_waits_and_can_be_tried_again(
    tool: Tool, alice: MemberRow, staff: MemberRow
) -> None:
    use_rules(a_rule(SURVEY, 30))
    draft = queries.find_act("survey_passed").draft
    off = ActDraft(
        key=draft.key, name_zh=draft.name_zh, name_en=draft.name_en, icon=draft.icon,
        fund=draft.fund, is_on=False,
    )  # fmt: skip
    service.write_act(off, is_new=False, actor_id=staff.id)
    assert tool.tell(alice.yid).json == {"status": "set_aside", "reason": "off"}
    assert SURVEY not in {each.key for each in actions.known()}
    assert SURVEY in {each.key for each in actions.every()}  # its rules stay readable
    service.write_act(draft, is_new=False, actor_id=staff.id)
    (line,) = queries.reports(tool.source.id).items
    assert service.retry(line.id, actor_id=staff.id)
    assert points_of(alice) == 30


def test_a_merged_member_gets_what_is_told_of_whom_he_was(
    tool: Tool, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    use_rules(a_rule(SURVEY, 30))
    identity.merge_members(alice.id, bob.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert tool.tell(alice.yid).json == {"status": "accepted"}
    assert points_of(bob) == 30


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"act": "dance"}, "act"),
        ({"act": ""}, "act"),
        ({"reference": ""}, "reference"),
        ({"happened_at": "yesterday"}, "happened_at"),
        ({"happened_at": (NOON + timedelta(days=1)).isoformat()}, "happened_at"),
        ({"happened_at": (NOON - timedelta(days=500)).isoformat()}, "happened_at"),
        ({"member": {}}, "member"),
        ({"member": {"name": "x"}}, "member.name"),
        ({"member": {"email": "nobody"}}, "member.email"),
        ({"undone": "yes"}, "undone"),
        ({"points": 5}, "points"),
    ],
)
def test_what_breaks_the_schema_is_told_where(
    tool: Tool, alice: MemberRow, more: dict[str, Any], path: str
) -> None:
    answer = tool.tell(**{"member": alice.yid, **more})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["path"] == path
    assert reports() == []


def test_only_what_the_secret_signed_comes_in(tool: Tool, alice: MemberRow) -> None:
    raw = json.dumps({"act": "survey_passed"}).encode()
    good = signed_headers(raw, "d-1", tool.secret)
    assert tool.send(raw + b" ", good).status_code == 401
    old = signed_headers(raw, "d-1", tool.secret, age=timedelta(minutes=6))
    assert tool.send(raw, old).status_code == 401
    assert tool.send(raw, {"Content-Type": "text/plain"}).status_code == 415
    assert reports() == []


def test_a_closed_door_is_none_and_a_changed_secret_lives_an_hour(
    tool: Tool, alice: MemberRow, staff: MemberRow
) -> None:
    former = tool.secret
    tool.secret = service.rotate(tool.source.code, actor_id=staff.id)
    assert tool.tell(alice.yid).status_code == 202
    tool.secret, new = former, tool.secret
    assert tool.tell(alice.yid).status_code == 200
    with clock.frozen(NOON + timedelta(hours=2)):
        assert tool.tell(alice.yid).status_code == 401
        tool.secret = new
        assert tool.tell(alice.yid).status_code == 200
    service.close_source(tool.source.code, actor_id=staff.id)
    assert tool.tell(alice.yid).status_code == 404
    tool.secret = service.reopen_source(tool.source.code, actor_id=staff.id)
    assert tool.tell(alice.yid).status_code == 200


def test_staff_define_acts_once(tool: Tool, staff: MemberRow) -> None:
    draft = ActDraft(
        key="shared_outside", name_zh="站外分享", name_en="Shared outside", icon="star",
        fund=Fund.GIFT,
    )  # fmt: skip
    service.write_act(draft, is_new=True, actor_id=staff.id)
    with pytest.raises(ActKeyTakenError):
        service.write_act(draft, is_new=True, actor_id=staff.id)
    with pytest.raises(NoSuchActError):
        queries.find_act("unheard_of")
    found = actions.find("reported.shared_outside")
    assert found is not None
    assert (found.fund, found.icon) == (Fund.GIFT, "star")
    noted = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"reports.source_made", "reports.act_made"} <= noted


def test_the_pages_lead_from_nothing_to_a_report(
    staff_client: Browser, client: Browser, alice: MemberRow
) -> None:
    page = staff_client.get("/staff/reported-acts").text
    assert "Survey passed" in page  # what the first tool brings
    answer = staff_client.post("/staff/reported-acts", data={"name": ""})
    assert answer.status_code == 422
    answer = staff_client.post("/staff/reported-acts", data={"name": "Formbricks"})
    assert answer.status_code == 303
    page = staff_client.get(answer.headers["Location"]).text
    (secret,) = re.findall(r'id="secret"[^>]*>(whsec_[^<]+)<', page)
    (address,) = re.findall(r'id="address"[^>]*>([^<]+)<', page)
    assert secret not in staff_client.get(answer.headers["Location"]).text
    told = {
        "act": "template_used", "member": alice.yid, "reference": "t-1",
        "happened_at": NOON.isoformat(),
    }  # fmt: skip
    raw = json.dumps(told).encode()
    path = "/hooks" + address.partition("/hooks")[2]
    sent = client.post(path, data=raw, headers=signed_headers(raw, "d", secret), csrf=False)
    assert sent.status_code == 202
    page = staff_client.get(answer.headers["Location"]).text
    assert "t-1" in page
    assert "Counted" in page
    edit = "/staff/reported-acts/acts/template_used"
    assert staff_client.get(edit).status_code == 200
    changed = {"name_zh": "模板", "name_en": "Template", "fund": "gift", "icon": "heart"}
    assert staff_client.post(edit, data=changed).status_code == 303
    assert not queries.find_act("template_used").draft.is_on
    assert (
        staff_client.post("/staff/reported-acts/acts/new", data={"key": "A b"}).status_code == 422
    )
    rules = staff_client.get("/staff/rules").text
    assert rules


def test_the_recipe_of_the_page_signs_as_the_door_wants(
    staff_client: Browser, client: Browser, alice: MemberRow
) -> None:
    from html import unescape

    answer = staff_client.post("/staff/reported-acts", data={"name": "Formbricks"})
    page = staff_client.get(answer.headers["Location"]).text
    (secret,) = re.findall(r'id="secret"[^>]*>(whsec_[^<]+)<', page)
    (recipe,) = re.findall(r'id="recipe"[^>]*><code>(.*?)</code>', page, re.DOTALL)
    script = unescape(recipe).replace("whsec_…", secret)
    script = (
        script.partition("curl ")[0]
        + 'printf "%s\\n%s\\n%s\\n%s" "$ID" "$STAMP" "$SIGNATURE" "$BODY"'
    )
    told = subprocess.run(
        ["/bin/bash", "-c", script], capture_output=True, text=True, check=True, cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
    ).stdout.split("\n")  # fmt: skip
    number, stamp, signature, body = told
    headers = {
        "Content-Type": "application/json", "webhook-id": number, "webhook-timestamp": stamp,
        "webhook-signature": signature,
    }  # fmt: skip
    (address,) = re.findall(r'id="address"[^>]*>([^<]+)<', page)
    from datetime import UTC, datetime

    with clock.frozen(datetime.fromtimestamp(int(stamp), UTC)):
        path = "/hooks" + address.partition("/hooks")[2]
        sent = client.post(path, data=body.encode(), headers=headers, csrf=False)
    assert sent.status_code in {202, 422}
    assert sent.status_code == 202 or "happened_at" in sent.text


def test_many_reports_stay_cheap(
    tool: Tool, alice: MemberRow, staff_client: Browser, count_statements: Any
) -> None:
    use_rules(a_rule(SURVEY, 3))
    for number in range(3):
        tool.tell(alice.yid, f"r-{number}")
    page = f"/staff/reported-acts/tools/{tool.source.code}"
    staff_client.get(page)
    with count_statements() as few:
        staff_client.get(page)
    for number in range(3, 12):
        tool.tell(a_member(f"m{number}").yid, f"r-{number}")
    with count_statements() as many:
        staff_client.get(page)
    assert len(few) == len(many)
