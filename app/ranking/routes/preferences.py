"""How a member wants to stand on leaderboards: in his settings."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.i18n import gettext as _
from app.ranking import queries, service
from app.ranking.forms import PreferenceForm
from app.ranking.routes.blueprint import bp
from app.ranking.types import FieldError, Preference


@bp.route("/settings/rank", methods=["GET", "POST"])
@web.member_required
@web.no_store
def preferences() -> ResponseReturnValue:
    """Hide from boards, or stand there under another name."""
    me, form = web.me(), PreferenceForm()
    if not form.is_submitted():
        now = queries.preference_of(me.id)
        form.is_shown.data, form.alias.data = not now.is_hidden, now.alias
        return render_template("ranking/preferences.html", form=form)
    if form.validate():
        was_hidden = queries.preference_of(me.id).is_hidden
        try:
            service.prefer(me.id, Preference(not form.is_shown.data, form.alias.data or ""))
        except FieldError as error:
            form[error.field].errors = [str(error.message)]
        else:
            if not form.is_shown.data:
                web.toast(_("Saved. Nobody sees you on a leaderboard"))
            elif was_hidden:
                web.toast(_("Saved. You stand on the leaderboards again"))
            else:
                web.toast(_("Saved"))
            return redirect(url_for("ranking.preferences"), 303)
    return render_template("ranking/preferences.html", form=form), 422
