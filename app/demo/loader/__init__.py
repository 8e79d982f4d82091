"""The loader: tells the plan's year to the domains, through their bulk doors."""

from app.demo.loader.load import Wish, load

__all__ = ["Wish", "load"]
