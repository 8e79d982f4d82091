"""What circles tell members, in words as they read it."""

from functools import partial

from app.circles import queries, service
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.notify.types import Group, Named, NoticeKind, Params, Said, name_of, register, who


def register_notices() -> None:
    """Name the kinds of notices."""
    kind = partial(NoticeKind, has_mail=True, named=Named("circle", queries.names))
    for each in (
        kind(service.ASKED, _l("Somebody asks to join my circle"), "user-plus", asked,
             group=Group.PEOPLE, is_urgent=False),
        kind(service.ADMITTED, _l("A circle lets me in"), "users", admitted, group=Group.PEOPLE),
        kind(service.REFUSED, _l("A circle doesn't let me in"), "users", refused,
             group=Group.PEOPLE),
        kind(service.REMOVED, _l("I am taken out of a circle"), "users", removed,
             group=Group.PEOPLE),
    ):  # fmt: skip
        register(each)


def asked(params: Params) -> Said:
    """Say who asks to be let in."""
    return Said(
        _("%(who)s asks to join %(name)s", who=who(params), name=name_of(params)),
        _("Answer on the page of its members."),
    )


def admitted(params: Params) -> Said:
    """Say that he is in."""
    return Said(_("Welcome to %(name)s", name=name_of(params)), _("You can post there now."))


def refused(params: Params) -> Said:
    """Say that he was refused; why stands on the circle's page."""
    return Said(
        _("%(name)s didn't let you in this time", name=name_of(params)),
        _("Why stands on its page. You can ask again in a week."),
    )


def removed(params: Params) -> Said:
    """Say that he is out; why stands on the circle's page."""
    return Said(
        _("You are no longer in %(name)s", name=name_of(params)),
        _("Why stands on its page. What you wrote stays yours."),
    )
