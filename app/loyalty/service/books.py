"""Publish rules: a version, once published, never changes; the former ones stay readable."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from app.kernel import audit, clock, facts
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.types import Ref
from app.loyalty import policy, queries
from app.loyalty.events import RulesPublished
from app.loyalty.models import LoyaltyBook
from app.loyalty.queries import books, checks
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
    books.decide_alone()  # an act that is being decided is in the counters, or knows the new rules
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
    _count_anew(before, book)
    if actor_id is not None:
        audit.note(actor_id, "rules.published", Ref("rules", version))
    facts.publish(RulesPublished(version), actor_id=actor_id, subject=Ref("rules", version))
    books.forget()
    return version


# --- counters of limits that come and go ---------------------------------------------------------

Limit = tuple[str, Window]
"""A kind of counter of a rule: ``day``, ``pair|week``, ``last``; and the window that it counts."""


def _limits(rule: Rule | None) -> set[Limit]:
    if rule is None:
        return set()
    limits: set[Limit] = {(cap.window.value, cap.window) for cap in rule.caps}
    if rule.pair_cap:
        limits.add((f"pair|{rule.pair_cap.window}", rule.pair_cap.window))
    if rule.cooldown_minutes:
        limits.add(("last", Window.EVER))
    return limits


def _count_anew(before: RuleBook, after: RuleBook) -> None:
    """Begin to count for limits that are new, and forget what those that are gone have counted."""
    today = clock.business_date()
    family: dict[int, int] | None = None
    for key in sorted({*before.rules, *after.rules}):
        had, has = _limits(before.rules.get(key)), _limits(after.rules.get(key))
        for name, window in sorted(had - has):
            changed(
                sa.delete(COUNTER).where(
                    COUNTER.c.window_on >= window.starts_on(today),
                    sa.or_(
                        COUNTER.c.name == f"{key}|{name}",
                        COUNTER.c.name.startswith(f"{key}|{name}|", autoescape=True),
                    ),
                )
            )
        for name, window in sorted(has - had):
            if key in before.rules:
                family = checks.family_of_all() if family is None else family
                _begin_counting(key, name, window.starts_on(today), family)


def _begin_counting(rule: str, name: str, since: date, family: Mapping[int, int]) -> None:
    """Count what a window has given by a rule so far, member by member."""
    other = AWARD.c.other_id if name.startswith("pair") else sa.null()
    rows = db.session.execute(
        sa.select(AWARD.c.member_id, other)
        .where(AWARD.c.rule == rule, AWARD.c.awarded_on >= since)
        .distinct()
    ).all()
    keys = sorted(
        {
            policy.Key(
                family.get(member_id, member_id),
                f"{rule}|{name}" if other_id is None else f"{rule}|{name}|{other_id}",
                since,
            )
            for member_id, other_id in rows
            if other_id is not None or not name.startswith("pair")
        },
        key=lambda key: (key.member_id, key.name),
    )
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        should = queries.recounted([(rule, key) for key in some], family)
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
