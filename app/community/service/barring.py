"""Members who keep apart: what one may not do to the other."""

from app.community.types import BarredError, OwnBlockError
from app.community.types.reading import Barred


def check_apart(barred: str | None) -> None:
    """Let nobody through who has blocked the other, or was blocked by him.

    Args:
        barred: what ``queries.hiding.barred`` said.

    Raises:
        OwnBlockError: he himself has blocked the other.
        BarredError: the other has blocked him; the words don't say so.
    """
    if barred == Barred.YOU:
        raise OwnBlockError
    if barred is not None:
        raise BarredError
