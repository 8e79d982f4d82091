"""Writes of search."""

from app.search.service.filling import fill
from app.search.service.indexing import forget, index, refresh
from app.search.service.learning import learn, recount
from app.search.service.rebuilding import begin_rebuild, mend, rebuild_step, sweep_old_entries
from app.search.service.recents import forget_searches, note_search

__all__ = [
    "begin_rebuild",
    "fill",
    "forget",
    "forget_searches",
    "index",
    "learn",
    "mend",
    "note_search",
    "rebuild_step",
    "recount",
    "refresh",
    "sweep_old_entries",
]
