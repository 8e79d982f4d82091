"""Who wants to know, in the very transaction, that people's names or faces change.

Identity lies below whoever keeps a copy of a name (search does). It tells here whom it has made or
renamed; those who listen do their part before the commit, or all of it is undone.
"""

from collections.abc import Callable, Collection

Listener = Callable[[Collection[int]], object]
"""Member ids -> whatever; runs inside the transaction that changes them."""

_listeners: dict[str, Listener] = {}


def listen(name: str, listener: Listener) -> None:
    """Hear of changed members. Called from a domain's manifest, under the domain's name."""
    _listeners[name] = listener


def changed(member_ids: Collection[int]) -> None:
    """Tell everybody concerned that members are new, are called otherwise or have left."""
    if member_ids:
        for listener in _listeners.values():
            listener(member_ids)
