"""Reads of reported acts."""

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.integrations.reports.models import ACT, REPORT, SOURCE
from app.integrations.reports.types import (
    KIND,
    PREFIX,
    ActDraft,
    ActRow,
    MemberName,
    NoSuchActError,
    NoSuchSourceError,
    ReportLine,
    ReportState,
    SourceRow,
)
from app.kernel import ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Page, Ref
from app.loyalty import queries as loyalty
from app.loyalty.types.actions import Action, Attribute, AttributeKind, Option

PER_PAGE = 30
LOOK_EVERY_SECONDS = 5.0

_known: dict[str, Any] = {"acts": {}, "looked": None}


# --- acts ----------------------------------------------------------------------------------------


def acts() -> list[ActRow]:
    """Return all acts that tools tell, in the order in which they were made. One statement."""
    rows = db.session.execute(sa.select(ACT).order_by(ACT.c.id))
    return [act_from(row) for row in rows]


def find_act(key: str) -> ActRow:
    """Return the act of a key. One statement.

    Raises:
        NoSuchActError: there is none.
    """
    row = db.session.execute(sa.select(ACT).where(ACT.c.key == key)).one_or_none()
    if row is None:
        raise NoSuchActError
    return act_from(row)


def act_from(row: Any) -> ActRow:
    """Return the act that a row keeps."""
    draft = ActDraft(
        key=row.key, name_zh=row.name_zh, name_en=row.name_en, icon=row.icon, fund=row.fund,
        is_on=row.is_on,
    )  # fmt: skip
    return ActRow(row.id, draft)


def actions() -> Mapping[str, Action]:
    """Return the acts as rules know them: at most some seconds old, mostly no statement."""
    looked = _known["looked"]
    if looked is None or time.monotonic() - looked > LOOK_EVERY_SECONDS:
        _known["acts"] = {each.action: _action(each) for each in acts()}
        _known["looked"] = time.monotonic()
    found: Mapping[str, Action] = _known["acts"]
    return found


def begin_anew() -> None:
    """Know no acts, and that this was looked up just now; for tests."""
    _known.update(acts={}, looked=math.inf)


def forget() -> None:
    """Look anew the next time: acts were changed here."""
    _known["looked"] = None


def _action(row: ActRow) -> Action:
    draft = row.draft
    return Action(
        row.action, row.name, draft.icon, draft.fund, (TOLD_BY,), is_one_sided=False,
        is_on=draft.is_on, gone=_l("Whoever told us of it has taken it back."),
    )  # fmt: skip


def _tools() -> Sequence[Option]:
    rows = db.session.execute(sa.select(SOURCE.c.id, SOURCE.c.name).order_by(SOURCE.c.id))
    return [(row.id, row.name) for row in rows]


TOLD_BY = Attribute("told_by", _l("Told by"), AttributeKind.CHOICE, _tools)


# --- sources -------------------------------------------------------------------------------------


def sources() -> list[tuple[SourceRow, int]]:
    """Return every tool with how many of its reports wait for staff. One statement."""
    kept = (
        sa.select(sa.func.count())
        .where(REPORT.c.source_id == SOURCE.c.id, REPORT.c.state == ReportState.KEPT)
        .scalar_subquery()
    )
    rows = db.session.execute(sa.select(SOURCE, kept.label("kept")).order_by(SOURCE.c.id))
    return [(_source(row), row.kept) for row in rows]


def get_source(text: str) -> SourceRow:
    """Return a tool by the code of its door, on or off. One statement.

    Raises:
        NoSuchSourceError: there is none.
    """
    code = ids.read_code(text)
    row = code and db.session.execute(sa.select(SOURCE).where(SOURCE.c.code == code)).one_or_none()
    if not row:
        raise NoSuchSourceError
    return _source(row)


def open_source(text: str) -> SourceRow:
    """Return the tool of an address, if its door is open. One statement.

    Raises:
        NotFoundError: there is none, or it is closed: a stranger can't tell which.
    """
    found = get_source(text)
    if not found.is_on:
        raise NotFoundError
    return found


def _source(row: Any) -> SourceRow:
    return SourceRow(
        row.code, row.sealed_secret, row.sealed_former, row.is_on, row.created_at, row.changed_at,
        row.id, row.name,
    )  # fmt: skip


# --- reports -------------------------------------------------------------------------------------


def reports(source_id: int, after: str | None = None, state: str = "") -> Page[ReportLine]:
    """Return what a tool told, the newest first. Three statements."""
    conditions = [REPORT.c.source_id == source_id]
    if state in set(ReportState):
        conditions.append(REPORT.c.state == ReportState(state))
    if after and after.isascii() and after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - below 2**63
        conditions.append(REPORT.c.id < int(after))
    columns = [column.label(f"its_{column.name}") for column in ACT.c]
    rows = db.session.execute(
        sa.select(REPORT, *columns)
        .join(ACT, ACT.c.id == REPORT.c.act_id)
        .where(*conditions)
        .order_by(REPORT.c.id.desc())
        .limit(PER_PAGE + 1)
    ).all()
    shown = rows[:PER_PAGE]
    people = identity.people({row.member_id for row in shown if row.member_id})
    earned = loyalty.points_of(
        [Ref(KIND, row.id) for row in shown if row.state is ReportState.COUNTED]
    )
    return Page(
        [_line(row, people, earned) for row in shown],
        str(shown[-1].id) if len(rows) > PER_PAGE else None,
    )


def _line(row: Any, people: Mapping[int, Any], earned: Mapping[Ref, int]) -> ReportLine:
    draft = ActDraft(
        key=row.its_key, name_zh=row.its_name_zh, name_en=row.its_name_en, icon=row.its_icon,
        fund=row.its_fund, is_on=row.its_is_on,
    )  # fmt: skip
    has_counted = row.state is ReportState.COUNTED
    return ReportLine(
        row.id, ActRow(row.act_id, draft), row.reference, row.state, row.why, row.shown,
        people.get(row.member_id), earned.get(Ref(KIND, row.id), 0) if has_counted else None,
        row.happened_at, row.received_at,
    )  # fmt: skip


def kept(before: Any, limit: int) -> list[int]:
    """Return reports that wait for a member and were last tried before a moment."""
    return list(
        db.session.scalars(
            sa.select(REPORT.c.id)
            .where(REPORT.c.state == ReportState.KEPT, REPORT.c.tried_at <= before)
            .order_by(REPORT.c.tried_at, REPORT.c.id)
            .limit(limit)
        )
    )


def member_of(name: MemberName) -> int | None:
    """Return the member whom a tool names, whoever he is by now; None for nobody. Two statements.

    Who has left is nobody.
    """
    if name.yid:
        found = identity.member_by_yid(name.yid)
    elif name.channel:
        found = identity.member_of_buyer(name.channel, name.keys)
    else:
        found = identity.member_of_contact(name.keys)
    return found


def is_reported(action: str) -> bool:
    """Return whether an action is one that tools tell."""
    return action.startswith(PREFIX)
