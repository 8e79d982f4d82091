"""Staff adjustments in words: for the member's statement, and in the console."""

from typing import Any

from app.kernel import reasons
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext, number
from app.kernel.permissions import Role
from app.kernel.reasons import Explainer, Reason
from app.loyalty.policy import grants as policy
from app.loyalty.types.grants import (
    BatchRow,
    BatchState,
    GrantReason,
    GrantRow,
    GrantState,
    LineFault,
    Standing,
)

TOLD = {
    GrantReason.THANKS: Reason(_l("A thank-you from our team"), icon="heart"),
    GrantReason.APOLOGY: Reason(_l("An apology from our team"), icon="message-heart"),
    GrantReason.CONTEST: Reason(_l("Contest"), icon="trophy"),
    GrantReason.EVENT: Reason(_l("Event"), icon="calendar-event"),
    GrantReason.MISSING: Reason(_l("Missing points made good"), icon="circle-check"),
    GrantReason.MISTAKE: Reason(_l("A mistake put right"), icon="adjustments-horizontal"),
}
FAULTS: dict[LineFault, object] = {
    LineFault.NO_YID: _l("This is no Yid. It has 13 letters and digits."),
    LineFault.UNKNOWN_YID: _l("No member has this Yid."),
    LineFault.NOT_ACTIVE: _l("This member has left or was merged into another one."),
    LineFault.TWICE: _l("This member stands in an earlier line already."),
    LineFault.ONESELF: _l("That is you. Nobody adjusts his own points."),
    LineFault.POINTS: _l("Points must be a whole number other than 0."),
    LineFault.TOO_MANY: _l("That is more than anybody may move at once."),
    LineFault.REASON: _l("This reason is not on the list."),
}


def register() -> None:
    """Name what staff post: why, and who in the house; roles, never names."""
    for reason, meaning in TOLD.items():
        for role in policy.granting_roles():
            told = Reason(meaning.label, meaning.icon, explain=_who(role))
            reasons.register(policy.posting_reason(reason.value, role), told)
    reasons.register(
        "staff.taken_back",
        Reason(
            _l("Taken back by our team"),
            icon="arrow-back-up",
            explain=lambda _version: _("A gift to many was a mistake, so it was taken back."),
        ),
    )


def _who(role: Role) -> Explainer:
    return lambda _version: {
        Role.ADMINISTRATOR: _("Done by an administrator of our team."),
        Role.OPERATOR: _("Done by an operator of our team."),
        Role.MODERATOR: _("Done by a moderator of our team."),
        Role.CONCIERGE: _("Done by a concierge of our team."),
    }[role]


def role_name(role: Role) -> str:
    """Return a role in words."""
    return {
        Role.ADMINISTRATOR: _("Administrator"),
        Role.OPERATOR: _("Operator"),
        Role.MODERATOR: _("Moderator"),
        Role.CONCIERGE: _("Concierge"),
    }[role]


def grant_state(state: GrantState) -> tuple[str, str]:
    """Return what became of an adjustment, and the kind of badge it gets."""
    return {
        GrantState.PREPARED: (_("Prepared"), ""),
        GrantState.PROPOSED: (_("Waits for a second person"), "warn"),
        GrantState.POSTED: (_("In the wallet"), "ok"),
        GrantState.DECLINED: (_("Declined"), "danger"),
        GrantState.WITHDRAWN: (_("Withdrawn"), ""),
        GrantState.EXPIRED: (_("Nobody decided in time"), ""),
        GrantState.FAILED: (_("Could not be given"), "danger"),
        GrantState.REVERSED: (_("Taken back"), ""),
    }[state]


def batch_state(state: BatchState) -> tuple[str, str]:
    """Return what a batch does or waits for, and the kind of badge it gets."""
    return {
        BatchState.GATHERING: (_("Being put together"), "info"),
        BatchState.CHECKED: (_("Waits for your yes"), "warn"),
        BatchState.WAITING: (_("Waits for a second person"), "warn"),
        BatchState.RUNNING: (_("Being posted"), "info"),
        BatchState.DONE: (_("Done"), "ok"),
        BatchState.REVERSING: (_("Being taken back"), "info"),
        BatchState.REVERSED: (_("Taken back"), ""),
        BatchState.DROPPED: (_("Given up"), ""),
        BatchState.DECLINED: (_("Declined"), "danger"),
        BatchState.EXPIRED: (_("Nobody decided in time"), ""),
    }[state]


def authority_text(standing: Standing) -> str:
    """Return what somebody may do alone, in one sentence."""
    return _(
        "Alone you may move up to %(act)s points at once and %(left)s more today. "
        "Beyond that a second person approves.",
        act=number(standing.authority.act_points),
        left=number(standing.left_points),
    )


def amount(points: int) -> str:
    """Return signed points with their word: "+50 points"."""
    figure = f"{'+' if points > 0 else '−'}{number(abs(points))}"
    return ngettext("%(figure)s point", "%(figure)s points", abs(points), figure=figure)


def reason_label(reason: GrantReason) -> object:
    """Return a reason as the member reads it."""
    return TOLD[reason].label


def grant_line(grant: GrantRow) -> dict[str, Any]:
    """Return an adjustment as a list prints it."""
    text, kind = grant_state(grant.state)
    return {
        "grant": grant,
        "amount": amount(grant.points),
        "reason": reason_label(grant.reason),
        "state": text,
        "kind": kind,
    }


def batch_line(batch: BatchRow) -> dict[str, Any]:
    """Return a batch as a list prints it."""
    text, kind = batch_state(batch.state)
    return {"batch": batch, "state": text, "kind": kind}
