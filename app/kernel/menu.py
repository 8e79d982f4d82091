"""Navigation: domains register their own entries, so nothing leads to a missing page."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from app.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class Item:
    """One entry.

    Attributes:
        label: lazily translated.
        icon: tabler name; ``icon_on`` is the filled pair.
        order: ascending inside its menu.
        group: heading in the staff console (lazily translated), or None.
        permission: who sees it; None for everybody.
        badge: returns a small number to show, or None; must not run SQL on member pages.
    """

    key: str
    endpoint: str
    label: object
    icon: str
    icon_on: str
    order: int
    group: object | None = None
    permission: Permission | None = None
    badge: Callable[[], int | None] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return url_for(self.endpoint)


_menus: dict[str, dict[str, Item]] = defaultdict(dict)


def add(menu: str, item: Item) -> None:
    """Add or replace an entry.

    Menus: ``tabs`` (member; five at most), ``rail`` (below the tabs on wide screens), ``home``
    (chips above the feed), ``me``, ``wallet``, ``settings``, ``staff``.
    """
    _menus[menu][item.key] = item


def items(menu: str, allowed: frozenset[Permission]) -> list[Item]:
    """Return a menu's entries that somebody with these permissions may open, in order."""
    visible = (i for i in _menus[menu].values() if i.permission is None or i.permission in allowed)
    return sorted(visible, key=lambda item: item.order)
