"""Circles for every domain's tests."""

from typing import Any

from app.circles import service
from app.circles.types import CircleDraft
from app.identity.types import MemberRow
from app.kernel import verify


def a_draft(slug: str = "solo", **more: Any) -> CircleDraft:
    """Return what the team says about a circle."""
    values: dict[str, Any] = {
        "name_zh": "一人食", "name_en": "Table for one", "purpose_zh": "一个人也好好吃",
        "purpose_en": "Eating well alone", **more,
    }  # fmt: skip
    return CircleDraft(slug, **values)


def a_circle(
    staff: MemberRow, slug: str = "solo", *members: MemberRow, leader: Any = None, **more: Any
) -> str:
    """Make a circle with members; return its address."""
    service.create(staff.id, a_draft(slug, **more))
    for member in members:
        service.join(member.id, slug)
    if leader is not None:
        service.set_leader(staff.id, slug, leader.yid, on=True)
    return slug


def nothing_drifts() -> None:
    """Find every figure of circles as its rows say."""
    reports = verify.run(("circles.members", "community.counters"))
    assert [drift for report in reports for drift in report.drifts] == []
