"""Commerce's place in the timetable."""

from datetime import time, timedelta

from app.commerce import service
from app.commerce.settings import credit_window, uploads_folder
from app.kernel import jobs, tails


@jobs.sweep("commerce.drafts", every=timedelta(seconds=10), drain=True)
def prepare_drafts() -> int:
    """Unpack uploaded workbooks and look through files before anybody says yes."""
    return service.prepare_drafts(uploads_folder())


@jobs.sweep("commerce.roll_back", every=timedelta(seconds=10), drain=True)
def roll_back() -> int:
    """Go on with rolling an import back."""
    return service.roll_back_some()


@jobs.sweep("commerce.import", every=timedelta(seconds=10), drain=True)
def import_uploads() -> int:
    """Go on with the oldest uploaded file of orders."""
    return service.import_uploads(uploads_folder())


@jobs.sweep("commerce.forget_uploads", every=timedelta(hours=24))
def forget_uploads() -> int:
    """Delete uploaded files and error files older than a week: buyers stand in them."""
    return service.forget_old_uploads(uploads_folder())


@jobs.sweep("commerce.forget_clicks", every=timedelta(hours=24), drain=True)
def forget_clicks() -> int:
    """Forget clicks to shops that can explain no order any more."""
    return service.forget_clicks(credit_window())


@jobs.sweep("commerce.tell_points", every=timedelta(seconds=15))
def tell_points() -> int:
    """Tell buyers which points their orders brought, and which went back."""
    news_for = service.NEWS_FOR
    return tails.follow(
        "commerce.points", service.POINTS_HEARD, service.tell_points, too_old=news_for
    )


@jobs.sweep("commerce.tell_ready", every=timedelta(days=1), at=time(8, 30))
def tell_ready() -> int:
    """Tell buyers that the points of their orders can be spent."""
    return service.tell_ready()


@jobs.sweep("commerce.seal_buyers", every=timedelta(hours=6), drain=True)
def seal_buyers() -> int:
    """Replace buyers' contacts that still stand in the clear by digests."""
    return service.seal_buyers()
