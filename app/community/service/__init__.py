"""Writes of the community."""

from app.community.service.boards import save_board, seed_boards
from app.community.service.elsewhere import (
    NewExternal,
    add_elsewhere,
    measure_elsewhere,
    remove_elsewhere,
    show_elsewhere,
)
from app.community.service.follows import follow, unfollow
from app.community.service.likes import like_reply, like_thread, unlike_reply, unlike_thread
from app.community.service.moderation import (
    hide_reply,
    hide_thread,
    restore_reply,
    restore_thread,
)
from app.community.service.replies import bring_back_reply, edit_reply, remove_reply, reply
from app.community.service.seeding import (
    seed_elsewhere,
    seed_follows,
    seed_likes,
    seed_replies,
    seed_threads,
)
from app.community.service.telling import HEARD, tell_crowds, tell_mentions, tell_of
from app.community.service.threads import (
    bring_back_thread,
    edit_thread,
    publish_thread,
    remove_thread,
)

__all__ = [
    "HEARD",
    "NewExternal",
    "add_elsewhere",
    "bring_back_reply",
    "bring_back_thread",
    "edit_reply",
    "edit_thread",
    "follow",
    "hide_reply",
    "hide_thread",
    "like_reply",
    "like_thread",
    "measure_elsewhere",
    "publish_thread",
    "remove_elsewhere",
    "remove_reply",
    "remove_thread",
    "reply",
    "restore_reply",
    "restore_thread",
    "save_board",
    "seed_boards",
    "seed_elsewhere",
    "seed_follows",
    "seed_likes",
    "seed_replies",
    "seed_threads",
    "show_elsewhere",
    "tell_crowds",
    "tell_mentions",
    "tell_of",
    "unfollow",
    "unlike_reply",
    "unlike_thread",
]
