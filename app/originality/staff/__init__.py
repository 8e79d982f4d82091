"""The desk: findings side by side, verdicts, what is known from elsewhere."""

from app.originality.staff import claims, desk  # noqa: F401 - their views stand on the blueprint
from app.originality.staff.blueprint import bp
from app.originality.staff.desk import finding_address

__all__ = ["bp", "finding_address"]
