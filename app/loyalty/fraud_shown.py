"""Signals and cases in plain words: for the desk with figures, for the member without blame."""

from typing import Any

from app.kernel import reasons
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import listed, ngettext, number, percent
from app.loyalty.types.fraud import (
    ActRow,
    CaseRow,
    CaseState,
    SignalFigures,
    SignalKind,
    SignalRow,
)

NAMES: dict[SignalKind, object] = {
    SignalKind.LIKE_RING: _l("Likes in a ring"),
    SignalKind.SHARED_DEVICE: _l("One device, several members"),
    SignalKind.SHARED_NETWORK: _l("One network, many members"),
    SignalKind.BURST: _l("Burst of acts"),
    SignalKind.SELF_REFERRAL: _l("Guest looks like the inviter"),
    SignalKind.REFERRAL_RING: _l("Guests on one device"),
    SignalKind.CHECKIN_SWARM: _l("Check-ins in one second"),
    SignalKind.SPENDING: _l("Fast redemptions"),
}

MET: dict[SignalKind, object] = {
    SignalKind.LIKE_RING: _l(
        "Most of your likes went round in a small group. Likes are for posts that you like, and "
        "points for likes that come from all around."
    ),
    SignalKind.SHARED_DEVICE: _l(
        "Several members earn points on the device you use. Everybody has one account, and earns "
        "points with that one alone."
    ),
    SignalKind.SHARED_NETWORK: _l(
        "Many members earn points from the network you use. Everybody has one account, and earns "
        "points with that one alone."
    ),
    SignalKind.BURST: _l(
        "So many acts came from your account within a minute that it looked like a machine. "
        "Points are for what people do themselves."
    ),
    SignalKind.SELF_REFERRAL: _l(
        "A friend who came by your invitation, or who invited you, looks like yourself. "
        "Invitations are for people who are new here."
    ),
    SignalKind.REFERRAL_RING: _l(
        "Several who came by one invitation use one device. Invitations are for people, each with "
        "one account."
    ),
    SignalKind.CHECKIN_SWARM: _l(
        "Many check-ins came in one second from one place, yours among them. Everybody checks in "
        "for himself."
    ),
    SignalKind.SPENDING: _l(
        "Your points were redeemed unusually fast. We make sure that it was you."
    ),
}
"""Which rule a member has met, in words that blame nobody and give no thresholds away."""

ALIKE = {
    "device": _l("device"), "email": _l("e-mail address"), "phone": _l("phone number"),
    "network": _l("network"),
}  # fmt: skip


def evidence(signal: SignalRow) -> str:
    """Return what was seen, as one sentence with its figures."""
    seen = signal.evidence
    if not seen:
        return _("The figures were forgotten after their time.")
    tell = {
        SignalKind.LIKE_RING: _ring, SignalKind.SHARED_DEVICE: _device,
        SignalKind.SHARED_NETWORK: _network, SignalKind.BURST: _burst,
        SignalKind.SELF_REFERRAL: _self, SignalKind.REFERRAL_RING: _guests,
        SignalKind.CHECKIN_SWARM: _swarm, SignalKind.SPENDING: _spending,
    }[signal.kind]  # fmt: skip
    return tell({name: number(v) if isinstance(v, int) else v for name, v in seen.items()})


def _ring(seen: dict[str, Any]) -> str:
    return _(
        "%(inside)s of the %(given)s likes that %(members)s members gave in %(days)s days stayed "
        "among them (%(share)s %%).",
        **seen,
    )


def _device(seen: dict[str, Any]) -> str:
    return _(
        "%(members)s members signed in on one device in %(days)s days; %(earning)s of them earned "
        "points.",
        **seen,
    )


def _network(seen: dict[str, Any]) -> str:
    return _(
        "%(members)s members signed in from one network in %(days)s days; %(earning)s of them "
        "earned points.",
        **seen,
    )


def _burst(seen: dict[str, Any]) -> str:
    return _(
        "%(peak)s acts within one minute. The member's own median is %(own)s, that of all members "
        "%(usual)s.",
        **seen,
    )


def _self(seen: dict[str, Any]) -> str:
    kinds = [str(ALIKE[each]) for each in str(seen["alike"]).split(",") if each in ALIKE]
    return _("Guest and inviter have in common: %(what)s.", what=listed(kinds))


def _guests(seen: dict[str, Any]) -> str:
    return _("%(same)s of %(guests)s guests of one inviter use one device (%(days)s days).", **seen)


def _swarm(seen: dict[str, Any]) -> str:
    return _(
        "%(members)s check-ins within one second from one device or network, seen %(times)s times "
        "in %(days)s days.",
        **seen,
    )


def _spending(seen: dict[str, Any]) -> str:
    return _("%(times)s redemptions of %(points)s points together within 24 hours.", **seen)


def state(of: CaseState) -> tuple[str, str]:
    """Return what became of a case, and the kind of badge it gets."""
    return {
        CaseState.OPEN: (_("Open"), "warn"),
        CaseState.FROZEN: (_("Frozen"), "danger"),
        CaseState.DISMISSED: (_("False alarm"), ""),
        CaseState.CLOSED: (_("Case closed"), "ok"),
    }[of]


def case_line(case: CaseRow) -> dict[str, Any]:
    """Return a case as the queue prints it."""
    text, kind = state(case.state)
    return {
        "case": case,
        "state": text,
        "kind": kind,
        "names": [NAMES[each] for each in case.kinds],
        "points": ngettext(
            "%(figure)s point", "%(figure)s points", case.points, figure=number(case.points)
        ),
    }


def signal_line(signal: SignalRow) -> dict[str, Any]:
    """Return a signal as the case prints it."""
    return {"name": NAMES[signal.kind], "text": evidence(signal), "signal": signal}


def act_line(act: ActRow) -> dict[str, Any]:
    """Return an act as the case prints it."""
    return {"act": act, "label": reasons.meaning_of(act.action).label}


def met(kinds: Any) -> list[tuple[object, object]]:
    """Return which rules a member has met: name and plain words."""
    return [(NAMES[kind], MET[kind]) for kind in kinds]


def figures_row(figures: SignalFigures) -> dict[str, Any]:
    """Return a signal's figures as a row of a table."""
    share = figures.false_share
    return {
        "cells": [
            str(NAMES[figures.kind]), number(figures.open), number(figures.right),
            number(figures.wrong), "–" if share is None else percent(share),
        ],
        "href": None,
    }  # fmt: skip
