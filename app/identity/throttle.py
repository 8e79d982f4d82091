"""How often sign-in, sign-up, codes and resets may be tried. The table that the tests hold exact.

A try is counted before it is judged, so tries at once can't slip through together; one that
succeeds is given back, so only failures use the allowance up. Figures of sign-in: PyPI's.
"""

from datetime import timedelta

import sqlalchemy as sa

from app.kernel import clock, limits
from app.kernel.db import changed, use_case
from app.kernel.limits import Limit, LimitWindow

FIVE_MINUTES, HOUR, DAY = 300, 3_600, 86_400

SIGN_IN_ACCOUNT = Limit("sign_in.account", 10, FIVE_MINUTES)
SIGN_IN_ADDRESS = Limit("sign_in.address", 10, FIVE_MINUTES)
SIGN_IN_ALL = Limit("sign_in.all", 1_000, FIVE_MINUTES)
SIGN_UP_CONTACT = Limit("sign_up.contact", 5, DAY)
SIGN_UP_ADDRESS = Limit("sign_up.address", 30, HOUR)
RESET_CONTACT = Limit("reset.contact", 5, DAY)
RESET_ADDRESS = Limit("reset.address", 20, HOUR)
ADD_CONTACT = Limit("add_contact.member", 5, DAY)
CODE_ADDRESS = Limit("code.address", 30, FIVE_MINUTES)
PASSWORD_MEMBER = Limit("password.member", 10, FIVE_MINUTES)

Try = tuple[Limit, str]


def sign_in_tries(account: str, address: str) -> list[Try]:
    """Return what a sign-in counts against."""
    return [(SIGN_IN_ACCOUNT, account), (SIGN_IN_ADDRESS, address), (SIGN_IN_ALL, "")]


@use_case
def count(tries: list[Try]) -> None:
    """Count one try against every limit, or against none if one of them is used up.

    Committed on its own: call it before the act, never inside it.

    Raises:
        TooManyError: it says when to come back.
    """
    for limit, subject in tries:
        limits.hit(limit, subject)


@use_case
def give_back(tries: list[Try]) -> None:
    """Undo the count of a try that succeeded."""
    now = clock.now()
    for limit, subject in tries:
        changed(
            sa.update(LimitWindow)
            .where(
                LimitWindow.key == limits.digest(f"{limit.name}|{subject}"),
                LimitWindow.window_at > now - timedelta(seconds=limit.seconds),
                LimitWindow.hits > 0,
            )
            .values(hits=LimitWindow.hits - 1)
        )
