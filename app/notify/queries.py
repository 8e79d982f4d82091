"""Reads of notices."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.types import Page
from app.notify.models import (
    NoticeAct,
    NoticeDelivery,
    NoticeHabit,
    NoticeRow,
    NoticeWish,
    PushSubscription,
)
from app.notify.policy import Habit
from app.notify.types import (
    UNREAD_SHOWN,
    Channel,
    Link,
    Named,
    Notice,
    Params,
    Titles,
    find_kind,
)

NOTICE = cast("sa.Table", NoticeRow.__table__)
ACT = cast("sa.Table", NoticeAct.__table__)
WISH = cast("sa.Table", NoticeWish.__table__)
HABIT = cast("sa.Table", NoticeHabit.__table__)
DELIVERY = cast("sa.Table", NoticeDelivery.__table__)
PUSH = cast("sa.Table", PushSubscription.__table__)
PAGE = 30


def unread_of(member_id: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return how many notices a member has not read, as a part of another statement.

    It stops counting where the page says "99+".
    """
    owner = cast("sa.Column[int]", member_id).table
    few = (
        sa.select(sa.literal(1).label("one"))
        .where(NOTICE.c.member_id == member_id, NOTICE.c.read_at.is_(None), *_visible())
        .limit(UNREAD_SHOWN)
        .correlate(owner)
        .subquery("unread")
    )
    return sa.select(sa.func.count()).select_from(few).correlate(owner).scalar_subquery()


def _visible() -> tuple[sa.ColumnElement[bool], ...]:
    return NOTICE.c.is_shown, NOTICE.c.people > 0


# --- the page ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notices(Page[Notice]):
    """A page of notices, with what decides whether messages on the device are offered.

    Attributes:
        has_push: one of his browsers takes messages already.
        push_later_at: when he said "not now".
    """

    has_push: bool = False
    push_later_at: datetime | None = None


def notices(
    member_id: int,
    *,
    kinds: Collection[str] | None = None,
    unread_only: bool = False,
    after: str | None = None,
    limit: int = PAGE,
) -> Notices:
    """Return a page of a member's notices, the newest first, with the figures of now.

    One statement, one more for all names of things, and one for each kind on the page whose
    figures change.

    Args:
        member_id: whose.
        kinds: only of these.
        unread_only: only what he has not read.
        after: ``next_key`` of the page before; anything that is no such key starts at the top.
        limit: how many.
    """
    page = sa.select(NOTICE.c.id).where(NOTICE.c.member_id == member_id, *_visible())
    if kinds is not None:
        page = page.where(NOTICE.c.kind.in_(sorted(kinds)))
    if unread_only:
        page = page.where(NOTICE.c.read_at.is_(None))
    if after and after.isdecimal() and int(after) < 2**63:
        page = page.where(NOTICE.c.place < int(after))
    page = page.order_by(NOTICE.c.place.desc()).limit(limit + 1)
    has_push = sa.exists().where(PUSH.c.member_id == member_id)
    later = sa.select(HABIT.c.push_later_at).where(HABIT.c.member_id == member_id)
    query = _with_faces().add_columns(
        has_push.label("has_push"), later.scalar_subquery().label("push_later_at")
    )
    among = NOTICE.c.id.in_(page.subquery("page").select())
    rows = db.session.execute(query.where(among).order_by(NOTICE.c.place.desc())).all()
    shown = [notice_from(row) for row in rows[:limit]]
    return Notices(
        fresh(shown),
        str(shown[-1].place) if len(rows) > limit else None,
        has_push=bool(rows and rows[0].has_push),
        push_later_at=rows[0].push_later_at if rows else None,
    )


def notices_by_id(notice_ids: Collection[int]) -> list[Notice]:
    """Return notices with their figures as they are now, whosever they are; for what is sent."""
    rows = db.session.execute(
        _with_faces().where(NOTICE.c.id.in_(sorted(notice_ids)), NOTICE.c.people > 0)
    )
    return fresh([notice_from(row) for row in rows])


