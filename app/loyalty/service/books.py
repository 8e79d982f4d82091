"""Publish rules: a version, once published, never changes; the former ones stay readable."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.kernel import audit, clock, facts
from app.kernel.db import changed_by_all, db, insert, use_case
from app.kernel.types import Ref
from app.loyalty import policy, queries
from app.loyalty.events import RulesPublished
from app.loyalty.models import LoyaltyBook
from app.loyalty.queries import books
from app.loyalty.queries.awards import AWARD, COUNTER
from app.loyalty.service import budgets
from app.loyalty.types import Rule, RuleBook, StaleBookError, Window


@use_case
def publish(book: RuleBook, *, note: str, actor_id: int | None) -> int:
    """Publish a book as the next version; it holds from the next act on.

    Limits that are new, or that count over another window, begin with what members have got in
    that window already. The caller has checked the book (``policy.checking``).

    Args:
        book: its ``version`` is the one it was made from.
        note: why, for the team.
        actor_id: who publishes.

    Returns:
        The number of the new version.

    Raises:
        StaleBookError: another version was published meanwhile.
        ConflictError: a campaign has spent more than its budget shall be.
    """
    before = books.current()
    if before.version != book.version:
        raise StaleBookError
    version = before.version + 1
    body = policy.written(book)
    db.session.execute(
        sa.insert(LoyaltyBook).values(
            version=version,
            body=body,
            digest=policy.digest_of(body),
            note=note,
            actor_id=actor_id,
            published_at=clock.now(),
        )
    )
    budgets.open_all(book.campaigns.values())
    for rule, window in _new_limits(before, book):
        _begin_counting(rule, window)
    if actor_id is not None:
        audit.note(actor_id, "rules.published", Ref("rules", version), note=note)
    facts.publish(RulesPublished(version), actor_id=actor_id, subject=Ref("rules", version))
    books.forget()
    return version


def _new_limits(before: RuleBook, after: RuleBook) -> Iterator[tuple[Rule, Window]]:
    for rule in after.rules.values():
        known = before.rules.get(rule.key)
        counted = {cap.window for cap in known.caps} if known else set()
        for window in {cap.window for cap in rule.caps} - counted:
            yield rule, window


def _begin_counting(rule: Rule, window: Window) -> None:
    """Count what the present window has given by a rule, member by member. Two statements."""
    since = window.starts_on(clock.business_date())
    members = db.session.scalars(
        sa.select(AWARD.c.member_id)
        .where(AWARD.c.rule == rule.key, AWARD.c.awarded_on >= since)
        .distinct()
    ).all()
    keys = [policy.Key(member_id, f"{rule.key}|{window}", since) for member_id in members]
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        should = queries.recounted([(rule.key, key) for key in some])
        statement = insert(COUNTER)
        changed_by_all(
            statement.on_conflict_do_update(
                index_elements=["member_id", "name", "window_on"],
                set_={n: statement.excluded[n] for n in ("points", "times", "last_at")},
            ),
            [
                {
                    "member_id": key.member_id,
                    "name": key.name,
                    "window_on": key.window_on,
                    "points": now.points,
                    "times": now.times,
                    "last_at": now.last_at,
                }
                for key, now in should.items()
            ],
        )
