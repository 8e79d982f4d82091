"""What upper floors count for loyalty: net spend, accepted posts, help. A registry they fill.

Loyalty stands below the shop and the community and cannot ask them; they say at start how each
measure is read, for many members at once::

    counted.register("net_spend", net_spend)
"""

from collections.abc import Callable, Collection, Mapping

from app.loyalty.types.tiers import Window

NET_SPEND = "net_spend"

Reader = Callable[[Collection[int] | None, Window], Mapping[int, int]]
"""(members, or None for everybody who has any; window) -> member -> whole amount, zeros left out.

Net spend is in minor units of the home currency. A fixed number of statements.
"""

_readers: dict[str, Reader] = {}


def register(name: str, reader: Reader) -> None:
    """Answer for a measure. Called from a domain's manifest."""
    _readers[name] = reader


def is_counted(name: str) -> bool:
    """Return whether anybody answers for a measure yet."""
    return name in _readers


def read(name: str, members: Collection[int] | None, window: Window) -> dict[int, int]:
    """Return what a measure says; nothing where nobody answers for it."""
    if name not in _readers or (members is not None and not members):
        return {}
    found = _readers[name](members, window)
    return {member_id: int(amount) for member_id, amount in found.items() if amount}
