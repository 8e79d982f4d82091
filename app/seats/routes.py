"""A member's tickets."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.config import Config
from app.kernel import clock, ical, ids, web
from app.kernel.errors import NotFoundError
from app.kernel.refs import link
from app.kernel.types import Ref
from app.seats import policy, queries, shown
from app.seats.types import TicketState

bp = Blueprint("seats", __name__)
PAST = "past"
QR_SIDE, QR_BORDER = 200, 2  # CSS pixels; modules


@bp.get("/me/tickets")
@web.member_required
@web.no_store
def my_tickets() -> ResponseReturnValue:
    """List a member's tickets: the next first, or what is over."""
    is_past, after = request.args.get("view") == PAST, request.args.get("after")
    page = queries.tickets_of(web.me().id, after, past=is_past)
    view = PAST if is_past else None
    return render_template(
        "seats/my_tickets.html",
        tickets=page.items,
        shown=shown,
        is_past=is_past,
        next_url=url_for(".my_tickets", view=view, after=page.next_key) if page.next_key else None,
    )


@bp.get("/me/tickets/<code>")
@web.member_required
def my_ticket(code: str) -> ResponseReturnValue:
    """Show one ticket with its code. His phone may keep it: at the door there may be no network.

    Raises:
        NotFoundError: it is none of his.
    """
    ticket = queries.my_ticket(web.me().id, code)
    source = Ref(ticket.source_kind, ticket.source_id or 0) if ticket.source_kind else None
    return render_template(
        "seats/my_ticket.html",
        ticket=ticket,
        is_valid=policy.is_valid(ticket),
        drawn=_drawn(ticket.code) if policy.is_valid(ticket) else "",
        may_return=policy.may_return(ticket, clock.now()),
        source_url=link(source),
        together=queries.together(ticket),
        shown=shown,
    )


def _drawn(code: str) -> Markup:
    """Draw the code of a ticket, in the page: a phone of the team that reads it opens the door's.

    A picture of its own would be missing where the page was kept.
    """
    import segno

    config: Config = current_app.config["POTLUCK"]
    made = segno.make(
        config.base_url + url_for("seats_staff.guest", code=code), error="m", micro=False
    )
    scale = QR_SIDE / made.symbol_size(border=QR_BORDER)[0]
    svg = made.svg_inline(
        scale=scale, border=QR_BORDER, light="white", svgclass="coupon-qr", lineclass=None
    )
    return Markup(svg)  # noqa: S704 - drawn here


@bp.get("/me/tickets/<code>/event.ics")
@web.member_required
@web.no_store
def calendar_file(code: str) -> ResponseReturnValue:
    """Hand out the event of a ticket as a calendar file; one that is called off takes it out again.

    Raises:
        NotFoundError: it is none of his, or was given back.
    """
    ticket = queries.my_ticket(web.me().id, code)
    if ticket.state is TicketState.RETURNED:
        raise NotFoundError
    config: Config = current_app.config["POTLUCK"]
    page = config.base_url + url_for(".my_ticket", code=ticket.code)
    event = shown.event(ticket.occasion, page, urlsplit(config.base_url).hostname or "potluck")
    answer = Response(ical.calendar(event), mimetype=ical.MIMETYPE)
    name = f"{ticket.occasion.code}.ics"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def ticket_url(ticket_id: int, viewer_id: int | None) -> str | None:
    """Return the address of a ticket for its owner, or for the team at the door."""
    code = queries.code_of(ticket_id, viewer_id)
    return url_for("seats.my_ticket", code=ids.read_code(code) or code) if code else None
