"""How searches follow when two members become one."""

from app.kernel import merging
from app.kernel.merging import Log
from app.search import service
from app.search.people import KEY
from app.search.queries.tables import RECENT


def register() -> None:
    """What somebody searched for is his own affair; who is found by name is looked at anew."""
    merging.register("search", settle=_settle)
    merging.stays(RECENT.c.member_id, "what he looked for is nobody else's to see")


def _settle(log: Log) -> None:
    service.refresh(KEY, [log.source_id, log.target_id])
