"""How findings are put into words and pieces for pages."""

from app.originality.policy import texts
from app.originality.queries.looking import names_of
from app.originality.types import FindingRow, Kind, Piece


def both_texts(finding: FindingRow) -> tuple[list[Piece], list[Piece]] | None:
    """Return both texts in pieces, common parts marked; None for photos. One statement."""
    if finding.kind is not Kind.TEXT:
        return None
    names = names_of([finding.thread_id])
    of_later = names.get(finding.thread_id, ())
    later, earlier = finding.later.body, finding.earlier.body
    return (
        texts.common_parts(later, of_later, earlier, of_later),
        texts.common_parts(earlier, of_later, later, of_later),
    )
