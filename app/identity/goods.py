"""What identity hands over for others: frames around faces.

A thing of the kind is ``frame:7.dots-gold``: its id, and its look. The look never changes, so a
shelf can draw the frame around a face without asking anybody.
"""

from collections.abc import Sequence

from app.identity.queries.frames import frames
from app.identity.service import frames as service
from app.kernel import goods
from app.kernel.i18n import lazy_gettext as _l


def register() -> None:
    """Answer for frames."""
    goods.register(
        goods.Kind(
            "frame",
            _l("Avatar frame"),
            choices=_choices,
            give=service.give_frame,
            take_back=service.take_frame_back,
        )
    )


def _choices() -> Sequence[tuple[str, object]]:
    return [(f"{frame.id}.{frame.look}", frame.name) for frame in frames() if frame.is_offered]
