"""Frames around faces: made before the mall and the draws hand them out; some members wear one."""

from app.demo.accounts import HOUSE
from app.demo.content.mall import FRAMES
from app.demo.loader.roll import Roll
from app.identity import queries, service
from app.identity.types import FrameColor, FrameShape
from app.kernel import goods
from app.kernel.db import use_case
from app.kernel.goods import Giving, Thing

EVERY = 6


@use_case
def set_up(roll: Roll) -> None:
    """Make what is not there yet."""
    if queries.frames():
        return
    people = [member for name, member in roll.members.items() if name != HOUSE]
    for turn, (zh, en, shape, color) in enumerate(FRAMES):
        frame_id = service.make_frame(
            name_zh=zh, name_en=en, shape=FrameShape(shape), color=FrameColor(color), actor_id=None
        )
        for member_id in people[turn::EVERY]:
            key = f"demo:{turn}:{member_id}"
            goods.give("frame", Giving(member_id=member_id, ref=str(frame_id), key=key))
            service.wear_frame(member_id, frame_id)


def thing(look: str) -> Thing:
    """Return the frame of a look as the mall and draws hand it out."""
    return next(
        Thing("frame", f"{frame.id}.{look}") for frame in queries.frames() if frame.look == look
    )
