"""What stays with an act of what members wrote: keyed digests, so that one may ask and not read.

The act log is kept for ever and holds no free text. A tag stays in it as a digest under the house's
secret: whoever knows the tag can ask for it, also under secrets that were retired.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from app.kernel import contacts
from app.loyalty.types import Compare, Condition, Value, actions
from app.loyalty.types.doings import Wanted
from app.loyalty.types.rules import Campaign, Rule, RuleBook

_Part = TypeVar("_Part", Rule, Campaign)

TAGS = "tags"
DIGITS = 16  # 64 bits: two tags of a house don't meet by chance


def seals(attribute: str, word: str) -> tuple[str, ...]:
    """Return the digests that a word may be kept as; the first is that of today."""
    text = f"act|{attribute}|{word.casefold()}"
    return tuple(digest[:DIGITS] for digest in contacts.keyed_before(text))


def kept(action: str, about: Mapping[str, Value]) -> dict[str, Value] | None:
    """Return what stays of what was said about an act; None for nothing."""
    found: dict[str, Value] = {}
    for each in actions.attributes_of(action):
        if each.key in about:
            value = about[each.key]
            found[each.key] = _sealed(each.key, value) if each.is_sealed else value
    return found or None


def _sealed(attribute: str, value: Value) -> tuple[str, ...]:
    words = value if isinstance(value, tuple) else (value,)
    return tuple(seals(attribute, str(word))[0] for word in words)


def fits(wanted: Wanted, action: str, about: Mapping[str, Any]) -> bool | None:
    """Return whether an act of the log counts; None where its tags were not kept yet."""
    if not wanted.tag:
        return wanted.fits(action, about)
    if TAGS not in about:
        return None if replace(wanted, tag="").fits(action, about) else False
    return wanted.fits(action, about, seals(TAGS, wanted.tag))


def sealed_names() -> frozenset[str]:
    """Return the names of what is kept sealed."""
    return frozenset(
        each.key for action in actions.every() for each in action.attributes if each.is_sealed
    )


def sealed_book(book: RuleBook) -> RuleBook:
    """Return rules and campaigns that ask of kept acts what the book's own ask of living ones."""
    names = sealed_names()
    return replace(
        book,
        rules={key: _asking(rule, names) for key, rule in book.rules.items()},
        campaigns={key: _asking(each, names) for key, each in book.campaigns.items()},
    )


def _asking(part: _Part, names: frozenset[str]) -> _Part:
    if not any(each.attribute in names for each in part.conditions):
        return part
    return replace(part, conditions=tuple(_conditions(part.conditions, names)))


def _conditions(conditions: tuple[Condition, ...], names: frozenset[str]) -> Iterator[Condition]:
    for each in conditions:
        if each.attribute not in names:
            yield each
            continue
        words = each.value if isinstance(each.value, tuple) else (each.value,)
        wanted = tuple(seal for word in words for seal in seals(each.attribute, str(word)))
        test = Compare.NONE_OF if each.test is Compare.NONE_OF else Compare.ANY_OF
        yield replace(each, test=test, value=wanted)
