"""What furnished members earned: points, days, standing, missions, notices."""

from datetime import timedelta

import sqlalchemy as sa

from app.checkin import service as checkin
from app.checkin.types import Item, Scope, SeedCheckIn
from app.identity.types import MemberRow
from app.kernel import clock, ids
from app.kernel.db import db, use_case
from app.loyalty.models import SuperMember, SuperStep
from app.loyalty.service import badges, camps, tier_grants
from app.loyalty.types.badges import BadgeKind
from app.loyalty.types.supers import SuperState
from app.notify import service as notices
from app.notify.policy import Habit
from app.notify.types import Rhythm
from app.search import service as searches
from tests.factories.camps import a_badge, a_camp, a_mission, an_act
from tests.factories.identity import a_member
from tests.ledger.book import earn, hold, in_days, spend

# A browser's public key: the one of RFC 8291, section 5.
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


def furnish_points(source: MemberRow, target: MemberRow) -> None:
    earn(source.id, 40, 40, expires_on=in_days(30))
    earn(source.id, 15, matures_on=in_days(7))
    hold(source.id, 12, expires_at=clock.now() + timedelta(days=3))
    spend(source.id, 5)
    earn(target.id, 20, 20, expires_on=in_days(30))


def furnish_check_ins(source: MemberRow, target: MemberRow) -> None:
    today = clock.now()
    days = {source: (0, 1, 2, 5, 6, 9), target: (0, 2, 3, 4, 9)}
    checkin.seed_check_ins(
        [
            SeedCheckIn(member.id, today - timedelta(days=ago))
            for member, agos in days.items()
            for ago in agos
        ]
    )


def furnish_savers(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    checkin.give(source.id, Item.CARD, 2, key="gift")
    checkin.give(source.id, Item.SHIELD, 1, key="gift-2")
    checkin.give(target.id, Item.CARD, 1, key="gift")
    yesterday = clock.business_date() - timedelta(days=1)
    checkin.make_up(source.id, yesterday - timedelta(days=2))
    checkin.grant_day(yesterday, Scope.EVERYONE, points=3, actor_id=other.id)
    while checkin.grant_some():
        pass


def furnish_standing(source: MemberRow, other: MemberRow) -> None:
    tier_grants.grant_tier(
        source.id, "gourmet", until_on=in_days(90), reason="hosted the fair",
        request_key="a-key-of-twenty-signs", actor_id=other.id,
    )  # fmt: skip
    invite(source.id)


@use_case
def invite(member_id: int) -> None:
    """Make somebody a super-member, as the rule and his answer would."""
    row = {"member_id": member_id, "net_minor": 5_000_00}
    state, now = SuperState.ACCEPTED, clock.now()
    db.session.execute(sa.insert(SuperMember).values(state=state, invited_at=now, **row))
    db.session.execute(sa.insert(SuperStep).values(id=ids.next_id(), to_state=state, at=now, **row))


def furnish_quests(source: MemberRow, other: MemberRow) -> None:
    """A mission in work, a seat in a camp, a badge, a notice."""
    a_mission(other, goal=9)
    camps.join_cohort(source.id, "dips", a_camp(other))
    a_badge(other, kind=BadgeKind.MANUAL)
    badges.grant_badge("talker", [source.yid], "cooked for all", actor_id=other.id)
    an_act(source)
    told: dict[str, int | str] = {"on": in_days(7).isoformat(), "points": 3, "stage": 7}
    notices.tell(source.id, "loyalty.expiring", key="7", params=told)
    notices.choose_letters(source.id, {"loyalty.expiring": False})
    _told(source, other)
    searches.note_search(source.id, "火锅")


def _told(source: MemberRow, other: MemberRow) -> None:
    """What gathers, what he did, when he is reached, his browser, a letter on its way."""
    nora = a_member("nora", password=None)  # neither muted nor blocked by anybody
    for whose, by in ((source, nora), (nora, source), (other, source)):
        notices.tell(whose.id, "community.follow", key=f"member:{by.id}", actor_id=by.id,
                     subject="me")  # fmt: skip
    notices.tell(source.id, "loyalty.review", key="1", params={"what": "frozen"}, also_by_mail=True)
    notices.keep_habit(source.id, Habit(Rhythm.WEEKLY))
    notices.subscribe(source.id, "https://fcm.googleapis.com/fcm/send/sue", P256DH, "A" * 22)
    while notices.dispatch():
        pass
