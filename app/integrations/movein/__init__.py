"""Moving in: boards, members, threads, replies, likes and photos of another community."""

import sqlalchemy as sa
from flask import Flask


def register(app: Flask) -> None:
    """Move in: commands, staff pages, the way from old addresses, a place in the timetable."""
    from app.integrations.movein import (
        cli,
        models,  # noqa: F401 - tables
        queries,
        staff,
        tasks,  # noqa: F401 - the timetable
    )
    from app.integrations.movein.old_addresses import where_it_is
    from app.kernel import leaving, menu, merging, web
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.leaving import Blank, Gone
    from app.kernel.merging import Moved
    from app.kernel.permissions import Permission

    job, path, item = queries.JOB, queries.PATH, queries.ITEM
    merging.register("movein", moves=(Moved(path.c.member_id),))
    leaving.register(
        "movein",
        gone=(Gone(path.c.member_id),),
        blank=(Blank(item.c.target_id, {"handle": None, "payload": None}, where=_rows_of),),
    )
    merging.stays(job.c.started_by, "who of the team began it, as it was")
    app.register_blueprint(staff.bp)
    cli.register(app)
    web.on_missing(where_it_is)
    menu.add(
        "staff",
        menu.Item(
            "movein", "integrations_movein.index", _l("Moving in"), icon="truck-delivery",
            icon_on="truck-delivery", order=280, group=_l("Data"),
            permission=Permission.MEMBERS_MERGE,
        ),
    )  # fmt: skip


def _rows_of(member_id: int) -> sa.ColumnElement[bool]:
    """Return the condition for the rows by which somebody came."""
    from app.integrations.movein.models import MoveItem
    from app.integrations.movein.types import Kind

    return sa.and_(MoveItem.kind == Kind.MEMBER, MoveItem.target_id == member_id)
