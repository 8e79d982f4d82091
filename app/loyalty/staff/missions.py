"""Missions in the staff console."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import ids, web
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.loyalty import shown
from app.loyalty.forms.missions import MissionForm, mission_data
from app.loyalty.queries import missions as queries
from app.loyalty.service import missions as service
from app.loyalty.types.missions import Mission, MissionError

bp = Blueprint("loyalty_missions_staff", __name__, url_prefix="/staff")


@bp.get("/missions")
@web.permission(Permission.CAMPS_EDIT)
def missions() -> ResponseReturnValue:
    """List all missions with their figures."""
    page = queries.staff_missions(request.args.get("after"))
    next_url = (
        url_for("loyalty_missions_staff.missions", after=page.next_key) if page.next_key else None
    )
    return render_template(
        "loyalty/staff_missions.html", page=page, next_url=next_url, **shown.values()
    )


@bp.route("/missions/new", methods=["GET", "POST"])
@web.permission(Permission.CAMPS_EDIT)
def new_mission() -> ResponseReturnValue:
    """Write a mission; it is opened on its own page."""
    return _edit(None)


@bp.route("/missions/<code>", methods=["GET", "POST"])
@web.permission(Permission.CAMPS_EDIT)
def mission(code: str) -> ResponseReturnValue:
    """Change a mission.

    Raises:
        NotFoundError: there is none of this code.
    """
    return _edit(_get(code))


@bp.post("/missions/<code>/open")
@web.permission(Permission.CAMPS_EDIT)
def open_mission(code: str) -> ResponseReturnValue:
    """Open a mission, or close it; what is begun stays.

    Raises:
        NotFoundError: there is none of this code.
    """
    found, is_open = _get(code), request.form.get("open") == "1"
    try:
        service.set_mission_open(found.code, is_open=is_open, actor_id=web.me().id)
    except MissionError as error:
        web.toast(str(error.message), "warn")
        return redirect(url_for("loyalty_missions_staff.mission", code=code), 303)
    web.toast(_("It is open now.") if is_open else _("It is closed. You can open it again."))
    return redirect(url_for("loyalty_missions_staff.missions"), 303)


def _get(code: str) -> Mission:
    canonical = ids.read_code(code)
    found = queries.find_mission(canonical) if canonical else None
    if found is None:
        raise NotFoundError
    return found


def _edit(found: Mission | None) -> ResponseReturnValue:
    form = MissionForm(data=mission_data(found.draft if found else None))
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                code = service.save_mission(
                    form.draft(), actor_id=web.me().id, code=found.code if found else None
                )
            except MissionError as error:
                form[error.field].errors = [error.message]
            except InvalidError as error:
                form.form_errors = [error.message]
            else:
                web.toast(_("Saved"))
                if queries.fits_nobody(form.audience.data):
                    web.toast(_("Nobody belongs to this audience at the moment."), "warn")
                return redirect(url_for("loyalty_missions_staff.mission", code=code), 303)
    return render_template("loyalty/staff_mission.html", form=form, mission=found), status
