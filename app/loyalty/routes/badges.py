"""Badges: one's own, the wall, one badge, the showcase on a profile."""

from collections.abc import Collection

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.kernel import slots, web
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import gettext as _
from app.loyalty import shown
from app.loyalty.queries import badges as queries
from app.loyalty.service import badges
from app.loyalty.types.badges import SHOWCASE, HeldBadge, Turn

bp = Blueprint("loyalty_badges", __name__)

JUST_GIVEN = 8


@bp.get("/badges")
@web.public
@web.cached_for_guests(60)
def wall() -> ResponseReturnValue:
    """Show all badges, how many have them, and who got one lately."""
    return render_template(
        "loyalty/badges.html",
        badges=queries.all_badges(),
        members=queries.member_count(),
        latest=queries.latest().items[:JUST_GIVEN],
        **shown.values(),
    )


@bp.get("/badges/<key>")
@web.public
@web.cached_for_guests(60)
def badge(key: str) -> ResponseReturnValue:
    """Show one badge and who has it.

    Raises:
        NotFoundError: there is none, or it is not given out yet.
    """
    found = queries.find_badge(key)
    if found is None:
        raise NotFoundError
    page = queries.latest(request.args.get("after"), found.id)
    next_url = (
        url_for("loyalty_badges.badge", key=key, after=page.next_key) if page.next_key else None
    )
    return render_template(
        "loyalty/badge.html",
        badge=found,
        members=queries.member_count(),
        page=page,
        next_url=next_url,
        **shown.values(),
    )


@bp.get("/me/badges")
@web.member_required
def my_badges() -> ResponseReturnValue:
    """Show a member his badges, and how to get the others."""
    return _mine()


@bp.post("/me/badges")
@web.member_required
def set_showcase() -> ResponseReturnValue:
    """Choose what stands on one's profile."""
    chosen = request.form.getlist("show")
    try:
        badges.set_showcase(web.me().id, chosen)
    except InvalidError as error:
        return _mine(problem=str(error.message), chosen=chosen), 422
    web.toast(_("Your profile shows them now."))
    return redirect(url_for("loyalty_badges.my_badges"), 303)


def _mine(problem: str = "", chosen: Collection[str] | None = None) -> str:
    member_id = web.me().id
    rows = queries.badges_of(member_id)
    mine = [row for row in rows if row.is_held]
    lost = [turn for turn in queries.history_of(member_id) if turn.turn is Turn.REVOKED]
    held = {row.badge.id for row in mine}
    return render_template(
        "loyalty/my_badges.html",
        mine=mine,
        missing=[row for row in rows if not row.is_held],
        lost=[turn for turn in lost if turn.badge.id not in held],
        chosen=chosen if chosen is not None else [r.badge.draft.key for r in mine if r.place],
        problem=problem,
        most=SHOWCASE,
        **shown.values(),
    )


@slots.fills("profile_showcase")
def showcase(member_ids: Collection[int]) -> dict[int, Markup]:
    """Fill the showcase of profiles. One statement."""
    found = queries.showcase_of(member_ids)
    return {member_id: _showcase(rows) for member_id, rows in found.items()}


def _showcase(rows: list[HeldBadge]) -> Markup:
    if not rows:
        return Markup()
    chosen = sorted((row for row in rows if row.place), key=lambda row: row.place or 0)
    text = render_template(
        "loyalty/_showcase.html",
        rows=(chosen or rows)[:SHOWCASE],
        total=len(rows),
        **shown.values(),
    )
    return Markup(text)  # noqa: S704 - a template's own output


def page_of(badge_id: int, _viewer_id: int | None) -> str | None:
    """Return the page of a badge that is given out."""
    key = queries.key_of(badge_id)
    return url_for("loyalty_badges.badge", key=key) if key else None
