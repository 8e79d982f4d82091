"""The brand world and the archive of the demo: made at the end of its year, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.archive import service as archive
from app.archive.types import Grant, Scope, SelectionDraft, Term, UseDraft
from app.brand import queries, service
from app.brand.types import (
    Chapter,
    ColumnDraft,
    PageDraft,
    PageKind,
    PersonDraft,
    SeedPage,
)
from app.community.queries import THREAD, visible
from app.demo.accounts import ACCOUNTS, HOUSE
from app.demo.content import brand as content
from app.demo.content import person
from app.demo.loader.roll import Roll
from app.demo.loader.state import Shelf
from app.kernel import clock
from app.kernel.db import db, use_case

WRITTEN = timedelta(days=120)  # before the year's end
ISSUES = 5
GRANTED, MOST = 9, 12
EVERYWHERE = (Scope.COMMUNITY, Scope.CHANNELS, Scope.SHOPS)


@use_case
def set_up(roll: Roll, shelf: Shelf, ends_at: datetime) -> None:
    """Write the pages, show the people, run a column, let some fans grant the use of posts."""
    if queries.find_page("story") is not None:
        return
    house_id = roll.members[HOUSE]
    with clock.frozen(ends_at - WRITTEN):
        _pages(house_id, shelf)
        _people(roll, house_id, shelf)
    _column(roll, house_id, ends_at)
    _rights(house_id, roll, ends_at)


# --- the brand -----------------------------------------------------------------------------------


def _pages(house_id: int, shelf: Shelf) -> None:
    told: tuple[tuple[str, PageKind, PageDraft, Sequence[Chapter]], ...] = (
        ("story", PageKind.STORY, content.STORY, _chapters(content.STORY_CHAPTERS, shelf)),
        ("manifesto", PageKind.MANIFESTO, content.MANIFESTO,
         _chapters(content.MANIFESTO_CHAPTERS, shelf)),
        ("values", PageKind.VALUES, content.VALUES, content.VALUE_CARDS),
    )  # fmt: skip
    for slug, kind, draft, chapters in told:
        page = SeedPage(slug, kind, replace(draft, chapters=chapters), clock.now())
        service.seed_page(page, actor_id=house_id)


def _chapters(shown: Sequence[content.Shown], shelf: Shelf) -> list[Chapter]:
    spare = [shelf.photos[key] for key in sorted(shelf.photos)]
    made = []
    for n, each in enumerate(shown):
        photo = shelf.photos.get(each.picture) or (spare[n % len(spare)] if spare else None)
        made.append(replace(each.chapter, media_id=photo if each.picture else None))
    return made


def _people(roll: Roll, house_id: int, shelf: Shelf) -> None:
    spare = [shelf.photos[key] for key in sorted(shelf.photos)]
    for n, face in enumerate(content.PEOPLE):
        if face.member not in roll.members:
            continue
        known = shelf.faces.get(person(face.member).portrait)
        portrait = known[0] if known else (spare[n % len(spare)] if spare else None)
        if portrait is not None:
            card = PersonDraft(*face.job, *face.line, *face.ask, media_id=portrait)
            service.save_person(house_id, roll.members[face.member], card)


def _column(roll: Roll, house_id: int, ends_at: datetime) -> None:
    """Let who of the team has written most write a column of his latest posts."""
    people = [roll.members[each.member] for each in content.PEOPLE if each.member in roll.members]
    shown = [each for each in people if queries.has_face(each)]
    rows = db.session.execute(
        sa.select(THREAD.c.id, THREAD.c.author_id, THREAD.c.created_at)
        .where(THREAD.c.author_id.in_(shown), *visible(THREAD.c))
        .order_by(THREAD.c.created_at)
    ).all()
    if not shown:
        return
    writers = [row.author_id for row in rows] or shown
    author_id = max(shown, key=writers.count)
    posts = [row for row in rows if row.author_id == author_id][-ISSUES:]
    today = clock.business_date(ends_at)
    draft = ColumnDraft(*content.COLUMN, weekday=today.weekday(), author_id=author_id)
    with clock.frozen(posts[0].created_at if posts else ends_at - WRITTEN):
        column_id = service.open_column(house_id, draft)
    for row in posts[:-1]:
        with clock.frozen(row.created_at):
            service.join_column(author_id, column_id, row.id)
    service.tell_followers()  # nobody yet: who follows later hears of what is new then
    with clock.frozen(ends_at):
        service.save_column(house_id, replace(draft, weekday=(today.weekday() + 2) % 7))
        _plan(house_id, draft.slug)
    for member_id in sorted(roll.members.values())[:MOST]:
        service.follow(member_id, draft.slug)
    for row in posts[-1:]:
        with clock.frozen(row.created_at):
            service.join_column(author_id, column_id, row.id)
            service.tell_followers()


def _plan(house_id: int, slug: str) -> None:
    column = queries.find_column(slug, None)
    if column is not None:
        for planned, title in zip(queries.plan_of(column), content.PLANS, strict=False):
            service.plan_issue(house_id, slug, planned.due_on, title)


# --- rights --------------------------------------------------------------------------------------


def _rights(house_id: int, roll: Roll, ends_at: datetime) -> None:
    """Some fans say yes, one says no, one is asked; three uses, one selection."""
    team = [roll.members[each.member] for each in ACCOUNTS[2:] if each.member in roll.members]
    is_fan = THREAD.c.author_id == roll.members.get(ACCOUNTS[0].member, 0)  # he has some to look at
    posts = db.session.execute(
        sa.select(THREAD.c.id, THREAD.c.code, THREAD.c.author_id)
        .where(THREAD.c.photo_count > 0, THREAD.c.author_id.not_in(team), *visible(THREAD.c))
        .order_by(sa.case((is_fan, 0), else_=1), THREAD.c.like_count.desc(), THREAD.c.id)
        .limit(MOST)
    ).all()
    terms = (Term.YEAR, Term.OPEN, Term.HALF_YEAR)
    with clock.frozen(ends_at - timedelta(days=20)):
        for n, post in enumerate(posts[:GRANTED]):
            scopes = EVERYWHERE if n % 3 < 2 else (Scope.COMMUNITY,)  # noqa: PLR2004 - one in three grants little
            archive.answer(post.author_id, post.code, Grant(True, scopes, terms[n % 3]))  # noqa: FBT003 - a field of a record
        for post in posts[GRANTED : GRANTED + 1]:
            archive.answer(post.author_id, post.code, Grant(is_granted=False))
        for post in posts[GRANTED + 1 : GRANTED + 2]:
            archive.ask(house_id, post.code, content.ASK)
    with clock.frozen(ends_at - timedelta(days=12)):
        name, campaign = content.SELECTION
        code = archive.create_selection(house_id, SelectionDraft(name, campaign, Scope.SHOPS))
        for post in posts[:GRANTED]:
            archive.pick(house_id, code, post.code)
        today = clock.business_date()
        for post, (place, scope) in zip(posts, content.USES, strict=False):
            draft = UseDraft(Scope(scope), place, "", today, today + timedelta(days=45))
            archive.record_use(house_id, post.code, draft)
