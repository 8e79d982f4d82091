"""What the operator decides: the rules of check-in, in versions; the brand's time zone, noted."""

from dataclasses import asdict, replace
from typing import cast

import sqlalchemy as sa

from app.checkin import queries
from app.checkin.events import CheckInRulesSet
from app.checkin.models import CheckInRules, CheckInZone
from app.checkin.types.rules import BOUNDS, NAMES, Rules
from app.kernel import audit, clock, facts, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import use_case
from app.kernel.errors import InvalidError
from app.kernel.types import Ref


@use_case
def set_rules(rules: Rules, *, actor_id: int) -> Rules:
    """Let new rules hold from now on; rules that say the same make no new version.

    Args:
        rules: what is to hold; its version is not looked at.
        actor_id: the member of staff.

    Raises:
        InvalidError: a figure is out of its bounds.
    """
    for name, bounds in BOUNDS.items():
        if not bounds.least <= getattr(rules, name) <= bounds.most:
            raise InvalidError
    before = queries.rules()
    now = replace(rules, version=before.version)
    if now == before:
        return before
    made = replace(rules, version=before.version + 1)  # two at once: the primary key, and again
    figures = {name: getattr(made, name) for name in NAMES}
    insert_rows(
        cast("sa.Table", CheckInRules.__table__),
        [(made.version, *figures.values(), actor_id, clock.now())],
        ("version", *NAMES, "set_by", "set_at"),
    )
    changes = {
        name: [value, figures[name]]
        for name, value in asdict(before).items()
        if name in figures and value != figures[name]
    }
    subject = Ref("checkin_rules", made.version)
    audit.note(actor_id, "checkin.rules_set", subject, **changes)
    facts.publish(CheckInRulesSet(made.version), actor_id=actor_id, subject=subject)
    return made


@use_case
def note_zone(name: str) -> None:
    """Note the time zone by which the brand's days are cut from now on."""
    insert_rows(cast("sa.Table", CheckInZone.__table__), [(ids.next_id(), name, clock.now())])
