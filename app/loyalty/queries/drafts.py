"""The rules that are being written, and all that a check of them must know."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.identity.models import Member
from app.kernel import clock
from app.kernel.db import db
from app.loyalty import policy
from app.loyalty.models import LoyaltyBookDraft
from app.loyalty.policy import checking
from app.loyalty.policy.checking import Vocabulary, World
from app.loyalty.queries import books, budgets, context
from app.loyalty.types import Campaign, Compare, Condition, Rule, RuleBook, actions
from app.loyalty.types.actions import Attribute, AttributeKind
from app.loyalty.types.budgets import Standing
from app.loyalty.types.drafts import Draft, Finding, Part

DRAFT = cast("sa.Table", LoyaltyBookDraft.__table__)
MEMBER = cast("sa.Table", Member.__table__)
THE_ONE = 1
"""There is one draft, shared by everybody who may edit."""


def draft() -> Draft | None:
    """Return the draft, or None while nobody writes one. One statement."""
    row = db.session.execute(sa.select(DRAFT).where(DRAFT.c.id == THE_ONE)).one_or_none()
    if row is None:
        return None
    book = policy.read_book(row.based_on, cast("Mapping[str, Any]", row.body))
    return Draft(row.based_on, row.revision, book, row.actor_id, row.changed_at)


# --- what conditions may ask ---------------------------------------------------------------------


def attributes_of(*asked: str) -> dict[str, Attribute]:
    """Return what conditions may ask about actions and about who acts, by key."""
    found = {each.key: each for each in context.attributes()}
    for key in asked:
        action = actions.find(key)
        found |= {each.key: each for each in (action.attributes if action else ())}
    return found


def vocabulary(book: RuleBook) -> Vocabulary:
    """Return what conditions may ask, with the choices of those that the book uses."""
    asking = _asked(book)
    known = {each.key: each for each in context.attributes()}
    for action in actions.every():
        known |= {each.key: each for each in action.attributes}
    options = {
        key: frozenset(value for value, _label in attribute.options())
        for key in sorted(asking)
        if (attribute := known.get(key)) and attribute.options
    }
    by_key = {action.key: action for action in actions.every()}
    return Vocabulary(by_key, tuple(context.attributes()), options)


def _asked(book: RuleBook) -> set[str]:
    parts: list[Rule | Campaign] = [*book.rules.values(), *book.campaigns.values()]
    return {condition.attribute for part in parts if part.is_on for condition in part.conditions}


# --- checking ------------------------------------------------------------------------------------


def findings(
    book: RuleBook,
    *,
    before: RuleBook | None = None,
    standing: Mapping[str, Standing] | None = None,
) -> list[Finding]:
    """Return what is wrong with a book. Three statements, and one for each choice it uses.

    Args:
        book: the rules in question.
        before: the version that holds, where the caller has read it; one statement less.
        standing: what its campaigns have spent, likewise.
    """
    return checking.check(book, world(book, before, standing))


def world(
    book: RuleBook,
    before: RuleBook | None = None,
    standing: Mapping[str, Standing] | None = None,
) -> World:
    """Return what a check must know."""
    spent = budgets.standing(book.campaigns) if standing is None else standing
    return World(
        now=clock.now(),
        vocabulary=vocabulary(book),
        before=before or books.current(),
        spent={key: each.spent for key, each in spent.items()},
        audiences=audiences(book),
    )


def audiences(book: RuleBook) -> dict[tuple[Part, str], int]:
    """Return how many members fit the conditions of rules and campaigns. At most one statement.

    Only what asks something of members is in it. What an act says of itself is not counted.
    """
    known = {each.key: each for each in context.attributes()}
    columns: dict[tuple[Part, str], sa.ColumnElement[bool]] = {}
    for part, key, conditions in _conditions(book):
        of_members = [each for each in conditions if each.attribute in known]
        tests = [_test(each, known[each.attribute]) for each in of_members]
        wanted = [test for test in tests if test is not None]
        if wanted:
            columns[part, key] = sa.and_(*wanted)
    if not columns:
        return {}
    counts = [sa.func.count(sa.case((test, 1))) for test in columns.values()]
    row = db.session.execute(
        sa.select(*counts).select_from(MEMBER).where(MEMBER.c.merged_into_id.is_(None))
    ).one()
    return {place: int(count) for place, count in zip(columns, row, strict=True)}


def _conditions(book: RuleBook) -> Iterator[tuple[Part, str, Sequence[Condition]]]:
    for rule in book.rules.values():
        if rule.is_on:
            yield Part.RULE, rule.key, rule.conditions
    for campaign in book.campaigns.values():
        if campaign.is_on:
            yield Part.CAMPAIGN, campaign.key, campaign.conditions


def _test(condition: Condition, attribute: Attribute) -> sa.ColumnElement[bool] | None:
    """Return a condition on members in SQL; None where it can't be said."""
    expression = context.expression_of(condition.attribute, MEMBER.c.id)
    value = condition.value
    if expression is None:
        return None
    if attribute.kind is AttributeKind.FLAG:
        is_so = sa.func.coalesce(expression, sa.false())
        return is_so if value else sa.not_(is_so)
    if attribute.kind is AttributeKind.NUMBER:
        if condition.test is Compare.AT_LEAST:
            return expression >= value
        if condition.test is Compare.AT_MOST:
            return expression <= value
        return expression == value
    listed = sa.literal(",") + sa.func.coalesce(sa.cast(expression, sa.String), "") + ","
    values = value if isinstance(value, tuple) else (value,)
    among = sa.or_(*(listed.contains(f",{each},", autoescape=True) for each in values))
    return sa.not_(among) if condition.test is Compare.NONE_OF else among
