"""The mall for members: shelves, an item, redeeming it, one's orders."""

from app.rewards.routes import home, lots, mall, orders
from app.rewards.routes.blueprint import bp
from app.rewards.routes.mall import item_url
from app.rewards.routes.orders import order_url

__all__ = ["bp", "home", "item_url", "lots", "mall", "order_url", "orders"]
