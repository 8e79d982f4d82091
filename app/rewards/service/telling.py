"""Members are told how their orders go on."""

from typing import Any

from app.notify import service as notify
from app.notify.types import Link

ORDER = "mall.order"


def tell_order(order: Any, state: str, *, again: int = 0) -> None:
    """Tell an order's owner what became of it. One statement.

    Args:
        order: its row.
        state: what became of it.
        again: tells things apart that may happen to one order several times.
    """
    notify.tell(
        order.member_id,
        ORDER,
        key=f"{order.id}:{state}:{again}" if again else f"{order.id}:{state}",
        params={"item": order.item_id, "state": state},
        link=Link("rewards.my_order", {"code": order.code}),
        about=f"mall_order:{order.id}",
    )
