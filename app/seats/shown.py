"""Seats in words and macro-shaped values."""

from app.kernel import clock, ical
from app.kernel.goods import About
from app.kernel.i18n import gettext as _
from app.kernel.i18n import moment, ngettext, number
from app.seats import policy, queries
from app.seats.types import Guest, Occasion, OccasionState, Ticket, TicketState


def about(ref: str) -> About:
    """Return what the page of a shelf says of an occasion. One statement."""
    found = queries.by_ref(ref)
    if found is None:
        return About(left=0)
    lines = [
        (_("Begins"), moment(found.draft.starts_at)),
        (_("Venue"), found.place),
        (_("Giving it back"), returning(found)),
    ]
    left = queries.left_of(found)
    if not left and found.state is OccasionState.OPEN and found.draft.starts_at > clock.now():
        waiting = _("All taken. Wish for it: we tell you when somebody gives a seat back.")
        lines.append((_("Seats"), waiting))
    return About(lines, left)


def event(occasion: Occasion, page: str, house: str) -> ical.Event:
    """Return an occasion as a calendar takes it.

    Args:
        occasion: which.
        page: the address of the ticket it is for.
        house: the site's name in the net; with the code it names the event everywhere.
    """
    return ical.Event(
        uid=f"{occasion.code}@{house}",
        sequence=occasion.plan + (occasion.state is OccasionState.CALLED_OFF),
        starts_at=occasion.draft.starts_at,
        told_at=clock.now(),
        summary=occasion.name,
        location=occasion.place,
        description="\n".join(part for part in (occasion.about, page) if part),
        url=page,
        is_cancelled=occasion.state is OccasionState.CALLED_OFF,
    )


def returning(occasion: Occasion) -> str:
    """Return until when a seat may be given back, in words."""
    until = policy.returns_until(occasion.draft)
    if until is None:
        return _("Seats can't be given back.")
    return _("Until %(moment)s; your points come back at once.", moment=moment(until))


def returnable(key: str) -> list[tuple[int, str]]:
    """Return the tickets of a giving that may be given back, with their codes. One statement."""
    return [(each.id, spaced(each.code)) for each in queries.returnable(key)]


def spaced(code: str) -> str:
    """Return a code as it is read aloud: in groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def places(count: int) -> str:
    """Return how many seats."""
    return ngettext("%(num)s seat", "%(num)s seats", count)


def ticket_badge(ticket: Ticket) -> tuple[str, str]:
    """Return (word, kind) of where a ticket stands."""
    if ticket.occasion.state is OccasionState.CALLED_OFF:
        return _("Called off"), "warn"
    if ticket.state is not TicketState.HELD:
        return _("Seat given back"), ""
    if ticket.checked_in_at is not None:
        return _("You were there"), "ok"
    if ticket.occasion.draft.starts_at + queries.LASTS < clock.now():
        return _("It is over"), ""
    return _("Ready to go in"), "ok"


def guest_badge(guest: Guest) -> tuple[str, str]:
    """Return (word, kind) of a guest for the team."""
    if guest.ticket.state is not TicketState.HELD:
        return _("Not valid"), "warn"
    if guest.ticket.checked_in_at is not None:
        return _("Is here"), "ok"
    return _("Not here yet"), ""


def occasion_badge(occasion: Occasion) -> tuple[str, str]:
    """Return (word, kind) of an occasion for the team."""
    if occasion.state is OccasionState.CALLED_OFF:
        return _("Called off"), "warn"
    if occasion.draft.starts_at + queries.LASTS < clock.now():
        return _("It is over"), ""
    return (_("Seats to be had"), "ok") if occasion.left else (_("All seats taken"), "warn")


def kpis(occasion: Occasion, come: int) -> list[dict[str, object]]:
    """Return the strip above an occasion's guests."""
    return [
        {"label": _("Seats"), "value": number(occasion.draft.seats)},
        {"label": _("Seats taken"), "value": number(occasion.taken)},
        {"label": _("Seats left"), "value": number(occasion.left)},
        {"label": _("Have come"), "value": number(come)},
    ]


def is_today(occasion: Occasion) -> bool:
    """Return whether it happens on the brand's day of now."""
    return clock.business_date(occasion.draft.starts_at) == clock.business_date()
