"""Members and the team: one talk, the team's list, what counts as unread."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.community.queries.tables import MEMBER
from app.identity import queries as identity
from app.kernel import ids
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.text import stored_markup
from app.kernel.types import Page
from app.messages.queries.checks import DeskLine
from app.messages.queries.tables import BIGGEST, LINE, TALK
from app.messages.queries.talking import READERS, is_legible, state_of
from app.messages.types import INBOX, PAGE, Sent, TeamDesk, TeamEntry, TeamRow

WRITER = MEMBER.alias("writer")


def team_desk(member_id: int, viewer_id: int, before: int | None = None) -> TeamDesk | None:
    """Return a member's talk with the team, or None: there is no such member. Two statements.

    Args:
        member_id: whose.
        viewer_id: who looks: his own hidden lines stay legible to him.
        before: id before which lines are shown; None: the newest.
    """
    row = db.session.execute(
        sa.select(
            *identity.person_columns(MEMBER.c), TALK.c.waiting_count, TALK.c.read_id,
            TALK.c.unread_count,
        )
        .outerjoin(TALK, TALK.c.member_id == MEMBER.c.id)
        .where(MEMBER.c.id == member_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    page = (
        sa.select(LINE, *identity.person_columns(WRITER.c), *media.photo_columns(prefix="pic_"))
        .join(WRITER, WRITER.c.id == LINE.c.author_id)
        .outerjoin(media.MEDIA, media.MEDIA.c.id == LINE.c.photo_id)
        .where(LINE.c.member_id == member_id)
        .order_by(LINE.c.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        page = page.where(LINE.c.id < before)
    rows = db.session.execute(page).all()
    entries = [_entry(each, viewer_id) for each in rows[:PAGE]][::-1]
    return TeamDesk(
        identity.person_from(row), entries, entries[0].id if len(rows) > PAGE else None,
        row.waiting_count or 0, row.read_id or 0, row.unread_count or 0,
    )  # fmt: skip


def _entry(row: Any, viewer_id: int) -> TeamEntry:
    is_mine, state = row.author_id == viewer_id, state_of(row)
    legible = is_legible(state, is_mine=is_mine)
    return TeamEntry(
        row.id, identity.person_from(row), row.is_team, is_mine,
        stored_markup(row.body_html if legible else ""),
        media.photo_from(row, "pic_") if legible else None,
        row.sent_at, state, row.hidden_reason if is_mine else None,
    )  # fmt: skip


def team_list(*, waiting: bool, after: str | None = None, limit: int = INBOX) -> Page[TeamRow]:
    """Return a page of talks: those that wait, the longest first, or all, the newest first.

    One statement.

    Args:
        waiting: only those in which a member waits for an answer.
        after: ``next_key`` of the page before; anything that is no such key starts at the top.
        limit: how many.
    """
    place = TALK.c.waiting_id if waiting else TALK.c.last_id
    page = sa.select(TALK.c.member_id, TALK.c.last_id, TALK.c.waiting_count, place.label("place"))
    page = page.where(place.is_not(None))
    if after and after.isascii() and after.isdecimal() and int(after) < BIGGEST:
        page = page.where(place > int(after) if waiting else place < int(after))
    few = page.order_by(place if waiting else place.desc()).limit(limit + 1).subquery("few")
    rows = db.session.execute(
        sa.select(
            few, LINE.c.body, LINE.c.excerpt, LINE.c.photo_id, LINE.c.sent_at, LINE.c.is_team,
            LINE.c.hidden_at, LINE.c.is_final,
            *identity.person_columns(MEMBER.c), *identity.person_columns(WRITER.c, "by_"),
        )
        .select_from(few)
        .join(LINE, LINE.c.id == few.c.last_id)
        .join(MEMBER, MEMBER.c.id == few.c.member_id)
        .join(WRITER, WRITER.c.id == LINE.c.author_id)
        .order_by(few.c.place if waiting else few.c.place.desc())
    ).all()  # fmt: skip
    talks = [_row(row) for row in rows[:limit]]
    return Page(talks, str(talks[-1].place) if len(rows) > limit else None)


def _row(row: Any) -> TeamRow:
    legible = is_legible(state_of(row), is_mine=False)
    return TeamRow(
        identity.person_from(row), row.place, row.excerpt if legible else "",
        row.photo_id is not None and legible,
        identity.person_from(row, "by_") if row.is_team else None, row.sent_at, row.waiting_count,
    )  # fmt: skip


def team_member(yid: str) -> int | None:
    """Return the id of a member whom the team can write to, or None. One statement."""
    code = ids.read_code(yid)
    if code is None:
        return None
    here = sa.select(MEMBER.c.id).where(MEMBER.c.yid == code, MEMBER.c.state.in_(READERS))
    return db.session.scalar(here)


def team_unread_of(member_id: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return 1 where the team has written something new to a member, for another statement."""
    owner = cast("sa.Column[int]", member_id).table
    return (
        sa.select(sa.func.count())
        .select_from(TALK)
        .where(TALK.c.member_id == member_id, TALK.c.unread_count > 0)
        .correlate(owner)
        .scalar_subquery()
    )


