"""The checklist of a good week, and the library of texts."""

import re

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.kernel import ids
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast
from app.ops.forms import RowForm, TextForm
from app.ops.queries import kit as queries
from app.ops.service import kit as service
from app.ops.staff.week import weekday_names
from app.ops.types import KIND_ICONS, KIND_NAMES, Row, Text

bp = Blueprint("ops_library", __name__, url_prefix="/staff/kit")
EDIT = Permission.KIT_EDIT
NOT_IN_KEY = re.compile(r"[^a-z0-9]+")


def _key(name: str) -> str:
    """Return a key for something new: its English name in small letters, and something unique."""
    return f"{NOT_IN_KEY.sub('-', name.lower()).strip('-')[:24]}-{ids.new_code()[:8].lower()}"


@bp.get("/rows")
@permission(EDIT)
def rows() -> ResponseReturnValue:
    """List what belongs to a good week."""
    return render_template(
        "ops/rows.html", rows=queries.rows(), weekdays=weekday_names(), kind_names=KIND_NAMES,
        kind_icons=KIND_ICONS,
    )  # fmt: skip


@bp.route("/rows/new", methods=["GET", "POST"])
@permission(EDIT)
def new_row() -> ResponseReturnValue:
    """Add a line to the checklist."""
    return _row_page(RowForm(weekdays=weekday_names()), None)


@bp.route("/rows/<key>", methods=["GET", "POST"])
@permission(EDIT)
def edit_row(key: str) -> ResponseReturnValue:
    """Change a line of the checklist.

    Raises:
        NotFoundError: there is none.
    """
    row = next((each for each in queries.rows() if each.key == key), None)
    if row is None:
        raise NotFoundError
    weekday = "" if row.weekday is None else str(row.weekday)
    data = {name: getattr(row, name) for name in row.__slots__} | {"weekday": weekday}
    return _row_page(RowForm(data=data, weekdays=weekday_names()), row)


def _row_page(form: RowForm, row: Row | None) -> ResponseReturnValue:
    if form.validate_on_submit():
        key = row.key if row else _key(form.title_en.data)
        service.save_row(form.row(key), actor_id=me().id)
        toast(_("Saved"))
        return redirect(url_for("ops_library.rows"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("ops/row.html", form=form, row=row), status


@bp.get("/texts")
@permission(EDIT)
def texts() -> ResponseReturnValue:
    """List the texts that are ready to be posted."""
    return render_template(
        "ops/texts.html", texts=queries.texts(), kind_names=KIND_NAMES, kind_icons=KIND_ICONS
    )


@bp.route("/texts/new", methods=["GET", "POST"])
@permission(EDIT)
def new_text() -> ResponseReturnValue:
    """Add a text to the library."""
    return _text_page(TextForm(), None)


@bp.route("/texts/<key>", methods=["GET", "POST"])
@permission(EDIT)
def edit_text(key: str) -> ResponseReturnValue:
    """Change a text of the library."""
    text = _text(key)
    return _text_page(TextForm(data={n: getattr(text, n) for n in text.__slots__}), text)


def _text(key: str) -> Text:
    """Return a text of the library.

    Raises:
        NotFoundError: there is none.
    """
    found = next((each for each in queries.texts() if each.key == key), None)
    if found is None:
        raise NotFoundError
    return found


def _text_page(form: TextForm, text: Text | None) -> ResponseReturnValue:
    if form.validate_on_submit():
        key = text.key if text else _key(form.name_en.data)
        service.save_text(form.text(key), actor_id=me().id)
        toast(_("Saved"))
        return redirect(url_for("ops_library.texts"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("ops/text.html", form=form, text=text), status


@bp.route("/texts/<key>/remove", methods=["GET", "POST"])
@permission(EDIT)
def remove_text(key: str) -> ResponseReturnValue:
    """Ask, then take a text out of the library."""
    text, form = _text(key), Form()
    if form.validate_on_submit():
        try:
            if service.remove_text(key, actor_id=me().id):
                toast(_("It is out of the library"), "info")
        except DomainError as error:
            toast(str(error.message), "warn")
        return redirect(url_for("ops_library.texts"), 303)
    return render_template("ops/text_remove.html", form=form, text=text)
