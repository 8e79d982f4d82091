"""What can be reported: each domain registers its things, and does what was decided itself.

Moderation knows no thread and no message. It asks the kind to show a thing, to hide it, to show it
again, to remove it; the domain takes its points back, moves its counters and tells its author, all
in the transaction of the verdict.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from app.kernel.errors import NotFoundError
from app.moderation.types import HideReason, Item

Load = Callable[[Collection[int]], Mapping[int, Item]]
Hide = Callable[[int | None, int, HideReason | None], bool]
"""(who, id, why): without a why it waits for somebody to look; without a who the house did it."""
Restore = Callable[[int | None, int], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing.

    Attributes:
        label: what one is called (lazily translated).
        load: shows the things of these ids, in a fixed number of statements.
        hide: hides one from everybody but its author; a hidden one gets the new reason.
        remove: takes one away from its author too.
        restore: shows one again.
        find: the id behind what an address calls one.
    """

    key: str
    label: object
    icon: str
    load: Load
    hide: Hide
    remove: Hide
    restore: Restore
    find: Callable[[str], int | None]


_kinds: dict[str, Kind] = {}
Tell = Callable[[int, str, Mapping[str, object]], None]
_tellers: list[Tell] = []


def register(kind: Kind) -> None:
    """Add a kind; called from a domain's manifest."""
    _kinds[kind.key] = kind


def get(key: str) -> Kind:
    """Return a kind.

    Raises:
        NotFoundError: nobody registered it.
    """
    if key not in _kinds:
        raise NotFoundError
    return _kinds[key]


def every() -> list[Kind]:
    """Return all kinds, in the order they were registered."""
    return list(_kinds.values())


def tells(tell: Tell) -> None:
    """Register who carries messages to members: ``tell(member_id, what, params)``."""
    if tell not in _tellers:
        _tellers.append(tell)


def tell(member_id: int, what: str, **params: object) -> None:
    """Have a member told (``muted``, ``unmuted``), in this transaction."""
    for each in _tellers:
        each(member_id, what, params)


def items(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Item]:
    """Return the things of several kinds. As many statements as the kinds' loaders take."""
    found: dict[tuple[str, int], Item] = {}
    for kind in every():
        ids = {subject_id for key, subject_id in wanted if key == kind.key}
        if ids:
            loaded = kind.load(ids)
            found |= {(kind.key, subject_id): item for subject_id, item in loaded.items()}
    return found
