"""What differs between two books, and how one editor's changes come on top of another's. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from app.loyalty.types import Campaign, Rule, RuleBook
from app.loyalty.types.drafts import Change, Part


def changes(before: RuleBook, after: RuleBook) -> list[Change]:
    """Return what differs, rules first, in the order of their keys."""
    found = list(_differing(Part.RULE, before.rules, after.rules))
    found += _differing(Part.CAMPAIGN, before.campaigns, after.campaigns)
    if _orders(before) != _orders(after):
        found.append(Change(Part.ORDERS, "", before, after))
    return found


def _differing(
    part: Part, before: Mapping[str, Rule | Campaign], after: Mapping[str, Rule | Campaign]
) -> Iterator[Change]:
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            yield Change(part, key, before.get(key), after.get(key))


def _orders(book: RuleBook) -> tuple[Any, ...]:
    return book.minor_per_point, book.order_expiry


def rebased(
    base: RuleBook, theirs: RuleBook, mine: RuleBook
) -> tuple[RuleBook, list[Change], list[Change]]:
    """Put my changes on top of a version that came between.

    Args:
        base: what I began from.
        theirs: what holds now.
        mine: my draft.

    Returns:
        The new draft; my changes that are in it; those that are not, because the others changed
        the same part in another way.
    """
    their_changes = {(each.part, each.key): each for each in changes(base, theirs)}
    kept, lost = list[Change](), list[Change]()
    for change in changes(base, mine):
        other = their_changes.get((change.part, change.key))
        same = other is None or _same(change, other)
        (kept if same else lost).append(change)
    return with_changes(theirs, kept), kept, lost


def _same(mine: Change, theirs: Change) -> bool:
    if isinstance(mine.after, RuleBook) and isinstance(theirs.after, RuleBook):
        return _orders(mine.after) == _orders(theirs.after)
    return mine.after == theirs.after


def with_changes(book: RuleBook, wanted: list[Change]) -> RuleBook:
    """Return a book with changes made to it."""
    rules, campaigns = dict(book.rules), dict(book.campaigns)
    for change in wanted:
        if isinstance(change.after, RuleBook):
            book = replace(
                book,
                minor_per_point=change.after.minor_per_point,
                order_expiry=change.after.order_expiry,
            )
        elif isinstance(change.after, Rule):
            rules[change.key] = change.after
        elif isinstance(change.after, Campaign):
            campaigns[change.key] = change.after
        else:
            (rules if change.part is Part.RULE else campaigns).pop(change.key, None)
    return replace(book, rules=MappingProxyType(rules), campaigns=MappingProxyType(campaigns))
