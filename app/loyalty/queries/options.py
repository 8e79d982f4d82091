"""What the act log's attributes are called today: names of boards and hot topics by id."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.i18n import locale_code
from app.loyalty.queries.camps import CAMP, VERSION
from app.loyalty.queries.missions import MISSION
from app.loyalty.types import actions
from app.loyalty.types.actions import Option
from app.loyalty.types.doings import Doing


def options_of(attribute: str) -> Sequence[Option]:
    """Return the values that an attribute of a thread has, with their names; none if there is none.

    One statement, that of the domain that knows them.
    """
    action = actions.find(Doing.POST.action)
    for each in action.attributes if action else ():
        if each.key == attribute and each.options is not None:
            return each.options()
    return []


OFFERED = 200


def missions() -> Sequence[Option]:
    """Return missions with their titles, the newest first. One statement."""
    titles = MISSION.c.title_zh if locale_code().startswith("zh") else MISSION.c.title_en
    rows = db.session.execute(
        sa.select(MISSION.c.id, titles).order_by(MISSION.c.id.desc()).limit(OFFERED)
    )
    return [(mission_id, title) for mission_id, title in rows]


def camps() -> Sequence[Option]:
    """Return camps as their newest version calls them, the newest first. One statement."""
    titles = VERSION.c.title_zh if locale_code().startswith("zh") else VERSION.c.title_en
    newest = (
        sa.select(VERSION.c.camp_id, sa.func.max(VERSION.c.number).label("number"))
        .group_by(VERSION.c.camp_id)
        .subquery()
    )
    is_newest = sa.and_(VERSION.c.camp_id == newest.c.camp_id, VERSION.c.number == newest.c.number)
    rows = db.session.execute(
        sa.select(CAMP.c.id, titles)
        .join(VERSION, VERSION.c.camp_id == CAMP.c.id)
        .join(newest, is_newest)
        .order_by(CAMP.c.id.desc())
        .limit(OFFERED)
    )
    return [(camp_id, title) for camp_id, title in rows]
