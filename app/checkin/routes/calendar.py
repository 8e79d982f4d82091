"""The month, and the one tap."""

from datetime import date

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.checkin import queries, service, shown
from app.checkin.routes.blueprint import bp
from app.checkin.types import Calendar, CheckedIn
from app.kernel import web


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
    if web.wants_json():
        return jsonify(shown.calendar_values(page))
    # Beside what a tap swaps: a tap changes nothing about it.
    perk = shown.tier_cards(queries.tier_cards(viewer.id))
    return render_template("checkin/calendar.html", perk=perk, **page_values(page))


@bp.post("/checkin")
@web.member_required
def check_in() -> ResponseReturnValue:
    """Check in for today; twice is once."""
    viewer = web.me()
    done = service.check_in(viewer.id)
    if web.wants_json():
        return jsonify(shown.done_values(done))
    on_page = request.args.get("view") == "page"
    if web.is_fragment():
        return _fragment(viewer.id, done, on_page=on_page)
    web.toast(shown.told(done), "ok" if done.is_new else "info")
    back = url_for("checkin.calendar") if on_page else web.safe_path(request.referrer)
    return redirect(back, 303)


def _fragment(member_id: int, done: CheckedIn, *, on_page: bool) -> str:
    page = queries.calendar(member_id)
    return render_template(
        "checkin/_done_page.html" if on_page else "checkin/_done_home.html",
        done=done,
        note=shown.strip_note(page.hero, done),
        **page_values(page),
    )


def _month_asked() -> date | None:
    """Return the first day of ``?month=2026-09``, or None for the present month."""
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return None


def page_values(page: Calendar) -> dict[str, object]:
    """Return what the page and its pieces print."""

    def to(month: date | None) -> str | None:
        return url_for("checkin.calendar", month=f"{month:%Y-%m}") if month else None

    return {
        "page": page,
        "hero": page.hero,
        "days": shown.week(page.hero),
        "next_line": shown.foot_of(page.hero),
        "weekdays": shown.weekdays(),
        "weeks": shown.weeks(page),
        "month_key": shown.month_key(page),
        "steps": shown.steps(page.steps),
        "previous_url": to(page.previous),
        "next_url": to(page.next),
        "savers": shown.savers_rows(page),
        "honours": shown.honours(page.honours),
    }
