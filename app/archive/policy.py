"""When a grant ends, and why a use is refused."""

from datetime import date, timedelta

from app.archive.types import (
    SCOPE_LABELS,
    TERM_MONTHS,
    Rights,
    Scope,
    State,
    Term,
    scopes_in_words,
)
from app.kernel.i18n import day
from app.kernel.i18n import gettext as _


def last_day(term: Term, today: date) -> date | None:
    """Return the last day of a term that begins today; None: until it is taken back.

    The same day of the month so many months on, or the last day of a shorter month.
    """
    months = TERM_MONTHS.get(term)
    if months is None:
        return None
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(today.day, last))


def why_refused(state: State | None, scope: Scope, until_on: date | None) -> str:
    """Return which right is missing for a use, in a sentence that says what to do."""
    rights = state.rights if state else Rights.NONE
    if rights is not Rights.GRANTED or state is None:
        return {
            Rights.ENDED: _("The author's grant is over. Ask again before you use it."),
            Rights.REFUSED: _("The author said no. Leave this post out."),
            Rights.REVOKED: _("The author took the grant back. Leave this post out."),
        }.get(rights, _("The author has not said yes. Ask for the rights first."))
    if scope not in state.scopes:
        return _(
            "The author granted %(granted)s, not %(wanted)s.",
            granted=scopes_in_words(state.scopes),
            wanted=SCOPE_LABELS[scope],
        )
    if state.until_on and (until_on is None or until_on > state.until_on):
        return _("The grant ends on %(day)s. End the use by then.", day=day(state.until_on))
    return _("The rights for this use are missing.")
