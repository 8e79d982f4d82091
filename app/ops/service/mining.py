"""The topic miner: counts words day by day, then proposes what rises.

Every step is a transaction of its own and finds what is left by itself, so a night that is cut off
goes on. Texts are read and cut outside of transactions; of a day only counts are kept, never who
wrote what.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from app.commerce.queries import mentions as products
from app.community.queries import mining as community
from app.community.queries.mining import PostText
from app.identity import queries as identity
from app.kernel import clock, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.ops.policy.mining import LEAST_AUTHORS, LEAST_POSTS, LEAST_Z, rising
from app.ops.policy.words import swallowed, terms_of
from app.ops.queries import ideas as queries
from app.ops.queries.ideas import FRESH, WEEKS
from app.ops.queries.tables import DAY, IDEA, NIGHT, TERM
from app.ops.types import Evidence, IdeaKind, IdeaState

BEGINS = time(3, 0)
PAGE = 500
MOST_POSTS = 5_000  # of a day
MOST_TERMS = 5_000  # of a day, the most frequent ones
CONSIDERED = 400  # words of a night whose score is computed
LOOKED_AT = 60  # of these, the best are looked at again in the week's posts
PROPOSED = 20
SAMPLES = 5
KEPT_NIGHTS = 30
FORGOTTEN_AFTER = timedelta(days=56)  # a dismissed idea may come back


@dataclass(frozen=True, slots=True)
class Find:
    """What a night found."""

    kind: IdeaKind
    key: str
    shown_zh: str
    shown_en: str
    score: float
    weeks: tuple[int, ...]
    authors: int
    thread_ids: tuple[int, ...]
    board_id: int | None = None


def mine_some() -> int:
    """Do the next piece of tonight's mining; return 1, or 0 when nothing is left to do."""
    night = clock.business_date()
    if clock.now() < datetime.combine(night, BEGINS, tzinfo=clock.zone()):
        return 0
    done, on = queries.is_finished(night), queries.next_day(night)
    db.session.rollback()
    if done:
        return 0
    if on is not None:
        counts, posts = _count(on)
        _keep_day(on, night, counts, posts)
        return 1
    keep_night(night, find_rising(night))
    return 1


# --- a day ---------------------------------------------------------------------------------------


def _texts(on: date) -> Iterator[PostText]:
    after = read = 0
    while read < MOST_POSTS:
        page = community.texts_of_day(on, after, PAGE)
        db.session.rollback()
        yield from page
        if len(page) < PAGE:
            return
        after, read = page[-1].id, read + len(page)


def _count(on: date) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    posts = 0
    for each in _texts(on):
        counts.update(terms_of(each.text))
        posts += 1
    return counts, posts


@use_case
def _keep_day(on: date, night: date, counts: Counter[str], posts: int) -> None:
    changed(sa.delete(TERM).where(TERM.c.mined_on == on))
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_TERMS]
    insert_rows(TERM, [(on, term, count) for term, count in most])
    row = {"counted_on": night, "posts": posts}
    statement = insert(DAY).values(mined_on=on, **row)
    changed(statement.on_conflict_do_update(index_elements=["mined_on"], set_=row))


# --- a night -------------------------------------------------------------------------------------


def find_rising(night: date) -> list[Find]:
    """Return what rises: words first looked for in the counts, then in the week's own posts."""
    used = community.topic_names()
    tallies = queries.tallies(night, LEAST_POSTS, CONSIDERED)
    all_now, all_before = queries.totals(night)
    db.session.rollback()
    scored = [
        (rising(each.weeks[-1], sum(each.weeks[:-1]), all_now, all_before), each)
        for each in tallies
        if each.term not in used
    ]
    rises = {each.term: (z, each) for z, each in scored if z >= LEAST_Z}
    parts = swallowed({term: each.weeks[-1] for term, (_z, each) in rises.items()})
    likely = sorted(
        (pair for term, pair in rises.items() if term not in parts),
        key=lambda pair: (-pair[0], pair[1].term),
    )[:LOOKED_AT]
    evidence = _look(night, {each.term for _z, each in likely})
    names = _names_among(evidence)
    words = [
        Find(
            IdeaKind.TERM, each.term, each.term, each.term, z, each.weeks,
            len(evidence[each.term].authors),
            tuple(evidence[each.term].thread_ids[-SAMPLES:][::-1]),
            _most_common(evidence[each.term].boards),
        )
        for z, each in likely
        if each.term in evidence and each.term not in names
    ]  # fmt: skip
    found = [*words, *_rising_products(night, used)]
    enough = [each for each in found if each.authors >= LEAST_AUTHORS]
    return sorted(enough, key=lambda each: (-each.score, each.key))[:PROPOSED]


