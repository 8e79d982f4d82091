"""The circles of furnished members."""

from app.circles import service as circles
from app.circles.types import Joining
from app.identity.types import MemberRow
from tests.factories.circles import a_circle


def furnish_circles(source: MemberRow, target: MemberRow, other: MemberRow) -> None:
    """Both are in one, which the source leads; he is in another, and asked where the target is."""
    a_circle(other, "both", target, leader=source)
    a_circle(other, "his", source, other)
    a_circle(other, "asking", joining=Joining.REQUEST)
    for member in (source, target):
        circles.join(member.id, "asking", "let me in")
    circles.answer(other.id, "asking", target.yid, admit=True, by_team=True)
