"""What becomes of rights when two members become one: posts bring theirs along."""

from app.archive.queries.tables import ANSWER, ASK, PICK, SELECTION, STATE, TERMS, USE
from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Moved


def register() -> None:
    """Say what moves and what stays."""
    merging.register(
        "archive",
        moves=(
            Moved(STATE.c.author_id, _l("rights of posts")),
            Moved(ASK.c.author_id),
            Moved(USE.c.author_id),
        ),
    )
    merging.stays(ANSWER.c.author_id, "append-only history: who said it, as it was written")
    history = "who of the team did it, as it was written"
    for column in (
        ASK.c.asked_by, SELECTION.c.created_by, PICK.c.picked_by, USE.c.used_by, TERMS.c.set_by,
    ):  # fmt: skip
        merging.stays(column, history)
