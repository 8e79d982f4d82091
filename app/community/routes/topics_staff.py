"""Hot topics in the staff console: calendar, planning, opening, closing; picks; cities."""

from calendar import Calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel import Locale, dates
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from app.community import queries
from app.community.forms.reading import CityForm, TopicForm
from app.community.queries import places, topics
from app.community.queries.topics import TopicView
from app.community.service import places as place_service
from app.community.service import topics as service
from app.kernel import clock
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.media.uploads import take_upload
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast

bp = Blueprint("community_topics", __name__, url_prefix="/staff")
EDIT = Permission.BOARDS_EDIT
TEXTS = (
    "name_zh", "name_en", "purpose_zh", "purpose_en", "rules_zh", "rules_en", "rewards_zh",
    "rewards_en", "reward",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar with the topics that run on it."""

    on: date
    is_today: bool
    is_inside: bool
    topics: list[TopicView]


@bp.get("/topics")
@permission(EDIT)
def calendar() -> ResponseReturnValue:
    """Show a month: ``?month=2026-09``."""
    first = _month(request.args.get("month"))
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    found = topics.topics_between(weeks[0][0], weeks[-1][-1])
    today = clock.business_date()
    return render_template(
        "community/staff_topics.html",
        first=first,
        weekdays=_weekdays(),
        before=(first - timedelta(days=1)).strftime("%Y-%m"),
        after=(first + timedelta(days=31)).strftime("%Y-%m"),
        weeks=[
            [
                Day(
                    day,
                    day == today,
                    day.month == first.month,
                    [t for t in found if t.first_on <= day <= t.last_on],
                )
                for day in week
            ]
            for week in weeks
        ],
        topics=found,
    )


def _weekdays() -> list[str]:
    """Return the short names of the days, Monday first."""
    names = dates.get_day_names("short", "stand-alone", get_locale() or Locale.parse("en"))
    return [names[n] for n in range(7)]


def _month(text: str | None) -> date:
    today = clock.business_date()
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if FIRST_YEAR < found.year < LAST_YEAR else today.replace(day=1)


@bp.route("/topics/new", methods=["GET", "POST"])
@permission(EDIT)
def new_topic() -> ResponseReturnValue:
    """Plan a topic: ``?on=2026-09-05`` begins with that day."""
    form = TopicForm()
    if request.method == "GET":
        form.first_on.data = _day(request.args.get("on")) or clock.business_date()
        form.last_on.data = form.first_on.data + timedelta(days=6)

    def save(banner_id: int | None) -> None:
        service.plan_topic(
            form.plan(banner_id), form.first_on.data, form.last_on.data, actor_id=me().id
        )

    return _topic_page(form, None, save)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@bp.route("/topics/<slug>", methods=["GET", "POST"])
@permission(EDIT)
def edit_topic(slug: str) -> ResponseReturnValue:
    """Change a topic. Its address stays: links lead to it."""
    found = _topic(slug)
    texts = {name: getattr(found, name) for name in TEXTS}
    form = TopicForm(data={**texts, "first_on": found.first_on, "last_on": found.last_on})
    form.slug.data = found.slug

    def save(banner_id: int | None) -> None:
        service.change_topic(
            found.slug, form.plan(banner_id), form.first_on.data, form.last_on.data,
            actor_id=me().id,
        )  # fmt: skip

    return _topic_page(form, found, save)


def _topic(slug: str) -> TopicView:
    """Return a topic.

    Raises:
        NotFoundError: there is none.
    """
    found = topics.find_topic(slug)
    if found is None:
        raise NotFoundError
    return found


def _topic_page(
    form: TopicForm, found: TopicView | None, save: Callable[[int | None], None]
) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate() and _saved(form, save):
            toast(_("Saved"))
            month = form.first_on.data.strftime("%Y-%m")
            return redirect(url_for("community_topics.calendar", month=month), 303)
    page = render_template("community/staff_topic.html", form=form, topic=found)
    return page, status


def _saved(form: TopicForm, save: Callable[[int | None], Any]) -> bool:
    try:
        file = request.files.get("banner")
        save(take_upload(me(), file).id if file is not None and file.filename else None)
    except DomainError as error:
        form.slug.errors = [str(error.message)]
        return False
    return True


@bp.post("/topics/<slug>/open")
@permission(EDIT)
def open_topic(slug: str) -> ResponseReturnValue:
    """Open a planned topic now."""
    if service.open_topic(_topic(slug).slug, actor_id=me().id):
        toast(_("The topic is open"))
    return redirect(url_for("community_topics.edit_topic", slug=slug), 303)


@bp.route("/topics/<slug>/close", methods=["GET", "POST"])
@permission(EDIT)
def close_topic(slug: str) -> ResponseReturnValue:
    """Ask, then close an open topic."""
    found, form = _topic(slug), Form()
    if form.validate_on_submit():
        if service.close_topic(found.slug, actor_id=me().id):
            toast(_("The topic is closed. Its posts stay"))
        return redirect(url_for("community_topics.edit_topic", slug=slug), 303)
    return render_template("community/staff_topic_close.html", topic=found, form=form)


@bp.post("/content/threads/<code>/feature")
@permission(EDIT)
def feature(code: str) -> ResponseReturnValue:
    """Pick a thread for the featured lists."""
    if service.feature_thread(code, is_featured=True, actor_id=me().id):
        toast(_("Featured. It stands in the featured lists now"))
    return redirect(url_for("community.thread", code=code), 303)


@bp.post("/content/threads/<code>/unfeature")
@permission(EDIT)
def unfeature(code: str) -> ResponseReturnValue:
    """Take a thread out of the featured lists."""
    if service.feature_thread(code, is_featured=False, actor_id=me().id):
        toast(_("Not featured any more"), "info")
    return redirect(url_for("community.thread", code=code), 303)


@bp.route("/boards/<slug>/city", methods=["GET", "POST"])
@permission(EDIT)
def city(slug: str) -> ResponseReturnValue:
    """Say which city a board is for.

    Raises:
        NotFoundError: there is no such board.
    """
    board = queries.find_board(slug)
    if board is None:
        raise NotFoundError
    now = next(each for each in places.placed_boards(None) if each.board.id == board.id)
    form = CityForm(data={"city_zh": now.city_zh, "city_en": now.city_en})
    if form.validate_on_submit():
        place_service.place_board(
            slug, form.city_zh.data or "", form.city_en.data or "", actor_id=me().id
        )
        toast(_("Saved"))
        return redirect(url_for("community_staff.boards"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("community/staff_city.html", form=form, board=board), status