def _with_faces() -> sa.Select[Any]:
    """Select notices with the last two people who did it."""
    first, second = sa.orm.aliased(Member), sa.orm.aliased(Member)
    act = ACT.alias("another")
    another = (
        sa.select(act.c.actor_id)
        .where(
            act.c.notice_id == NOTICE.c.id, act.c.actor_id != NOTICE.c.actor_id,
            act.c.withdrawn_at.is_(None), NOTICE.c.people > 1,
        )
        .order_by(act.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    return (
        sa.select(
            NOTICE,
            *identity.person_columns(first, "first_"),
            *identity.person_columns(second, "second_"),
        )
        .outerjoin(first, first.id == NOTICE.c.actor_id)
        .outerjoin(second, second.id == another)
    )


def notice_from(row: Any) -> Notice:
    """Return the notice of a row, with the people who did it."""
    faces = tuple(
        identity.person_from(row, prefix)
        for prefix in ("first_", "second_")
        if getattr(row, f"{prefix}id") not in {None, row.member_id}
    )
    named = dict(zip(("first", "second"), (each.name for each in faces), strict=False))
    figures = {"people": row.people, "things": row.things}
    params = row.params if row.actor_id is None else {**row.params, **named, **figures}
    return Notice(
        row.id, row.member_id, row.kind, params, link_from(row), row.told_at,
        row.read_at is not None, row.place, row.people, faces,
    )  # fmt: skip


def link_from(row: Any) -> Link | None:
    """Return where the notice of a row leads."""
    return Link(row.endpoint, row.link) if row.endpoint else None


def fresh(shown: Sequence[Notice]) -> list[Notice]:
    """Return notices with names and figures as they are now.

    One statement for all names of things, and one a kind that has changing figures.
    """
    by_kind: dict[str, list[Notice]] = {}
    for notice in _with_titles(shown):
        by_kind.setdefault(notice.kind, []).append(notice)
    now = {each.id: each for group in by_kind.values() for each in group}
    for key, group in by_kind.items():
        kind = find_kind(key)
        if kind is not None and kind.refresh is not None:
            for notice_id, params in kind.refresh(group).items():
                now[notice_id] = replace(now[notice_id], params=params)
    return [now[each.id] for each in shown]


def _with_titles(shown: Sequence[Notice]) -> list[Notice]:
    wanted: dict[Titles, set[int]] = {}
    for each in shown:
        for named, thing in _named(each):
            wanted.setdefault(named.titles, set()).add(thing)
    if not wanted:
        return list(shown)
    sources = list(wanted)
    parts = []
    for number, titles in enumerate(sources):
        found = titles(sorted(wanted[titles])).subquery()
        id_, zh, en = found.c
        parts.append(
            sa.select(sa.literal(number).label("source"), id_.label("id"),
                      zh.label("zh"), en.label("en"))
        )  # fmt: skip
    rows = db.session.execute(sa.union_all(*parts)).all()
    names = {(sources[row.source], row.id): (row.zh, row.en) for row in rows}
    return [replace(each, params={**each.params, **_names(each, names)}) for each in shown]


def _names(notice: Notice, names: Mapping[tuple[Titles, int], tuple[str, str]]) -> Params:
    found: dict[str, str] = {}
    for named, thing in _named(notice):
        if (named.titles, thing) in names:
            zh, en = names[named.titles, thing]
            found |= {f"{named.into}_zh": zh, f"{named.into}_en": en}
    return found


def _named(notice: Notice) -> list[tuple[Named, int]]:
    """Return the things whose names a notice carries."""
    kind = find_kind(notice.kind)
    all_named = kind.named if kind is not None and kind.named is not None else ()
    return [
        (named, int(notice.params[named.param]))
        for named in (all_named if isinstance(all_named, tuple) else (all_named,))
        if named.param in notice.params
    ]


# --- wishes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a member has chosen, by kind."""

    chosen: Mapping[str, frozenset[Channel]] = field(default_factory=dict)

    def channels(self, key: str) -> frozenset[Channel]:
        """Return over which channels he gets a kind: what he chose, else the kind's defaults."""
        kind = find_kind(key)
        if kind is None:
            return frozenset()
        defaults = {Channel.WEB: True, Channel.MAIL: kind.by_mail, Channel.PUSH: kind.by_push}
        wanted = self.chosen.get(key, frozenset(each for each, on in defaults.items() if on))
        offered = {Channel.WEB, Channel.PUSH} | ({Channel.MAIL} if kind.has_mail else set())
        always = {Channel.WEB} if kind.is_essential else set()
        return frozenset((wanted & offered) | always)


def wishes(member_ids: Collection[int]) -> dict[int, Wishes]:
    """Return what members have chosen; who chose nothing has the defaults. One statement."""
    rows = db.session.execute(sa.select(WISH).where(WISH.c.member_id.in_(sorted(member_ids))))
    chosen: dict[int, dict[str, frozenset[Channel]]] = {each: {} for each in member_ids}
    for row in rows:
        on = {Channel.WEB: row.by_web, Channel.MAIL: row.by_mail, Channel.PUSH: row.by_push}
        chosen[row.member_id][row.kind] = frozenset(each for each, yes in on.items() if yes)
    return {member_id: Wishes(each) for member_id, each in chosen.items()}


def wishes_of(member_id: int) -> Wishes:
    """Return what a member has chosen. One statement."""
    return wishes([member_id])[member_id]


def habits_of(member_ids: Collection[int]) -> dict[int, Habit]:
    """Return when members want to be reached. One statement."""
    rows = db.session.execute(sa.select(HABIT).where(HABIT.c.member_id.in_(sorted(member_ids))))
    kept = {
        row.member_id: Habit(row.rhythm, row.quiet_from, row.quiet_to, row.zone) for row in rows
    }
    return {each: kept.get(each, Habit()) for each in member_ids}


def subscribers(member_ids: Collection[int]) -> set[int]:
    """Return which members have a browser that takes messages. One statement."""
    asked = sa.select(PUSH.c.member_id).where(PUSH.c.member_id.in_(sorted(member_ids)))
    return set(db.session.scalars(asked.distinct()))


def browsers_of(member_id: int) -> list[Any]:
    """Return a member's browsers that take messages, the newest first. One statement."""
    mine = sa.select(PUSH).where(PUSH.c.member_id == member_id).order_by(PUSH.c.id.desc())
    return list(db.session.execute(mine))


# --- checks and copies ---------------------------------------------------------------------------


def drifting_people() -> Iterator[str]:
    """Yield notices whose count of people is not what their acts say; for ``flask verify``."""
    standing = (
        sa.select(sa.func.count(ACT.c.actor_id.distinct()))
        .where(ACT.c.notice_id == NOTICE.c.id, ACT.c.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    acts = (
        sa.select(sa.func.count())
        .where(ACT.c.notice_id == NOTICE.c.id, ACT.c.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            NOTICE.c.id, NOTICE.c.people, NOTICE.c.things,
            standing.label("standing"), acts.label("acts"),
        ).where(
            NOTICE.c.subject.is_not(None),
            sa.or_(NOTICE.c.people != standing, NOTICE.c.things != acts),
        )
    )  # fmt: skip
    for row in rows:
        yield (
            f"notice {row.id} says {row.people} people and {row.things} acts,"
            f" its acts say {row.standing} and {row.acts}"
        )


def export_rows(
    member_id: int, after: str | None = None, limit: int = 500
) -> Page[tuple[str, str, str, str]]:
    """Return what a member was told, for the copy of his data: moment, kind, figures, read at.

    Args:
        member_id: whose.
        after: ``next_key`` of the page before.
        limit: rows a page.
    """
    query = sa.select(NOTICE).where(NOTICE.c.member_id == member_id).order_by(NOTICE.c.id)
    if after:
        query = query.where(NOTICE.c.id > int(after))
    rows = db.session.execute(query.limit(limit + 1)).all()
    page = [
        (
            row.told_at.isoformat(),
            row.kind,
            " ".join(f"{name}={value}" for name, value in _sorted(row.params)),
            row.read_at.isoformat() if row.read_at else "",
        )
        for row in rows[:limit]
    ]
    return Page(page, str(rows[limit - 1].id) if len(rows) > limit else None)


def _sorted(params: Params) -> Iterable[tuple[str, Any]]:
    return sorted(params.items())
