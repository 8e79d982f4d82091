"""What a newcomer's browser brought along: an invitation, for one.

Identity makes members and lies too low to know who invites whom. A domain names a cookie that it
sets for guests and what is to be done with it; identity hands it over in the transaction that makes
the member, when he has a session already.
"""

from collections.abc import Callable, Mapping

Welcome = Callable[[int, str], None]
"""(the new member's id, what the cookie held). Runs inside the transaction of the sign-up."""

_welcomes: dict[str, Welcome] = {}


def register(cookie: str, welcome: Welcome) -> None:
    """Hear of newcomers whose browser has a cookie. Called from a domain's manifest."""
    _welcomes[cookie] = welcome


def brought(cookies: Mapping[str, str]) -> dict[str, str]:
    """Return what of a browser's cookies somebody wants to hear of."""
    return {name: cookies[name] for name in _welcomes if cookies.get(name)}


def welcome(member_id: int, things: Mapping[str, str]) -> None:
    """Tell everybody concerned that a member has just joined, in the current transaction."""
    for name, value in things.items():
        if name in _welcomes:
            _welcomes[name](member_id, value)
