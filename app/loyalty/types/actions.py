"""What can be rewarded: every domain names its acts here, and what may be asked about them.

A domain says it in its manifest; loyalty knows none of them by heart::

    actions.register(Action("thread.published", _l("Thread posted"), "pencil", Fund.CONTENT,
                            (Attribute("has_photo", _l("Has a photo")),)))
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.ledger.types import Fund

Option = tuple[int | str, object]
"""A value, and what it is called."""


class AttributeKind(enum.StrEnum):
    """What values an attribute has, and so how it can be compared."""

    FLAG = "flag"  # yes or no
    NUMBER = "number"  # a whole number
    CHOICE = "choice"  # one of several values; an act may have many of them


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that a condition may ask about an act or about who acts.

    Attributes:
        label: lazily translated, a noun: "Length of the text".
        options: the values there are now, for a choice.
        is_sealed: members wrote it (a tag): what stays with the act for ever is a keyed digest of
            each word. It can be asked whether it was a certain word, and nobody reads which it was.
        is_amount: it says how many points the act is worth; a rule may give just that.
    """

    key: str
    label: object
    kind: AttributeKind = AttributeKind.FLAG
    options: Callable[[], Sequence[Option]] | None = None
    is_sealed: bool = False
    is_amount: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """An act that a rule may pay for.

    Attributes:
        key: stable dotted name, at most 48 characters.
        label: what it is called in a statement, lazily translated.
        icon: tabler name.
        fund: which purse pays for it, unless a rule says otherwise.
        attributes: what conditions may ask about it.
        has_other: two members are concerned, so that a limit per pair makes sense.
        is_one_sided: the act can be repeated by the member alone at no cost; a rule without any
            limit is warned of.
        gives: actions that happen because of the points of this one; a rule for one of them that
            leads back here would pay itself.
        gone: what a member reads where it was taken back; None: that its content is gone.
        is_on: new rules may be made for it; one that is off keeps its name and its rules.
    """

    key: str
    label: object
    icon: str
    fund: Fund
    attributes: tuple[Attribute, ...] = ()
    has_other: bool = False
    is_one_sided: bool = True
    gives: tuple[str, ...] = ()
    is_on: bool = True
    gone: object | None = None


_actions: dict[str, Action] = {}
_sources: list[Callable[[], Mapping[str, Action]]] = []


def register(*actions: Action) -> None:
    """Name acts that can be rewarded. Called from a domain's manifest."""
    _actions.update({action.key: action for action in actions})


def register_source(read: Callable[[], Mapping[str, Action]]) -> None:
    """Let acts be named that staff define. Called from a domain's manifest.

    Args:
        read: returns them by their names; mostly without a statement.
    """
    _sources.append(read)


def _defined() -> dict[str, Action]:
    return {key: action for read in _sources for key, action in read().items()}


def find(key: str) -> Action | None:
    """Return an action by its name, or None where nobody has named it."""
    return _actions.get(key) or (_defined().get(key) if key else None)


def attributes_of(key: str) -> tuple[Attribute, ...]:
    """Return what may be asked about an action; nothing for one that nobody has named."""
    action = find(key)
    return action.attributes if action else ()


def every() -> list[Action]:
    """Return all actions, by name, also those that are off: rules may name them still."""
    found = {**_defined(), **_actions}
    return [found[key] for key in sorted(found)]


def known() -> list[Action]:
    """Return all actions that are on, by name."""
    return [action for action in every() if action.is_on]
