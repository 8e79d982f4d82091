"""What search does by itself: learn words, forget those that are gone, tidy up."""

from datetime import time, timedelta

from app.kernel import jobs
from app.kernel.db import db, dialect_name, use_case
from app.search import service


@jobs.sweep("search.learn", every=timedelta(minutes=5), drain=True)
def learn() -> int:
    """Learn the words of what is new: for suggestions and for typing errors."""
    return service.learn()


@jobs.sweep("search.fill", every=timedelta(minutes=5), drain=True)
def fill() -> int:
    """Let be found what was there before its kind could be: after an update, by itself."""
    return service.fill()


@jobs.sweep("search.recount", every=timedelta(days=1), at=time(4, 20))
def recount() -> int:
    """Count all words anew, and forget those that nothing has any more."""
    after: str | None = ""
    batches = 0
    while after is not None and not jobs.stopping():
        after = service.recount(after)
        batches += 1
    return batches


@jobs.sweep("search.tidy", every=timedelta(days=1), at=time(4, 40))
def tidy() -> int:
    """Delete what stopped rebuilds left, and merge the index: deleted words leave the file."""
    done = 0
    while (gone := service.sweep_old_entries()) and not jobs.stopping():
        done += gone
    done += service.mend()
    if dialect_name() == "sqlite":
        _optimize()
    return done


@use_case
def _optimize() -> None:
    db.session.connection().exec_driver_sql(
        "INSERT INTO search_text (search_text) VALUES ('optimize')"
    )
