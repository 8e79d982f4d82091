"""Reads over all floors below."""

from app.insight.queries.health import health

__all__ = ["health"]
