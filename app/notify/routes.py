"""What a member was told: the list, reading, and which letters he wants."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import BuildError

from app.identity import queries as identity
from app.kernel import clock, web
from app.kernel.i18n import gettext as _
from app.notify import queries, service
from app.notify.forms import field_name, letters_form
from app.notify.types import Link, Notice, Said, find_kind, kinds

bp = Blueprint("notify", __name__)


@dataclass(frozen=True, slots=True)
class Card:
    """A notice as the page prints it."""

    id: int
    icon: str
    said: Said
    told_at: datetime
    is_read: bool
    leads_on: bool


@bp.get("/notices")
@web.member_required
@web.no_store
def notices() -> ResponseReturnValue:
    """List what a member was told, the newest first, by day."""
    page = queries.notices(web.me().id, after=request.args.get("after"))
    cards = [card for each in page.items if (card := _card(each))]
    days = [(day, list(group)) for day, group in groupby(cards, key=_day)]
    return render_template(
        "notify/notices.html",
        days=days,
        today=clock.business_date(),
        newest=page.items[0].id if page.items else 0,
        next_url=url_for(".notices", after=page.next_key) if page.next_key else None,
        first_url=url_for(".notices") if request.args.get("after") else None,
    )


def _card(notice: Notice) -> Card | None:
    kind = find_kind(notice.kind)
    if kind is None:  # of a domain that has moved out
        return None
    said = kind.words(notice.params)
    leads_on = _url(notice.link) is not None
    return Card(notice.id, kind.icon, said, notice.told_at, notice.is_read, leads_on)


def _day(card: Card) -> date:
    return clock.business_date(card.told_at)


def _url(link: Link | None) -> str | None:
    if link is None:
        return None
    values: dict[str, Any] = dict(link.values)
    try:
        return url_for(link.endpoint, **values)
    except BuildError:  # the page has gone since
        return None


@bp.post("/notices/<int:notice_id>/open")
@web.member_required
@web.no_store
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Note that he has read one, and lead where it leads."""
    link = service.read(web.me().id, notice_id)
    return redirect(_url(link) or url_for(".notices"), 303)


@bp.post("/notices/read")
@web.member_required
@web.no_store
def read_all() -> ResponseReturnValue:
    """Note that he has read everything that the page showed or that is older."""
    up_to = request.form.get("up_to", 0, type=int)
    service.read_all(web.me().id, min(max(up_to, 0), 2**63 - 1))
    return redirect(url_for(".notices"), 303)


# --- settings ------------------------------------------------------------------------------------


@bp.get("/settings/notices")
@web.member_required
@web.no_store
def settings() -> ResponseReturnValue:
    """Show which letters he gets."""
    member_id = web.me().id
    stopped = {kind for _member, kind in queries.stopped([member_id])}
    mailed = [kind for kind in kinds() if kind.has_mail]
    form = letters_form(mailed)(data={field_name(k.key): k.key not in stopped for k in mailed})
    return render_template(
        "notify/settings.html",
        form=form,
        switches=[form[field_name(kind.key)] for kind in mailed],
        here_only=[kind for kind in kinds() if not kind.has_mail],
        no_letters_since=identity.wish_of(member_id),
    )


@bp.post("/settings/notices")
@web.member_required
@web.no_store
def save_settings() -> ResponseReturnValue:
    """Keep which letters he wants."""
    mailed = [kind for kind in kinds() if kind.has_mail]
    form = letters_form(mailed)()
    if form.validate_on_submit():
        choices = {kind.key: bool(form[field_name(kind.key)].data) for kind in mailed}
        service.choose_letters(web.me().id, choices)
        web.toast(_("Saved."))
    return redirect(url_for(".settings"), 303)
