"""Places in other domains' pages, and where references lead."""

from collections.abc import Collection

from flask import render_template, url_for
from markupsafe import Markup

from app.checkin import queries, shown
from app.kernel import slots, web
from app.kernel.permissions import Permission


@slots.fills("home_hero")
def home_hero(viewer_ids: Collection[int]) -> dict[int, Markup]:
    """Fill the top of the home page; key 0 is a guest. One statement, two for guests."""
    return {key: Markup(_member_hero() if key else _guest_hero()) for key in viewer_ids}  # noqa: S704 - a template's own output


def _member_hero() -> str:
    viewer = web.me()
    hero = queries.hero(viewer.id)
    return render_template(
        "checkin/_hero.html",
        hero=hero,
        greeting=shown.greeting(viewer.name),
        days=shown.week(hero),
        note=shown.foot_of(hero),
        line=shown.what_is_next(hero),
    )


def _guest_hero() -> str:
    count, faces = queries.table()
    return render_template("checkin/_join.html", count=count, faces=faces)


@slots.fills("me_cards")
def me_card(viewer_ids: Collection[int]) -> dict[int, Markup]:
    """Fill the streak card of the own page. One statement."""
    cards = {}
    for member_id in viewer_ids:
        hero = queries.hero(member_id)
        text = render_template("checkin/_me_card.html", hero=hero, note=shown.what_is_next(hero))
        cards[member_id] = Markup(text)  # noqa: S704 - a template's own output
    return cards


def page_of(check_in_id: int, viewer_id: int | None) -> str | None:
    """Return the calendar month of a member's own check-in; nobody else may know it."""
    day = queries.find_own_day(check_in_id, viewer_id) if viewer_id else None
    return url_for("checkin.calendar", month=f"{day:%Y-%m}") if day else None


def grant_page_of(grant_id: int, _viewer_id: int | None) -> str | None:
    """Return the team's page of a granted day; members see their own calendar."""
    viewer = web.viewer()
    if viewer is None or not viewer.can(Permission.CHECKINS_EDIT):
        return None
    code = queries.code_of_grant(grant_id)
    return url_for("checkin_staff.grant", code=code) if code else None


def saver_page_of(movement_id: int, viewer_id: int | None) -> str | None:
    """Return the page of a member's own shields and cards."""
    is_his = viewer_id and queries.is_own_movement(movement_id, viewer_id)
    return url_for("checkin.savers") if is_his else None
