"""Pages of the brand for everybody."""

from app.brand.routes import about, columns, welcome
from app.brand.routes.blueprint import bp

__all__ = ["about", "bp", "columns", "welcome"]
