"""Where a board can look: boards, topics and cities of the community."""

from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import BOARD
from app.community.queries.tables_reading import BOARD_PLACE, TOPIC
from app.kernel import places
from app.kernel.db import db
from app.kernel.i18n import locale_tag
from app.ranking.types import Scope

Choice = tuple[str, str, str]
"""(scope, how a board keeps it, what it is called)."""


def place_names() -> dict[tuple[str, str], str]:
    """Return what every place is called that a board can look at. As :func:`scope_choices`."""
    return {(scope, ref): name for scope, ref, name in scope_choices()}


def scope_choices() -> list[Choice]:
    """Return every place that a board can look at. One statement, and what others' kinds need."""
    tag = "zh" if locale_tag().startswith("zh") else "en"

    def part(scope: Scope, ref: Any, name: Any) -> Any:
        return sa.select(
            sa.literal(scope.value).label("scope"), ref.label("ref"), name.label("name")
        )

    boards = part(Scope.BOARD, BOARD.c.slug, BOARD.c[f"name_{tag}"])

    rows = db.session.execute(
        sa.union_all(
            boards.where(BOARD.c.room.is_(None)),  # rooms are others' kinds of places
            part(Scope.TOPIC, TOPIC.c.slug, TOPIC.c[f"name_{tag}"]),
            part(Scope.CITY, BOARD_PLACE.c.city_en, BOARD_PLACE.c[f"city_{tag}"]).distinct(),
        )
    )
    known = [(row.scope, row.ref, row.name) for row in rows]
    others = [(kind.key, ref, name) for kind in places.kinds() for ref, name in kind.choices()]
    return sorted([*known, *others])
