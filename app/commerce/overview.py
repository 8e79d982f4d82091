"""``/staff/channels/overview``: what each channel sells, and how each figure was counted."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.commerce import queries
from app.commerce.queries import ChannelFigures
from app.commerce.types import RefundPhase
from app.identity.types import LinkProof
from app.kernel import clock, web
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission
from app.kernel.types import Page

bp = Blueprint("commerce_overview", __name__, url_prefix="/staff")

DEFAULT_DAYS = 90
FIRST_DAY = date(1990, 1, 1)


@bp.get("/channels/overview")
@web.permission(Permission.ORDERS_SEE)
def channels() -> ResponseReturnValue:
    """Show every channel's figures for a period that stands in the address."""
    first, last, is_odd = period_of(request.args)
    sort = request.args.get("sort", "net")
    sort = sort if sort in queries.SORTS else "net"
    return render_template(
        "commerce/staff_overview.html",
        found=queries.overview(first, last, sort),
        first=first,
        last=last,
        is_odd=is_odd,
        sort=sort,
        sorts=[
            ("net", _("Net")),
            ("gross", _("Gross")),
            ("orders", _("Orders")),
            ("returns", _("Return rate")),
            ("match", _("Match rate")),
        ],
        quick=[_last(days, first, last, sort) for days in (30, 90, 365)],
        phases=phase_names(),
        proofs=proof_names(),
    )


def _last(days: int, first: date, last: date, sort: str) -> tuple[str, str, bool]:
    """Return label and address of the last days, and whether they are what is shown."""
    today = clock.business_date()
    start = today - timedelta(days=days - 1)
    begin: dict[str, Any] = {"from": start}
    return (
        ngettext("%(num)s day", "%(num)s days", days),
        url_for("commerce_overview.channels", to=today, sort=sort, **begin),
        (first, last) == (start, today),
    )


def period_of(values: Mapping[str, str]) -> tuple[date, date, bool]:
    """Return first and last day of a period, and whether what was asked could not be read.

    Days that are none, or stand the wrong way round, give the last 90 days.
    """
    today = clock.business_date()
    usual = today - timedelta(days=DEFAULT_DAYS - 1), today
    try:
        first = date.fromisoformat(values.get("from") or usual[0].isoformat())
        last = date.fromisoformat(values.get("to") or usual[1].isoformat())
    except ValueError:
        return *usual, True
    is_odd = not FIRST_DAY <= first <= last <= today + timedelta(days=366)
    return (*usual, True) if is_odd else (first, last, False)


def phase_names() -> list[tuple[RefundPhase, str]]:
    """Return the phases of a refund in words."""
    return [
        (RefundPhase.BEFORE_SHIPPING, _("Before shipping")),
        (RefundPhase.AFTER_SHIPPING, _("After shipping")),
        (RefundPhase.AFTER_RECEIPT, _("After receipt")),
    ]


def proof_names() -> list[tuple[LinkProof | None, str]]:
    """Return the ways in which an identity is linked, in words."""
    return [
        (LinkProof.CONTACT, _("Verified contact")),
        (LinkProof.CLAIM, _("Linked order")),
        (LinkProof.STAFF, _("Staff")),
        (LinkProof.ORDER, _("Order only")),
        (None, _("Not linked here")),
    ]


def overview_rows(params: Mapping[str, str], _after: str | None, _limit: int) -> Page[Any]:
    """Return the figures as rows of an export: all on one page."""
    first, last, _is_odd = period_of(params)
    found = queries.overview(first, last)
    return Page([_row(first, last, each) for each in found.channels])


def _row(first: date, last: date, each: ChannelFigures) -> tuple[Any, ...]:
    by_phase = [
        value
        for phase in RefundPhase
        for value in (each.phase(phase).minor, each.phase_rate(phase), each.phase_share(phase))
    ]
    by_proof = [each.matched_by.get(proof, 0) for proof, _name in proof_names()]
    return (
        first,
        last,
        each.code,
        each.name,
        each.currency,
        each.orders,
        each.lines,
        each.buyers,
        each.gross_minor,
        each.refunded_minor,
        each.cancelled_minor,
        each.net_minor,
        each.return_rate,
        each.returned_share,
        *by_phase,
        each.match_rate,
        *by_proof,
        each.given,
        each.pending,
        each.taken_back,
        each.below_floor,
    )
