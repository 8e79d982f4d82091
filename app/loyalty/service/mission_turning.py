"""Missions follow content: what is removed counts no more, what comes back counts again.

Progress is counted anew from the act log, so twice is once and any order ends where it should. A
mission that is done stays done, unless it says that its reward goes with what was removed.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import changed, db
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty.queries import missions as queries
from app.loyalty.queries.missions import PROGRESS
from app.loyalty.service.after import Turned
from app.loyalty.service.missions import TAKEN, pay_done
from app.loyalty.service.reversing import take_back
from app.loyalty.types.doings import Doing
from app.loyalty.types.missions import Mission

ASKABLE = {doing.action for doing in Doing}


def follow_content(acts: Sequence[Turned]) -> None:
    """Count anew what acts had moved on whose content went away or came back.

    One statement where no mission asked for such acts on their days, three where none of these
    members did it.
    Where acts are older than the digests of their tags, what asks for a tag stays as it is.
    """
    asked = {act.action for act in acts} & ASKABLE
    missions = queries.asking_for(asked)
    if not missions:
        return
    found: dict[int, set[tuple[int, date]]] = defaultdict(set)
    for act in acts:
        for each in missions:
            told = each.draft
            if act.action == told.wanted.doing.action and each.runs_on(act.day):
                found[each.id].add((act.member_id, told.period.starts_on(act.day)))
    if not found:
        return
    family = _heads_of({act.member_id for act in acts})
    for each in missions:
        if places := {(family.get(member_id, member_id), on) for member_id, on in found[each.id]}:
            _count_anew(each, places)


def _heads_of(member_ids: set[int]) -> dict[int, int]:
    """Return who of these was merged -> who he is now. One statement."""
    merged = identity.merged_pairs()
    rows = db.session.execute(
        sa.select(merged.c.member_id, merged.c.into_id).where(merged.c.member_id.in_(member_ids))
    )
    return {row.member_id: row.into_id for row in rows}


def _count_anew(mission: Mission, places: set[tuple[int, date]]) -> None:
    here = sa.and_(
        PROGRESS.c.mission_id == mission.id,
        PROGRESS.c.member_id.in_({member_id for member_id, _on in places}),
        PROGRESS.c.period_on.in_({on for _member, on in places}),
    )
    members = sorted(set(db.session.scalars(sa.select(PROGRESS.c.member_id).where(here))))
    if not members:
        return
    # Wallets before progress, as an act does. The rows' locks: an act that counts at this moment
    # is either in the log already, or adds itself afterwards.
    ledger.lock_wallets(members)
    rows = db.session.execute(sa.select(PROGRESS).where(here).with_for_update()).all()
    counts = queries.counted(mission, members)
    for row in rows:
        place = row.member_id, row.period_on
        if place in places - counts.unknown:
            _move(mission, row, min(row.goal, counts.times[place]))


def _move(mission: Mission, row: Any, times: int) -> None:
    """Bring one progress to so many times, and its reward along where the mission says so."""
    if row.done_at is not None and not mission.draft.takes_back:
        return
    is_done = times >= row.goal
    if times == row.times:
        return
    source = Ref("mission", row.id)
    now = clock.now() if is_done else None
    changed(
        sa.update(PROGRESS)
        .where(PROGRESS.c.id == row.id)
        .values(times=times, done_at=now, points=0)
    )
    if row.done_at is not None:
        take_back(source, on_account=TAKEN)
    elif is_done:
        pay_done(row, mission)
