"""What the shop counts for loyalty."""

from app.commerce.queries.net_spend import net_spend
from app.loyalty.queries import counted


def register() -> None:
    """Answer for net spend."""
    counted.register(counted.NET_SPEND, net_spend)
