"""Navigation: domains register their own entries, so nothing leads to a missing page."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g, url_for

from app.kernel.db import db
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
    (shortcuts below the check-in; five at most), ``shelves`` (where posts stand: boards, circles),
    ``me``, ``wallet``, ``settings``, ``staff``.
    """
    _menus[menu][item.key] = item


def items(menu: str, allowed: frozenset[Permission]) -> list[Item]:
    """Return a menu's entries that somebody with these permissions may open, in order."""
    visible = (i for i in _menus[menu].values() if i.permission is None or i.permission in allowed)
    return sorted(visible, key=lambda item: item.order)


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading of the staff console.

    Attributes:
        label: the heading; None for entries that stand above all groups.
        is_open: the page that is shown is one of them; on a page of no group, the first one and
            those in which something waits.
        waiting: what waits in all of them together, or None.
    """

    label: object | None
    items: tuple[Item, ...]
    is_open: bool
    waiting: int | None


def groups(entries: Sequence[Item], active: str | None = None) -> list[Group]:
    """Return entries by their headings, the group of the earliest entry first.

    Args:
        entries: in order.
        active: key of the entry whose page is shown.
    """
    found: dict[str, list[Item]] = {}
    for item in entries:
        found.setdefault(str(item.group or ""), []).append(item)
    here = next((name for name, items in found.items() if active in {i.key for i in items}), "")
    first = next((name for name in found if name), "")
    made = []
    for name, members in found.items():
        waiting = sum(item.badge() or 0 for item in members if item.badge)
        is_open = name == here if here else name == first or waiting > 0
        made.append(Group(members[0].group, tuple(members), is_open, waiting or None))
    return made


# --- how much waits ------------------------------------------------------------------------------

Counting = Callable[[], sa.Select[Any]]
"""Makes a SELECT of one number: how much waits for somebody to look at."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    permission: Permission
    counting: Counting


_waiting: dict[str, _Waiting] = {}


def counted(key: str, permission: Permission, counting: Counting) -> Callable[[], int | None]:
    """Return a badge that tells how much waits; called from a manifest.

    All numbers that somebody may see come in one statement a request, however many entries the
    menu has and however often it is printed.

    Args:
        key: of the number.
        permission: who may see it.
        counting: makes the SELECT of the number.
    """
    _waiting[key] = _Waiting(permission, counting)

    def badge() -> int | None:
        return _numbers().get(key) or None

    return badge


def _numbers() -> dict[str, int]:
    if "menu_numbers" not in g:
        from app.kernel.web.viewer import me  # the web's package imports this module

        allowed = me().permissions
        asked = {key: each for key, each in _waiting.items() if each.permission in allowed}
        g.menu_numbers = _read(asked)
    numbers: dict[str, int] = g.menu_numbers
    return numbers


def _read(asked: dict[str, _Waiting]) -> dict[str, int]:
    if not asked:
        return {}
    columns = [each.counting().scalar_subquery() for each in asked.values()]
    row = db.session.execute(sa.select(*columns)).one()
    return {key: int(number or 0) for key, number in zip(asked, row, strict=True)}
