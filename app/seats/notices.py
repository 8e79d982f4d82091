"""What guests are told, in words as they read it."""

from datetime import UTC, datetime
from functools import partial

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import moment
from app.notify.types import Named, NoticeKind, Params, Said, name_of, register
from app.seats import queries, service


def register_notices() -> None:
    """Name the kinds of notices."""
    kind = partial(NoticeKind, has_mail=True, named=Named("occasion", queries.names))
    for each in (
        kind(service.SOON, _l("An event of mine is near"), "calendar-event", soon, by_push=True),
        kind(service.MOVED, _l("An event of mine changes"), "calendar-event", moved, by_push=True),
        kind(service.CALLED_OFF, _l("An event of mine is called off"), "calendar-event",
             called_off, by_push=True),
    ):  # fmt: skip
        register(each)


def _starts(params: Params) -> str:
    return moment(datetime.fromtimestamp(int(params["at"]), UTC))


def soon(params: Params) -> Said:
    """Say that it is near."""
    return Said(
        _("See you soon: %(name)s", name=name_of(params, "occasion")),
        _("%(moment)s. Your ticket is ready: show its code at the door.", moment=_starts(params)),
    )


def moved(params: Params) -> Said:
    """Say that place or time are others now."""
    return Said(
        _("Place or time have changed: %(name)s", name=name_of(params, "occasion")),
        _("It begins %(moment)s now. The place stands on your ticket.", moment=_starts(params)),
    )


def called_off(params: Params) -> Said:
    """Say that it doesn't happen."""
    return Said(
        _("Called off: %(name)s", name=name_of(params, "occasion")),
        _("We are sorry. What it cost you goes back by itself."),
    )
