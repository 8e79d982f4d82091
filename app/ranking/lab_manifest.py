"""The formula lab moves in: its menu entry, its sweep, its rows when members merge or leave."""

from flask import Flask

from app.kernel import leaving, menu, merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission
from app.ranking import lab_tasks  # noqa: F401 - the timetable
from app.ranking.queries.lab import TRIAL, TRIAL_SCORE
from app.ranking.staff import lab


def register(app: Flask) -> None:
    """Say what becomes of its rows, and where it stands. Called from the domain's manifest."""
    app.register_blueprint(lab.bp)
    merging.stays(TRIAL.c.made_by, "who of the team it was, as it was written")
    merging.stays(TRIAL.c.published_by, "who of the team it was, as it was written")
    merging.stays(TRIAL_SCORE.c.member_id, "a replay tells of the past as it was")
    leaving.register("ranking_lab", gone=(leaving.Gone(TRIAL_SCORE.c.member_id),))
    menu.add(
        "staff",
        menu.Item(
            "ranking_lab", "ranking_lab.trials", _l("Formula lab"), icon="adjustments-horizontal",
            icon_on="adjustments-horizontal", order=235, group=_l("Rewards"),
            permission=Permission.RANKING_EDIT,
        ),
    )  # fmt: skip
