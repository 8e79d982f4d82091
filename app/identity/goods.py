"""What identity hands over for others: frames around faces.

A thing of the kind is ``frame:7.dots-gold``: its id, and its look. The look never changes, so a
shelf can draw the frame around a face without asking anybody.
"""

from app.identity.queries.frames import offered_frames
from app.identity.service import frames as service
from app.kernel import goods, listings
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.listings import Listing

LISTING = Listing(offered_frames, lambda row: (f"{row.ref}.{row.word}", row.name))


def register() -> None:
    """Answer for frames."""
    goods.register(
        goods.Kind(
            "frame",
            _l("Avatar frame"),
            choices=listings.alone(LISTING),
            listing=LISTING,
            give=service.give_frame,
            take_back=service.take_frame_back,
        )
    )
