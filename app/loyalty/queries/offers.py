"""What is really given to tiers and VIP types: by the rules, and by what upper floors add."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.loyalty.policy.offers import NOBODYS, TIER, VIP, Offer, of_book
from app.loyalty.queries import books
from app.loyalty.types.closeness import VipType
from app.loyalty.types.tiers import Ladder

__all__ = ["TIER", "VIP", "Groups", "Offer", "groups_of", "offers", "register"]

Groups = Mapping[str, Sequence[str]]
"""``tier`` and ``vip_type`` -> keys from the least close to the closest."""

Reader = Callable[[Groups], Iterable[Offer]]

_readers: dict[str, Reader] = {}


def register(name: str, reader: Reader) -> None:
    """Answer for what a domain gives to some tiers only. Called from its manifest."""
    _readers[name] = reader


def groups_of(ladder: Ladder, types: Sequence[VipType]) -> Groups:
    """Return tiers and VIP types, each from the least close to the closest."""
    closest_last = sorted(types, key=lambda each: (-each.priority, each.key))
    return {
        TIER: tuple(tier.key for tier in ladder.tiers),
        VIP: (NOBODYS, *(each.key for each in closest_last)),
    }


def offers(groups: Groups) -> list[Offer]:
    """Return everything that is not the same for all groups. A statement for each domain."""
    book = books.shown()
    found = [
        offer for attribute, keys in groups.items() for offer in of_book(book, attribute, keys)
    ]
    return [*found, *(offer for read in _readers.values() for offer in read(groups))]