def team_unread(member_id: int) -> int:
    """Return how many lines of the team a member has not read. One statement."""
    return (
        db.session.scalar(sa.select(TALK.c.unread_count).where(TALK.c.member_id == member_id)) or 0
    )


def counting_team() -> sa.Select[Any]:
    """Return the SELECT of how many members wait for an answer; for the number in the menu."""
    return sa.select(sa.func.count()).where(TALK.c.waiting_id.is_not(None))


def team_sent_before(author_id: int, request_key: str | None) -> Sent | None:
    """Return what a form has sent already. One statement, none without a key."""
    if request_key is None:
        return None
    row = db.session.execute(
        sa.select(LINE.c.id, LINE.c.member_id).where(
            LINE.c.author_id == author_id, LINE.c.request_key == request_key
        )
    ).one_or_none()
    return Sent(row.member_id, row.id, row.id, is_new=False) if row else None


# --- the desk, the sweep of photos, the verifier -------------------------------------------------


def team_lines_for_desk(line_ids: Collection[int]) -> Mapping[int, DeskLine]:
    """Return messages as whoever judges them sees them. One statement."""
    reader = MEMBER.alias("reader")
    rows = db.session.execute(
        sa.select(
            LINE, *identity.person_columns(WRITER.c), *identity.person_columns(reader.c, "r_"),
            *media.photo_columns(prefix="pic_"),
        )
        .join(WRITER, WRITER.c.id == LINE.c.author_id)
        .join(reader, reader.c.id == LINE.c.member_id)
        .outerjoin(media.MEDIA, media.MEDIA.c.id == LINE.c.photo_id)
        .where(LINE.c.id.in_(sorted(line_ids)))
    )  # fmt: skip
    return {
        row.id: DeskLine(
            row.id, row.member_id, identity.person_from(row),
            identity.person_from(row, "r_") if row.is_team else None,
            row.body, media.photo_from(row, "pic_"), row.sent_at, row.hidden_at is not None,
            not row.body and row.photo_id is None,
        )
        for row in rows
    }  # fmt: skip


def team_reportable_id(line_id: int, viewer_id: int, *, is_team: bool) -> int | None:
    """Return the id if the viewer received the line, in his talk or for the team. One statement."""
    if not 0 < line_id < BIGGEST:
        return None
    received = sa.and_(LINE.c.member_id == viewer_id, LINE.c.is_team)
    if is_team:
        received = sa.or_(received, sa.not_(LINE.c.is_team))
    mine = LINE.c.author_id != viewer_id
    return db.session.scalar(sa.select(LINE.c.id).where(LINE.c.id == line_id, received, mine))


def team_place_of(line_id: int) -> tuple[int, str] | None:
    """Return (member, his Yid) in whose talk a line stands. One statement."""
    row = db.session.execute(
        sa.select(LINE.c.member_id, MEMBER.c.yid)
        .join(MEMBER, MEMBER.c.id == LINE.c.member_id)
        .where(LINE.c.id == line_id)
    ).one_or_none()
    return (row.member_id, row.yid) if row else None


def team_photos_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these photos a line shows. One statement."""
    shown = sa.select(LINE.c.photo_id).where(LINE.c.photo_id.in_(list(media_ids)))
    return {int(each) for each in db.session.scalars(shown) if each is not None}


def recounted() -> dict[str, sa.ScalarSelect[Any]]:
    """Return what a talk's figures are, counted from its lines."""
    here = LINE.c.member_id == TALK.c.member_id
    unread = (here, LINE.c.is_team, LINE.c.id > TALK.c.read_id)
    waits = (here, sa.not_(LINE.c.is_team), LINE.c.id > TALK.c.settled_id)

    def of(what: Any, *conditions: Any) -> sa.ScalarSelect[Any]:
        return sa.select(what).where(*conditions).correlate(TALK).scalar_subquery()

    return {
        "last_id": of(sa.func.max(LINE.c.id), here),
        "waiting_id": of(sa.func.min(LINE.c.id), *waits),
        "waiting_count": of(sa.func.count(LINE.c.id), *waits),
        "unread_count": of(sa.func.count(LINE.c.id), *unread),
    }  # fmt: skip


def drifting_team() -> Iterator[str]:
    """Yield a line for every talk whose figures are not what its lines say."""
    now = recounted()
    drifts = sa.or_(*(TALK.c[name].is_distinct_from(each) for name, each in now.items()))
    rows = db.session.execute(
        sa.select(TALK, *(each.label(f"now_{name}") for name, each in now.items()))
        .where(drifts)
        .order_by(TALK.c.member_id)
    ).mappings()
    for row in rows:
        wrong = [
            f"{name} {row[name]} kept, {row[f'now_{name}']} counted"
            for name in now
            if row[name] != row[f"now_{name}"]
        ]
        yield f"talk of member {row['member_id']} with the team: {', '.join(wrong)}"
