"""Reads of the kit and the miner."""

from app.ops.queries import tables  # noqa: F401 - its tables belong to the schema