def _look(night: date, terms: Collection[str]) -> dict[str, Evidence]:
    """Return who wrote the words this week, and where: of what can be seen now."""
    found: dict[str, Evidence] = {}
    if not terms:
        return found
    wanted = set(terms)
    for n in range(FRESH, 0, -1):
        for post in _texts(night - timedelta(days=n)):
            for term in terms_of(post.text) & wanted:
                about = found.setdefault(term, Evidence())
                about.authors.add(post.author_id)
                about.thread_ids.append(post.id)
                about.boards.append(post.board_id)
    return found


def _names_among(evidence: Mapping[str, Evidence]) -> set[str]:
    """Return the words that people are called by: nobody becomes a topic."""
    members = sorted({each for about in evidence.values() for each in about.authors})
    names: set[str] = set()
    for start in range(0, len(members), PAGE):
        for person in identity.people(members[start : start + PAGE]).values():
            names |= {person.name.casefold(), *person.name.casefold().split()}
    names |= {name.casefold() for name in identity.names_in_use(sorted(evidence))}
    db.session.rollback()
    return names


def _most_common(boards: Sequence[int]) -> int | None:
    return min(Counter(boards).items(), key=lambda item: (-item[1], item[0]))[0] if boards else None


def _rising_products(night: date, used: Collection[str]) -> list[Find]:
    found = products.mentions(night, WEEKS)
    all_now = sum(each.weeks[-1] for each in found)
    all_before = sum(sum(each.weeks[:-1]) for each in found)
    scored = [
        (rising(each.weeks[-1], sum(each.weeks[:-1]), all_now, all_before), each)
        for each in found
        if each.weeks[-1] >= LEAST_POSTS
        and not {each.name_zh.casefold(), each.name_en.casefold(), each.slug} & set(used)
    ]
    best = [(z, each) for z, each in scored if z >= LEAST_Z]
    since = night - timedelta(days=FRESH)
    threads = products.threads_with([each.product_id for _z, each in best], since, SAMPLES)
    db.session.rollback()
    return [
        Find(
            IdeaKind.PRODUCT,
            each.slug,
            each.name_zh,
            each.name_en,
            z,
            each.weeks,
            each.authors,
            tuple(threads.get(each.product_id, ())),
        )
        for z, each in best
    ]


@use_case
def keep_night(night: date, found: Sequence[Find]) -> None:
    """Write what a night found; what the team has decided stays decided. A repeat changes nothing.

    Ideas that did not come up again go; dismissed ones come back after eight weeks at the soonest.
    """
    now = clock.now()
    changed(
        sa.update(IDEA)
        .where(IDEA.c.state == IdeaState.DISMISSED, IDEA.c.decided_at < now - FORGOTTEN_AFTER)
        .values(state=IdeaState.NEW, decided_by=None, decided_at=None)
    )
    rows = [_row(each, night) for each in found]
    statement = insert(IDEA)
    names = ("score_milli", "posts", "authors", "weeks", "threads", "board_id", "found_on")
    fresh = {name: statement.excluded[name] for name in names}
    changed_by_all(
        statement.on_conflict_do_update(index_elements=["kind", "key"], set_=fresh), rows
    )
    changed(sa.delete(IDEA).where(IDEA.c.state == IdeaState.NEW, IDEA.c.found_on < night))
    done = insert(NIGHT).values(night_on=night, ideas=len(rows), finished_at=now)
    changed(done.on_conflict_do_nothing())
    changed(sa.delete(NIGHT).where(NIGHT.c.night_on < night - timedelta(days=KEPT_NIGHTS)))
    old = night - timedelta(days=queries.DAYS)
    changed(sa.delete(TERM).where(TERM.c.mined_on < old))
    changed(sa.delete(DAY).where(DAY.c.mined_on < old))


def _row(each: Find, night: date) -> dict[str, Any]:
    return {
        "id": ids.next_id(),
        "kind": each.kind,
        "key": each.key,
        "shown_zh": each.shown_zh[:80],
        "shown_en": each.shown_en[:80],
        "score_milli": round(each.score * 1000),
        "posts": each.weeks[-1],
        "authors": each.authors,
        "weeks": list(each.weeks),
        "threads": list(each.thread_ids),
        "board_id": each.board_id,
        "found_on": night,
        "state": IdeaState.NEW,
    }
