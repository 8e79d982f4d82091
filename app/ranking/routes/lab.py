"""How a board counts, in plain words: now, from the day of the next formula, and before."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.kernel import i18n, web
from app.kernel.errors import NotFoundError
from app.ranking import queries, shown
from app.ranking.queries.lab import published_formulas
from app.ranking.routes.blueprint import bp
from app.ranking.types import BoardState


@bp.get("/rank/<slug>/formulas")
@web.public
@web.cached_for_guests(60)
def formulas(slug: str) -> ResponseReturnValue:
    """Show a board's formulas.

    Raises:
        NotFoundError: no board that members see has this address.
    """
    board = queries.find_board(slug[:40])
    if board is None or board.state is BoardState.DRAFT:
        raise NotFoundError
    return render_template(
        "ranking/formulas.html",
        board=board,
        formulas=published_formulas(board.id),
        what_counts=shown.what_counts,
        rules=shown.rules,
        acts=shown.ACTS,
        act_icons=shown.ACT_ICONS,
        locale=i18n.locale_tag(),
    )
