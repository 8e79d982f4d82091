"""Circles for the browser: one that a fan leads, one where somebody asks, one to join."""

from app.circles import service
from app.circles.types import Joining
from app.community import service as community
from app.identity.types import MemberRow
from tests.factories.circles import a_circle


def some_circles(
    fan: MemberRow, other: MemberRow, asker: MemberRow, team: MemberRow
) -> dict[str, str]:
    """Make three circles with a post, members and a request; return who is in and who asks."""
    a_circle(team, "chengdu-table", other, leader=fan, city_zh="成都", city_en="Chengdu")
    posted = community.publish_thread(
        other.id, "chengdu-table", "周六玉林路，还差两位", "算我一个。"
    )
    a_circle(team, "tea-table", leader=fan, joining=Joining.REQUEST)
    service.join(asker.id, "tea-table", "我想学泡茶，也爱煮锅。")
    a_circle(team, "tallow-lab", other)
    return {"circle_member": other.yid, "asker": asker.yid, "in_circle": posted.thread_code}
