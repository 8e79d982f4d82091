"""The list of notices, and reading."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock, web
from app.kernel.i18n import gettext as _
from app.kernel.types import Person
from app.notify import policy, queries, service
from app.notify.addresses import page_of
from app.notify.keys import public_push_key
from app.notify.queries import Notices
from app.notify.routes.blueprint import bp
from app.notify.types import GROUP_LABELS, Group, Notice, Said, find_kind, kinds

UNREAD = "unread"
MICROSECOND_DIGITS = 17  # until the year 5138


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
    """List what a member was told, the newest first, by day.

    ``?type=`` a group or a kind of it, ``?show=unread`` what he has not read, ``?read=`` offers to
    undo what marked all as read.
    """
    chosen = _chosen(request.args.get("type", ""))
    unread_only = request.args.get("show") == UNREAD
    after = request.args.get("after")
    page = queries.notices(web.me().id, kinds=chosen.kinds, unread_only=unread_only, after=after)
    cards = [card for each in page.items if (card := _card(each))]
    days = [(day, list(cards_)) for day, cards_ in groupby(cards, key=_day)]
    here: dict[str, Any] = {"type": chosen.name, "show": UNREAD if unread_only else None}
    return render_template(
        "notify/notices.html",
        days=days,
        today=clock.business_date(),
        newest=page.items[0].place if page.items else 0,
        tabs=_tabs(chosen, here["show"]),
        chosen=chosen,
        unread_only=unread_only,
        other_url=url_for(".notices", type=chosen.name, show=None if unread_only else UNREAD),
        undo=_moment(request.args.get("read", "")) and request.args["read"],
        next_url=url_for(".notices", **here, after=page.next_key) if page.next_key else None,
        first_url=url_for(".notices", **here) if after else None,
        push_key=public_push_key() if _may_offer_push(page) and not after else None,
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which notices a page shows.

    Attributes:
        name: as it stands in the address; None: all.
        label: of a single kind.
        group: the tab that stands pressed.
        kinds: only these; None: all.
    """

    name: str | None = None
    label: object = ""
    group: Group | None = None
    kinds: tuple[str, ...] | None = None


def _chosen(name: str) -> Chosen:
    """Return what ``?type=`` means: a group, a kind, or everything where it means nothing."""
    if name in {each.value for each in Group}:
        return Chosen(name, "", Group(name), tuple(kind.key for kind in kinds(Group(name))))
    kind = find_kind(name)
    return Chosen(name, kind.label, kind.group, (name,)) if kind else Chosen()


def _moment(text: str) -> datetime | None:
    """Return the moment that an address or form names, in microseconds; None where it is none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MICROSECOND_DIGITS):
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(text))


def _tabs(chosen: Chosen, show: str | None) -> list[tuple[object, str, bool]]:
    """Return the tabs: all, and every group that anybody tells something in."""
    alive = {kind.group for kind in kinds()}
    every = (_("All"), url_for(".notices", show=show), chosen.group is None)
    return [
        every,
        *(
            (label, url_for(".notices", type=group.value, show=show), group is chosen.group)
            for group, label in GROUP_LABELS.items()
            if group in alive
        ),
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
    """Note that he has read everything that the page showed or that is older. It can be undone."""
    chosen, now = _chosen(request.form.get("type", "")), clock.now()
    up_to = min(max(request.form.get("up_to", 0, type=int), 0), 2**63 - 1)
    count = service.read_all(web.me().id, up_to, kinds=chosen.kinds, at=now)
    read = (now - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1) if count else None
    return redirect(url_for(".notices", type=chosen.name, read=read), 303)


@bp.post("/notices/unread")
@web.member_required
@web.no_store
def unread() -> ResponseReturnValue:
    """Undo what marked all as read. Twice is once."""
    at = _moment(request.form.get("read", ""))
    if at is not None and service.unread(web.me().id, at):
        web.toast(_("They are unread again"), "info")
    return redirect(url_for(".notices", type=_chosen(request.form.get("type", "")).name), 303)


@bp.post("/notices/seen")
@web.member_required
@web.no_store
def seen() -> ResponseReturnValue:
    """Note that he has seen the things themselves; a page's beacon says which (``thread:12``)."""
    subjects = [each for each in request.form.getlist("about") if len(each) <= 64][:20]  # noqa: PLR2004 - a subject's length, a page's worth
    service.read_about(web.me().id, subjects)
    return "", 204
