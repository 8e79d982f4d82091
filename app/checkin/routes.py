"""Check-in for members: the calendar, the one tap, the cards on home and on Me."""

from collections.abc import Collection
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.checkin import queries, service, shown
from app.checkin.types import Calendar, CheckedIn
from app.kernel import slots, web

bp = Blueprint("checkin", __name__)


@bp.get("/checkin")
@web.public
@web.cached_for_guests(60)
def calendar() -> ResponseReturnValue:
    """Show the member's month; invite a guest."""
    viewer = web.viewer()
    if viewer is None:
        ladder = shown.steps(queries.ladder_from_zero())
        return render_template("checkin/guest.html", steps=ladder)
    page = queries.calendar(viewer.id, month=_month_asked())
    return render_template("checkin/calendar.html", **_calendar_values(page))


@bp.post("/checkin")
@web.member_required
def check_in() -> ResponseReturnValue:
    """Check in for today; twice is once."""
    viewer = web.me()
    done = service.check_in(viewer.id)
    on_page = request.args.get("view") == "page"
    if web.is_fragment():
        return _fragment(viewer.id, done, on_page=on_page)
    web.toast(shown.told(done), "ok" if done.is_new else "info")
    back = url_for("checkin.calendar") if on_page else web.safe_path(request.referrer)
    return redirect(back, 303)


def _fragment(member_id: int, done: CheckedIn, *, on_page: bool) -> str:
    page = queries.calendar(member_id)
    extra = done.milestone.points if done.milestone and done.is_new else 0
    return render_template(
        "checkin/_done_page.html" if on_page else "checkin/_done_home.html",
        done=done,
        note=shown.strip_note(page.hero, extra),
        **_calendar_values(page),
    )


def _month_asked() -> date | None:
    """Return the first day of ``?month=2026-09``, or None for the present month."""
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return None


def _calendar_values(page: Calendar) -> dict[str, object]:
    def to(month: date | None) -> str | None:
        return url_for("checkin.calendar", month=f"{month:%Y-%m}") if month else None

    return {
        "page": page,
        "hero": page.hero,
        "days": shown.week(page.hero),
        "next_line": shown.what_is_next(page.hero),
        "weekdays": shown.weekdays(),
        "weeks": shown.weeks(page),
        "steps": shown.steps(page.steps),
        "previous_url": to(page.previous),
        "next_url": to(page.next),
    }


# --- places in other domains' pages --------------------------------------------------------------


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
        note=shown.what_is_next(hero),
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
