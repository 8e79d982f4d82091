"""A conversation as its page shows it: by day, in groups, with what can be done now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from app.kernel import clock
from app.kernel.text import stored_markup
from app.messages.types import Consent, Desk, Line, TeamDesk
from app.moderation.types import REASON_LABELS

TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message on the page.

    Attributes:
        day: printed above it where a new one begins.
        is_last: the next one is by somebody else or much later: its time is printed.
        html: what it says; None: as plain text, no link works.
    """

    line: Line
    day: date | None
    is_last: bool
    html: Markup | None


def bubbles(desk: Desk, lines: Sequence[Line], before: Line | None = None) -> list[Bubble]:
    """Return messages ready to print. Those of a request are plain: no link works, no photo shows.

    Args:
        desk: whose conversation it is.
        lines: the oldest first.
        before: what already stands above them.
    """
    return list(_bubbles(desk, lines, before))


def _bubbles(desk: Desk, lines: Sequence[Line], before: Line | None) -> Iterator[Bubble]:
    day = clock.business_date(before.sent_at) if before else None
    plain = desk.consent is not Consent.ACCEPTED
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        on = clock.business_date(line.sent_at)
        html = None if plain and not line.is_mine else stored_markup(line.html)
        yield Bubble(line, on if on != day else None, not _belongs(line, following), html)
        day = on


def _belongs(line: Line, following: Line | None) -> bool:
    return (
        following is not None
        and following.is_mine == line.is_mine
        and following.sent_at - line.sent_at < TOGETHER
    )


def seen_line(desk: Desk, lines: Sequence[Line]) -> int | None:
    """Return the number under which "Read" stands: the newest of mine, if the other says so."""
    if not desk.wish.shows_seen or not lines or not lines[-1].is_mine:
        return None
    last = lines[-1].number
    return last if last <= desk.seen_number else None


def team(desk: TeamDesk) -> dict[str, object]:
    """Return what both pages of a talk with the team print."""
    newest = desk.entries[-1].id if desk.entries else 0
    return {"desk": desk, "newest": newest, "reasons": REASON_LABELS}
