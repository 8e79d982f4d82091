"""The list of boards."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.kernel import i18n
from app.kernel.web import permission
from app.ranking import queries, shown
from app.ranking.staff.blueprint import EDIT, bp


@bp.get("")
@permission(EDIT)
def boards() -> ResponseReturnValue:
    """Show all boards."""
    return render_template(
        "ranking/staff_boards.html",
        boards=queries.all_boards(),
        states=shown.BOARD_STATES,
        periods=shown.PERIODS,
        scopes=shown.SCOPES,
        locale=i18n.locale_tag(),
    )
