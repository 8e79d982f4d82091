"""Weekly columns: all of them, one with its issues, its feed, following it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.brand import queries, service
from app.brand.routes.blueprint import absolute, bp
from app.brand.types import ColumnView, IssueKey
from app.kernel import parts
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.parts import Glance
from app.kernel.web import cached_for_guests, me, member_required, public, toast, viewer

ATOM = "application/atom+xml"
MAX_NUMBER = 9  # digits


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue that members can read."""

    number: int
    post: Glance


@bp.get("/about/columns")
@public
@cached_for_guests(300)
def column_list() -> ResponseReturnValue:
    """Show all columns."""
    someone = viewer()
    return render_template(
        "brand/columns.html",
        columns=queries.column_list(someone.id if someone else None),
        locale=locale_tag(),
        address=absolute(url_for("brand.column_list")),
    )


@bp.get("/about/columns/<slug>")
@public
@cached_for_guests(60)
def column(slug: str) -> ResponseReturnValue:
    """Show a column with its issues, the newest first: ``?before=12``."""
    found = _column(slug)
    text = request.args.get("before", "")
    before = int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_NUMBER else None
    page = queries.issues(found.id, before)
    return render_template(
        "brand/column.html",
        column=found,
        issues=_readable(page.items),
        next_key=page.next_key,
        is_first=before is None,
        locale=locale_tag(),
        address=absolute(url_for("brand.column", slug=slug)),
    )


@bp.get("/about/columns/<slug>/feed.atom")
@public
@cached_for_guests(300)
def column_feed(slug: str) -> ResponseReturnValue:
    """Give the newest issues of a column as an Atom feed."""
    found = _column(slug)
    body = render_template(
        "brand/feed.xml",
        column=found,
        issues=_readable(queries.issues(found.id).items),
        own_url=absolute(request.path),
        page_url=absolute(url_for("brand.column", slug=slug)),
        absolute=absolute,
        locale=locale_tag(),
    )
    return Response(body, mimetype=ATOM)


@bp.post("/about/columns/<slug>/follow")
@member_required
def follow_column(slug: str) -> ResponseReturnValue:
    """Hear of every new issue."""
    service.follow(me().id, slug)
    toast(_("You hear of every new issue"))
    return redirect(url_for("brand.column", slug=slug), 303)


@bp.post("/about/columns/<slug>/unfollow")
@member_required
def unfollow_column(slug: str) -> ResponseReturnValue:
    """Hear of it no longer."""
    service.unfollow(me().id, slug)
    toast(_("You hear of this column no longer"), "info")
    return redirect(url_for("brand.column", slug=slug), 303)


def _column(slug: str) -> ColumnView:
    """Return a column.

    Raises:
        NotFoundError: there is none.
    """
    someone = viewer()
    found = queries.find_column(slug, someone.id if someone else None)
    if found is None:
        raise NotFoundError
    return found


def _readable(keys: Sequence[IssueKey]) -> list[Issue]:
    posts = parts.glances([each.thread_id for each in keys])
    return [Issue(k.number, posts[k.thread_id]) for k in keys if k.thread_id in posts]
