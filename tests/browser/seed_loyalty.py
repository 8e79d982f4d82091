"""The loyal half of the small community: rules in the making, tiers, camps, badges, the desks."""

from dataclasses import replace
from datetime import timedelta

from app.identity.types import MemberRow
from app.integrations.reports import queries as report_queries
from app.integrations.reports import service as reports
from app.integrations.reports.types import MemberName, Report
from app.kernel import clock
from app.kernel.db import db
from app.kernel.permissions import Role
from app.loyalty.queries import camps
from app.loyalty.queries import drafts as draft_queries
from app.loyalty.queries import fraud as case_queries
from app.loyalty.queries import ladders as ladder_queries
from app.loyalty.service import (
    badges,
    camp_editing,
    camp_work,
    closeness,
    drafts,
    fraud,
    ladders,
    referrals,
    rehearsing,
)
from app.loyalty.service import camps as joining
from app.loyalty.service import grants as granting
from app.loyalty.service import grants_batches as batches
from app.loyalty.service.camp_work import Handed
from app.loyalty.service.drafts import mark_of
from app.loyalty.types import Cap, Window
from app.loyalty.types.badges import BadgeKind
from app.loyalty.types.camps import TaskKind
from app.loyalty.types.closeness import VipType
from app.loyalty.types.doings import Doing, Wanted
from app.loyalty.types.fraud import CaseState, Signal, SignalKind
from app.loyalty.types.grants import GrantReason
from app.loyalty.types.missions import Period
from tests.factories.camps import a_badge, a_camp, a_mission, a_task
from tests.factories.desk import a_wish, work_all
from tests.factories.identity import a_member
from tests.factories.loyalty import use_rules
from tests.factories.referrals import comes_by
from tests.factories.rules import a_campaign

REPLY, CAMP = "reply.published", "dips"
NAMES = {"zh_Hans_CN": "深夜食堂双倍周", "en": "Late-night double week"}
MORE = {"zh_Hans_CN": "酸汤季加五分", "en": "Five more for sour broths"}


def games(team: MemberRow) -> dict[str, str]:
    """Publish a campaign, missions and badges, before anybody does anything."""
    use_rules(campaigns=[a_campaign("late", REPLY, names=NAMES, budget=5_000)])
    mission = a_mission(
        team, title_zh="这周回三帖", title_en="Answer three posts this week", goal=3,
        period=Period.WEEK, points=15,
    )  # fmt: skip
    a_mission(team, title_zh="今天签个到", title_en="Check in today", wanted=Wanted(Doing.CHECK_IN))
    a_badge(team)
    a_badge(team, "chef", kind=BadgeKind.HONOUR, level=3)
    return {"mission": mission}


def at_play(fan: MemberRow, other: MemberRow, team: MemberRow) -> dict[str, str]:
    """Let fans join a camp and hand something in; a friend comes by invitation."""
    cohort = a_camp(
        team, a_task(), a_task(1, TaskKind.LINK, is_reviewed=True),
        a_task(2, TaskKind.STEPS, text_zh="切\n拌", text_en="Cut\nMix"), a_task(3),
        slug=CAMP, bonus_points=50, badge_key="chef",
    )  # fmt: skip
    _act, link, steps, _last = (task.id for task in camps.versions_of(CAMP)[0].tasks)
    for member in (fan, other):
        joining.join_cohort(member.id, CAMP, cohort)
        handed = Handed(link="https://shop.example/note/1", note="第一次交，求轻拍")
        camp_work.hand_in(member.id, CAMP, link, handed)
    camp_editing.new_version(CAMP, actor_id=team.id)
    in_making = camps.versions_of(CAMP)[0].tasks[0].id
    badges.grant_badge("chef", [fan.yid], "年夜饭那一晚，教会了三十桌调蘸料。", actor_id=team.id)
    badges.set_showcase(fan.id, ["chef"])
    invitation = referrals.make_link(fan.id)
    comes_by(fan, a_member("nan"))
    return {
        "camp_link": str(link), "camp_steps": str(steps),
        "camp_task": str(in_making), "invitation": invitation,
    }  # fmt: skip


def at_the_desks(watched: MemberRow, fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Open a case that is frozen, an adjustment and batches that wait, a kind of VIP."""
    evidence = {"peak": 20, "own": 1, "usual": 2, "days": 7}
    fraud.note([Signal(watched.id, SignalKind.BURST, 60, 30, evidence)])
    (case,) = case_queries.cases(tuple(CaseState)).items
    fraud.freeze(team.id, case.code)
    fraud.object_to(watched.id, "那天是我们楼的聚会，大家一起签到的。")
    second = a_member("abel", (Role.ADMINISTRATOR,))
    helper = a_member("mo", (Role.MODERATOR,))
    granting.adjust(team.id, a_wish(fan.id, 30))
    asked = granting.adjust(helper.id, a_wish(fan.id, 900, reason=GrantReason.APOLOGY))
    file = f"{fan.yid},50\n{watched.yid},20\nnobody,20\n".encode()
    done = batches.begin_from_file(second.id, "九月晒锅赛", GrantReason.CONTEST, file)
    batches.start(second.id, done.code)
    work_all()
    fresh = f"{fan.yid},80\n{watched.yid},40\nnobody,40\n".encode()
    looked_through = batches.begin_from_file(team.id, "十月开锅日", GrantReason.EVENT, fresh)
    vip = VipType("regulars", "常客桌", "The regulars' table", 1, 1, 10, 1, 120)
    closeness.save_type(vip, is_new=True, actor_id=team.id)
    closeness.score_all()
    return {
        "fraud_case": case.code, "adjustment": asked.code,
        "done_batch": done.code, "checked_batch": looked_through.code,
    }  # fmt: skip


def told_from_outside(fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Let a survey tool tell one act that counts and one of somebody nobody knows."""
    code, _secret = reports.make_source("Formbricks", actor_id=team.id)
    source, act = report_queries.get_source(code), report_queries.find_act("survey_passed")
    for reference, name in (
        ("answer-1001", MemberName(yid=fan.yid)),
        ("answer-1002", MemberName("", "tmall", ("lin",), "tmall · lin")),
    ):
        told = Report("survey_passed", name, reference, clock.now(), is_undone=False)
        reports.take(source, act, told)
    return {"report_source": code}


def in_the_making(team: MemberRow) -> dict[str, str]:
    """Change rules and tiers in a draft, look at what they would cost."""
    draft = drafts.start(actor_id=team.id)
    rule = draft.book.rules[REPLY]
    changed = replace(rule, points=4, growth=4, caps=(Cap(Window.DAY, 40), Cap(Window.WEEK, 120)))
    drafts.save_rule(changed, seen=mark_of(rule), actor_id=team.id)
    starts = clock.now() + timedelta(days=3)
    campaign = a_campaign(
        "sour", "thread.published", names=MORE, multiplier=1000, bonus=5, starts_at=starts
    )
    drafts.save_campaign(campaign, seen=mark_of(None), actor_id=team.id)
    found = draft_queries.draft()
    assert found is not None
    today = clock.business_date()
    run = rehearsing.ask(
        found.book, today - timedelta(days=30), today, moves_campaigns=False, actor_id=team.id
    )
    while rehearsing.step():
        pass
    newest = ladder_queries.ladders()[-1]
    tiers = ladders.begin_draft(newest.number, actor_id=team.id)
    db.session.rollback()
    return {"dry_run": str(run), "tier_draft": str(tiers)}
