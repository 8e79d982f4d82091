"""Coupons in the console."""

from app.coupons.staff import codes, jobs, pools
from app.coupons.staff.blueprint import bp

__all__ = ["bp", "codes", "jobs", "pools"]
