"""The list of notices, and reading."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock, web
from app.kernel.types import Person
from app.notify import policy, queries, service
from app.notify.addresses import page_of
from app.notify.keys import public_push_key
from app.notify.queries import Notices
from app.notify.routes.blueprint import bp
from app.notify.types import GROUP_LABELS, Group, Notice, Said, find_kind, kinds


@dataclass(frozen=True, slots=True)
class Card:
    """A notice as the page prints it."""

    id: int
    icon: str
    said: Said
    told_at: datetime
    is_read: bool
    leads_on: bool
    faces: tuple[Person, ...]


@bp.get("/notices")
@web.member_required
@web.no_store
def notices() -> ResponseReturnValue:
    """List what a member was told, the newest first, by day; ``?type=`` one group of it."""
    group = _group()
    after = request.args.get("after")
    page = queries.notices(web.me().id, group=group, after=after)
    cards = [card for each in page.items if (card := _card(each))]
    days = [(day, list(cards_)) for day, cards_ in groupby(cards, key=_day)]
    kind = group.value if group else None
    return render_template(
        "notify/notices.html",
        days=days,
        today=clock.business_date(),
        newest=page.items[0].place if page.items else 0,
        tabs=_tabs(group),
        group=kind,
        next_url=url_for(".notices", type=kind, after=page.next_key) if page.next_key else None,
        first_url=url_for(".notices", type=kind) if after else None,
        push_key=public_push_key() if _may_offer_push(page) and not after else None,
    )


def _group() -> Group | None:
    try:
        return Group(request.args.get("type", ""))
    except ValueError:
        return None


def _tabs(current: Group | None) -> list[tuple[object, str, bool]]:
    """Return the tabs: all, and every group that anybody tells something in."""
    alive = {kind.group for kind in kinds()}
    return [
        (label, url_for(".notices", type=group.value), group is current)
        for group, label in GROUP_LABELS.items()
        if group in alive
    ]


def _may_offer_push(page: Notices) -> bool:
    """Return whether to offer messages on the device: after the first reply, and not too often."""
    if page.has_push or not any(
        (kind := find_kind(each.kind)) is not None and kind.group is Group.TALK
        for each in page.items
    ):
        return False
    later = page.push_later_at
    return later is None or clock.now() - later > policy.ASK_AGAIN_AFTER


def _card(notice: Notice) -> Card | None:
    kind = find_kind(notice.kind)
    if kind is None:  # of a domain that has moved out
        return None
    return Card(
        notice.id, kind.icon, kind.words(notice.params), notice.told_at, notice.is_read,
        page_of(notice.link) is not None, notice.faces,
    )  # fmt: skip


def _day(card: Card) -> date:
    return clock.business_date(card.told_at)


@bp.post("/notices/<int:notice_id>/open")
@web.member_required
@web.no_store
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Note that he has read one, and lead where it leads."""
    link = service.read(web.me().id, notice_id)
    return redirect(page_of(link) or url_for(".notices"), 303)


@bp.post("/notices/read")
@web.member_required
@web.no_store
def read_all() -> ResponseReturnValue:
    """Note that he has read everything that the page showed or that is older."""
    up_to = request.form.get("up_to", 0, type=int)
    service.read_all(web.me().id, min(max(up_to, 0), 2**63 - 1))
    return redirect(url_for(".notices"), 303)


@bp.post("/notices/seen")
@web.member_required
@web.no_store
def seen() -> ResponseReturnValue:
    """Note that he has seen the things themselves; a page's beacon says which (``thread:12``)."""
    subjects = [each for each in request.form.getlist("about") if len(each) <= 64][:20]  # noqa: PLR2004 - a subject's length, a page's worth
    service.read_about(web.me().id, subjects)
    return "", 204
