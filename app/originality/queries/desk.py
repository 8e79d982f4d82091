"""What the desk and a post's author see: findings with both sides, figures."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from app.community.queries import THREAD, THREAD_PHOTO
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.types import Page
from app.originality.queries import looking
from app.originality.queries.tables import CLAIM, FINDING, LOOK, MEDIA, MEMBER, WORDS
from app.originality.types import (
    PER_PAGE,
    VERDICTS,
    Figures,
    FindingRow,
    LookState,
    Show,
    Side,
    State,
)

_later, _earlier = THREAD.alias("later"), THREAD.alias("earlier")
_writer, _other, _judge = MEMBER.alias("writer"), MEMBER.alias("other"), MEMBER.alias("judge")
_later_photo, _earlier_photo = THREAD_PHOTO.alias("later_photo"), THREAD_PHOTO.alias("early_photo")
_later_media, _earlier_media = MEDIA.alias("later_media"), MEDIA.alias("early_media")
_claim_media = MEDIA.alias("claim_media")

_SHOWN = {
    Show.OPEN: FINDING.c.state == State.OPEN,
    Show.OBJECTED: sa.and_(FINDING.c.state == State.COPIED, FINDING.c.objected_at.is_not(None)),
    Show.JUDGED: FINDING.c.state.in_(VERDICTS),
}


def _people() -> Any:
    return (
        FINDING.join(_later, _later.c.id == FINDING.c.thread_id)
        .join(_writer, _writer.c.id == _later.c.author_id)
        .outerjoin(_earlier, _earlier.c.id == FINDING.c.other_thread_id)
        .outerjoin(_other, _other.c.id == _earlier.c.author_id)
        .outerjoin(_judge, _judge.c.id == FINDING.c.judged_by)
        .outerjoin(WORDS, WORDS.c.finding_id == FINDING.c.id)
    )


def _photos(tables: Any) -> Any:
    return (
        tables.outerjoin(CLAIM, CLAIM.c.id == FINDING.c.claim_id)
        .outerjoin(
            _later_photo,
            sa.and_(
                _later_photo.c.thread_id == FINDING.c.thread_id,
                _later_photo.c.position == FINDING.c.position,
            ),
        )
        .outerjoin(_later_media, _later_media.c.id == _later_photo.c.media_id)
        .outerjoin(
            _earlier_photo,
            sa.and_(
                _earlier_photo.c.thread_id == FINDING.c.other_thread_id,
                _earlier_photo.c.position == FINDING.c.other_position,
            ),
        )
        .outerjoin(_earlier_media, _earlier_media.c.id == _earlier_photo.c.media_id)
        .outerjoin(_claim_media, _claim_media.c.id == CLAIM.c.media_id)
    )


def _select() -> sa.Select[Any]:
    return sa.select(
        FINDING,
        _later.c.code.label("code"), _later.c.title.label("title"),
        _later.c.body.label("body"), _later.c.created_at.label("later_at"),
        sa.or_(_later.c.removed_at.is_not(None), _later.c.hidden_at.is_not(None)).label("is_gone"),
        _earlier.c.code.label("other_code"), _earlier.c.title.label("other_title"),
        _earlier.c.body.label("other_body"),
        sa.or_(_earlier.c.removed_at.is_not(None), _earlier.c.hidden_at.is_not(None)).label(
            "other_is_gone"
        ),
        CLAIM.c.label, CLAIM.c.source_url.label("claim_url"), CLAIM.c.text.label("claim_text"),
        CLAIM.c.published_on,
        WORDS.c.reason, WORDS.c.source_text, WORDS.c.source_url, WORDS.c.objection,
        *identity.person_columns(_writer.c, "writer_"),
        *identity.person_columns(_other.c, "other_person_"),
        *identity.person_columns(_judge.c, "judge_"),
        *media.photo_columns(_later_media.c, "later_photo_"),
        *media.photo_columns(_earlier_media.c, "early_photo_"),
        *media.photo_columns(_claim_media.c, "claim_photo_"),
    ).select_from(_photos(_people()))  # fmt: skip


def _row(row: Any) -> FindingRow:
    is_claim = row.claim_id is not None
    writer = identity.person_from(row, "writer_")
    other = None if is_claim else identity.person_from(row, "other_person_")
    later = Side(
        row.title, f"/p/{row.code}", writer, row.later_at,
        media.photo_from(row, "later_photo_"), row.body, bool(row.is_gone),
    )  # fmt: skip
    earlier = Side(
        row.label if is_claim else row.other_title,
        row.claim_url if is_claim else f"/p/{row.other_code}",
        other,
        None if is_claim and row.published_on is None else row.other_at,
        media.photo_from(row, "claim_photo_" if is_claim else "early_photo_"),
        row.claim_text if is_claim else row.other_body,
        not is_claim and bool(row.other_is_gone),
    )
    return FindingRow(
        id=row.id,
        thread_id=row.thread_id,
        kind=row.kind,
        permille=row.permille,
        state=row.state,
        because=row.because,
        version=row.version,
        later=later,
        earlier=earlier,
        is_self=other is not None and other.id == writer.id,
        is_claim=is_claim,
        found_at=row.found_at,
        judged_by=identity.person_from(row, "judge_") if row.judged_by is not None else None,
        judged_at=row.judged_at,
        objected_at=row.objected_at,
        reason=row.reason or "",
        source_text=row.source_text or "",
        source_url=row.source_url or "",
        objection=row.objection or "",
    )


def findings(show: Show, *, after: int | None = None) -> Page[FindingRow]:
    """Return a page of findings: what waits, the oldest first; judged ones, the newest first.

    One statement.
    """
    is_newest_first = show is Show.JUDGED
    keys = sa.select(FINDING.c.id).where(_SHOWN[show])
    if after is not None:
        keys = keys.where(FINDING.c.id < after if is_newest_first else FINDING.c.id > after)
    order = FINDING.c.id.desc() if is_newest_first else FINDING.c.id
    keys = keys.order_by(order).limit(PER_PAGE + 1)
    rows = db.session.execute(
        _select().where(FINDING.c.id.in_(keys.scalar_subquery())).order_by(order)
    ).all()
    shown = [_row(row) for row in rows[:PER_PAGE]]
    return Page(shown, str(shown[-1].id) if len(rows) > PER_PAGE else None)


def find_finding(finding_id: int) -> FindingRow | None:
    """Return a finding with the whole texts of both sides, or None. Two statements."""
    row = db.session.execute(_select().where(FINDING.c.id == finding_id)).one_or_none()
    if row is None:
        return None
    found = _row(row)
    threads = [each for each in (row.thread_id, row.other_thread_id) if each is not None]
    steps = looking.steps_of(threads)
    later = looking.whole_text(row.title, row.body, steps.get(row.thread_id, []))
    earlier = found.earlier.body
    if row.other_thread_id is not None:
        earlier = looking.whole_text(
            row.other_title, row.other_body, steps.get(row.other_thread_id, [])
        )
    return replace(
        found,
        later=replace(found.later, body=later),
        earlier=replace(found.earlier, body=earlier),
    )


def next_open(but: int) -> int | None:
    """Return the oldest open finding besides one. One statement."""
    return db.session.scalar(
        sa.select(FINDING.c.id)
        .where(FINDING.c.state == State.OPEN, FINDING.c.id != but)
        .order_by(FINDING.c.id)
        .limit(1)
    )


def parties_of(finding_id: int) -> Any:
    """Return whose posts a finding is about, or None. One statement."""
    return db.session.execute(
        sa.select(
            FINDING.c.thread_id, FINDING.c.state, _later.c.code, _later.c.author_id,
            _earlier.c.author_id.label("other_author_id"),
        )
        .join(_later, _later.c.id == FINDING.c.thread_id)
        .outerjoin(_earlier, _earlier.c.id == FINDING.c.other_thread_id)
        .where(FINDING.c.id == finding_id)
    ).one_or_none()  # fmt: skip


def own_findings(member_id: int, code: str) -> list[FindingRow]:
    """Return what is or was found about a member's own post. One statement."""
    rows = db.session.execute(
        _select()
        .where(
            _later.c.code == code,
            _later.c.author_id == member_id,
            _later.c.removed_at.is_(None),
            FINDING.c.state != State.GONE,
        )
        .order_by(FINDING.c.id)
    )
    return [_row(row) for row in rows]


def figures() -> Figures:
    """Return how the desk does. One statement."""

    def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> Any:
        return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()

    row = db.session.execute(
        sa.select(
            count(FINDING, _SHOWN[Show.OPEN]),
            count(FINDING, _SHOWN[Show.OBJECTED]),
            count(FINDING, FINDING.c.state.in_((State.COPIED, State.ALLOWED))),
            count(FINDING, FINDING.c.state == State.ORIGINAL),
            count(LOOK, LOOK.c.state == LookState.DONE),
            count(LOOK, LOOK.c.state == LookState.WAITING),
        )
    ).one()
    return Figures(*(int(each) for each in row))


def counting_waiting() -> sa.Select[Any]:
    """Return a SELECT of how many findings wait for the team."""
    return sa.select(sa.func.count()).where(sa.or_(_SHOWN[Show.OPEN], _SHOWN[Show.OBJECTED]))


def names_of(thread_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of products that posts are tagged with: they count for nothing."""
    return looking.names_of(thread_ids)
