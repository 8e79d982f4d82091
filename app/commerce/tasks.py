"""Commerce's place in the timetable."""

from datetime import timedelta

from app.commerce import service
from app.commerce.settings import credit_window, uploads_folder
from app.kernel import jobs


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


@jobs.sweep("commerce.seal_buyers", every=timedelta(hours=6), drain=True)
def seal_buyers() -> int:
    """Replace buyers' contacts that still stand in the clear by digests."""
    return service.seal_buyers()
