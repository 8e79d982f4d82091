"""What members are told when something is wrong with a parcel, in words as they read it."""

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.notify.types import Named, NoticeKind, Params, Said, name_of, register
from app.rewards.queries import fulfilment
from app.rewards.service.fulfilling import TROUBLE


def register_notices() -> None:
    """Name the kind of notice."""
    named = Named("order", fulfilment.titles)
    register(NoticeKind(TROUBLE, _l("Trouble with a parcel"), "alert-triangle", said, named=named))


def said(params: Params) -> Said:
    """Say that something came up."""
    return Said(
        _("Something came up with %(name)s", name=name_of(params)),
        _("We're on it. Look whether your address is right, and write to us if not."),
    )
