"""What loyalty has on the calendar, for those above who plan a week or link to it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.loyalty.models import (
    LoyaltyCamp,
    LoyaltyCampCohort,
    LoyaltyCampVersion,
    LoyaltyMission,
)
from app.loyalty.types.camps import CampState
from app.loyalty.types.missions import MissionState

CAMP = cast("sa.Table", LoyaltyCamp.__table__)
VERSION = cast("sa.Table", LoyaltyCampVersion.__table__)
COHORT = cast("sa.Table", LoyaltyCampCohort.__table__)
MISSION = cast("sa.Table", LoyaltyMission.__table__)
MOST = 100


class Kind(StrEnum):
    """What stands on a day."""

    MISSION = "mission"
    CAMP = "camp"


@dataclass(frozen=True, slots=True)
class Running:
    """A mission that is open, a camp that is published; ``key``: its code or slug."""

    kind: str
    key: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A mission or cohort that begins or ends on a day."""

    kind: Kind
    key: str
    title_zh: str
    title_en: str
    first_on: date
    last_on: date | None

    def title(self, locale: str) -> str:
        """Return what it is called in a language."""
        return self.title_zh if locale.startswith("zh") else self.title_en


def running_now() -> list[Running]:
    """Return open missions, then published camps, by title. One statement."""
    today = clock.business_date()
    missions = sa.select(
        sa.literal(Kind.MISSION.value).label("kind"), MISSION.c.code.label("key"),
        MISSION.c.title_zh, MISSION.c.title_en,
    ).where(
        MISSION.c.state == MissionState.OPEN,
        sa.or_(MISSION.c.ends_on.is_(None), MISSION.c.ends_on >= today),
    )  # fmt: skip
    camps = (
        sa.select(sa.literal(Kind.CAMP.value), CAMP.c.slug, VERSION.c.title_zh, VERSION.c.title_en)
        .join(VERSION, VERSION.c.camp_id == CAMP.c.id)
        .where(CAMP.c.state == CampState.PUBLISHED, VERSION.c.id == _newest())
    )
    rows = db.session.execute(sa.union_all(missions, camps).limit(MOST)).all()
    found = [Running(row.kind, row.key, row.title_zh, row.title_en) for row in rows]
    return sorted(found, key=lambda each: (each.kind != Kind.MISSION, each.title_en, each.key))


def _newest() -> sa.ScalarSelect[Any]:
    later = VERSION.alias("later")
    return (
        sa.select(sa.func.max(later.c.id))
        .where(later.c.camp_id == CAMP.c.id, later.c.is_frozen)
        .correlate(CAMP)
        .scalar_subquery()
    )


def entries_between(first: date, last: date) -> list[Entry]:
    """Return missions and cohorts that begin or end on these days. One statement."""
    missions = sa.select(
        sa.literal(Kind.MISSION.value).label("kind"), MISSION.c.code.label("key"),
        MISSION.c.title_zh, MISSION.c.title_en, MISSION.c.starts_on.label("first_on"),
        MISSION.c.ends_on.label("last_on"),
    ).where(
        MISSION.c.state == MissionState.OPEN,
        sa.or_(MISSION.c.starts_on.between(first, last), MISSION.c.ends_on.between(first, last)),
    )  # fmt: skip
    cohorts = (
        sa.select(
            sa.literal(Kind.CAMP.value), CAMP.c.slug, VERSION.c.title_zh, VERSION.c.title_en,
            COHORT.c.starts_on, COHORT.c.ends_on,
        )
        .join(CAMP, CAMP.c.id == COHORT.c.camp_id)
        .join(VERSION, VERSION.c.id == COHORT.c.version_id)
        .where(
            CAMP.c.state == CampState.PUBLISHED,
            sa.or_(COHORT.c.starts_on.between(first, last), COHORT.c.ends_on.between(first, last)),
        )
    )  # fmt: skip
    rows = db.session.execute(sa.union_all(missions, cohorts).limit(MOST)).all()
    found = [
        Entry(Kind(row.kind), row.key, row.title_zh, row.title_en, row.first_on, row.last_on)
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.first_on, each.kind, each.key))
