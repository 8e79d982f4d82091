"""What messages tell their members: who wrote and how many, never what."""

from functools import partial

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.messages import queries
from app.messages.service.judging import HIDDEN
from app.messages.service.sending import TOLD
from app.messages.service.team import TEAM_TOLD
from app.moderation.types import REASON_LABELS, HideReason
from app.notify.types import Group, NoticeKind, Params, Said, register, who


def register_notices() -> None:
    """Name the kinds of notices."""
    mailed = partial(NoticeKind, has_mail=True)
    register(
        mailed(TOLD, _l("Messages"), "mail", message_said, group=Group.TALK, by_push=True,
               is_urgent=False, refresh=queries.counts_now)
    )  # fmt: skip
    register(
        mailed(TEAM_TOLD, _l("Answers of the team"), "mail", team_said, group=Group.TEAM,
               by_push=True)
    )  # fmt: skip
    register(
        mailed(HIDDEN, _l("Messages the team hid"), "eye-off", hidden_said, group=Group.TEAM,
               is_essential=True)
    )  # fmt: skip


def message_said(params: Params) -> Said:
    """Say who wrote, and how many messages wait. What has been read comes to nothing."""
    count = int(params.get("count", 0))
    if params.get("asks"):
        return Said(
            _("%(who)s would like to write to you", who=who(params)),
            _("Read it, then accept or decline."),
            is_moot=not count,
        )
    title = ngettext(
        "%(who)s sent you a message",
        "%(who)s sent you %(num)s messages",
        max(count, 1),
        who=who(params),
    )
    return Said(title, is_moot=not count)


def team_said(params: Params) -> Said:
    """Say who of the team wrote."""
    return Said(
        _("%(who)s of the team wrote to you", who=who(params)),
        _("Read it under Messages, and answer there."),
    )


def hidden_said(params: Params) -> Said:
    """Say that the team hid a message, and why."""
    reason = REASON_LABELS[HideReason(str(params["reason"]))]
    return Said(_("The team hid a message of yours"), _("The reason: %(reason)s.", reason=reason))
