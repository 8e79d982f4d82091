"""Moving in's place in the timetable."""

from datetime import timedelta

from app.integrations.movein import service
from app.integrations.movein.settings import inbox_folder, uploads_folder
from app.kernel import jobs


@jobs.sweep("movein.work", every=timedelta(seconds=10), drain=True)
def work() -> int:
    """Go on with the move whose turn it is: look it through, or take it in."""
    return service.work(uploads_folder(), inbox_folder(), jobs.stopping)


@jobs.sweep("movein.forget_uploads", every=timedelta(hours=24))
def forget_uploads() -> int:
    """Delete uploaded packages older than a week: people stand in them."""
    return service.forget_uploads(uploads_folder())
